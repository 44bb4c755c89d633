"""The page that says how far the prediction can be trusted."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page
from yilu.prediction.selectors.figures import coming_tiers, measured, prediction
from yilu.prediction.selectors.topics import figures_topic
from yilu.prediction.states import Tier
from yilu.prediction.web.plot import plot_of


@require_GET
def figures(request: ActorRequest) -> HttpResponse:
    """Reliability, figures, tiers, the measured effect, and what overbooking would bring."""
    found = prediction(request.actor)
    shown = found.used or found.newest
    today = min(clock.now().astimezone(site.zone).date() for site in open_sites())
    counts = coming_tiers(request.actor, today)
    return render_page(
        request,
        "prediction/figures.html",
        part="prediction/_figures.html",
        prediction=found,
        shown=shown,
        plot=plot_of(shown.bins) if shown and shown.bins else None,
        tiers=[(Tier(tier), count) for tier, count in counts.items()],
        measured=measured(request.actor),
        topic=figures_topic(),
    )
