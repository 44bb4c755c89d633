"""The manager's live board."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.billing import permissions as billing
from yilu.billing.selectors.topics import billing_topic
from yilu.clinical import permissions as clinical
from yilu.platform.web.http import ActorRequest, render_page
from yilu.prediction import permissions as prediction
from yilu.queueing.selectors.topics import site_queues_topic
from yilu.scheduling.selectors.topics import day_topic
from yilu.visits.selectors.visits import visits_topic
from yilu.workspace.selectors.manager import live_board
from yilu.workspace.web.desk import today_at
from yilu.workspace.web.home import site_at


@require_safe
def manager(request: ActorRequest, site_key: str) -> HttpResponse:
    """What happens now: figures, flow, what needs somebody, late doctors, idle rooms, money."""
    site = site_at(request, site_key, billing.SEE_TAKINGS)
    today = today_at(site)
    context: dict[str, Any] = {
        "site": site,
        "board": live_board(request.actor, site.id),
        "may_oversee": request.actor.may(clinical.OVERSEE, site.id),
        "may_predict": request.actor.may(prediction.SEE, site.id),
        "part_url": reverse("workspace:manager", args=[site.key]),
        "topics": [
            site_queues_topic(site.id),
            billing_topic(site.id),
            visits_topic(site.id, today),
            day_topic(site.id, today),
        ],
    }
    return render_page(request, "workspace/manager.html", part="workspace/_manager.html", **context)
