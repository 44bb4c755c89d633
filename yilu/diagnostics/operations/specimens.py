"""Taking specimens, receiving them in the laboratory, and refusing those that cannot be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import (
    CheckMissing,
    LabReasonMissing,
    NothingToCollect,
    NotPrepared,
    PatientNotIdentified,
)
from yilu.diagnostics.events import SpecimenCollected, SpecimenReceived, SpecimenRejected
from yilu.diagnostics.models import LabOrder, Specimen
from yilu.diagnostics.operations.criticals import drop_report
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.tubes import Tube, share_out
from yilu.diagnostics.selectors.lab_waiting import is_to_be_sampled
from yilu.diagnostics.states import (
    LabState,
    SpecimenState,
    Urgency,
    check_lab_move,
    check_specimen_move,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.rules.identity import is_enough, matching
from yilu.patients.selectors.identifying import known_of
from yilu.platform import clock, numbers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.visits.selectors.visits import visit_info


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken now: which orders, by what the patient was told, and the answers before."""

    order_ids: tuple[UUID, ...]
    identifiers: Mapping[str, str]
    checks: Mapping[str, str] = field(default_factory=dict)


@operation
def collect(*, actor: Actor, visit_id: UUID, taking: Taking) -> list[UUID]:
    """Take the specimens of orders of one visit; each tube gets its number for the label.

    Raises:
        NotFound, NotAllowed.
        NothingToCollect: none of the orders is still to be collected.
        PatientNotIdentified: fewer than two identifiers match, or one does not.
        CheckMissing: a question before collection has no answer; each is named.
        NotPrepared: by an answer nothing may be collected now.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.COLLECT, visit.site_id)
    held = LabOrder.objects.select_for_update(no_key=True).filter(
        visit_id=visit_id, state=LabState.ORDERED, pk__in=taking.order_ids
    )
    orders = list(held.order_by("pk"))
    if not orders:
        raise NothingToCollect
    checks = _checked([one.test for one in orders], taking.checks)
    matched = _identified(actor, orders[0].patient_id, taking.identifiers)
    now = clock.now()
    tubes = share_out(
        lab_table(), [(one.pk, one.test, one.urgency == Urgency.URGENT) for one in orders]
    )
    rows = [_specimen(actor, orders, tube, now, (matched, checks)) for tube in tubes]
    for row in rows:
        event = SpecimenCollected(
            row.pk, row.visit_id, row.patient_id, row.container, not is_to_be_sampled(visit_id)
        )
        details = {"number": row.number}
        trace(actor=actor, row=row, action="specimen.collected", event=event, details=details)
    return [row.pk for row in rows]


@operation
def receive(*, actor: Actor, specimen_id: UUID, version: int | None = None) -> None:
    """Note that a tube has come to the laboratory.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
    """
    row = hold_specimen(
        actor=actor, specimen_id=specimen_id, permission=permissions.TEST, version=version
    )
    check_specimen_move(row.state, SpecimenState.RECEIVED)
    row.state, row.received_at = SpecimenState.RECEIVED, clock.now()
    row.received_by_id = actor.user_id
    row.version += 1
    row.save(update_fields=["state", "received_at", "received_by", "version"])
    event = SpecimenReceived(row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="specimen.received", event=event)


@operation
def reject(
    *, actor: Actor, specimen_id: UUID, code: str, note: str = "", version: int | None = None
) -> None:
    """Refuse a tube with a reason: its tests are to be collected again, the patient is asked back.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        LabReasonMissing: the reason is none of the list.
    """
    row = hold_specimen(
        actor=actor, specimen_id=specimen_id, permission=permissions.TEST, version=version
    )
    if code not in lab_table().rejections:
        raise LabReasonMissing(FieldError("code", "required", str(LabReasonMissing.message)))
    check_specimen_move(row.state, SpecimenState.REJECTED)
    drop_report(actor=actor, specimen_id=row.pk, reason=code)
    row.state, row.rejected_at = SpecimenState.REJECTED, clock.now()
    row.rejected_by_id = actor.user_id
    row.rejection, row.rejection_note = code, note.strip()[:200]
    row.version += 1
    row.save(
        update_fields=[
            "state", "rejected_at", "rejected_by", "rejection", "rejection_note", "version",
        ]
    )  # fmt: skip
    for order in row.orders.select_for_update(no_key=True).order_by("pk"):
        check_lab_move(order.state, LabState.ORDERED)
        order.state, order.specimen = LabState.ORDERED, None
        order.refused += 1
        order.version += 1
        order.save(update_fields=["state", "specimen", "refused", "version"])
    event = SpecimenRejected(row.pk, row.visit_id, row.patient_id, code)
    trace(
        actor=actor, row=row, action="specimen.rejected", event=event, details={"rejection": code}
    )


@operation
def hold_specimen(
    *, actor: Actor, specimen_id: UUID, permission: str, version: int | None = None
) -> Specimen:
    """The tube, locked until the deed ends, if the actor may do this there.

    Raises:
        NotFound, NotAllowed, Stale.
    """
    row = Specimen.objects.select_for_update(no_key=True).filter(pk=specimen_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permission, row.site_id)
    check_version(row, version)
    return row


def _specimen(
    actor: Actor,
    orders: list[LabOrder],
    tube: Tube,
    now: datetime,
    told: tuple[list[str], dict[str, str]],
) -> Specimen:
    inside = [one for one in orders if one.pk in tube.order_ids]
    first = inside[0]
    day = now.astimezone(site_zone(first.site_id)).date()
    number = numbers.take(f"specimen:{first.site_id}:{day}")
    row = Specimen(
        site_id=first.site_id,
        patient_id=first.patient_id,
        visit_id=first.visit_id,
        clinic_day=day,
        number=f"{day:%y%m%d}{number:04d}",
        container=tube.container,
        urgency=Urgency.URGENT if tube.is_urgent else Urgency.USUAL,
        state=SpecimenState.COLLECTED,
        identity={"matched": told[0]},
        checks=told[1],
        collected_at=now,
        collected_by_id=actor.user_id,
        due_at=now + timedelta(minutes=tube.minutes),
    )
    row.save(force_insert=True)
    for order in inside:
        check_lab_move(order.state, LabState.COLLECTED)
        order.state, order.specimen = LabState.COLLECTED, row
        order.version += 1
        order.save(update_fields=["state", "specimen", "version"])
    return row


def _checked(tests: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    asked = lab_table().checks_for(list(tests))
    left = [one.key for one in asked if given.get(one.key) not in {"yes", "no"}]
    if left:
        message = str(CheckMissing.message)
        raise CheckMissing(*(FieldError(f"check-{key}", "required", message) for key in left))
    for one in asked:
        if given[one.key] == one.stops:
            raise NotPrepared(why=one.says)
    return {one.key: given[one.key] for one in asked}


def _identified(actor: Actor, patient_id: UUID, given: Mapping[str, str]) -> list[str]:
    known = known_of(actor, patient_id, "specimen collection")
    if not is_enough(known, given):
        message = str(PatientNotIdentified.message)
        raise PatientNotIdentified(FieldError("identifiers", "not_matching", message))
    return matching(known, given)
