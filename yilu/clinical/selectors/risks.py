"""Risk scores: what the record knows of their inputs, what they would make of it, and past ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yilu.clinical import permissions
from yilu.clinical.models import Diagnosis, Problem, RiskAssessment, VitalSigns
from yilu.clinical.rules import risks
from yilu.clinical.rules.usage import amount
from yilu.clinical.selectors.chart import taken
from yilu.clinical.selectors.context import Setting, setting
from yilu.clinical.states import ProblemStatus
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.names import Localized

# What was measured or answered longer ago is asked again.
MEASURED_HOLDS = timedelta(days=92)
ANSWERED_HOLDS = timedelta(days=365)
MEASURED = ("systolic", "diastolic", "respiratory_rate", "weight", "height")
MOST_PAST = 40
SUBJECTS = {
    "heart": gettext_lazy("Heart and vessels"),
    "diabetes": gettext_lazy("Diabetes"),
    "kidney": gettext_lazy("Kidney"),
    "lungs": gettext_lazy("Lungs"),
    "mind": gettext_lazy("Mind"),
    "sleep": gettext_lazy("Sleep"),
    "habits": gettext_lazy("Tobacco and alcohol"),
    "acute": gettext_lazy("Acutely ill"),
    "body": gettext_lazy("Body"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of an input, and from where."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class AskedInput:
    """One field of a score: its value, and where that comes from when nobody typed it."""

    about: risks.Input
    value: str
    source: str
    error: str


@dataclass(frozen=True, slots=True)
class RiskResult:
    """What a score makes of what is in its form: a result, or what is still missing."""

    reading: risks.RiskReading | None
    total: str
    points: tuple[tuple[Localized, int], ...]
    missing: tuple[Localized, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastRisk:
    """One score on the record. Its time is local."""

    id: UUID
    key: str
    reading: risks.RiskReading
    total: str
    inputs: tuple[tuple[Localized, str], ...]
    assessed_at: datetime
    rules_version: str
    version: int


@dataclass(frozen=True, slots=True)
class RiskForm:
    """A score with its fields."""

    key: str
    title: Localized
    says: Localized
    source: str
    version: str
    fields: tuple[AskedInput, ...]
    result: RiskResult


@dataclass(frozen=True, slots=True)
class RiskPage:
    """The scores that there are, and those on the patient's record."""

    where: Setting
    groups: tuple[tuple[str, tuple[tuple[str, Localized], ...]], ...]
    past: tuple[PastRisk, ...]
    can_assess: bool


def risk_page(actor: Actor, visit_id: UUID) -> RiskPage:
    """The scores to choose from, and the patient's past ones, newest first. Three queries."""
    where = setting(actor, visit_id)
    return RiskPage(
        where=where,
        groups=tuple(_groups()),
        past=past_risks(where.patient_id, site_zone(where.site_id)),
        can_assess=actor.may(permissions.ASSESS, where.site_id),
    )


def risk_form(
    actor: Actor, visit_id: UUID, key: str, typed: Mapping[str, str] | None = None
) -> RiskForm:
    """A score's fields, filled with what the record knows unless something was typed.

    Eight queries, two when something was typed. Raises: NotFound.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    if key not in risks.risk_keys():
        raise NotFound
    rules = risks.risk_rules(key)
    known = known_inputs(where) if typed is None else {}
    values = {code: one.value for code, one in known.items()} if typed is None else typed
    result = risk_result(key, values)
    errors = {one.field: one.message for one in why_not_scored(key, values)} if typed else {}
    return RiskForm(
        key=key,
        title=rules.title,
        says=Localized(rules.body["says"]),
        source=rules.source,
        version=rules.version,
        fields=tuple(
            AskedInput(
                about=risks.inputs()[code],
                value=values.get(code, ""),
                source=known[code].source if code in known else "",
                error=errors.get(code, ""),
            )
            for code in rules.body["asks"]
        ),
        result=result,
    )


def risk_result(key: str, values: Mapping[str, str]) -> RiskResult:
    """What a score makes of values that are still being typed. No query."""
    found, why, known = risks.risk(key, values), risks.reasons(key, values), risks.inputs()
    if found is None:
        missing = tuple(known[code].title for code in why.missing)
        wrong = tuple(one.message for one in why_not_scored(key, values) if one.code != "required")
        return RiskResult(None, "", (), missing, wrong)
    return RiskResult(
        reading=risks.risk_reading(key, found.band, found.inputs),
        total=amount(found.total),
        points=tuple((known[code].title, points) for code, points in found.points.items()
                     if code in known),
        missing=(),
        wrong=(),
    )  # fmt: skip


def why_not_scored(key: str, values: Mapping[str, str]) -> list[FieldError]:
    """What keeps a score from being computed, field by field. No query."""
    why, known = risks.reasons(key, values), risks.inputs()
    found = [FieldError(code, "required", _("This is needed.")) for code in why.missing]
    found += [FieldError(code, "implausible_value", _refused(known[code])) for code in why.wrong]
    if why.age:
        found.append(FieldError("age", "not_meant", _meant_for(why.age)))
    return found


def past_risks(patient_id: UUID, zone: ZoneInfo) -> tuple[PastRisk, ...]:
    """The scores on a patient's record, newest first, withdrawn ones left out. One query."""
    rows = RiskAssessment.objects.filter(patient_id=patient_id, withdrawn_at=None)
    known = risks.inputs()
    return tuple(
        PastRisk(
            id=row.pk,
            key=row.ruleset,
            reading=risks.risk_reading(row.ruleset, row.band, row.inputs),
            total=amount(row.total),
            inputs=tuple((known[code].title, _shown(known[code], value))
                         for code, value in row.inputs.items() if code in known),
            assessed_at=row.assessed_at.astimezone(zone),
            rules_version=row.ruleset_version,
            version=row.version,
        )
        for row in rows.order_by("-assessed_at")[:MOST_PAST]
    )  # fmt: skip


