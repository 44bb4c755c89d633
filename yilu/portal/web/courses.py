"""A patient's courses of treatment: what is left, and what to do after a session."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.aesthetics.selectors.care import my_advice
from yilu.aesthetics.selectors.courses import my_courses
from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest
from yilu.portal.web.frame import bar


@require_safe
def courses(request: ActorRequest) -> HttpResponse:
    """The courses of everybody in the account, and the advice they were given."""
    if request.actor.kind != "patient":
        raise NotSignedIn
    context = {
        "courses": my_courses(request.actor),
        "given": my_advice(request.actor),
        "ph_menu": bar(request),
        "back_url": reverse("portal:me"),
    }
    return render(request, "portal/my_courses.html", context)
