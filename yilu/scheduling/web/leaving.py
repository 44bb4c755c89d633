"""Taking a place out of use, letting somebody leave, changing a service: what that means for
bookings."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility import permissions as facility
from yilu.facility.operations.places import KINDS, close_place
from yilu.facility.selectors.places import place_detail, place_names
from yilu.platform.errors import NotFound
from yilu.platform.forms import VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.scheduling import permissions
from yilu.scheduling.operations.following import Followed, follow_place, follow_practitioner
from yilu.scheduling.selectors.bookings import coming_of_service
from yilu.scheduling.web.foreseen import Asked, foreseen
from yilu.workforce.operations.staff import end_employment
from yilu.workforce.selectors.administration import staff_detail

NEEDED = (permissions.SEE, permissions.ROSTER, permissions.CHANGE)


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, kind: str, place_id: UUID) -> HttpResponseBase:
    """Take a place out of use."""
    names = place_names([place_id])
    if kind not in KINDS or place_id not in names:
        raise NotFound
    site_id = names[place_id].site_id
    request.actor.require_to_see(facility.MANAGE, site_id)
    known = place_detail(site_id, kind, place_id)
    form = VersionedForm(request.POST or None, initial={"version": known.version})

    def plan(said: dict[str, Any]) -> None:
        version = said["version"]
        close_place(actor=request.actor, kind=kind, place_id=place_id, version=version)
        able = request.actor.lent(*NEEDED)
        follow_place(actor=able, site_id=site_id, kind=kind, place_id=place_id)

    def done(_made: None) -> HttpResponseBase:
        answer: Any = go_to(request, reverse("facility:site", args=[site_id]))
        return with_toast(answer, _("Out of use."))

    asked = Asked(
        title=_("Take %(name)s out of use?") % {"name": known.name},
        label=_("Take out of use"),
        text=_("What is booked there stays, and must be moved at the desk."),
        harmful=True,
    )
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_GET
def of_service(request: ActorRequest, service_id: UUID) -> HttpResponse:
    """How much of a service is booked and to come, for whoever is about to change it."""
    coming = coming_of_service(request.actor, service_id)
    return render(request, "scheduling/_of_service.html", {"coming": coming})


@require_http_methods(["GET", "POST"])
def leave(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Let somebody no longer work here."""
    line = staff_detail(actor=request.actor, staff_id=staff_id).line
    form = VersionedForm(request.POST or None, initial={"version": line.version})

    def plan(said: dict[str, Any]) -> Followed:
        end_employment(actor=request.actor, staff_id=staff_id, version=said["version"])
        if line.practitioner_id is None:
            return Followed(None)
        able = request.actor.lent(*NEEDED)
        return follow_practitioner(actor=able, practitioner_id=line.practitioner_id)

    def done(made: Followed) -> HttpResponseBase:
        many = len(made.booking_ids)
        words = ngettext(
            "One booking needs another time or place.",
            "%(many)s bookings need another time or place.",
            many,
        )
        said = _("This person can no longer sign in.")
        answer: Any = go_to(request, _after_leaving(staff_id, made))
        return with_toast(answer, f"{said} {words % {'many': many}}" if many else said)

    asked = Asked(
        title=_("Does %(name)s leave?") % {"name": line.name},
        label=_("End employment"),
        text=_(
            "They can no longer sign in, and whatever they are signed in to ends. A plan gives "
            "what is booked with them other places; the front desk looks at it and confirms it, "
            "at “Plan anew”, and only then are patients told."
        )
        if line.practitioner_id
        else _("They can no longer sign in, and whatever they are signed in to ends."),
        harmful=True,
    )
    return foreseen(request, form, plan=plan, done=done, asked=asked)


def _after_leaving(staff_id: UUID, made: Followed) -> str:
    """The plan of what was booked with them; of several, all; without one, the person."""
    match made.plan_ids:
        case [plan_id]:
            return reverse("scheduling:replan", args=[plan_id])
        case []:
            return reverse("workforce:person", args=[staff_id])
    return reverse("scheduling:replans")
