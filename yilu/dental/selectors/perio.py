"""The periodontal chart of a visit, beside an earlier one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.clinical.selectors.context import Setting
from yilu.dental import permissions
from yilu.dental.models import PerioChart, PerioVersion, ToothEntry
from yilu.dental.rules.mouth import mouth
from yilu.dental.rules.notation import is_primary
from yilu.dental.rules.perio import Content, Figures, figures
from yilu.dental.selectors.context import chair
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.workforce.selectors.practitioners import practitioner_names

FIGURES = (
    ("bleeding", _("Bleeding on probing"), "%"),
    ("plaque", _("Plaque"), "%"),
    ("mean_depth", _("Mean depth"), "mm"),
    ("mean_loss", _("Mean attachment level"), "mm"),
    ("pockets", _("Sites from 4 mm"), ""),
    ("deep", _("Sites from 6 mm"), ""),
    ("pus", _("Sites with pus"), ""),
    ("sites", _("Sites probed"), ""),
)
STAGES = {1: "I", 2: "II", 3: "III", 4: "IV"}


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed version. Times are local."""

    n: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest signed version of an earlier visit."""

    chart_id: UUID
    day: date
    content: Content


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure now, then, and what became of it."""

    code: str
    title: Any
    unit: str
    now: Decimal | int | None
    then: Decimal | int | None

    @property
    def change(self) -> Decimal | int | None:
        return None if self.now is None or self.then is None else self.now - self.then


@dataclass(frozen=True, slots=True)
class PerioPart:
    """The chart of a visit as it is being taken, its signed versions, and one to compare with."""

    where: Setting
    content: Content
    version: int
    saved_at: datetime | None
    signed: tuple[Signed, ...]
    has_changes: bool
    earlier: tuple[Earlier, ...]
    then: Earlier | None
    can_write: bool

    @property
    def is_signed(self) -> bool:
        return bool(self.signed)

    @property
    def figures(self) -> Figures:
        return figures(self.content)

    @property
    def stage(self) -> str:
        return STAGES.get(self.figures.stage, "")

    @property
    def lines(self) -> list[FigureLine]:
        """The figures, beside those of the chart that it is compared with."""
        now, then = self.figures, figures(self.then.content) if self.then else None
        return [
            FigureLine(code, title, unit, getattr(now, code), getattr(then, code, None))
            for code, title, unit in FIGURES
        ]


def perio_part(
    actor: Actor, visit_id: UUID, *, beside: UUID | None = None, shown: int = 0
) -> PerioPart:
    """The periodontal chart of a visit; `beside` is an earlier one, `shown` a signed version.

    Six queries at most.

    Raises: NotFound.
    """
    where = chair(actor, visit_id)
    row = PerioChart.objects.filter(visit_id=visit_id).first()
    versions = _versions(where)
    own = [one for one in versions if one.chart.visit_id == visit_id]
    earlier = _earlier(versions, where)
    last = own[-1] if own else None
    picked = next((one for one in own if one.n == shown), None)
    content = picked.content if picked else row.draft if row else gaps(where.patient_id)
    names = practitioner_names([one.practitioner_id for one in own])
    zone = site_zone(where.site_id)
    return PerioPart(
        where=where,
        content=content,
        version=row.draft_version if row else 0,
        saved_at=row.recorded_at.astimezone(zone) if row else None,
        signed=tuple(
            Signed(
                one.n, one.signed_at.astimezone(zone), str(names.get(one.practitioner_id, "")),
                one.reason,
            )
            for one in own
        ),
        has_changes=last is not None and row is not None and last.content != row.draft,
        earlier=earlier,
        then=next((one for one in earlier if one.chart_id == beside), None),
        can_write=actor.may(permissions.WRITE, where.site_id) and picked is None,
    )  # fmt: skip


def gaps(patient_id: UUID) -> Content:
    """Which teeth cannot be probed, as the tooth chart says they are gone. One query."""
    entries = ToothEntry.objects.filter(patient_id=patient_id, withdrawn_at=None)
    states = mouth(entries.order_by("n", "id"))
    there = {"present", "retained_root", "implant"}
    return {
        tooth: {"gone": True}
        for tooth, state in states.items()
        if not is_primary(tooth) and state.presence not in there
    }


def _versions(where: Setting) -> list[PerioVersion]:
    found = PerioVersion.objects.filter(chart__patient_id=where.patient_id)
    return list(found.select_related("chart").order_by("chart__clinic_day", "chart_id", "n"))


def _earlier(versions: list[PerioVersion], where: Setting) -> tuple[Earlier, ...]:
    """The last version of each other visit until this one, the newest first."""
    last = {
        one.chart_id: Earlier(one.chart_id, one.chart.clinic_day, one.content)
        for one in versions
        if one.chart.visit_id != where.visit_id and one.chart.clinic_day <= where.day
    }
    return tuple(reversed(last.values()))


SITE_NAMES = {
    "MB": pgettext_lazy("site", "mesiobuccal"),
    "B": pgettext_lazy("site", "buccal"),
    "DB": pgettext_lazy("site", "distobuccal"),
    "ML": pgettext_lazy("site", "mesiolingual"),
    "L": pgettext_lazy("site", "lingual"),
    "DL": pgettext_lazy("site", "distolingual"),
}
