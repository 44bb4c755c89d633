"""What scores and prescription checks must know of a patient, gathered from the record."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.models import (
    Allergy,
    AllergyStatement,
    Intake,
    OxygenTarget,
    PrescriptionItem,
    VitalSigns,
)
from yilu.clinical.rules.allergens import KnownAllergy
from yilu.clinical.rules.checks import Chart, Taken
from yilu.clinical.rules.scores import About
from yilu.clinical.selectors.context import Setting
from yilu.clinical.states import IN_USE, AllergyStatus
from yilu.patients.selectors.aliases import aliases_of
from yilu.platform import clock

CHILD_MONTHS = 168
# A child's weight is too old for a dose after three months.
WEIGHT_HOLDS = timedelta(days=92)
LONGEST_COURSE = timedelta(days=90)


def score_facts(where: Setting) -> About:
    """What the scores depend on besides what was measured. Two queries."""
    target = OxygenTarget.objects.filter(patient_id=where.patient_id, ended_at=None)
    intake = latest_intake(where.visit_id)
    return About(
        age=where.age,
        pregnant=pregnancy(intake) == "yes",
        oxygen_target=target.exists(),
        age_months=where.age_months,
        weeks=intake.get("pregnancy_weeks"),
    )


def latest_intake(visit_id: UUID) -> dict[str, Any]:
    """What the nurse asked at this visit, as it was last saved. One query."""
    found = Intake.objects.filter(visit_id=visit_id).order_by("-n")
    return found.values_list("content", flat=True).first() or {}


def pregnancy(intake: dict[str, Any]) -> str:
    """yes, no or unknown, as the intake has it."""
    return str(intake.get("pregnancy") or "unknown")


def chart(where: Setting, without: UUID | None = None) -> Chart:
    """What the checks of a prescription need. Five queries.

    Drugs of the prescription `without` are not counted as taken: it is the one being checked.
    """
    allergies = known_allergies(where.patient_id)
    return Chart(
        age_months=where.age_months,
        sex=where.patient.sex,
        weight_kg=_weight(where),
        pregnant=pregnancy(latest_intake(where.visit_id)),
        allergies=allergies,
        asked=asked(where, has_allergies=bool(allergies)),
        taken=taken(where.patient_id, where.day, without),
    )


def known_allergies(patient_id: UUID) -> tuple[KnownAllergy, ...]:
    """The patient's active allergies, as each record merged into theirs has them. Two queries.

    What both records knew stayed with the merged one, where it may be graver or say more; it
    counts until it is refuted here.
    """
    records = [patient_id, *(one.id for one in aliases_of(patient_id))]
    named = ("substance", "group", "atc", "severity")
    rows = Allergy.objects.filter(patient_id__in=records).order_by("recorded_at")
    own: list[KnownAllergy] = []
    merged: list[KnownAllergy] = []
    refuted: set[str] = set()
    for record, status, *facts in rows.values_list("patient_id", "status", *named):
        known = KnownAllergy(*facts)
        if status == AllergyStatus.ACTIVE:
            (own if record == patient_id else merged).append(known)
        elif record == patient_id:
            refuted.add(known.substance)
    refuted -= {one.substance for one in own}
    return (*own, *(one for one in merged if one.substance not in refuted))


def asked(where: Setting, *, has_allergies: bool) -> str:
    """Whether somebody asked about allergies: this_visit, earlier or never. One query."""
    rows = AllergyStatement.objects.filter(patient_id=where.patient_id, ended_at=None)
    visits = set(rows.values_list("visit_id", flat=True))
    if where.visit_id in visits:
        return "this_visit"
    return "earlier" if visits or has_allergies else "never"


def taken(patient_id: UUID, day: date, without: UUID | None = None) -> tuple[Taken, ...]:
    """What the patient takes on a day by signed prescriptions, newest first. One query."""
    since = clock.now() - LONGEST_COURSE
    items = PrescriptionItem.objects.filter(
        prescription__patient_id=patient_id,
        prescription__state__in=IN_USE,
        prescription__signed_at__gte=since,
    )
    if without is not None:
        items = items.exclude(prescription_id=without)
    rows = items.order_by("-prescription__signed_at", "position").values_list(
        "drug_id", "name", "atc", "days", "prescription__clinic_day"
    )
    found = [
        Taken(drug_id, dict(name), atc, begun + timedelta(days=days - 1))
        for drug_id, name, atc, days, begun in rows
    ]
    return tuple(one for one in found if one.until >= day)


def _weight(where: Setting) -> Decimal | None:
    weighed = VitalSigns.objects.filter(
        patient_id=where.patient_id, withdrawn_at=None, values__has_key="weight"
    )
    found = weighed.order_by("-taken_at").values_list("values__weight", "taken_at").first()
    if found is None or _too_old(where, found[1]):
        return None
    return Decimal(found[0])


def _too_old(where: Setting, weighed_at: datetime) -> bool:
    is_child = where.age_months is not None and where.age_months < CHILD_MONTHS
    return is_child and weighed_at < clock.now() - WEIGHT_HOLDS
