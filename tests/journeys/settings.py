"""Settings of the clinic in which journeys are made: its own clock, and payments that work."""

from tests.browser.settings import *  # noqa: F403

READS_CLINIC_CLOCK = True
