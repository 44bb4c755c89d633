"""The pharmacy's worklist and the steps of one prescription."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.facility.selectors.sites import SiteInfo, open_sites
from yilu.pharmacy import permissions
from yilu.pharmacy.operations.dispensing import check, hand_over, pick, reject, review
from yilu.pharmacy.operations.returning import give_rest, take_back, undo_step
from yilu.pharmacy.rules import review as checklist
from yilu.pharmacy.selectors.papers import Paper, card_pdf, labels_pdf
from yilu.pharmacy.selectors.topics import pharmacy_topic
from yilu.pharmacy.selectors.worklist import (
    PROMISE,
    dispense_detail,
    dispense_version,
    worklist,
)
from yilu.pharmacy.states import OPEN, DispenseState
from yilu.pharmacy.web.reading import (
    read_batches,
    read_counselling,
    read_identifiers,
    read_quantities,
    read_review,
    unfolded,
    version_of,
)
from yilu.platform.errors import DomainError, NotAllowed
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.visits.selectors.visits import visit_topic

TABS = (*OPEN, DispenseState.REJECTED, DispenseState.WAITING_PAYMENT, DispenseState.HANDED_OVER)
SHOWN_REFUSALS = {403, 409, 412, 422}


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """The pharmacist's day: what waits, and the one that is open."""
    site = _site(request)
    context = _list_context(request, site.id)
    opened = context["lines"][0].id if context["lines"] else None
    wanted = request.GET.get("open", "")
    chosen = next((one.id for one in context["lines"] if str(one.id) == wanted), opened)
    if chosen is not None:
        context |= _detail_context(request, chosen)
    return render(request, "pharmacy/worklist.html", context)


