"""The wall screen, and how it is opened by its link."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key, site_info
from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, render_page
from yilu.queueing.operations.screens import PURPOSE, open_screen
from yilu.queueing.selectors.screens import screen
from yilu.queueing.selectors.topics import site_queues_topic
from yilu.queueing.selectors.wall import WallBoard, wall_board

SIGNED_IN_FOR = timedelta(days=365)
LONGEST_AREA = 80


@require_safe
def wall(request: ActorRequest, site_key: str) -> HttpResponse:
    """The screen of a site, whole or only what changes."""
    site = site_by_key(site_key)
    area = request.GET.get("area", "")[:LONGEST_AREA]
    board = wall_board(request.actor, site.id, area, _doctor(request))
    return render_page(
        request, "queueing/wall.html", part="queueing/_wall.html", **_context(site, area, board)
    )


@require_safe
def open_wall(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sign this browser in as the screen whose link it has, and show the screen."""
    line = screen(links.open(PURPOSE, reference))
    user_id = open_screen(actor=Actor.system("queueing.screen"), screen_id=line.id)
    login(request, _user(user_id), backend="django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(int(SIGNED_IN_FOR.total_seconds()))
    site = site_info(line.site_id)
    url = reverse("queueing:wall", args=[site.key])
    asked = {"area": line.area, "doctor": str(line.doctor_id or "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return HttpResponseRedirect(f"{url}?{query}" if query else url)


def _doctor(request: ActorRequest) -> UUID | None:
    """The doctor beside whose door the screen hangs, if it does. Raises: NotFound."""
    typed = request.GET.get("doctor", "")
    try:
        return UUID(typed) if typed else None
    except ValueError as error:
        raise NotFound from error


def _user(user_id: UUID) -> Any:
    return get_user_model().objects.get(pk=user_id)


def _context(site: SiteInfo, area: str, board: WallBoard) -> dict[str, Any]:
    return {
        "site": site,
        "area": area,
        "board": board,
        "topic": site_queues_topic(site.id),
    }
