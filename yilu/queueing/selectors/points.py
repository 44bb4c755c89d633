"""Queues and stations as places: what they are called, and which one is meant."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import loaded
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.queueing import permissions
from yilu.queueing.models import Queue, Station
from yilu.queueing.rules.layout import LABORATORY
from yilu.queueing.rules.policy import Policy, policy_of
from yilu.queueing.states import APART

_OF_KIND = "site_id = %(site)s AND kind = %(kind)s AND is_active AND NOT key = ANY(%(apart)s)"


@dataclass(frozen=True, slots=True)
class QueueInfo:
    """A queue as anybody may know it."""

    id: UUID
    site_id: UUID
    key: str
    name: Localized
    kind: str
    letter: str
    department_id: UUID | None
    practitioner_id: UUID | None
    area: Localized
    promise_minutes: int
    version: int


@dataclass(frozen=True, slots=True)
class StationInfo:
    """A station as anybody may know it."""

    id: UUID
    site_id: UUID
    key: str
    name: Localized
    directions: Localized
    room_id: UUID | None
    chair_id: UUID | None
    practitioner_id: UUID | None


def queue_for(
    site_id: UUID,
    kind: str,
    *,
    practitioner_id: UUID | None = None,
    department_id: UUID | None = None,
) -> QueueInfo | None:
    """The queue for such a patient: the practitioner's own, their department's, or the site's.

    None when the site has no such queue. One query.
    """
    asked = {"site": site_id, "kind": kind, "apart": [APART, LABORATORY]}
    found = loaded(Queue, _OF_KIND, asked)

    def fit(queue: Queue) -> int | None:
        """How closely a queue fits; None when it is for others."""
        if queue.practitioner_id:
            return 3 if queue.practitioner_id == practitioner_id else None
        if queue.department_id:
            return 2 if queue.department_id == department_id else None
        return 1

    fitting = [(fit(q), -q.position, q.key, q) for q in found if fit(q) is not None]
    return queue_as_info(max(fitting, key=lambda one: one[:3])[3]) if fitting else None


def sampling_queue(site_id: UUID) -> QueueInfo | None:
    """The queue at the sampling point; None where a site has none. One query."""
    queue = Queue.objects.filter(site_id=site_id, key=LABORATORY, is_active=True).first()
    return queue_as_info(queue) if queue else None


@dataclass(frozen=True, slots=True)
class QueueRule:
    """The rule by which a queue is ordered. `kept` are own figures that no form shows."""

    queue: QueueInfo
    policy: Policy
    kept: dict[str, Any]


def queue_rule(actor: Actor, queue_id: UUID) -> QueueRule:
    """The rule of one queue, for whoever sees the queue. One query. Raises: NotFound."""
    queue = Queue.objects.filter(pk=queue_id, is_active=True).first()
    if queue is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, queue.site_id)
    kept = {k: v for k, v in queue.policy.items() if k in {"late_places", "skip_places"}}
    return QueueRule(queue_as_info(queue), policy_of(queue.policy), kept)


def site_rules(site_id: UUID) -> list[QueueRule]:
    """The rules of all queues of a site, which anybody may know. One query."""
    found = Queue.objects.filter(site_id=site_id, is_active=True).order_by("position", "key")
    return [QueueRule(queue_as_info(one), policy_of(one.policy), {}) for one in found]


def queue_info(queue_id: UUID) -> QueueInfo:
    """One queue. One query. Raises: NotFound."""
    queue = Queue.objects.filter(pk=queue_id).first()
    if queue is None:
        raise NotFound
    return queue_as_info(queue)


def stations(site_id: UUID, *, kind: str = "") -> list[StationInfo]:
    """The stations of a site, or those that serve a kind of queue, in order. One query."""
    found = Station.objects.filter(site_id=site_id, is_active=True)
    if kind:
        found = found.filter(queues__kind=kind).distinct()
    return [station_as_info(one) for one in found.order_by("position", "key")]


def station_info(station_id: UUID) -> StationInfo:
    """One station. One query. Raises: NotFound."""
    station = Station.objects.filter(pk=station_id).first()
    if station is None:
        raise NotFound
    return station_as_info(station)


def queues_of_station(station_id: UUID) -> list[UUID]:
    """The queues that a station serves, in order. One query."""
    found = Queue.objects.filter(stations=station_id, is_active=True).order_by("position", "key")
    return list(found.values_list("id", flat=True))


def station_of_practitioner(practitioner_id: UUID, site_id: UUID) -> StationInfo | None:
    """Where a practitioner calls patients to at a site; None when nowhere. One query."""
    found = Station.objects.filter(site_id=site_id, practitioner_id=practitioner_id, is_active=True)
    station = found.order_by("position", "key").first()
    return station_as_info(station) if station else None


def queue_as_info(queue: Queue) -> QueueInfo:
    """A queue as anybody may know it. No query."""
    return QueueInfo(
        id=queue.pk,
        site_id=queue.site_id,
        key=queue.key,
        name=queue.name,
        kind=queue.kind,
        letter=queue.letter,
        department_id=queue.department_id,
        practitioner_id=queue.practitioner_id,
        area=queue.area,
        promise_minutes=queue.promise_minutes,
        version=queue.version,
    )


def station_as_info(station: Station) -> StationInfo:
    """A station as anybody may know it. No query."""
    return StationInfo(
        id=station.pk,
        site_id=station.site_id,
        key=station.key,
        name=station.name,
        directions=station.directions,
        room_id=station.room_id,
        chair_id=station.chair_id,
        practitioner_id=station.practitioner_id,
    )
