"""The first page of a kiosk, leaving it, and what runs by itself."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.catalogue.selectors.prices import prices_by_category
from yilu.facility.selectors.sites import site_info
from yilu.kiosk.operations.devices import PURPOSE, call_for_help, open_kiosk, say_alive
from yilu.kiosk.selectors.devices import kiosk as kiosk_line
from yilu.kiosk.web.frame import Kiosk, at_kiosk, forget, page
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once
from yilu.reception.selectors.patient_guide import patient_guide

SIGNED_IN_FOR = timedelta(days=365)
LONGEST_SEARCH = 40


@require_safe
def open_by_link(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sign this browser in as the kiosk whose link it has, and show the first page."""
    line = kiosk_line(links.open(PURPOSE, reference))
    user_id = open_kiosk(actor=Actor.system("kiosk.device"), kiosk_id=line.id)
    user = get_user_model().objects.get(pk=user_id)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(int(SIGNED_IN_FOR.total_seconds()))
    return HttpResponseRedirect(reverse("kiosk:start", args=[site_info(line.site_id).key]))


@require_safe
@at_kiosk
def start(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """What can be done here. Whoever stood here before is forgotten."""
    forget(request)
    return page(request, kiosk, "start", seconds=0)


@require_safe
@at_kiosk
def leave(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """Forget the visitor and their language, and begin anew for the next."""
    forget(request)
    response = HttpResponseRedirect(kiosk.url("start"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@require_POST
@at_kiosk
def alive(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """The page says that it stands there; the answer says that the clinic can be reached."""
    say_alive(actor=kiosk.actor, site_id=kiosk.site.id)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def help_wanted(request: ActorRequest, kiosk: Kiosk) -> HttpResponseBase:
    """Ask a person to come; then say that they have been told."""
    if request.method != "POST":
        return HttpResponseRedirect(kiosk.url("start"))

    def run() -> HttpResponse:
        call_for_help(actor=kiosk.actor, site_id=kiosk.site.id)
        return page(request, kiosk, "help", seconds=60)

    return once(request, run)


@require_safe
@at_kiosk
def prices(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """What things cost today, one category at a time."""
    today = clock.now().astimezone(kiosk.site.zone).date()
    groups = prices_by_category(today)
    asked = request.GET.get("group", "")[:LONGEST_SEARCH]
    chosen = int(asked) if asked.isascii() and asked.isdigit() and int(asked) < len(groups) else 0
    lines = groups[chosen][1] if groups else []
    names = [name for name, _ in groups]
    return page(
        request, kiosk, "prices", seconds=60, names=names, chosen=chosen, lines=lines, day=today
    )


@require_safe
@at_kiosk
def guide(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """The guide for patients."""
    return page(request, kiosk, "guide", seconds=90, guide=patient_guide(kiosk.site))


@require_safe
@at_kiosk
def guide_print(request: ActorRequest, kiosk: Kiosk) -> HttpResponse:
    """The guide on paper."""
    return page(
        request, kiosk, "print_guide", seconds=60, guide=patient_guide(kiosk.site),
        back_url=kiosk.url("guide"),
    )  # fmt: skip
