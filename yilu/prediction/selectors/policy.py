"""What the clinic has set for predictions."""

from django.conf import settings

from yilu.prediction.rules.policy import Policy


def policy() -> Policy:
    """The thresholds and bounds from the settings. No query."""
    middle, high = settings.NO_SHOW_TIERS
    return Policy(
        middle_from=middle,
        high_from=high,
        held_out=settings.NO_SHOW_HELD_OUT,
        most_extra=settings.EXTRA_PLACES_A_SESSION,
        promise=settings.PROMISED_WAIT_MINUTES,
    )
