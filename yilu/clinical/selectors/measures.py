"""Vital signs and their scores, as they were stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.clinical.models import ScoreResult, VitalSigns
from yilu.clinical.rules import acuity, scores, vitals
from yilu.clinical.rules.falls import SCALES
from yilu.clinical.rules.usage import amount
from yilu.clinical.selectors.unscored import title_of
from yilu.facility.selectors.sites import site_zone
from yilu.platform.names import Localized

# What a banner or a card shows, in this order; pressure is one thing of two values.
SHOWN = (
    "pressure",
    "pulse",
    "temperature",
    "spo2",
    "respiratory_rate",
    "weight",
    "height",
    "glucose",
    "pain",
)
TREND_POINTS = 12
PRESSURE = Localized({"zh-Hans": "血压", "en": "Blood pressure"})
_ORDER = ["acuity", "news2", "mews", "bmi", "pain", *SCALES]


@dataclass(frozen=True, slots=True)
class Value:
    """One measured thing, ready to show. `grade`: urgent, attention or nothing."""

    code: str
    title: str
    text: str
    unit: str
    grade: str
    advice: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One stored score in words, with the rule set that made it."""

    ruleset: str
    version: str
    title: Localized
    total: str
    band: Localized
    says: Localized
    state: str
    source: str
    single_three: bool
    computed_at: datetime
    reasons: tuple[str, ...] = ()

    @property
    def is_level(self) -> bool:
        """Whether its number is but another name of its band."""
        return self.ruleset == "acuity"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of measuring. Times are local."""

    id: UUID
    visit_id: UUID
    taken_at: datetime
    taken_by_id: UUID | None
    values: tuple[Value, ...]
    measured: dict[str, str]
    scores: tuple[ScoreLine, ...]
    note: str
    withdrawn_reason: str
    is_withdrawn: bool
    version: int

    @property
    def news2(self) -> ScoreLine | None:
        return next((one for one in self.scores if one.ruleset == "news2"), None)

    @property
    def needs_recheck(self) -> bool:
        """Whether a value calls for measuring again soon."""
        return any(one.grade == "urgent" for one in self.values)

    @property
    def advice(self) -> tuple[str, ...]:
        """What the values out of range ask for, each once."""
        return tuple(dict.fromkeys(one.advice for one in self.values if one.advice))


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Blood pressure and weight of one day; the last round of the day counts."""

    day: date
    systolic: int | None
    diastolic: int | None
    weight: Decimal | None


def vitals_of(visit_ids: Iterable[UUID]) -> dict[UUID, Round]:
    """The latest round of each visit, withdrawn ones left out. Two queries."""
    rows = VitalSigns.objects.filter(visit_id__in=set(visit_ids), withdrawn_at=None)
    latest = rows.order_by("visit_id", "-taken_at").distinct("visit_id")
    return {one.visit_id: one for one in _rounds(list(latest))}


def rounds_of(visit_id: UUID) -> list[Round]:
    """Every round of a visit, newest first, withdrawn ones too. Two queries."""
    return _rounds(list(VitalSigns.objects.filter(visit_id=visit_id).order_by("-taken_at")))


def vitals_trend(patient_id: UUID) -> list[TrendPoint]:
    """Pressure and weight over the last rounds, oldest first, one a day. One query."""
    rows = VitalSigns.objects.filter(patient_id=patient_id, withdrawn_at=None)
    found = rows.order_by("-taken_at").values_list("clinic_day", "values")[: TREND_POINTS * 3]
    by_day: dict[date, dict[str, str]] = {}
    for day, values in found:
        by_day.setdefault(day, values)
    points = [_point(day, values) for day, values in sorted(by_day.items())]
    return points[-TREND_POINTS:]


def fall_risk(visit_id: UUID) -> ScoreLine | None:
    """The latest fall-risk score of a visit. One query."""
    rows = ScoreResult.objects.filter(visit_id=visit_id, ruleset__in=SCALES)
    row = rows.order_by("-computed_at").first()
    return None if row is None else _score(row, site_zone(row.site_id))


def shown_values(values: dict[str, str], flags: list[dict[str, str]]) -> tuple[Value, ...]:
    """Measured values in words, in the order in which a card shows them. No query."""
    by_code = {flag["value"]: flag for flag in flags}
    found = [_value(code, values, by_code) for code in SHOWN]
    return tuple(one for one in found if one is not None)


def _rounds(rows: list[VitalSigns]) -> list[Round]:
    results: dict[UUID | None, list[ScoreResult]] = {}
    for result in ScoreResult.objects.filter(vitals_id__in=[row.pk for row in rows]):
        results.setdefault(result.vitals_id, []).append(result)
    return [_round(row, results.get(row.pk, [])) for row in rows]


def _round(row: VitalSigns, results: list[ScoreResult]) -> Round:
    zone = site_zone(row.site_id)
    ordered = sorted(results, key=lambda one: _ORDER.index(one.ruleset))
    return Round(
        id=row.pk,
        visit_id=row.visit_id,
        taken_at=row.taken_at.astimezone(zone),
        taken_by_id=row.taken_by_id,
        values=shown_values(row.values, row.flags),
        measured=row.values,
        scores=tuple(_score(one, zone) for one in ordered),
        note=row.note,
        withdrawn_reason=row.withdrawn_reason,
        is_withdrawn=row.withdrawn_at is not None,
        version=row.version,
    )


def _score(row: ScoreResult, zone: ZoneInfo) -> ScoreLine:
    words = scores.reading(row.ruleset, row.band)
    return ScoreLine(
        ruleset=row.ruleset,
        version=row.ruleset_version,
        title=words.title,
        total=amount(row.total),
        band=words.band,
        says=words.says,
        state=words.state,
        source=words.source,
        single_three=row.single_three,
        computed_at=row.computed_at.astimezone(zone),
        reasons=reasons_of(row.ruleset, row.points),
    )


def reasons_of(key: str, points: Mapping[str, int]) -> tuple[str, ...]:
    """What a level was suggested for, in words; nothing for other scores. No query."""
    if key != acuity.KEY:
        return ()
    return tuple("MEWS" if one == "mews" else title_of(one) for one in acuity.reasons(points))


def _value(code: str, values: dict[str, str], flags: dict[str, dict[str, str]]) -> Value | None:
    parts = ("systolic", "diastolic") if code == "pressure" else (code,)
    there = [values[part] for part in parts if part in values]
    if not there:
        return None
    flag = _gravest([flags[part] for part in parts if part in flags])
    known = vitals.bounds()
    title = PRESSURE if code == "pressure" else known[code].title
    return Value(
        code=code,
        title=str(title),
        text="/".join(there),
        unit=known[parts[0]].unit,
        grade=flag.get("grade", ""),
        advice=str(vitals.advice(flag["do"])) if flag else "",
    )


def _gravest(found: list[dict[str, str]]) -> dict[str, str]:
    urgent = [flag for flag in found if flag["grade"] == "urgent"]
    return next(iter([*urgent, *found]), {})


def _point(day: date, values: dict[str, Any]) -> TrendPoint:
    return TrendPoint(
        day=day,
        systolic=int(values["systolic"]) if "systolic" in values else None,
        diastolic=int(values["diastolic"]) if "diastolic" in values else None,
        weight=Decimal(values["weight"]) if "weight" in values else None,
    )
