"""Which keys open something."""

from datetime import datetime

from django.db.models import Q


def good_at(now: datetime) -> Q:
    """Keys that are good at an instant of real time: neither withdrawn nor over. No query."""
    return Q(withdrawn_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
