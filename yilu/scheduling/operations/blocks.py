"""Times at which a resource cannot be had: absences, faults, meetings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.claims import fill_blocks
from yilu.scheduling.events import BlockLifted, ResourceBlocked
from yilu.scheduling.models import Allocation, Block, Resource
from yilu.scheduling.rules import ABSENCE_LIFTED, check_period, days_of
from yilu.scheduling.selectors.blocks import bookings_in_the_way
from yilu.scheduling.selectors.roster_of import chains
from yilu.scheduling.selectors.topics import day_topic, roster_topic


@dataclass(frozen=True, slots=True)
class Blocked:
    """The blocks that were made, one per clinic day, and the bookings that need a new place."""

    block_ids: tuple[UUID, ...]
    booking_ids: tuple[UUID, ...]


@operation
def block_resource(
    *,
    actor: Actor,
    resource_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    kind: str,
    reason: str = "",
) -> Blocked:
    """Say that a resource cannot be had for a while. Longer times become one block per day.

    What is booked stays booked and is given back to be moved; all other time of the resource
    is taken at once, and what becomes free inside the block too.

    Raises:
        NotFound, NotAllowed, OutOfCalendar, EndsTooSoon.
    """
    resource = _resource(actor, resource_id)
    parts = days_of(starts_at, ends_at, site_zone(resource.site_id))
    blocks = [_block(resource, part, kind, reason) for part in parts]
    affected: list[UUID] = []
    for block in blocks:
        block.save(force_insert=True)
        first, last = block.during.lower, block.during.upper
        fill_blocks([resource.pk], first, last)
        in_the_way = bookings_in_the_way(resource.pk, first, last)
        affected += in_the_way
        _record(actor, block, "made", reason=reason, kind=kind, bookings=in_the_way)
        made = ResourceBlocked(
            block.pk, resource.pk, block.clinic_day, first, last, kind, tuple(in_the_way)
        )
        _tell(actor, block, made)
    return Blocked(tuple(block.pk for block in blocks), tuple(dict.fromkeys(affected)))


@operation
def lift_block(*, actor: Actor, block_id: UUID, version: int | None = None) -> None:
    """Say that the resource can be had again, unless another block has it. Twice changes nothing.

    Raises: NotFound, NotAllowed, Stale.
    """
    block = _hold(actor, block_id)
    if not block.active:
        return
    check_version(block, version)
    block.active = False
    block.version += 1
    block.save(update_fields=["active", "version"])
    Allocation.objects.filter(block=block, active=True).update(active=False)
    fill_blocks([block.resource_id], block.during.lower, block.during.upper)
    _record(actor, block, "lifted")
    _tell(actor, block, BlockLifted(block.pk, block.resource_id, block.clinic_day))


@operation
def undo_lift_block(*, actor: Actor, block_id: UUID) -> None:
    """Take the lifting of a block back: what is free of its time is taken again.

    Raises: NotFound, NotAllowed.
    """
    block = _hold(actor, block_id)
    if block.active:
        return
    block.active = True
    block.version += 1
    block.save(update_fields=["active", "version"])
    first, last = block.during.lower, block.during.upper
    fill_blocks([block.resource_id], first, last)
    in_the_way = tuple(bookings_in_the_way(block.resource_id, first, last))
    _record(actor, block, "restored", bookings=in_the_way)
    _tell(
        actor,
        block,
        ResourceBlocked(
            block.pk, block.resource_id, block.clinic_day, first, last, block.kind, in_the_way
        ),
    )


@operation
def lift_absence(*, actor: Actor, block_id: UUID, version: int | None = None) -> UUID | None:
    """Say that a resource can be had again from now on: a block with all its coming days.

    Gives back by what it can be taken back; None when nothing was left to lift.

    Raises: NotFound, NotAllowed, Stale.
    """
    block = _hold(actor, block_id)
    check_version(block, version)
    held = Block.objects.filter(resource_id=block.resource_id, active=True).order_by("during")
    chain = next((c for c in chains(held) if any(one.pk == block_id for one in c)), [])
    coming = [one.pk for one in chain if one.during.upper > clock.now()]
    for one in coming:
        lift_block(actor=actor, block_id=one)
    if not coming:
        return None
    first = Block.objects.get(pk=coming[0])
    return undo.offer(actor, ABSENCE_LIFTED, first, site_id=first.site_id, block_ids=coming)


@operation
def undo_lift_absence(*, actor: Actor, undo_id: UUID) -> None:
    """Take the lifting of an absence back: what is free of its time is taken again.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, ABSENCE_LIFTED)
    offered.check(_hold(actor, offered.subject_id))
    for one in offered.body["block_ids"]:
        undo_lift_block(actor=actor, block_id=UUID(one))


def _hold(actor: Actor, block_id: UUID) -> Block:
    block = Block.objects.select_for_update(no_key=True).filter(pk=block_id).first()
    if block is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, block.site_id)
    actor.require(permissions.BLOCK, block.site_id)
    return block


def _resource(actor: Actor, resource_id: UUID) -> Resource:
    resource = Resource.objects.filter(pk=resource_id).first()
    if resource is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, resource.site_id)
    actor.require(permissions.BLOCK, resource.site_id)
    return resource


def _block(
    resource: Resource, part: tuple[date, datetime, datetime], kind: str, reason: str
) -> Block:
    day, starts_at, ends_at = part
    check_period(starts_at, ends_at)
    return Block(
        resource=resource,
        site_id=resource.site_id,
        during=DateTimeTZRange(starts_at, ends_at),
        clinic_day=day,
        kind=kind,
        reason=reason,
    )


def _record(actor: Actor, block: Block, what: str, **details: Any) -> None:
    audit.record(
        actor,
        f"scheduling.block.{what}",
        block,
        site_id=block.site_id,
        resource=block.resource_id,
        **details,
    )


def _tell(actor: Actor, block: Block, event: ResourceBlocked | BlockLifted) -> None:
    topics = [day_topic(block.site_id, block.clinic_day), roster_topic(block.site_id)]
    outbox.publish(event, actor=actor, site_id=block.site_id, subject=block, topics=topics)
