"""Why bookings are cancelled: a code that reads in every language, and own words beside it."""

from typing import NamedTuple

from yilu.scheduling.errors import ReasonMissing
from yilu.scheduling.states import CancelReason

R = CancelReason

# What people type, or another system sends, that says no more than one of our codes.
PHRASES = {
    "临时有事": R.CAME_UP,
    "something came up": R.CAME_UP,
    "时间不合适了": R.TIME,
    "时间冲突": R.TIME,
    "the time no longer suits me": R.TIME,
    "身体不适": R.ILL,
    "身体不适，改天再来": R.ILL,
    "已经好了": R.BETTER,
    "已好转": R.BETTER,
    "i feel better": R.BETTER,
    "已在别处就诊": R.ELSEWHERE,
    "i am treated elsewhere": R.ELSEWHERE,
    "等候太久": R.WAIT,
    "the wait is too long": R.WAIT,
    "费用太高": R.COST,
    "it costs too much": R.COST,
    "诊所无法如期接诊": R.CLINIC,
    "the clinic could not keep the time": R.CLINIC,
    "误操作预约": R.MISTAKE,
    "booked by mistake": R.MISTAKE,
    "not paid in time": R.UNPAID,
    "patient": R.UNSAID,
    "已取消": R.UNSAID,
    "cancelled": R.UNSAID,
    "其他原因": R.OTHER,
    "another reason": R.OTHER,
}


class Why(NamedTuple):
    """A reason as it is kept. `words` are what somebody added; of `other` they are the reason."""

    code: CancelReason
    words: str


def read_reason(reason: str, words: str = "") -> Why:
    """What was given as a reason: one of our codes with more in own words, or own words alone.

    Raises:
        ReasonMissing: nothing is said.
    """
    reason, words = reason.strip(), words.strip()
    if not reason:
        raise ReasonMissing
    if reason in R.values:
        return Why(R(reason), words)
    known = PHRASES.get(reason.casefold())
    return Why(known, words) if known else Why(R.OTHER, words or reason)


def reason_in_words(code: str, words: str = "") -> str:
    """A reason as it is read: ours in the reader's language, what was typed as it was typed."""
    if code not in R.values or (code == R.OTHER and words):
        return words or code
    label = str(R(code).label)
    return f"{label} · {words}" if words else label
