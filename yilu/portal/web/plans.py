"""Treatment plans on the patient's own phone."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical.operations.plans import LINK
from yilu.clinical.selectors.plans import plan_owner
from yilu.clinical.web.plans import answer_plan, hand_context, picture_answer
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest
from yilu.portal.web.consent_doors import ConsentDoor, let_in

let_in_to_plan = let_in(LINK, "portal:plan", "portal:my-plan", plan_owner)


@require_http_methods(["GET", "HEAD", "POST"])
@let_in_to_plan
def show(request: ActorRequest, door: ConsentDoor) -> HttpResponseBase:
    """One plan to read and choose from, or what became of it."""

    def shown(refused: DomainError | None = None) -> HttpResponse:
        context = hand_context(request, door.actor, door.id, door.base, refused)
        context["back_url"] = "" if door.is_link else reverse("portal:consents")
        status = refused.status if refused else 200
        return render(request, "portal/plan.html", context, status=status)

    if request.method != "POST":
        return shown()
    return answer_plan(request, door.actor, door.id, base=door.base, show=shown)


@require_safe
@let_in_to_plan
def picture(request: ActorRequest, door: ConsentDoor) -> FileResponse:
    """A picture of the plan; which one is in the query."""
    return picture_answer(request, door.actor, door.id)
