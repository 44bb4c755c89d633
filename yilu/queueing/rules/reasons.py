"""Why somebody stands where they stand: one sentence, in the reader's language. Staff only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yilu.queueing.rules import order

WEIGHT_WORDS = {
    "rescue_recall": gettext_lazy("has become worse"),
    "pregnant_or_infant": gettext_lazy("pregnant or with an infant"),
    "age_80": gettext_lazy("80 or older"),
    "age_70": gettext_lazy("70 or older"),
    "age_60": gettext_lazy("60 or older"),
    "child_3": gettext_lazy("child up to 3"),
    "child_6": gettext_lazy("child up to 6"),
    "disability_1_2": gettext_lazy("severe disability"),
    "disability_3_4": gettext_lazy("disability"),
    "wheelchair": gettext_lazy("wheelchair, stretcher or oxygen"),
    "service_honour": gettext_lazy("service or veteran"),
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the sentence is made of. Times are on the site's wall clock."""

    level: int
    placed: str
    weights: tuple[str, ...]
    places_back: int
    booked_at: datetime | None
    ready_at: datetime
    limit_at: datetime
    limit_minutes: int
    reason: str
    promised_at: datetime | None = None


def why_here(grounds: Grounds, now: datetime) -> str:
    """Why this patient stands at this place."""
    if grounds.placed == order.MOVED:
        return _("Moved by hand: %(reason)s") % {"reason": grounds.reason}
    parts = [_main(grounds, now)]
    if grounds.weights:
        words = [str(WEIGHT_WORDS.get(one, one)) for one in grounds.weights]
        parts.append(_("ahead: %(what)s") % {"what": _(", ").join(words)})
    return _("; ").join(parts)


def _main(grounds: Grounds, now: datetime) -> str:
    if grounds.level < 4:
        return _("Level %(level)s: before all others") % {"level": grounds.level}
    if grounds.placed == order.PROMISED and grounds.booked_at and grounds.promised_at:
        return _promised(grounds.booked_at, grounds.promised_at)
    if grounds.limit_at <= now:
        return _("Over %(minutes)s min: comes first now") % {"minutes": grounds.limit_minutes}
    if grounds.booked_at is None or grounds.placed in {order.RETURN, order.REQUEUED}:
        return _unbooked(grounds)
    return _booked(grounds, grounds.booked_at, now)


def _unbooked(grounds: Grounds) -> str:
    said = {"back": grounds.places_back, "since": f"{grounds.ready_at:%H:%M}"}
    if grounds.placed == order.RETURN:
        return _("Back with results since %(since)s: after every second new patient") % said
    if grounds.placed == order.REQUEUED:
        return _("Missed a call: %(back)s places back") % said
    return _("No booking, here since %(since)s: after the booked") % said


def _promised(booked_at: datetime, promised_at: datetime) -> str:
    said = {"booked": f"{booked_at:%H:%M}", "promised": f"{promised_at:%H:%M}"}
    return _("Booked %(booked)s, came %(promised)s as told: keeps place") % said


def _booked(grounds: Grounds, booked_at: datetime, now: datetime) -> str:
    late = int((grounds.ready_at - booked_at).total_seconds() // 60)
    said = {"booked": f"{booked_at:%H:%M}", "late": late, "back": grounds.places_back}
    if grounds.placed == order.LATE:
        return _("Booked %(booked)s, %(late)s min late: %(back)s places back") % said
    if booked_at > now:
        return _("Booked %(booked)s, early: after those due before") % said
    return _("Booked %(booked)s, in time") % said
