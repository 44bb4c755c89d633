"""Settings under test: a strange zone and fast passwords; the rest as in production."""

import os
from datetime import UTC, datetime

from yilu.config.settings.base import *  # noqa: F403
from yilu.platform import clock

SECRET_KEY = "tests-sign-with-this-and-nobody-else-does"
# A strange zone on purpose: anything that leans on the default zone shows itself.
TIME_ZONE = "Asia/Kathmandu"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
TOKEN_MEMORY_SECONDS = 0
PACE_MEMORY_SECONDS = 0
READS_CLINIC_CLOCK = False
FIELD_KEYS = {1: bytes(range(32))}
INDEX_KEY = bytes(range(32, 64))
# Whenever tests are run, their day begins on a Wednesday at half past nine in the morning, in this
# process and in those it starts: nothing closes, and no midnight passes, unless a test says so.
MORNING = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
_began = os.environ.setdefault("YILU_TESTS_BEGAN", clock.machine_now().isoformat())
clock.set_ahead(MORNING - datetime.fromisoformat(_began))
PUSH = PUSH | {  # noqa: F405
    "key": bytes(range(64, 96)).hex(),
    "subject": "mailto:clinic@sandbox.invalid",
}
# Static files need not be collected for tests.
MIDDLEWARE = [m for m in MIDDLEWARE if not m.startswith("whitenoise.")]  # noqa: F405
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A test may think for long inside its transaction, on a machine that does much else; a statement
# or a lock may take its time there, too.
_options = DATABASES["default"]["OPTIONS"]  # noqa: F405
for _usual, _patient in (
    ("idle_in_transaction_session_timeout=10s", "idle_in_transaction_session_timeout=90s"),
    ("statement_timeout=5s", "statement_timeout=60s"),
    ("lock_timeout=2s", "lock_timeout=30s"),
):
    _options["options"] = _options["options"].replace(_usual, _patient)
