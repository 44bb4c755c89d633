"""What a reader chooses for themselves, before or after signing in: language and size."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from yilu.platform.context import DISPLAY_COOKIE
from yilu.platform.errors import BadRequest
from yilu.platform.shell import DISPLAYS

A_YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Read on in another language."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES) or not check_for_language(wanted):
        raise BadRequest
    return _keep(request, settings.LANGUAGE_COOKIE_NAME, wanted)


@require_POST
def display(request: HttpRequest) -> HttpResponseBase:
    """Read on at another size."""
    wanted = request.POST.get("display", "")
    if wanted not in DISPLAYS:
        raise BadRequest
    return _keep(request, DISPLAY_COOKIE, wanted)


def _keep(request: HttpRequest, cookie: str, value: str) -> HttpResponseBase:
    """Remember a choice on this device for a year, and go back to where it was made."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    secure = request.is_secure()
    response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
