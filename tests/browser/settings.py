"""Settings of the server that browsers talk to: as under test, with static files served."""

from yilu.config.settings.test import *  # noqa: F403

MIDDLEWARE = [
    "yilu.platform.web.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *(m for m in MIDDLEWARE if m != "yilu.platform.web.middleware.Headers"),  # noqa: F405
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
