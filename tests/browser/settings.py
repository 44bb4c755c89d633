"""Settings of the server that browsers talk to: as under test, with static files served."""

import os
from pathlib import Path

from yilu.config.settings.test import *  # noqa: F403

MIDDLEWARE = [
    "yilu.platform.web.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *(m for m in MIDDLEWARE if m != "yilu.platform.web.middleware.Headers"),  # noqa: F405
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
if "YILU_WECHATPAY_FILE" in os.environ:
    WECHATPAY_FILE = Path(os.environ["YILU_WECHATPAY_FILE"])
if "YILU_PUSH_SANDBOX" in os.environ:
    PUSH = PUSH | {"sandboxes": (os.environ["YILU_PUSH_SANDBOX"],)}  # noqa: F405
