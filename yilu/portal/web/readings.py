"""Who opened the records of an account's people: for them to see."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest
from yilu.portal.selectors.mine import my_people
from yilu.portal.web.frame import bar
from yilu.records.selectors.readings import readings_of


@require_safe
def readings(request: ActorRequest) -> HttpResponse:
    """Who of the clinic opened a record, when, in which post, from which site, and why."""
    if request.actor.kind != "patient":
        raise NotSignedIn
    context = {
        "people": [(one, readings_of(request.actor, one.id)) for one in my_people(request.actor)],
        "ph_menu": bar(request),
        "back_url": reverse("portal:me"),
    }
    return render(request, "portal/my_readings.html", context)
