"""What all entries about a tooth add up to: what of it there is, what is on it, what is planned."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.dental.rules.findings import ENDED_BY, FINDINGS, GONE, PRESENCES, PRESENT, detail_title
from yilu.dental.rules.notation import surface_name, tooth_name

PLANNED, DONE = "planned", "done"


class Entry(Protocol):
    """What an entry has to say; entries come in the order in which they were written."""

    @property
    def tooth(self) -> str: ...
    @property
    def surfaces(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def layer(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a surface or a tooth."""

    code: str
    detail: str
    layer: str

    @property
    def title(self) -> str:
        finding = FINDINGS[self.code]
        detail = detail_title(finding, self.detail)
        return f"{finding.title} ({detail})" if detail else str(finding.title)


@dataclass(slots=True)
class ToothState:
    """One tooth on one day."""

    tooth: str
    presence: str = PRESENT
    presence_layer: str = ""
    surfaces: dict[str, Mark] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    planned_surfaces: dict[str, Mark] = field(default_factory=dict)
    planned: dict[str, Mark] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        return self.presence in GONE

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say of it."""
        return self.presence == PRESENT and not (
            self.surfaces or self.marks or self.planned_surfaces or self.planned
        )


def mouth(entries: Iterable[Entry]) -> dict[str, ToothState]:
    """The state of every tooth that something was said of."""
    found: dict[str, ToothState] = {}
    for one in entries:
        state = found.setdefault(one.tooth, ToothState(one.tooth))
        mark = Mark(one.finding, one.detail, one.layer)
        if one.layer == PLANNED:
            _plan(state, one, mark)
        else:
            _find(state, one, mark)
    return found


def _plan(state: ToothState, one: Entry, mark: Mark) -> None:
    if FINDINGS[one.finding].is_of_surface:
        state.planned_surfaces |= dict.fromkeys(one.surfaces, mark)
    else:
        state.planned[one.finding] = mark


def _find(state: ToothState, one: Entry, mark: Mark) -> None:
    ended = ENDED_BY.get(one.finding, set())
    if one.finding in PRESENCES:
        _be(state, one, mark)
    elif FINDINGS[one.finding].is_of_surface:
        state.surfaces |= dict.fromkeys(one.surfaces, mark)
    else:
        state.surfaces = {s: m for s, m in state.surfaces.items() if m.code not in ended}
        state.marks = {c: m for c, m in state.marks.items() if c not in ended}
        state.marks[one.finding] = mark
    _fulfil(state, one)


def _be(state: ToothState, one: Entry, mark: Mark) -> None:
    """What of a tooth there is changes; what was on a tooth that is gone went with it."""
    state.presence = PRESENT if one.finding == "sound" else one.finding
    state.presence_layer = mark.layer
    if one.finding in GONE or one.finding in {"implant", "sound"}:
        state.surfaces.clear()
        state.marks.clear()
    if one.finding in GONE:
        # A gap may still get an implant or a pontic; nothing else is left to be done.
        state.planned = {c: m for c, m in state.planned.items() if c in {"implant", "pontic"}}
        state.planned_surfaces.clear()


def _fulfil(state: ToothState, one: Entry) -> None:
    """What was planned and is there now is planned no more."""
    state.planned.pop(one.finding, None)
    for surface in one.surfaces:
        planned = state.planned_surfaces.get(surface)
        if planned is not None and planned.code == one.finding:
            del state.planned_surfaces[surface]


def in_words(state: ToothState) -> str:
    """A tooth in one sentence, as a screen reader says it and the bar under the chart shows it."""
    parts = []
    if state.presence != PRESENT:
        parts.append(str(FINDINGS[state.presence].title))
    parts += _surface_words(state.tooth, state.surfaces)
    parts += [mark.title for mark in state.marks.values()]
    planned = [
        *_surface_words(state.tooth, state.planned_surfaces),
        *(mark.title for mark in state.planned.values()),
    ]
    if planned:
        words = pgettext("list", ", ").join(planned)
        parts.append(_("planned: %(what)s") % {"what": words})
    said = _("; ").join(parts) or _("nothing to note")
    return f"{state.tooth} {tooth_name(state.tooth)} · {said}"


def _surface_words(tooth: str, surfaces: dict[str, Mark]) -> list[str]:
    """Marks with the surfaces they are on, each mark once."""
    by_mark: dict[Mark, list[str]] = {}
    for letter, mark in surfaces.items():
        by_mark.setdefault(mark, []).append(surface_name(tooth, letter))
    between = pgettext("surfaces", "-")
    return [f"{between.join(names)} {mark.title}" for mark, names in by_mark.items()]


def dmft(states: dict[str, ToothState], *, primary: bool = False) -> tuple[int, int, int]:
    """Teeth decayed, missing and filled (DMFT over 28 permanent teeth, dmft over 20 primary ones).

    Wisdom teeth do not count. A tooth counts once: decayed before filled.
    """
    decayed = missing = filled = 0
    for tooth, state in states.items():
        if (tooth[0] in "5678") != primary or tooth[1] == "8":
            continue
        on_it = {mark.code for mark in state.surfaces.values()}
        if state.presence in {"missing", "extraction", "pontic", "implant"}:
            missing += 1
        elif on_it & {"caries", "secondary_caries"} or state.presence == "retained_root":
            decayed += 1
        elif "filling" in on_it or "crown" in state.marks:
            filled += 1
    return decayed, missing, filled
