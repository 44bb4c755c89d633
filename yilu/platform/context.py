"""What every page's template may use. Nothing here asks the database by itself."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from yilu.platform import clock
from yilu.platform.shell import DISPLAYS, Shell

DISPLAY_COOKIE = "yilu_display"
DEFAULT_ZONE = "Asia/Shanghai"


def page(request: HttpRequest) -> dict[str, Any]:
    """Clinic time and its pace for timers in the browser, the reader's size, the staff shell.

    The shell is asked for only by a template that draws it. No query otherwise.
    """
    display = request.COOKIES.get(DISPLAY_COOKIE, "")
    zone = ZoneInfo(getattr(settings, "CLINIC_ZONE", DEFAULT_ZONE))
    now = clock.now()
    return {
        "clinic_now": now,
        "clinic_local": now.astimezone(zone),
        "clinic_zone": zone.key,
        "clinic_speed": clock.pace().speed,
        "live_position": getattr(request, "live_position", None),
        "actor": getattr(request, "actor", None),
        "display": display if display in DISPLAYS else "normal",
        "display_class": DISPLAYS.get(display, ""),
        "shell": SimpleLazyObject(lambda: staff_shell(request)),
    }


def staff_shell(request: HttpRequest) -> Shell:
    """The shell of whoever is signed in, drawn by the function named in `settings.YILU_SHELL`."""
    drawn_by = getattr(settings, "YILU_SHELL", "")
    return import_string(drawn_by)(request) if drawn_by else Shell()
