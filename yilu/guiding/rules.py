"""Who is brought where, how, and by whom. Nothing here reads or writes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

# What of a patient's needs asks for help on the way, by the names of the needs.
NEEDS = {
    "wheelchair": "wheelchair",
    "disabled": "escort",
    "sight": "escort",
    "hearing": "escort",
    "interpreter": "escort",
    "dialect": "escort",
}
ORDER = ("lead", "escort", "wheelchair", "stretcher")
# How many people a way takes.
PEOPLE = {"stretcher": 2}
WINDOWS = {"cashier": "cashier", "pharmacy": "pharmacy", "examination": "examination"}


def destination_of(kind: str, state: str) -> str:
    """Where a ticket sends its patient now; nowhere when they are inside or missed the call."""
    if state not in {"waiting", "called"}:
        return ""
    if kind in WINDOWS:
        return WINDOWS[kind]
    return "waiting" if state == "waiting" else "room"


def more_of(*helps: str) -> str:
    """The most of several kinds of help; showing the way is the least."""
    return max(("lead", *filter(None, helps)), key=ORDER.index)


def help_for(needs: Iterable[str]) -> str:
    """What the needs of a patient ask for; "" when they ask for nothing on the way."""
    asked = [NEEDS[need] for need in needs if need in NEEDS]
    return more_of(*asked) if asked else ""


def people_for(help_: str) -> int:
    """How many guides it takes."""
    return PEOPLE.get(help_, 1)


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide on duty, with what they speak and how many patients they have already."""

    user_id: UUID
    languages: frozenset[str]
    tasks: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to go, the first as the one who speaks with the patient; or why nobody can."""

    people: tuple[UUID, ...]
    unfit: str = ""


def choose(
    guides: Sequence[Guide], *, language: str, people: int, declined: Collection[UUID] = ()
) -> Choice:
    """Who brings a patient: speaks the language, has fewest, by name among equals.

    The second of two need not speak it; without a language nobody need. Whoever declined is not
    asked again.
    """
    order = sorted(guides, key=lambda one: (one.tasks, one.name, str(one.user_id)))
    if not order:
        return Choice((), "nobody")
    willing = [one for one in order if one.user_id not in declined]
    speaking = [one for one in willing if not language or language in one.languages]
    if not speaking:
        spoken = any(language in one.languages for one in order)
        return Choice((), "declined" if spoken else "language")
    first = speaking[0]
    rest = [one for one in willing if one is not first][: people - 1]
    chosen = tuple(one.user_id for one in (first, *rest))
    return Choice(chosen, "two" if len(chosen) < people else "")
