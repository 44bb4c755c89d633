"""Settings that hold everywhere. What differs by place comes from the environment."""

import os
from pathlib import Path

from yilu.config.settings import database, messages
from yilu.platform import logs
from yilu.platform.running import keys, places

# Names are read character by character; the dictionary of phrases would cost 45 MB a process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

HOME = places.home().path

# Made at first start by `yilu up`; without one Django refuses to sign anything.
SECRET_KEY = os.environ.get("YILU_SECRET_KEY") or keys.read(places.home(), "secret_key") or ""
# After a change of the key, what the one before signed is still good: `keys/secret_key_before`.
SECRET_KEY_FALLBACKS = [
    key for key in [keys.read(places.home(), "secret_key_before")] if key is not None
]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("YILU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "yilu.platform",
    "yilu.facility",
    "yilu.workforce",
    "yilu.patients",
    "yilu.catalogue",
    "yilu.pathways",
    "yilu.messaging",
    "yilu.scheduling",
    "yilu.visits",
    "yilu.queueing",
    "yilu.prediction",
    "yilu.records",
    "yilu.clinical",
    "yilu.intake",
    "yilu.dental",
    "yilu.aesthetics",
    "yilu.diagnostics",
    "yilu.pharmacy",
    "yilu.billing",
    "yilu.outbreak",
    "yilu.reception",
    "yilu.guiding",
    "yilu.aftercare",
    "yilu.interop",
    "yilu.insight",
    "yilu.portal",
    "yilu.workspace",
    "yilu.kiosk",
    "yilu.downtime",
    "yilu.demo",
]

# Pages run the whole chain; the API runs only what is marked for every path.
MIDDLEWARE = [
    "yilu.platform.web.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yilu.platform.web.middleware.PageSessions",
    "yilu.platform.web.middleware.PageLanguage",
    "yilu.platform.web.middleware.StrictInput",
    "yilu.platform.web.middleware.PageCsrf",
    "yilu.platform.web.middleware.PageSignIn",
    "yilu.platform.web.middleware.Actors",
    "yilu.demo.web.presence.Presence",
    "yilu.platform.web.middleware.Refusals",
]

ROOT_URLCONF = "yilu.config.urls"
AUTH_USER_MODEL = "platform.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "yilu.platform.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": database.from_environment(places.home())}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "yilu_language"
CURRENCY = "CNY"

STATIC_URL = "/static/"
STATIC_ROOT = places.COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yilu.platform.web.assets.HashedFiles"},
}
FILES_ROOT = HOME / "files"
SEALS_ROOT = HOME / "seals"
# Where the hourly kits for working on paper lie, to be read without us: best on another machine.
DOWNTIME_FOLDER = Path(os.environ.get("YILU_DOWNTIME_FOLDER") or HOME / "downtime")
LOGGING = logs.settings(os.environ.get("YILU_LOG", "INFO"))
# The merchant accounts of the sites, as WeChat Pay gave them; a demonstration writes its own.
WECHATPAY_FILE = HOME / "keys" / "wechatpay.json"

