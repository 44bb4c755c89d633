"""Asking somebody who is here, suspecting, looking after, and taking a suspicion back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import site_by_key
from yilu.outbreak import permissions
from yilu.outbreak.errors import NothingAsked
from yilu.outbreak.operations.screening import Whom, answer_screening
from yilu.outbreak.operations.suspecting import lift_suspicion, mark_suspected, meet_suspected
from yilu.outbreak.selectors.screenings import asking_at, suspect
from yilu.outbreak.web.asking import answers_in, asked_rows
from yilu.outbreak.web.dialogs import dialog
from yilu.outbreak.web.forms import WhyForm
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.errors import Invalid
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once, posted_once
from yilu.visits.selectors.visits import visit_info


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask somebody who is here already: they came before it was switched on."""
    visit = visit_info(visit_id)
    whom = Whom(visit.site_id, visit.patient_id, visit.booking_id, visit_id)
    briefs = patient_briefs(request.actor, [visit.patient_id], "entry screening")
    return _ask(request, whom, briefs.get(visit.patient_id))


@require_http_methods(["GET", "HEAD", "POST"])
def practise(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Practise the questions in a drill, with a colleague who plays the patient."""
    return _ask(request, Whom(site_by_key(site_key).id, None), None)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_suspicion(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Suspect somebody, whatever they answered."""
    visit = visit_info(visit_id)
    request.actor.require_to_see(permissions.SCREEN, visit.site_id)
    form = WhyForm(request.POST or None, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        mark_suspected(actor=request.actor, visit_id=visit_id, why=said["reason"])
        return with_toast(HttpResponse(status=204), _("Suspected: the nurse is told"))

    return dialog(
        request,
        form,
        save,
        title=_("Suspect an infectious illness"),
        text=_("The patient is sent the isolation route at once, and nurses and guides are told."),
        label=_("Suspect and send apart"),
        harmful=True,
    )


@posted_once
def meet(request: ActorRequest, screening_id: UUID) -> HttpResponseBase:
    """I look after this patient."""
    meet_suspected(actor=request.actor, screening_id=screening_id)
    return with_toast(HttpResponse(status=204), _("Written down: you look after the patient"))


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: ActorRequest, screening_id: UUID) -> HttpResponseBase:
    """The suspicion was needless."""
    one = suspect(request.actor, screening_id, permissions.TRACE)
    known = {"version": one.version}
    form = WhyForm(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        lift_suspicion(
            actor=request.actor,
            screening_id=screening_id,
            reason=said["reason"],
            version=said["version"],
        )
        return with_toast(HttpResponse(status=204), _("The suspicion is lifted"))

    return dialog(
        request,
        form,
        save,
        title=_("Lift the suspicion"),
        text=_("Who still waits apart waits with the others again."),
        label=_("Lift it"),
    )


def _ask(request: ActorRequest, whom: Whom, patient: object) -> HttpResponseBase:
    request.actor.require_to_see(permissions.SCREEN, whom.site_id)
    asking = asking_at(whom.site_id, whom.patient_id)
    if asking is None:
        raise NothingAsked

    def again(refused: Invalid | None = None) -> HttpResponse:
        context = {
            "asking": asking,
            "rows": asked_rows(request, asking),
            "patient": patient,
            "refused": refused,
            "url": request.path,
        }
        status = refused.status if refused else 200
        return render(request, "outbreak/_ask.html", context, status=status)

    def run() -> HttpResponseBase:
        positive = answer_screening(
            actor=request.actor, whom=whom, answers=answers_in(request) or {}
        )
        said = _("Suspected: the nurse is told") if positive else _("Nothing found")
        return with_toast(HttpResponse(status=204), said)

    if request.method != "POST":
        return again()
    try:
        return once(request, run)
    except Invalid as refused:
        return again(refused)
