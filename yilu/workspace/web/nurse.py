"""The nurse's desk: who to assess next, vital signs, and on to the doctor."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import clinical_topic, patient_topic
from yilu.intake.selectors.topics import worse_topic
from yilu.platform.errors import NotFound
from yilu.platform.slots import slots
from yilu.platform.web.http import ActorRequest, render_page
from yilu.queueing.selectors.points import StationInfo
from yilu.queueing.selectors.topics import site_queues_topic
from yilu.visits.selectors.visits import visit_detail
from yilu.workspace.selectors.room import assessment_stations, room_queue
from yilu.workspace.web.home import site_at


@require_safe
def nurse(request: ActorRequest, site_key: str) -> HttpResponse:
    """The whole page, or the queue alone after something in it changed."""
    site = site_at(request, site_key, clinical.ASSESS)
    places = assessment_stations(site.id)
    if not places:
        return render(request, "workspace/no_assessment.html", {"site": site})
    station = _chosen(request, places)
    queue = room_queue(request.actor, site.id, station)
    visit = visit_detail(request.actor, queue.now.visit_id) if queue.now else None
    context: dict[str, Any] = {
        "site": site,
        "stations": places,
        "queue": queue,
        "visit": visit,
        "part_url": f"{reverse('workspace:nurse', args=[site.key])}?{request.GET.urlencode()}",
        "worse_url": reverse("intake:worse", args=[site.id]),
        "worse_topic": worse_topic(site.id),
        "queues_topic": site_queues_topic(site.id),
        "slots": [
            one.url(visit.id)
            for one in slots("clinical.assess")
            if visit is not None and request.actor.may(one.permission, site.id)
        ],
        "clinical_topic": clinical_topic(visit.id) if visit else "",
        "patient_topic": patient_topic(visit.patient_id) if visit else "",
    }
    return render_page(
        request, "workspace/nurse.html", part="workspace/_nurse_queue.html", **context
    )


def _chosen(request: ActorRequest, places: list[StationInfo]) -> StationInfo:
    wanted = request.GET.get("station", "")
    if not wanted:
        return places[0]
    found = next((one for one in places if one.id == _uuid(wanted)), None)
    if found is None:
        raise NotFound
    return found


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
