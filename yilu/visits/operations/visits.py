"""Everything that changes a visit. Nothing else in the product writes one."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_exists
from yilu.platform import audit, clock, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import at_the_end, check_version, on_violation, operation, prepared
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.inserts import insert
from yilu.visits import permissions
from yilu.visits.errors import AlreadyHere, NotStaffHere, TooLateToReopen, UnknownPatient
from yilu.visits.events import (
    ResponsibilityHandedOver,
    VisitClosed,
    VisitOpened,
    VisitReopened,
    VisitStateChanged,
    VisitWithdrawn,
)
from yilu.visits.models import Visit
from yilu.visits.selectors.visits import topics_of
from yilu.visits.states import HERE, NIGHT, VisitState, check_move
from yilu.workforce.selectors.staff import staff_names

# `20310303-0007`, the number taken and written at once.
_NUMBER = f"""
WITH next AS ({numbers.NEXT})
UPDATE visits_visit
SET number = %(day)s || lpad(last::text, greatest(4, length(last::text)), '0')
FROM next WHERE id = %(id)s RETURNING number
"""  # noqa: S608 (a statement is put in)
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # Without I, O, 0 and 1: read aloud, typed.


@operation
def open_visit(  # noqa: PLR0913 (the facts of an arrival)
    *,
    actor: Actor,
    patient_id: UUID,
    site_id: UUID,
    kind: str,
    booking_id: UUID | None = None,
    practitioner_id: UUID | None = None,
    department_id: UUID | None = None,
    service_id: UUID | None = None,
    arrived_at: datetime | None = None,
    needs: Iterable[str] = (),
) -> UUID:
    """Note that a patient has arrived: their visit begins. Five queries.

    Its number is given last in the deed: all who check in at a site draw from one series.

    Raises:
        NotAllowed: the actor may not open visits at this site.
        UnknownPatient: there is no such person.
        AlreadyHere: this booking has been checked in before.
    """
    if not actor.is_owner(patient_id, booking_id):
        actor.require(permissions.OPEN, site_id)
    if not patient_exists(patient_id):
        raise UnknownPatient
    at = arrived_at or clock.now()
    day = at.astimezone(site_zone(site_id)).date()
    visit_id = new_id()
    visit = Visit(
        id=visit_id,
        number=numbers.provisional(visit_id),
        patient_id=patient_id,
        site_id=site_id,
        booking_id=booking_id,
        practitioner_id=practitioner_id,
        department_id=department_id,
        service_id=service_id,
        clinic_day=day,
        kind=kind,
        arrived_at=at,
        needs=sorted(set(needs)),
        access_code="".join(secrets.choice(CODE_LETTERS) for _ in range(6)),
    )
    with on_violation(visits_visit_one_per_booking=AlreadyHere):
        insert(visit)
    audit.record(
        actor, "visits.visit.opened", visit, site_id=site_id, patient_id=patient_id, kind=kind
    )
    opened = VisitOpened(visit.pk, patient_id, booking_id, day, kind, at)
    _tell(visit, opened, actor)
    at_the_end(partial(_give_number, visit))
    return visit.pk


def _give_number(visit: Visit) -> None:
    day = visit.clinic_day
    asked = {"series": f"visit:{visit.site_id}:{day}", "count": 1, "id": visit.pk}
    ((visit.number,),) = prepared(_NUMBER, asked | {"day": f"{day:%Y%m%d}-"})


@operation
def begin_care(*, actor: Actor, visit_id: UUID, user_id: UUID | None = None) -> None:
    """Note that somebody attends to the patient now. Nothing changes when they already do.

    The first who does becomes responsible (首诊负责), when `user_id` names them.
    """
    visit = _hold(visit_id, actor, permissions.OPEN)
    if visit.state == VisitState.IN_CARE:
        return
    fields: dict[str, Any] = {"in_care_at": visit.in_care_at or clock.now()}
    if user_id and visit.responsible_user_id is None:
        fields["responsible_user_id"] = user_id
    before = visit.state
    _move(visit, VisitState.IN_CARE, actor, "in_care", **fields)
    _tell(visit, _state_changed(visit, before), actor)


@operation
def end_care(*, actor: Actor, visit_id: UUID) -> None:
    """Take back that care has begun: the call was made in error."""
    visit = _hold(visit_id, actor, permissions.OPEN)
    if visit.state == VisitState.ARRIVED:
        return
    before = visit.state
    _move(visit, VisitState.ARRIVED, actor, "care_undone", in_care_at=None)
    _tell(visit, _state_changed(visit, before), actor)


@operation
def close_visit(
    *, actor: Actor, visit_id: UUID, reason: str = "", version: int | None = None
) -> None:
    """Note that the patient has left us. Without having been in care, they gave up waiting.

    Nothing changes when the visit is closed already.
    """
    visit = _hold(visit_id, actor, permissions.CLOSE)
    if visit.state not in HERE:
        return
    check_version(visit, version)
    was_seen = visit.state == VisitState.IN_CARE
    target = VisitState.LEFT if was_seen else VisitState.ABANDONED
    left_at = clock.now()
    _move(visit, target, actor, "closed", reason, left_at=left_at)
    closed = VisitClosed(
        visit.pk, visit.patient_id, visit.booking_id, visit.clinic_day, left_at, was_seen
    )
    _tell(visit, closed, actor)


@operation
def withdraw_visit(*, actor: Actor, visit_id: UUID, version: int | None = None) -> None:
    """Take back that a patient has arrived: nobody came. The visit stays as a row of the record.

    Raises:
        NotFound, NotAllowed, Stale.
        VisitMoveRefused: the patient has been in care, or has left.
    """
    visit = _hold(visit_id, actor, permissions.OPEN)
    check_version(visit, version)
    _move(visit, VisitState.WITHDRAWN, actor, "withdrawn", left_at=clock.now())
    _tell(visit, VisitWithdrawn(visit.pk, visit.patient_id, visit.booking_id), actor)


@operation
def reopen_visit(*, actor: Actor, visit_id: UUID, reason: str = "") -> None:
    """Take a closed visit up again on its own day, or past midnight in the same night: the patient
    is still, or again, with us.

    Raises:
        TooLateToReopen: its day is over.
    """
    visit = _hold(visit_id, actor, permissions.CLOSE)
    if visit.state in HERE:
        return
    now = clock.now()
    is_of_today = now.astimezone(site_zone(visit.site_id)).date() == visit.clinic_day
    if not is_of_today and visit.arrived_at < now - NIGHT:
        raise TooLateToReopen
    target = VisitState.IN_CARE if visit.in_care_at else VisitState.ARRIVED
    _move(visit, target, actor, "reopened", reason, left_at=None)
    _tell(visit, VisitReopened(visit.pk, visit.patient_id, visit.booking_id), actor)


@operation
def hand_over_responsibility(
    *, actor: Actor, visit_id: UUID, to_user_id: UUID, reason: str = ""
) -> None:
    """Make another member of staff responsible for the patient. Whoever it was before is kept."""
    visit = _hold(visit_id, actor, permissions.HAND_OVER)
    before = visit.responsible_user_id
    if before == to_user_id:
        return
    if to_user_id not in staff_names([to_user_id]):
        raise NotStaffHere
    visit.responsible_user_id = to_user_id
    visit.version += 1
    visit.save(update_fields=["responsible_user", "version"])
    _record(visit, actor, "handed_over", before=before, after=to_user_id, reason=reason)
    handed = ResponsibilityHandedOver(visit.pk, visit.patient_id, before, to_user_id)
    _tell(visit, handed, actor)


def _hold(visit_id: UUID, actor: Actor, permission: str) -> Visit:
    """The visit, locked until the transaction ends, if the actor may see and change it."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permission, visit.site_id)
    return visit


def _move(
    visit: Visit, target: VisitState, actor: Actor, deed: str, reason: str = "", **fields: Any
) -> None:
    """Make one legal move and write it down."""
    check_move(visit.state, target)
    before, visit.state = visit.state, target
    visit.version += 1
    for name, value in fields.items():
        setattr(visit, name, value)
    visit.save(update_fields=["state", "version", *fields])
    _record(visit, actor, deed, before=before, reason=reason)


def _record(visit: Visit, actor: Actor, deed: str, **details: object) -> None:
    audit.record(
        actor,
        f"visits.visit.{deed}",
        visit,
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        **details,
    )


def _state_changed(visit: Visit, before: str) -> VisitStateChanged:
    return VisitStateChanged(visit.pk, visit.patient_id, visit.booking_id, before, visit.state)


def _tell(visit: Visit, event: object, actor: Actor) -> None:
    outbox.publish(
        event,
        actor=actor,
        site_id=visit.site_id,
        subject=visit,
        topics=topics_of(visit.pk, visit.site_id, visit.clinic_day),
    )
