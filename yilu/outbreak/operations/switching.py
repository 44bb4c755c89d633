"""Switching outbreak mode on and off, drilling it, and taking that back."""

from dataclasses import dataclass
from uuid import UUID

from yilu.outbreak import permissions
from yilu.outbreak.errors import AlreadyOff, AlreadyOn, AskedMeanwhile, NoPlan, ReasonMissing
from yilu.outbreak.events import OutbreakSwitchedOff, OutbreakSwitchedOn, OutbreakSwitchUndone
from yilu.outbreak.models import Outbreak
from yilu.outbreak.operations.holding import record, save, tell
from yilu.outbreak.selectors.modes import PlanInfo, plan_of
from yilu.outbreak.selectors.times import SERIOUS
from yilu.outbreak.states import Illness
from yilu.platform import clock, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.curbs import lift_online_limit, limit_online

ON = "outbreak.mode.switched_on"
OFF = "outbreak.mode.switched_off"
MOST_REASON, MOST_NOTE = 300, 1000


@dataclass(frozen=True, slots=True)
class Switched:
    """What was switched on, and the way back."""

    id: UUID
    undo_id: UUID


@operation
def switch_on(
    *, actor: Actor, site_id: UUID, illness: str, reason: str, is_drill: bool = False
) -> Switched:
    """Put a site into outbreak mode, or begin a drill of it: every page of the site says so.

    Patients' own bookings are limited as the site has planned, never in a drill. A drill that
    runs ends when it becomes serious.

    Raises:
        NotAllowed, NotFound.
        NoPlan: the site has no route and room yet.
        ReasonMissing: no reason is given.
        AlreadyOn: it is on, or a drill runs where another would begin.
    """
    actor.require(permissions.DRILL if is_drill else permissions.SWITCH, site_id)
    plan = plan_of(site_id)
    if plan is None:
        raise NoPlan
    if illness not in Illness.values:
        raise NotFound
    if not reason.strip():
        raise ReasonMissing
    if not is_drill:
        _cut_drill_short(actor, site_id)
    row = Outbreak(
        site_id=site_id,
        is_drill=is_drill,
        illness=illness,
        reason=reason.strip()[:MOST_REASON],
        began_at=clock.now(),
        began_by_id=actor.user_id,
    )
    with on_violation(outbreak_one_at_a_time=AlreadyOn):
        row.save(force_insert=True)
    if not is_drill:
        limit_as_planned(actor=actor, plan=plan)
    record(actor, row, "mode.switched_on", illness=illness, is_drill=is_drill, reason=row.reason)
    tell(actor, row, OutbreakSwitchedOn(row.pk, illness, is_drill))
    return Switched(row.pk, undo.offer(actor, ON, row, site_id=site_id))


@operation
def switch_off(
    *, actor: Actor, outbreak_id: UUID, note: str = "", version: int | None = None
) -> UUID:
    """End outbreak mode, or a drill, whose `note` says what was found; gives back the way back.

    Who is kept apart stays so until their visit ends; reports keep their clocks.

    Raises:
        NotFound, NotAllowed, Stale.
        AlreadyOff: a colleague has ended it.
        ReasonMissing: neither why, nor of a drill what was found.
    """
    row = _held(actor, outbreak_id)
    if row.ended_at is not None:
        raise AlreadyOff
    check_version(row, version)
    if not note.strip():
        raise ReasonMissing
    _end(actor, row, note)
    return undo.offer(actor, OFF, row, site_id=row.site_id)


@operation
def undo_switch_on(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that it was switched on: it was not meant. It stays in the record and says so.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, AlreadyOff.
        AskedMeanwhile: somebody was asked already.
    """
    offered = undo.take_back(actor, undo_id, ON)
    row = _held(actor, offered.subject_id)
    if row.ended_at is not None:
        raise AlreadyOff
    if row.screenings.exists():
        raise AskedMeanwhile
    row.ended_at, row.ended_by_id, row.is_withdrawn = clock.now(), actor.user_id, True
    save(row, "ended_at", "ended_by", "is_withdrawn")
    _lift(actor, row)
    record(actor, row, "mode.switch_undone", is_on=False)
    tell(actor, row, OutbreakSwitchUndone(row.pk, is_on=False, is_drill=row.is_drill))


@operation
def undo_switch_off(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that it was switched off: it goes on, as if it had never ended.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
        AlreadyOn: it was switched on anew meanwhile.
    """
    offered = undo.take_back(actor, undo_id, OFF)
    row = _held(actor, offered.subject_id)
    offered.check(row)
    row.ended_at, row.ended_by_id, row.end_note = None, None, ""
    with on_violation(outbreak_one_at_a_time=AlreadyOn):
        save(row, "ended_at", "ended_by", "end_note")
    plan = plan_of(row.site_id)
    if plan is not None and not row.is_drill:
        limit_as_planned(actor=actor, plan=plan)
    record(actor, row, "mode.switch_undone", is_on=True)
    tell(actor, row, OutbreakSwitchUndone(row.pk, is_on=True, is_drill=row.is_drill))


@operation
def limit_as_planned(*, actor: Actor, plan: PlanInfo) -> None:
    """Limit patients' own bookings as a site has planned. Part of a deed, not one itself."""
    limit_online(
        actor=actor.lent(scheduling.RULES),
        site_id=plan.site_id,
        per_day=plan.online_per_day,
        closed_ids=plan.closed_service_ids,
    )


def _held(actor: Actor, outbreak_id: UUID) -> Outbreak:
    row = Outbreak.objects.select_for_update(no_key=True).filter(pk=outbreak_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.DRILL if row.is_drill else permissions.SWITCH, row.site_id)
    return row


def _cut_drill_short(actor: Actor, site_id: UUID) -> None:
    """End a drill because it became serious; who may say so need not be who drills."""
    found = Outbreak.objects.select_for_update(no_key=True)
    drill = found.filter(site_id=site_id, ended_at=None, is_drill=True).first()
    if drill is not None:
        _end(actor, drill, SERIOUS)


def _end(actor: Actor, row: Outbreak, note: str) -> None:
    row.ended_at, row.ended_by_id = clock.now(), actor.user_id
    row.end_note = note.strip()[:MOST_NOTE]
    save(row, "ended_at", "ended_by", "end_note")
    _lift(actor, row)
    record(actor, row, "mode.switched_off", is_drill=row.is_drill, note=row.end_note)
    tell(actor, row, OutbreakSwitchedOff(row.pk, row.is_drill))


def _lift(actor: Actor, row: Outbreak) -> None:
    if not row.is_drill:
        lift_online_limit(actor=actor.lent(scheduling.RULES), site_id=row.site_id)
