"""What each part of the doctor's and the nurse's page shows, ready to print."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.prices import prices_at
from yilu.clinical import permissions
from yilu.clinical.models import Prescription
from yilu.clinical.rules import notes as note_rules
from yilu.clinical.rules.checks import Alert
from yilu.clinical.rules.dosing import Line
from yilu.clinical.rules.notes import Section
from yilu.clinical.rules.orders import TEXTS, from_plain
from yilu.clinical.rules.scores import About
from yilu.clinical.rules.sentences import explain
from yilu.clinical.rules.usage import amount, dose_text, usage
from yilu.clinical.selectors.allergies import AllergyCard, allergy_card
from yilu.clinical.selectors.chart import pregnancy
from yilu.clinical.selectors.checking import checked
from yilu.clinical.selectors.context import Setting, setting
from yilu.clinical.selectors.history import IntakeCard, intake_of
from yilu.clinical.selectors.measures import Round, ScoreLine, fall_risk, rounds_of
from yilu.clinical.selectors.notes import (
    DiagnosisLine,
    NoteDraft,
    PastNote,
    diagnoses_of,
    past_notes,
    visit_note,
)
from yilu.clinical.selectors.prescriptions import PrescriptionFacts, prescriptions_of_visits
from yilu.clinical.selectors.unscored import NoScore, why_unscored
from yilu.clinical.states import PrescriptionState
from yilu.platform import money
from yilu.platform.actors import Actor

GRADE_STATES = {"block": "late", "warn": "soon", "info": "booked"}
GRADE_ORDER = {"block": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Banner:
    """Who the patient is: two identifiers, age, allergies; and whether somebody asked."""

    where: Setting
    allergies: AllergyCard
    can_assess: bool
    can_write: bool


@dataclass(frozen=True, slots=True)
class VitalsPart:
    """The rounds of a visit, the intake, and whether the reader may add to them."""

    where: Setting
    rounds: tuple[Round, ...]
    intake: IntakeCard
    fall: ScoreLine | None
    can_assess: bool

    @property
    def latest(self) -> Round | None:
        return next((one for one in self.rounds if not one.is_withdrawn), None)

    @property
    def no_score(self) -> NoScore | None:
        """Why the latest round has no NEWS2; None when it has, or nothing was measured."""
        if self.latest is None or self.latest.news2 is not None:
            return None
        is_pregnant = pregnancy(self.intake.content) == "yes"
        about = About(self.where.age, pregnant=is_pregnant)
        return why_unscored(self.latest.measured, about)


@dataclass(frozen=True, slots=True)
class SectionField:
    """One section of the note with its text."""

    section: Section
    text: str
    copied_from: str


@dataclass(frozen=True, slots=True)
class NotePart:
    """The note being written or as it was signed, with diagnoses and what was written before."""

    where: Setting
    note: NoteDraft
    shown_kind: str
    fields: tuple[SectionField, ...]
    diagnoses: tuple[DiagnosisLine, ...]
    past: tuple[PastNote, ...]
    can_write: bool
    can_sign: bool

    @property
    def last(self) -> PastNote | None:
        return self.past[0] if self.past else None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One drug of the sheet being written."""

    place: int
    drug_id: UUID
    name: str
    strength: str
    dose: str
    dose_unit: str
    route: str
    frequency: str
    days: int
    instruction: str
    usage: str
    quantity: str
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in words. `needs`: never, reason or nothing."""

    key: str
    text: str
    grade: str
    state: str
    needs: str
    source: str
    version: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """The prescription being written and those that were signed at this visit."""

    where: Setting
    draft_id: UUID | None
    version: int
    rows: tuple[SheetRow, ...]
    texts: dict[str, str]
    alerts: tuple[AlertLine, ...]
    signed: tuple[PrescriptionFacts, ...]
    can_prescribe: bool

    @property
    def total(self) -> Decimal:
        return sum((row.price for row in self.rows if row.price is not None), money.ZERO)

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= 5

    @property
    def is_stopped(self) -> bool:
        """Whether something stops the signature for good."""
        return any(alert.needs == "never" for alert in self.alerts)

    @property
    def needs_long_reason(self) -> bool:
        return any(row.days > 7 for row in self.rows)


def banner(actor: Actor, visit_id: UUID) -> Banner:
    """The patient of a visit, as every page shows them at the head. Four queries."""
    where = setting(actor, visit_id)
    return Banner(
        where=where,
        allergies=allergy_card(where.patient_id, visit_id),
        can_assess=actor.may(permissions.ASSESS, where.site_id),
        can_write=actor.may(permissions.WRITE, where.site_id),
    )


def vitals_part(actor: Actor, visit_id: UUID) -> VitalsPart:
    """Vital signs and intake of a visit. Six queries."""
    where = setting(actor, visit_id)
    return VitalsPart(
        where=where,
        rounds=tuple(rounds_of(visit_id)),
        intake=intake_of(visit_id),
        fall=fall_risk(visit_id),
        can_assess=actor.may(permissions.ASSESS, where.site_id),
    )


def note_part(actor: Actor, visit_id: UUID, kind: str = "") -> NotePart:
    """The note of a visit. Eight queries at most.

    A visit of somebody whom we have seen before begins as a return visit. `kind` shows the
    draft in the other form without saving it.
    """
    where = setting(actor, visit_id)
    past = tuple(past_notes(where.patient_id, visit_id))
    note = visit_note(visit_id, fresh_kind="return" if past else "first")
    shown = kind or note.kind
    return NotePart(
        where=where,
        note=note,
        shown_kind=shown,
        fields=tuple(
            SectionField(one, note.sections.get(one.code, ""), note.copied.get(one.code, ""))
            for one in note_rules.sections(shown)
        ),
        diagnoses=tuple(diagnoses_of([visit_id]).get(visit_id, ())),
        past=past,
        can_write=actor.may(permissions.WRITE, where.site_id),
        can_sign=actor.may(permissions.SIGN, where.site_id) and actor.practitioner_id is not None,
    )


def sheet_part(actor: Actor, visit_id: UUID) -> SheetPart:
    """The prescriptions of a visit, the reader's draft under its checks. Thirteen queries."""
    where = setting(actor, visit_id)
    may = actor.may(permissions.PRESCRIBE, where.site_id) and actor.practitioner_id is not None
    draft = _draft(actor.practitioner_id, visit_id) if may else None
    orders = [from_plain(row) for row in draft.draft] if draft else []
    result = checked(actor, where, orders, draft.pk) if draft and orders else None
    return SheetPart(
        where=where,
        draft_id=draft.pk if draft else None,
        version=draft.version if draft else 0,
        rows=tuple(_rows(where, result.lines)) if result else (),
        texts={name: getattr(draft, name) if draft else "" for name in TEXTS},
        alerts=tuple(alert_lines(result.alerts)) if result else (),
        signed=tuple(prescriptions_of_visits([visit_id])),
        can_prescribe=may,
    )


