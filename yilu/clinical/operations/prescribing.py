"""Writing and signing prescriptions. What happens to a signed one is in `prescriptions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import (
    AlertsOpen,
    AlreadySigned,
    NotThePrescriber,
    PrescriptionIncomplete,
    TooManyDrugs,
)
from yilu.clinical.events import PrescriptionSigned, RecordChanged
from yilu.clinical.models import Diagnosis, Prescription, PrescriptionItem
from yilu.clinical.operations.alerts import keep_alerts
from yilu.clinical.operations.hearing import note_ordered
from yilu.clinical.operations.holding import hold_prescriptions
from yilu.clinical.rules import notes
from yilu.clinical.rules.checks import Alert, stops
from yilu.clinical.rules.dosing import Line
from yilu.clinical.rules.orders import (
    MOST_DRUGS,
    PAEDIATRIC_BELOW,
    TEXTS,
    Sheet,
    as_plain,
    from_plain,
    order_errors,
    unfinished,
)
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.checking import checked
from yilu.clinical.selectors.context import Setting, practitioner, record_topics, setting
from yilu.clinical.selectors.plans import require_accepted
from yilu.clinical.states import (
    PrescriptionKind,
    PrescriptionState,
    check_prescription_move,
)
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotFound, Stale


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as it was kept, with what the checks say about it."""

    id: UUID
    version: int
    alerts: tuple[Alert, ...]


@operation
def write_prescription(
    *, actor: Actor, visit_id: UUID, sheet: Sheet, version: int | None = None, window: str = ""
) -> Written:
    """Keep the draft prescription of a visit, and check it. Each doctor has one draft a visit.

    Saves of one `window` follow each other closely: only another window's are asked for
    their version.

    Raises:
        TooManyDrugs, UnknownDrug, NotAPractitioner.
        Invalid: a dose, route, frequency, length or text cannot be kept; the fields are named.
        Stale: it was changed in another window.
    """
    where = setting(actor, visit_id, permissions.PRESCRIBE)
    by = practitioner(actor)
    words = _clean(sheet)
    clean_words({"window": 40}, window=window)
    draft = _draft(visit_id, by) or _new(actor, where, by)
    if not window or draft.window != window:
        check_version(draft, version)
    result = checked(actor, where, sheet.orders, draft.pk)
    draft.draft, draft.window = [as_plain(order) for order in sheet.orders], window
    for name, text in words.items():
        setattr(draft, name, text)
    draft.version += 1
    draft.save(update_fields=["draft", "window", "version", *words])
    keep_alerts(actor=actor, prescription_id=draft.pk, alerts=result.alerts)
    _record(actor, draft, "drafted", drugs=[order.drug_id for order in sheet.orders])
    event = RecordChanged(draft.patient_id, draft.visit_id, "prescription")
    _tell(actor, draft, event)
    return Written(draft.pk, draft.version, tuple(result.alerts))


@operation
def sign_prescription(
    *,
    actor: Actor,
    prescription_id: UUID,
    version: int | None = None,
    reasons: Mapping[str, str] | None = None,
) -> str:
    """Sign a draft: it gets its number and seal, and is never changed again.

    `reasons` answer alerts by their key; each is kept as the prescriber's second signature.
    The number is given back.

    Raises:
        NotThePrescriber, AlreadySigned, Stale.
        PrescriptionIncomplete: something is missing; the fields are named.
        AlertsOpen: the checks found something that stops it.
        OrderHeld: a drug belongs to a treatment plan that the patient has not accepted.
    """
    draft = _hold(actor, prescription_id)
    where = setting(actor, draft.visit_id, permissions.PRESCRIBE)
    if draft.practitioner_id != practitioner(actor):
        raise NotThePrescriber
    if draft.state != PrescriptionState.DRAFT:
        raise AlreadySigned
    check_version(draft, version)
    given = clean_words(dict.fromkeys(reasons or {}, 200), **dict(reasons or {}))
    result = checked(actor, where, [from_plain(row) for row in draft.draft], draft.pk)
    errors = unfinished({name: getattr(draft, name) for name in TEXTS}, result.lines)
    if errors:
        raise PrescriptionIncomplete(*errors)
    if stops(result.alerts, given):
        raise AlertsOpen
    priced = [one.drug.price_item_id for one in result.lines]
    require_accepted(draft.visit_id, draft.patient_id, priced)
    keep_alerts(actor=actor, prescription_id=draft.pk, alerts=result.alerts, reasons=given)
    _write_items(draft, result.lines)
    _seal(draft, where, result.lines)
    _record(actor, draft, "signed", number=draft.number, digest=draft.digest)
    _tell(actor, draft, _signed(draft, result.lines))
    return draft.number


