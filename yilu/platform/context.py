"""What every page's template may use."""

from typing import Any

from django.http import HttpRequest

from yilu.platform import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Clinic time and its pace, for timers that run in the browser. No query."""
    pace = clock.pace()
    return {
        "clinic_now": clock.now(),
        "clinic_speed": pace.speed,
        "actor": getattr(request, "actor", None),
    }
