"""The tooth chart of a patient as of any day, and the entries it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from yilu.clinical.selectors.context import Setting
from yilu.dental import permissions
from yilu.dental.models import Chart, ToothEntry
from yilu.dental.rules.findings import FINDINGS
from yilu.dental.rules.mouth import Mark, ToothState, dmft, in_words, mouth
from yilu.dental.rules.notation import DENTITIONS, dentition_at, is_primary, rows, surface_name
from yilu.dental.selectors.context import chair
from yilu.dental.states import Layer
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.workforce.selectors.staff import staff_names


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry, in words. Times are local."""

    id: UUID
    tooth: str
    surfaces: str
    mark: Mark
    note: str
    day: date
    at: datetime
    by: str
    version: int
    withdrawn_reason: str

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.withdrawn_reason)

    @property
    def layer_label(self) -> str:
        return str(Layer(self.mark.layer).label)


@dataclass(frozen=True, slots=True)
class ChartPart:
    """The chart as of a day. `seen` is the count of entries that a form made from it has seen."""

    where: Setting
    dentition: str
    chosen: str
    rows: tuple[tuple[str, ...], ...]
    states: dict[str, ToothState]
    days: tuple[date, ...]
    on: date | None
    entries: tuple[EntryLine, ...]
    seen: int
    can_write: bool

    @property
    def at(self) -> int:
        """The place of the shown day among all days; the last is now."""
        return self.days.index(self.on) if self.on in self.days else len(self.days)

    @property
    def counts(self) -> dict[str, Any]:
        """Decayed, missing and filled teeth, of the permanent and of the primary ones."""
        return {"permanent": dmft(self.states), "primary": dmft(self.states, primary=True)}

    @property
    def has_primary(self) -> bool:
        return any(is_primary(tooth) for row in self.rows for tooth in row)

    def paint(self) -> dict[str, Any]:
        """What the island paints, tooth by tooth; of a tooth without anything only its words."""
        teeth = (tooth for row in self.rows for tooth in row)
        return {tooth: paint(self.states.get(tooth) or ToothState(tooth)) for tooth in teeth}


def chart_part(
    actor: Actor, visit_id: UUID, *, on: date | None = None, dentition: str = ""
) -> ChartPart:
    """The chart of a visit's patient, now or at the end of a day. Five queries."""
    where = chair(actor, visit_id)
    kept = Chart.objects.filter(patient_id=where.patient_id).values_list("dentition", flat=True)
    chosen = dentition if dentition in DENTITIONS else (kept.first() or "")
    entries = list(ToothEntry.objects.filter(patient_id=where.patient_id).order_by("n", "id"))
    standing = [one for one in entries if one.withdrawn_at is None]
    days = tuple(sorted({one.clinic_day for one in standing}))
    until = [one for one in standing if on is None or one.clinic_day <= on]
    states = mouth(until)
    shown = _wide_enough(chosen or dentition_at(where.age), states)
    return ChartPart(
        where=where,
        dentition=shown,
        chosen=chosen,
        rows=rows(shown),
        states=states,
        days=days,
        on=on,
        entries=tuple(_lines(entries, where.site_id)),
        seen=_seen(entries),
        can_write=actor.may(permissions.WRITE, where.site_id) and on is None,
    )


def entry_is_of(entry_id: UUID, patient_id: UUID) -> bool:
    """Whether an entry was written about this patient. One query."""
    return ToothEntry.objects.filter(pk=entry_id, patient_id=patient_id).exists()


def seen_count(patient_id: UUID) -> int:
    """The count of a patient's newest entry or withdrawal. One query."""
    found = ToothEntry.objects.filter(patient_id=patient_id)
    last = found.aggregate(n=Max("n"), withdrawn=Max("withdrawn_n"))
    return max(last["n"] or 0, last["withdrawn"] or 0)


def paint(state: ToothState) -> dict[str, Any]:
    """One tooth for the island: classes by name, surfaces, loose or not, and all of it in words."""
    classes = [f"is-{state.presence}"] if state.presence != "present" else []
    if state.presence_layer == Layer.DONE:
        classes.append("is-done")
    for code, mark in state.marks.items():
        classes += [f"has-{code}", *(["is-done"] if mark.layer == Layer.DONE else [])]
    classes += [f"will-{code}" for code in state.planned]
    if state.planned or state.planned_surfaces:
        classes.append("is-planned")
    loose = state.marks.get("mobility")
    return {
        "c": " ".join(dict.fromkeys(classes)),
        "s": {
            letter: _surface(state, letter) for letter in state.surfaces | state.planned_surfaces
        },
        "m": {"1": "I", "2": "II", "3": "III"}.get(loose.detail, "") if loose else "",
        "say": in_words(state),
    }


def _surface(state: ToothState, letter: str) -> str:
    """Classes of a surface: what is on it as a colour, planned or done as a line of its own."""
    classes = []
    if mark := state.surfaces.get(letter):
        classes += [f"f-{FINDINGS[mark.code].paint}", f"l-{mark.layer}", f"d-{mark.detail}"]
    if letter in state.planned_surfaces:
        classes.append("l-planned")
    return " ".join(one for one in classes if one != "d-")


def _wide_enough(wanted: str, states: dict[str, ToothState]) -> str:
    """Nothing that was charted is ever hidden because a chart shows other teeth."""
    there = {is_primary(tooth) for tooth, state in states.items() if not state.is_plain}
    needs = {"permanent": True, "primary": False}.get(wanted)
    return "mixed" if needs is not None and needs in there else wanted


def _lines(entries: Iterable[ToothEntry], site_id: UUID) -> list[EntryLine]:
    zone = site_zone(site_id)
    found = list(entries)
    names = staff_names({one.recorded_by_id for one in found if one.recorded_by_id})
    return [
        EntryLine(
            id=one.pk,
            tooth=one.tooth,
            surfaces="·".join(surface_name(one.tooth, letter) for letter in one.surfaces),
            mark=Mark(one.finding, one.detail, one.layer),
            note=one.note,
            day=one.clinic_day,
            at=one.recorded_at.astimezone(zone),
            by=str(names.get(one.recorded_by_id, "")) if one.recorded_by_id else "",
            version=one.version,
            withdrawn_reason=one.withdrawn_reason,
        )
        for one in reversed(found)
    ]


def _seen(entries: Iterable[ToothEntry]) -> int:
    return max((max(one.n, one.withdrawn_n or 0) for one in entries), default=0)