@require_GET
def lines(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The worklist of a site, by state."""
    return render(request, "pharmacy/_worklist.html", _list_context(request, site_id))


@require_GET
def detail(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """One prescription with its next step; nothing for a page that shows this version already."""
    seen = request.GET.get("seen", "")
    if seen and seen == str(dispense_version(request.actor, dispense_id)):
        return HttpResponse(status=204)
    return _detail(request, dispense_id)


@require_POST
def reviewed(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Pass a prescription."""

    def deed() -> int:
        done, version = read_review(request), version_of(request)
        return review(actor=request.actor, dispense_id=dispense_id, done=done, version=version)

    return _done(request, dispense_id, deed, _("Prescription passed"))


@require_http_methods(["GET", "POST"])
def rejected(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Ask what is wrong, then send a prescription back to its doctor."""
    if request.method == "GET":
        one = dispense_detail(request.actor, dispense_id)
        context = {"detail": one, "codes": checklist.reject_codes()}
        return render(request, "pharmacy/_reject.html", context)

    def deed() -> None:
        reject(
            actor=request.actor,
            dispense_id=dispense_id,
            code=request.POST.get("code", ""),
            reason=request.POST.get("reason", ""),
            version=version_of(request),
        )

    return _done(request, dispense_id, deed, _("Sent back to the doctor"))


@require_POST
def picked(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Keep which batches were taken."""

    def deed() -> int:
        batches, version = read_batches(request), version_of(request)
        return pick(actor=request.actor, dispense_id=dispense_id, batches=batches, version=version)

    return _done(request, dispense_id, deed, _("Picked; now a second person checks"))


@require_POST
def checked(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Confirm as a second person."""

    def deed() -> int:
        version = version_of(request)
        return check(actor=request.actor, dispense_id=dispense_id, version=version)

    return _done(request, dispense_id, deed, _("Checked; ready to hand over"))


@require_POST
def handed_over(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Give the medicines to the patient."""

    def deed() -> int:
        return hand_over(
            actor=request.actor,
            dispense_id=dispense_id,
            identifiers=read_identifiers(request),
            counselling=read_counselling(request),
            version=version_of(request),
        )

    return _done(request, dispense_id, deed, _("Handed over"))


@require_POST
def undone(request: ActorRequest, dispense_id: UUID, version: int) -> HttpResponse:
    """Take the step back that left this version."""
    undo_step(actor=request.actor, dispense_id=dispense_id, version=version)
    return with_toast(_detail(request, dispense_id), _("Taken back"))


@require_POST
def rest_begun(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Begin the rest of a prescription of which a part was given."""

    def deed() -> None:
        version = version_of(request)
        give_rest(actor=request.actor, dispense_id=dispense_id, version=version)

    return _done(request, dispense_id, deed, _("The rest can be picked now"))


@require_POST
def taken_back(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """Take medicines back from the patient."""

    def deed() -> None:
        take_back(
            actor=request.actor,
            dispense_id=dispense_id,
            quantities=read_quantities(request),
            reason=request.POST.get("reason", ""),
        )

    return _done(request, dispense_id, deed, _("Medicines taken back"))


@require_GET
def labels(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """The labels of the medicines."""
    large = bool(request.GET.get("large"))
    return _as_file(labels_pdf(request.actor, dispense_id, large=large))


@require_GET
def card(request: ActorRequest, dispense_id: UUID) -> HttpResponse:
    """The patient's reminder card."""
    large = bool(request.GET.get("large"))
    return _as_file(card_pdf(request.actor, dispense_id, large=large))


def _site(request: ActorRequest) -> SiteInfo:
    held = request.actor.sites(permissions.SEE)
    sites = [one for one in open_sites() if held is None or one.id in held]
    if not sites:
        raise NotAllowed
    wanted = request.GET.get("site", "")
    return next((one for one in sites if str(one.id) == wanted), sites[0])


def _list_context(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    found = worklist(request.actor, site_id)
    state = request.GET.get("state", "")
    chosen = state if state in DispenseState.values else ""
    shown = [one for one in found.lines if (one.state == chosen if chosen else one.state in OPEN)]
    return {
        "site_id": site_id,
        "topic": pharmacy_topic(site_id),
        "lines": shown,
        "chosen": chosen,
        "open_count": sum(found.counts[state] for state in OPEN),
        "tabs": [(str(one), one.label, found.counts[one]) for one in TABS],
        "promise": PROMISE,
    }


def _detail_context(request: ActorRequest, dispense_id: UUID) -> dict[str, Any]:
    found = dispense_detail(request.actor, dispense_id)
    here = reverse("pharmacy:dispense", args=[dispense_id])
    return {
        "detail": found,
        "detail_url": f"{here}?seen={found.version}",
        "detail_topic": visit_topic(found.visit.id),
        "inspections": checklist.inspections(),
        "layers": checklist.layers(),
        "points": checklist.counselling_points(),
        "needed": checklist.counselling_needed(),
        "identifiers": checklist.identifiers(),
    }


def _detail(
    request: ActorRequest, dispense_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    context = _detail_context(request, dispense_id) | {"refused": refused}
    if refused is not None:
        fields = getattr(refused, "errors", ())
        context |= {
            "errors": {one.field: one.message for one in fields},
            "typed": unfolded(request.POST),
            "ticked": request.POST.getlist("ticked"),
            "explained": request.POST.getlist("points"),
        }
    # 422 and 412 are shown in place, with what was typed; so the other refusals are told so too.
    status = 200 if refused is None else 412 if refused.status == 412 else 422
    return render(request, "pharmacy/_dispense.html", context, status=status)


def _done(
    request: ActorRequest, dispense_id: UUID, deed: Callable[[], int | None], words: str
) -> HttpResponse:
    """Do a deed and show how things stand; by the version that it gives it is taken back."""
    try:
        left = deed()
    except DomainError as error:
        if error.status not in SHOWN_REFUSALS:
            raise
        return _detail(request, dispense_id, error)
    address = "" if left is None else reverse("pharmacy:undo", args=[dispense_id, left])
    return with_toast(_detail(request, dispense_id), words, undo=address)


def _as_file(paper: Paper) -> HttpResponse:
    response = HttpResponse(paper.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.name}.pdf"'
    return response
