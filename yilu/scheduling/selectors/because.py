"""Why a place was chosen, in the reader's words. No query."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.scheduling.allocation import Reason

FOR = {
    "doctor": _("with the doctor wished for"),
    "weekday": _("on a weekday wished for"),
    "part": _("at the time of day wished for"),
    "balance": _("the least booked of those who can"),
    "gap": _("leaves no idle time beside it"),
    "soon": pgettext_lazy("why a time was chosen", "soon"),
}
AGAINST = {
    "doctor": _("not with the doctor wished for"),
    "weekday": _("not on a weekday wished for"),
    "part": _("not at the time of day wished for"),
    "balance": _("others are booked less"),
    "gap": _("leaves a short idle time beside it"),
}
WISHED = ("doctor", "weekday", "part")


@dataclass(frozen=True, slots=True)
class Why:
    """One reason as it is read. `points` are those of `allocation`."""

    key: str
    text: str
    points: int
    is_good: bool


def because(reasons: Iterable[Reason]) -> tuple[Why, ...]:
    """The reasons that say something; what weighs nothing either way is left out."""
    found = []
    for one in reasons:
        is_good = one.points > 0 or (one.key == "balance" and not one.points)
        says = is_good or one.points < 0 or one.key in WISHED
        words = (FOR if is_good else AGAINST).get(one.key)
        if says and words:
            found.append(Why(one.key, str(words), one.points, is_good))
    return tuple(found)