def _clean(sheet: Sheet) -> dict[str, str]:
    if len(sheet.orders) > MOST_DRUGS:
        raise TooManyDrugs(FieldError("items", "too_many_drugs", str(TooManyDrugs.message)))
    errors = order_errors(sheet.orders)
    if errors:
        raise Invalid(*errors)
    for order in sheet.orders:
        clean_words({"instruction": 200}, instruction=order.instruction)
    return clean_words(TEXTS, **{name: getattr(sheet, name) for name in TEXTS})


def _draft(visit_id: UUID, by: UUID) -> Prescription | None:
    mine = Prescription.objects.filter(
        visit_id=visit_id, practitioner_id=by, state=PrescriptionState.DRAFT
    )
    return mine.select_for_update().first()


def _new(actor: Actor, where: Setting, by: UUID) -> Prescription:
    is_child = where.age_months is not None and where.age_months < PAEDIATRIC_BELOW
    draft = Prescription(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        practitioner_id=by,
        author_id=actor.user_id,
        kind=PrescriptionKind.PAEDIATRIC if is_child else PrescriptionKind.ORDINARY,
        written_at=clock.now(),
        version=0,
    )
    with on_violation(clinical_prescription_one_draft=Stale):
        draft.save(force_insert=True)
    note_ordered(where.visit_id)
    return draft


def _hold(actor: Actor, prescription_id: UUID) -> Prescription:
    held = hold_prescriptions(prescription_id)
    if held is None or not actor.may(permissions.SEE, held.site_id):
        raise NotFound
    return held


def _write_items(draft: Prescription, lines: list[Line]) -> None:
    PrescriptionItem.objects.bulk_create(
        [_item(draft, place, one) for place, one in enumerate(lines, start=1)]
    )


def _item(draft: Prescription, place: int, one: Line) -> PrescriptionItem:
    drug, order = one.drug, one.order
    return PrescriptionItem(
        prescription=draft,
        position=place,
        drug_id=drug.id,
        name=drug.name,
        brand=drug.brand,
        form=drug.form,
        strength=drug.strength,
        atc=drug.atc,
        dose=order.dose,
        dose_unit=drug.dose_unit,
        dose_per_unit=drug.dose_per_unit,
        form_unit=drug.form_unit,
        route=order.route,
        frequency=order.frequency,
        days=order.days,
        quantity=one.quantity,
        dispense_unit=drug.dispense_unit,
        instruction=order.instruction.strip(),
    )


def _seal(draft: Prescription, where: Setting, lines: list[Line]) -> None:
    now = clock.now()
    day = now.astimezone(site_zone(draft.site_id)).date()
    draft.diagnoses = _diagnoses(draft.visit_id)
    check_prescription_move(draft.state, PrescriptionState.SIGNED)
    draft.state, draft.signed_at, draft.valid_until = PrescriptionState.SIGNED, now, day
    draft.clinic_day = day
    draft.draft = []
    draft.version += 1
    # Late, because the series stays locked until the deed is done.
    n = numbers.take(f"prescription:{draft.site_id}:{day.isoformat()}")
    draft.number = f"R{day:%Y%m%d}-{n:04d}"
    draft.digest = notes.digest(_sealed(draft, now), [_plain_line(one) for one in lines])
    draft.save()


def _sealed(draft: Prescription, now: datetime) -> list[Any]:
    return [
        str(draft.pk), draft.number, str(draft.visit_id), str(draft.patient_id),
        str(draft.practitioner_id), now.isoformat(), draft.diagnoses,
        {name: getattr(draft, name) for name in TEXTS},
    ]  # fmt: skip


def _plain_line(one: Line) -> dict[str, Any]:
    return {**as_plain(one.order), "quantity": str(one.quantity)}


def _diagnoses(visit_id: UUID) -> list[dict[str, Any]]:
    rows = Diagnosis.objects.filter(visit_id=visit_id, removed_at=None)
    return [
        {"code": row.code, "text": dict(row.text), "is_suspected": row.is_suspected}
        for row in rows.order_by("-is_primary", "recorded_at", "code")
    ]


def _signed(draft: Prescription, lines: list[Line]) -> PrescriptionSigned:
    return PrescriptionSigned(
        prescription_id=draft.pk,
        visit_id=draft.visit_id,
        patient_id=draft.patient_id,
        number=draft.number,
        items=tuple({"drug_id": one.drug.id, "quantity": one.quantity} for one in lines),
    )


def _record(actor: Actor, row: Prescription, what: str, **details: object) -> None:
    audit.record(
        actor,
        f"clinical.prescription.{what}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **details,
    )


def _tell(actor: Actor, row: Prescription, event: PrescriptionSigned | RecordChanged) -> None:
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
