"""Sessions of staff end when nobody has used them for a while, and at the latest with the shift.

Screens, players and patients' phones are not signed in by `begin`, and have no such end. What a
page does by itself is no use of it: it says so in a header. When a browser was used last stands
in a signed cookie of its own, bound to the session: nothing is written for it.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from yilu.platform import actors, audit, clock

COOKIE = "yilu_used"
UNATTENDED = "X-Yilu-Unattended"
ENDS = "ends_when_idle"
SALT = "yilu.idle"
KEPT_EVERY = 60


def begin(request: HttpRequest) -> None:
    """Let a session that has just been signed in end when idle, and with the shift in any case."""
    request.session[ENDS] = True
    request.session.set_expiry(clock.machine_now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    request.idle_begun = True  # type: ignore[attr-defined]


def end_if_idle(request: HttpRequest) -> None:
    """Sign out whoever has not used this browser for too long. No query where there is none."""
    if not request.session.get(ENDS):
        return
    used_at = _used_at(request)
    if used_at is not None and _now() - used_at <= settings.SESSION_IDLE_SECONDS:
        return
    if request.user.is_authenticated:
        actor = actors.load(request.user)
        audit.record(actor, "platform.session.ended", request.user, why="idle")
    logout(request)


def was_here(request: HttpRequest) -> bool:
    """Whether staff have used this browser since it was opened: who is nobody now, was somebody."""
    return COOKIE in request.COOKIES


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note that somebody uses this browser now: once a minute at most. No query."""
    if not hasattr(request, "session") or not request.session.get(ENDS):
        return
    used_at = None if hasattr(request, "idle_begun") else _used_at(request)
    is_old = used_at is None or _now() - used_at >= KEPT_EVERY
    if is_old and UNATTENDED not in request.headers:
        _keep(request, response)


@require_safe
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody reads or types, and needs nothing: that is use, too."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


def _keep(request: HttpRequest, response: HttpResponseBase) -> None:
    signed = Signer(salt=SALT).sign(f"{request.session.session_key}.{_now()}")
    response.set_cookie(
        COOKIE,
        signed,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _used_at(request: HttpRequest) -> int | None:
    """When this session was used last, by its cookie; None without one that is ours."""
    try:
        said = Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return None
    key, _dot, at = said.rpartition(".")
    return int(at) if key == request.session.session_key else None


def _now() -> int:
    return int(clock.machine_now().timestamp())
