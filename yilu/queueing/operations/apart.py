"""A queue apart: one room for patients who must not wait among the others."""

from uuid import UUID

from yilu.facility.selectors.places import departments, place_detail
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions
from yilu.queueing.errors import NotServedHere
from yilu.queueing.events import QueuesChanged
from yilu.queueing.models import Queue, Serving, Station
from yilu.queueing.rules.layout import free_letter
from yilu.queueing.selectors.topics import queue_topic, site_queues_topic
from yilu.queueing.states import APART, QueueKind

PROMISE = 15


@operation
def keep_apart_queue(*, actor: Actor, site_id: UUID, room_id: UUID) -> UUID:
    """Have patients wait apart in a room of a site; gives back their queue. Said twice, it moves.

    It is called like the room and nothing else, no wall shows a name in it, and nobody gets
    into it but by being sent.

    Raises:
        NotAllowed, NotFound.
        NotServedHere: that room is out of use.
    """
    actor.require(permissions.SET_UP, site_id)
    room = place_detail(site_id, "room", room_id)
    if not room.is_active:
        raise NotServedHere
    queue = Queue.objects.select_for_update().filter(site_id=site_id, key=APART).first()
    if queue is None:
        taken = {one.letter for one in departments(site_id, closed_too=True)}
        taken |= set(Queue.objects.filter(site_id=site_id).values_list("letter", flat=True))
        queue = Queue(
            site_id=site_id, key=APART, kind=QueueKind.CONSULTATION, letter=free_letter(taken),
            promise_minutes=PROMISE, shows_names=False, position=999,
        )  # fmt: skip
    queue.name, queue.is_active = room.name, True
    queue.version += 1
    queue.save()
    station = Station.objects.filter(site_id=site_id, key=APART).first()
    station = station or Station(site_id=site_id, key=APART, position=999)
    station.name, station.room_id, station.is_active = room.name, room.id, True
    station.version += 1
    station.save()
    Serving.objects.get_or_create(station=station, queue=queue)
    audit.record(actor, "queueing.queue.set_apart", queue, site_id=site_id, room=room.id)
    topics = [site_queues_topic(site_id), queue_topic(queue.pk)]
    told = QueuesChanged(what="set_apart")
    outbox.publish(told, actor=actor, site_id=site_id, subject=queue, topics=topics)
    return queue.pk
