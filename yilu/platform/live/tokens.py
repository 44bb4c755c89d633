"""Which topics a page may listen to: those that its own view named and signed.

A stream then needs no session and no query: who could see the page may learn that it changed.
"""

import base64
from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from yilu.platform import clock

SALT = "yilu.live"
# A wall screen shows the same page for weeks; a topic can be listened to for 30 to 45 days.
PERIOD = timedelta(days=15)
PERIODS = 3
MARK = "~"
SIGNATURE_BYTES = 12


def signed(topic: str) -> str:
    """A topic as a page may ask for it. The page's view has asked for the right to see it."""
    return f"{topic}{MARK}{_signature(topic, _period())}"


def read(asked: str) -> str | None:
    """The topic that was signed; None when it was not, or too long ago."""
    topic, mark, signature = asked.rpartition(MARK)
    if not mark or not asked.isascii():
        return None
    now = _period()
    good = any(
        constant_time_compare(signature, _signature(topic, now - ago)) for ago in range(PERIODS)
    )
    return topic if good else None


def _period() -> int:
    return int(clock.machine_now().timestamp() // PERIOD.total_seconds())


def _signature(topic: str, period: int) -> str:
    digest = salted_hmac(SALT, f"{period}:{topic}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode("ascii")
