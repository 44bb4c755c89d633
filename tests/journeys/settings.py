"""Settings of the clinic in which journeys are made: its own clock, and payments that work."""

import os
from pathlib import Path

from tests.browser.settings import *  # noqa: F403

READS_CLINIC_CLOCK = True
WECHATPAY_FILE = Path(os.environ["YILU_WECHATPAY_FILE"])