def known_inputs(where: Setting) -> dict[str, Known]:
    """What the record knows of the inputs of scores. Five queries.

    Later sources outrank earlier ones: past answers, diagnoses and medicines, what was measured,
    and who the patient is.
    """
    now = clock.now()
    found: dict[str, Known] = {}
    past = RiskAssessment.objects.filter(
        patient_id=where.patient_id, withdrawn_at=None, assessed_at__gt=now - ANSWERED_HOLDS
    ).order_by("assessed_at")
    zone = site_zone(where.site_id)
    for given, at in past.values_list("inputs", "assessed_at"):
        source = _("answered %(day)s") % {"day": f"{at.astimezone(zone):%Y-%m-%d}"}
        found |= {code: Known(value, source) for code, value in given.items()}
    found |= dict(_answered(where))
    found |= dict(_measured(where, now, zone))
    if where.age is not None:
        found["age"] = Known(str(where.age), _("of the patient"))
    found["sex"] = Known(where.patient.sex, _("of the patient"))
    return found


def _answered(where: Setting) -> Iterator[tuple[str, Known]]:
    ill = Problem.objects.filter(patient_id=where.patient_id, status=ProblemStatus.ACTIVE)
    seen = Diagnosis.objects.filter(
        patient_id=where.patient_id, removed_at=None, is_suspected=False
    )
    codes = {*ill.values_list("code", flat=True), *seen.values_list("code", flat=True)}
    medicines = [one.atc for one in taken(where.patient_id, where.day)]
    for code, one in risks.inputs().items():
        if any(held.startswith(one.codes) for held in codes if held and one.codes):
            yield code, Known("yes", _("by diagnosis"))
        if any(held.startswith(one.atc) for held in medicines if held and one.atc):
            yield code, Known("yes", _("by prescription"))


def _measured(where: Setting, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, Known]]:
    rows = VitalSigns.objects.filter(
        patient_id=where.patient_id, withdrawn_at=None, taken_at__gt=now - MEASURED_HOLDS
    ).order_by("taken_at")
    latest: dict[str, Known] = {}
    for values, at in rows.values_list("values", "taken_at"):
        source = _("measured %(day)s") % {"day": f"{at.astimezone(zone):%Y-%m-%d}"}
        latest |= {
            code: Known(amount(Decimal(values[code])), source)
            for code in MEASURED
            if values.get(code)
        }
    yield from latest.items()
    if {"weight", "height"} <= set(latest):
        metres = Decimal(latest["height"].value) / 100
        index = Decimal(latest["weight"].value) / metres**2
        shown = str(index.quantize(Decimal("0.1"), ROUND_HALF_UP))
        yield "bmi", Known(shown, latest["weight"].source)


def _groups() -> Iterator[tuple[str, tuple[tuple[str, Localized], ...]]]:
    rules = {key: risks.risk_rules(key) for key in risks.risk_keys()}
    for subject, title in SUBJECTS.items():
        yield (
            str(title),
            tuple((key, one.title) for key, one in rules.items() if one.body["subject"] == subject),
        )


def _refused(one: risks.Input) -> str:
    if one.options:
        return _("Choose one of the answers.")
    words = {"least": amount(one.least or Decimal(0)), "most": amount(one.most or Decimal(0))}
    return _("Between %(least)s and %(most)s.") % words


def _meant_for(ages: Mapping[str, Any]) -> str:
    if "to" not in ages:
        return _("Meant for people of %(from)s years or more.") % ages
    return _("Meant for people from %(from)s to %(to)s years.") % ages


def _shown(one: risks.Input, value: str) -> str:
    return str(one.options.get(value, value)) if one.options else f"{value} {one.unit}".strip()
