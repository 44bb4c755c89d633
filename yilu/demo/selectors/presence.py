"""Which people are at work in a browser now, players not counted."""

from datetime import timedelta
from uuid import UUID

from yilu.demo.models import Presence
from yilu.platform import clock

VIRTUAL = "virtual"
"""The mark of a player's session."""
AWAY_AFTER = timedelta(minutes=4)


def present() -> frozenset[UUID]:
    """Who has asked for a page within the last minutes of real time. One query."""
    since = clock.machine_now() - AWAY_AFTER
    return frozenset(Presence.objects.filter(seen_at__gte=since).values_list("user_id", flat=True))
