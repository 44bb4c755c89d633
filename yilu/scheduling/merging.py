"""What becomes of bookings when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare
from yilu.scheduling.states import HOLDS_TIME, WaitingState

LIVE = ", ".join(f"'{state.value}'" for state in HOLDS_TIME)

declare(
    Rule(
        "scheduling_booking",
        says=_("Bookings"),
        clash="tstzrange(theirs.starts_at, theirs.ends_at)"
        " && tstzrange(mine.starts_at, mine.ends_at)"
        f" AND theirs.state IN ({LIVE}) AND mine.state IN ({LIVE})",
        refuses=_("Both have a booking at the same time. Cancel or move one of the two."),
    ),
    Rule(
        "scheduling_waitingentry",
        says=_("Waiting list"),
        clash="theirs.service_id = mine.service_id AND theirs.site_id = mine.site_id"
        f" AND theirs.state = '{WaitingState.WAITING.value}'"
        f" AND mine.state = '{WaitingState.WAITING.value}'",
        refuses=_("Both wait for the same service. Take one of the two off the waiting list."),
    ),
    Rule("scheduling_forgiveness"),
    # What either of them did not want, nobody begins anew.
    Rule("scheduling_fixedtimes", clash="theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    # A rush gives one place to a patient: the survivor keeps theirs.
    Rule("scheduling_rushplace", clash="theirs.rush_id = mine.rush_id"),
    Rule("scheduling_series", says=_("Treatments in series")),
)