SESSION_COOKIE_NAME = "yilu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
# Staff who use no page for so long are signed out; pages lock themselves earlier.
SESSION_IDLE_SECONDS = int(os.environ.get("YILU_IDLE_MINUTES", "30")) * 60
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yilu.platform.web.refusals.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# How long what a token opens may be remembered; withdrawing one must count within a second.
TOKEN_MEMORY_SECONDS = 0.9
# How long what a site learnt of its own pace, once a night, may be remembered.
PACE_MEMORY_SECONDS = 60
READS_CLINIC_CLOCK = True
# How patients reach us from outside: the beginning of every address that a message carries.
PUBLIC_ADDRESS = os.environ.get(
    "YILU_ADDRESS", f"http://localhost:{os.environ.get('YILU_PORT', '8000')}"
)
# What draws the frame of staff pages: only the highest app knows all workspaces.
YILU_SHELL = "yilu.workspace.shell.staff_shell"
VISIT_LINK = PUBLIC_ADDRESS + "/v/{reference}"
PAYER_LINK = PUBLIC_ADDRESS + "/p/{reference}"
# What plays WeChat in a demonstration, where no real phone can pay.
WALLET_LINK = "/demo/wallet"
# A booking made longer or shorter by more than this is told to its patient.
LENGTH_TOLD_MINUTES = 10
OFFER_LINK = PUBLIC_ADDRESS + "/o/{reference}"
TRIP_LINK = PUBLIC_ADDRESS + "/t/{reference}"
GUIDE_LINK = PUBLIC_ADDRESS + "/guide/{site}/"
CONSENT_LINK = PUBLIC_ADDRESS + "/c/{reference}"
PLAN_LINK = PUBLIC_ADDRESS + "/plan/{reference}"
VERIFY_LINK = PUBLIC_ADDRESS + "/verify/{code}"
QUESTIONS_LINK = PUBLIC_ADDRESS + "/q/{reference}"
# From which chance of staying away a booking is of the middle and of the high tier; which share of
# those gets no extra action, so that its effect can be measured; the bounds of overbooking.
NO_SHOW_TIERS = [float(one) for one in os.environ.get("YILU_NO_SHOW_TIERS", "0.1,0.2").split(",")]
NO_SHOW_HELD_OUT = int(os.environ.get("YILU_NO_SHOW_HELD_OUT", "10"))
EXTRA_PLACES_A_SESSION = int(os.environ.get("YILU_EXTRA_PLACES", "2"))
PROMISED_WAIT_MINUTES = int(os.environ.get("YILU_PROMISED_WAIT", "30"))
REPLAN_LINK = PUBLIC_ADDRESS + "/r/{reference}"
# After how many days bookings that are over are put into the archive.
ARCHIVED_AFTER_DAYS = int(os.environ.get("YILU_ARCHIVED_AFTER_DAYS", "730"))
# The share of requests, in percent, that is promised to end in a booking.
BOOKING_SUCCESS_PERCENT = float(os.environ.get("YILU_BOOKING_SUCCESS", "95"))
# One-time codes in all; more than this is somebody else's doing.
MOST_CODES_A_MINUTE = 60
# Where people who have to sign in first are sent: the first address that theirs begins with.
_UNDER_LINKS = ("/v/", "/o/", "/r/", "/p/", "/t/", "/q/")
PATIENTS_PAGES = ("/my", "/book", "/rush/", "/guide/", *_UNDER_LINKS, "/demo/wallet")
SIGN_IN_PAGES = [*((start, "/my/sign-in") for start in PATIENTS_PAGES), ("/", "/sign-in")]
# What somebody is shown when a page cannot be: patients need other words than staff.
FAULT_PAGES = [
    ("/kiosk/devices", "platform/error.html"),
    ("/kiosk/", "kiosk/fault.html"),
    *((start, "portal/fault.html") for start in PATIENTS_PAGES),
    ("/", "platform/error.html"),
]
MAY_BE_DEMONSTRATION = not os.environ.get("DATABASE_URL") or os.environ.get("YILU_DEMO") == "1"
_VAPID = os.environ.get("YILU_VAPID_KEY") or keys.read(places.home(), "vapid_key") or ""
_MESSAGES = messages.from_environment(SECRET_KEY, _VAPID, is_demonstration=MAY_BE_DEMONSTRATION)
SANDBOX_PORT, SANDBOX_MAIL_PORT = _MESSAGES["SANDBOX_PORT"], _MESSAGES["SANDBOX_MAIL_PORT"]
SMS, WECHAT, SMTP = _MESSAGES["SMS"], _MESSAGES["WECHAT"], _MESSAGES["SMTP"]
PUSH = _MESSAGES["PUSH"]
MESSAGE_TIMEOUT_SECONDS = _MESSAGES["MESSAGE_TIMEOUT_SECONDS"]
# To which hosts webhooks of partners may go, and how long one may take from beginning to end.
PARTNER_HOSTS = frozenset(filter(None, os.environ.get("YILU_PARTNER_HOSTS", "").split(",")))
WEBHOOK_TIMEOUT_SECONDS = 10.0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS: list[str] = []

# How often in an hour places in queues may be asked for from one address: a whole company's.
QUEUE_TRIES_OF_ADDRESS = int(os.environ.get("YILU_QUEUE_TRIES_OF_ADDRESS", "3000"))
# How hard the task is that a browser solves before it stands in a queue: 16 is half a second.
PUZZLE_BITS = int(os.environ.get("YILU_PUZZLE_BITS", "16"))

# Rows that the application may take away: nothing clinical, financial or recorded.
DELETABLE_TABLES = [
    "catalogue_performs",
    "django_session",
    "facility_calendarday",
    "facility_openinghours",
    "facility_specialday",
    "facility_specialhours",
    "interop_nonce",
    "reception_telephonenonce",
    "interop_partnerrequest",
    "messaging_pushsubscription",
    "platform_delivery",
    "platform_heartbeat",
    "platform_onetimecode",
    "platform_request",
    "platform_throttle",
    "platform_timer",
    "platform_undo",
    "queueing_serving",
    "scheduling_bookingtally",
    "scheduling_channelshare",
    "scheduling_countedday",
    "scheduling_planuse",
    "scheduling_requesttally",
    "scheduling_usetally",
]
# Keys of stored fields by number; None means those in the keys folder. Tests have their own.
FIELD_KEYS: dict[int, bytes] | None = None
INDEX_KEY: bytes | None = None

# A practitioner who is behind by so many minutes is offered new times for the rest of the session.
OVERRUN_MINUTES = int(os.environ.get("YILU_OVERRUN_MINUTES", "20"))
