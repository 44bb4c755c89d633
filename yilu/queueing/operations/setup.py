"""Setting up queues, stations and the rule by which a queue is ordered."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from yilu.facility.selectors.places import chairs, departments, rooms
from yilu.facility.selectors.sites import site_info
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.queueing import permissions
from yilu.queueing.errors import BadPolicy, NotServedHere
from yilu.queueing.events import QueuesChanged
from yilu.queueing.models import Queue, Serving, Station
from yilu.queueing.operations.learning import schedule_night
from yilu.queueing.operations.limits import begin_with_usual_amends
from yilu.queueing.rules.layout import Doctor, Layout, Spot, Unit, lay_out
from yilu.queueing.rules.policy import wrong_in
from yilu.queueing.selectors.topics import queue_topic, site_queues_topic
from yilu.workforce.selectors.practitioners import practitioners


@operation
def set_up_queues(*, actor: Actor, site_id: UUID) -> int:
    """Make the queues and stations that a site's departments, rooms and people call for.

    What is there already stays as it is, so it can be run again when somebody joins. How many
    queues and stations were made.
    """
    actor.require(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    layout = _layout(site_id)
    queues = {queue.key: queue for queue in Queue.objects.filter(site_id=site_id)}
    known = set(Station.objects.filter(site_id=site_id).values_list("key", flat=True))
    new_queues = [
        Queue(
            site_id=site_id,
            key=plan.key,
            name=plan.name,
            kind=plan.kind,
            letter=plan.letter,
            department_id=plan.department_id,
            practitioner_id=plan.practitioner_id,
            area=plan.area,
            promise_minutes=plan.promise_minutes,
            position=n,
        )
        for n, plan in enumerate(layout.queues)
        if plan.key not in queues
    ]
    Queue.objects.bulk_create(new_queues)
    queues |= {queue.key: queue for queue in new_queues}
    new_stations = _new_stations(site_id, layout, queues, known)
    schedule_night(actor=actor, site_id=site_id)
    begin_with_usual_amends(actor=actor, site_id=site_id)
    made = len(new_queues) + len(new_stations)
    if made:
        _tell(actor, site_id, (new_queues or list(queues.values()))[0], "set_up", made=made)
    return made


@operation
def keep_set_up(*, actor: Actor, site_id: UUID) -> int:
    """Make what is missing at a site whose queues have been set up before; elsewhere nothing.

    A new site is set up as a whole, when its places and people are known.
    """
    actor.require(permissions.SET_UP, site_id)
    if not Queue.objects.filter(site_id=site_id).exists():
        return 0
    return set_up_queues(actor=actor, site_id=site_id)


@operation
def set_policy(
    *, actor: Actor, queue_id: UUID, changes: dict[str, Any], version: int | None = None
) -> None:
    """Let a queue be ordered otherwise than by the standard rule, from the next ticket on.

    `changes` holds the figures that differ; an empty one goes back to the standard.

    Raises:
        BadPolicy: its `errors` name the figures that cannot be used.
    """
    queue = _hold_queue(queue_id, actor)
    check_version(queue, version)
    wrong = wrong_in(changes)
    if wrong:
        raise BadPolicy(*(FieldError(name, "bad_value", str(BadPolicy.message)) for name in wrong))
    before, queue.policy = queue.policy, changes
    queue.version += 1
    queue.save(update_fields=["policy", "version"])
    _tell(actor, queue.site_id, queue, "policy_set", before=before, after=changes)


@operation
def set_promise(*, actor: Actor, queue_id: UUID, minutes: int, version: int | None = None) -> None:
    """Promise patients of a queue that they wait at most so long (1 to 240 minutes)."""
    queue = _hold_queue(queue_id, actor)
    check_version(queue, version)
    if not 1 <= minutes <= 240:
        raise BadPolicy(FieldError("promise_minutes", "bad_value", str(BadPolicy.message)))
    before, queue.promise_minutes = queue.promise_minutes, minutes
    queue.version += 1
    queue.save(update_fields=["promise_minutes", "version"])
    _tell(actor, queue.site_id, queue, "promise_set", before=before, after=minutes)


@operation
def serve_queues(
    *,
    actor: Actor,
    station_id: UUID,
    queue_ids: Iterable[UUID],
    practitioner_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Say which queues a station serves from now on, and whose room it is today."""
    station = Station.objects.select_for_update().filter(pk=station_id).first()
    if station is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, station.site_id)
    actor.require(permissions.SET_UP, station.site_id)
    check_version(station, version)
    wanted = set(queue_ids)
    found = Queue.objects.filter(pk__in=wanted, site_id=station.site_id)
    if set(found.values_list("id", flat=True)) != wanted:
        raise NotServedHere
    Serving.objects.filter(station=station).exclude(queue_id__in=wanted).delete()
    Serving.objects.bulk_create(
        [Serving(station=station, queue_id=one) for one in wanted], ignore_conflicts=True
    )
    station.practitioner_id = practitioner_id
    station.version += 1
    station.save(update_fields=["practitioner", "version"])
    _tell(actor, station.site_id, station, "serves", queues=sorted(wanted))


def _layout(site_id: UUID) -> Layout:
    units = [Unit(d.id, d.letter, d.floor) for d in departments(site_id)]
    in_room = {room.id: room for room in rooms(site_id)}
    spots = [
        Spot(r.key, r.name, r.kind, room_id=r.id, department_id=r.department_id)
        for r in in_room.values()
    ]
    for chair in chairs(site_id):
        room = in_room.get(chair.room_id)
        unit = room.department_id if room else None
        spots.append(Spot(chair.key, chair.name, "chair", chair.room_id, chair.id, unit))
    doctors = [
        Doctor(p.id, _both(p.name.written, p.name.pinyin), p.department_id)
        for p in practitioners(site_id)
        if p.is_bookable
    ]
    return lay_out(units, spots, doctors)


def _new_stations(
    site_id: UUID, layout: Layout, queues: dict[str, Queue], known: set[str]
) -> list[Station]:
    made, serving = [], []
    for n, plan in enumerate(layout.stations):
        if plan.key in known:
            continue
        spot = plan.spot
        station = Station(
            site_id=site_id,
            key=plan.key,
            name=spot.name,
            directions=spot.directions,
            room_id=None if spot.chair_id else spot.room_id,
            chair_id=spot.chair_id,
            practitioner_id=plan.practitioner_id,
            position=n,
        )
        made.append(station)
        serving.append(Serving(station=station, queue=queues[plan.queue_key]))
    Station.objects.bulk_create(made)
    Serving.objects.bulk_create(serving)
    return made


def _both(written: str, pinyin: str) -> Localized:
    return Localized({CHINESE: written, ENGLISH: pinyin or written})


def _hold_queue(queue_id: UUID, actor: Actor) -> Queue:
    queue = Queue.objects.select_for_update().filter(pk=queue_id).first()
    if queue is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, queue.site_id)
    actor.require(permissions.SET_UP, queue.site_id)
    return queue


def _tell(actor: Actor, site_id: UUID, subject: Queue | Station, deed: str, **details: Any) -> None:
    audit.record(
        actor, f"queueing.{type(subject).__name__.lower()}.{deed}", subject, site_id=site_id,
        **details,
    )  # fmt: skip
    topics = [site_queues_topic(site_id)]
    if isinstance(subject, Queue):
        topics.append(queue_topic(subject.pk))
    outbox.publish(
        QueuesChanged(what=deed), actor=actor, site_id=site_id, subject=subject, topics=topics
    )
