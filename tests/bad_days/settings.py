"""Settings of a server that is treated badly: as in the browser's tests, on the clinic's clock."""

from tests.browser.settings import *  # noqa: F403

READS_CLINIC_CLOCK = True
