"""The vocabulary of the look: states with their colours, flags with their order.

Colour never stands alone: whoever shows a state also gives its word.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STATES = frozenset(
    {"booked", "waiting", "called", "active", "done", "soon", "late", "blocked"},
)
MOST_FLAGS = 3


@dataclass(frozen=True, slots=True)
class Flag:
    """A small mark beside a name. `tone` is "", "new", "soon" or "risk".

    A `bare` flag shows its icon only; its words are read aloud and shown under the pointer.
    """

    words: str | Promise
    tone: str = ""
    icon: str = ""
    title: str | Promise = ""
    bare: bool = False


FLAGS: dict[str, Flag] = {
    "late": Flag(pgettext_lazy("flag", "Late"), "risk"),
    "allergy": Flag(
        pgettext_lazy("flag", "Alg"), "risk", "alert-triangle", pgettext_lazy("flag", "Allergy")
    ),
    "first_visit": Flag(
        pgettext_lazy("flag", "New"), "new", title=pgettext_lazy("flag", "First visit")
    ),
    "missing_data": Flag(
        pgettext_lazy("flag", "Info?"),
        "soon",
        title=pgettext_lazy("flag", "Information is missing"),
    ),
    "telephone": Flag(
        pgettext_lazy("flag", "Phone"), icon="phone", title=pgettext_lazy("flag", "By telephone")
    ),
    "video": Flag(
        pgettext_lazy("flag", "Video"), icon="camera", title=pgettext_lazy("flag", "By video")
    ),
    "child": Flag(pgettext_lazy("flag", "Child")),
    "wheelchair": Flag(pgettext_lazy("flag", "Wheelchair"), icon="wheelchair", bare=True),
    "priority": Flag(pgettext_lazy("flag", "Priority")),
    "owes": Flag(
        pgettext_lazy("flag", "Owes"), "soon", title=pgettext_lazy("flag", "Has a bill to pay")
    ),
    "to_pay": Flag(
        pgettext_lazy("flag", "To pay"),
        "soon",
        title=pgettext_lazy("flag", "Kept until it is paid, or let go"),
    ),
    "no_show": Flag(pgettext_lazy("flag", "No-show")),
    "archived": Flag(
        pgettext_lazy("flag", "Archived"),
        title=pgettext_lazy("flag", "In the archive: it can no longer be changed"),
    ),
    "pregnant": Flag(pgettext_lazy("flag", "Pregnant")),
    "confirmed": Flag(pgettext_lazy("flag", "Confirmed"), icon="check", bare=True),
}
"""Named flags, in the order in which they stand."""
# By identity: to compare two flags is to translate their words.
_PLACES = {id(flag): place for place, flag in enumerate(FLAGS.values())}


def state_class(state: str) -> str:
    """The classes that give an element the colours of `state`; an unknown one looks booked."""
    return f"yl-s yl-s-{state if state in STATES else 'booked'}"


def shown_flags(flags: Iterable[str | Flag]) -> list[Flag]:
    """The flags to draw, each once, named ones in their order, at most three.

    A word without one has none.
    """
    known = (FLAGS.get(flag) if isinstance(flag, str) else flag for flag in flags)
    wanted = {id(flag): flag for flag in known if flag is not None}.values()
    return sorted(wanted, key=lambda flag: _PLACES.get(id(flag), -1))[:MOST_FLAGS]
