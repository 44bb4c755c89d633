"""A chart in words for the patient who looks at it. No query."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.dental.rules.findings import FINDINGS, PRESENT
from yilu.dental.rules.mouth import ToothState
from yilu.dental.rules.notation import tooth_name


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one tooth: what there is, and what we plan."""

    tooth: str
    name: str
    found: str
    planned: str


def patients_words(states: dict[str, ToothState]) -> list[Told]:
    """What is to be said of each tooth, those with a plan first. No query."""
    told = [_told(state) for state in states.values() if not state.is_plain]
    return sorted(told, key=lambda one: (not one.planned, one.tooth))


def _told(state: ToothState) -> Told:
    found = [] if state.presence == PRESENT else [state.presence]
    found += [mark.code for mark in (*state.surfaces.values(), *state.marks.values())]
    planned = [m.code for m in (*state.planned_surfaces.values(), *state.planned.values())]
    return Told(state.tooth, tooth_name(state.tooth), _plain(found), _plain(planned, to_do=True))


def _plain(codes: list[str], *, to_do: bool = False) -> str:
    words = [
        _("to be taken out") if to_do and code == "extraction" else str(FINDINGS[code].plain)
        for code in dict.fromkeys(codes)
    ]
    return pgettext("list", ", ").join(words)
