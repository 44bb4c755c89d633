"""When a patient who waits is told something: never more than needed. Pure."""

from datetime import datetime, timedelta

# Whoever came a moment ago sees the queue and needs no message.
SETTLED_AFTER = timedelta(minutes=5)
# A promise that slips by less is not worth a message.
WORTH_A_WORD = timedelta(minutes=15)


def is_next_news(
    *, ahead: int, issued_at: datetime, told_next_at: datetime | None, now: datetime
) -> bool:
    """Whether to say "you are next": once, to who is, unless they have only just come."""
    return ahead == 0 and told_next_at is None and now - issued_at >= SETTLED_AFTER


def is_delay_news(*, told_until: datetime | None, high_at: datetime) -> bool:
    """Whether to say that it takes longer: when the promised end slips by a quarter of an hour."""
    return told_until is not None and high_at - told_until >= WORTH_A_WORD
