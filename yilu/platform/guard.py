"""Refusing to start where what people entrust to us could be lost or forged."""

from gettext import gettext as _

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from yilu.platform import installation
from yilu.platform.running.failures import CannotRun

SHORTEST_KEY = 32
EXAMPLES = ("example", "changeme", "change-me", "insecure", "only-for-tests", "secret")


def require_safe_settings() -> None:
    """Refuse settings with which we would show our inside, or anyone could sign as us.

    Raises: CannotRun.
    """
    if settings.DEBUG:
        raise CannotRun(_("DEBUG is on, which shows the inside of the product: switch it off."))
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if len(key) < SHORTEST_KEY or any(word in key.lower() for word in EXAMPLES):
        raise CannotRun(
            _(
                "YILU_SECRET_KEY is missing, short or an example: remove it, and “yilu up” makes "
                "one."
            )
        )


def require_safe() -> list[str]:
    """Refuse unsafe settings and an unsafe database server. Returns warnings, in words.

    Raises: CannotRun.
    """
    require_safe_settings()
    return installation.require_safe_server()