def alert_lines(alerts: list[Alert]) -> list[AlertLine]:
    """Alerts in words, the gravest first. No query."""
    ordered = sorted(alerts, key=lambda one: GRADE_ORDER[one.grade])
    return [
        AlertLine(
            key=one.key,
            text=explain(one.rule, one.facts),
            grade=one.grade,
            state=GRADE_STATES[one.grade],
            needs=one.needs,
            source=one.source,
            version=one.version,
        )
        for one in ordered
    ]


def _draft(practitioner_id: UUID | None, visit_id: UUID) -> Prescription | None:
    if practitioner_id is None:
        return None
    mine = Prescription.objects.filter(
        visit_id=visit_id, practitioner_id=practitioner_id, state=PrescriptionState.DRAFT
    )
    return mine.first()


def _rows(where: Setting, lines: list[Line]) -> list[SheetRow]:
    items = [one.drug.price_item_id for one in lines if one.drug.price_item_id]
    prices: dict[UUID, Any] = prices_at(items, where.day) if items else {}
    return [_row(place, one, prices) for place, one in enumerate(lines, start=1)]


def _row(place: int, one: Line, prices: dict[UUID, Any]) -> SheetRow:
    drug, order = one.drug, one.order
    price = prices.get(drug.price_item_id) if drug.price_item_id else None
    dose = dose_text(order.dose, drug.dose_unit, drug.dose_per_unit, drug.form_unit)
    return SheetRow(
        place=place,
        drug_id=drug.id,
        name=str(drug.name),
        strength=drug.strength,
        dose=amount(order.dose),
        dose_unit=drug.dose_unit,
        route=order.route,
        frequency=order.frequency,
        days=order.days,
        instruction=order.instruction,
        usage=usage(dose, order.route, order.frequency, order.days),
        quantity=f"{amount(one.quantity)} {drug.dispense_unit}",
        price=None if price is None else money.line_amount(price.amount, one.quantity),
    )
