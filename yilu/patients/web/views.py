"""Finding patients, and one patient's page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yilu.patients import permissions
from yilu.patients.care import may_open
from yilu.patients.errors import MergedAway
from yilu.patients.finders import found
from yilu.patients.operations.consents import give_consent, withdraw_consent
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.operations.relations import end_relation, relate
from yilu.patients.rules.queries import LONGEST
from yilu.patients.rules.scans import card_line, is_card_number, is_garbled
from yilu.patients.selectors.cards import lost_card
from yilu.patients.selectors.detail import PatientDetail, patient_detail, revealed
from yilu.patients.selectors.recent import newest_patients
from yilu.patients.selectors.search import search_patients
from yilu.patients.selectors.topics import patient_topic
from yilu.patients.slots import slots
from yilu.patients.web.forms import ConsentForm, RelativeForm
from yilu.patients.web.here import site_here
from yilu.platform.actors import Actor
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit

# What a reader types of an ID card, with its address.
LONGEST_LINE = 400


@require_GET
def search(request: ActorRequest) -> HttpResponse:
    """The page with the one box, and the hits below the box of the shell."""
    whole = request.GET.get("q", "").strip()[:LONGEST_LINE]
    typed, is_card = whole[:LONGEST], bool(card_line(whole))
    garbled = is_garbled(whole) and not is_card
    other = found(request.actor, whole)
    hits = [] if garbled or other else search_patients(request.actor, whole)
    lost_since = lost_card(request.actor, typed) if is_card_number(typed) and not hits else None
    newest = []
    if not typed:
        request.actor.require_anywhere(permissions.SEE)
        newest = newest_patients(request.actor, site_here(request, permissions.SEE).id)
    return render_page(
        request,
        "patients/search.html",
        part="patients/_hits.html",
        q=card_line(whole) or typed,
        hits=hits,
        other=other,
        garbled=garbled and not other,
        lost_since=lost_since,
        is_card=is_card,
        newest=newest,
        can_register=request.actor.may_anywhere(permissions.REGISTER),
        can_merge=request.actor.may_anywhere(permissions.MERGE),
    )


@require_GET
def patient(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """One patient's page; as a part, what others may have changed. An alias leads on."""
    try:
        return _page(request, patient_detail(request.actor, patient_id))
    except MergedAway as gone:
        return go_to(request, reverse("patients:patient", args=[gone.params["patient_id"]]))


@require_POST
def reveal(request: ActorRequest, patient_id: UUID, what: str) -> HttpResponse:
    """One masked fact in full. A POST, so that nothing follows a link to it; it is recorded."""
    value = revealed(request.actor, patient_id, what)
    return render(request, "patients/_revealed.html", {"value": value})


@require_GET
def label(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """A label for papers and tubes, not masked."""
    return render(
        request,
        "patients/label.html",
        {
            "patient": patient_detail(request.actor, patient_id).brief,
            "phone": revealed(request.actor, patient_id, "phone"),
            "back_url": reverse("patients:patient", args=[patient_id]),
        },
    )


@posted_once
def consent(request: ActorRequest, patient_id: UUID, kind: str) -> HttpResponseBase:
    """Keep that the patient agrees, or no longer does."""
    if "withdraw" in request.POST:
        withdraw_consent(actor=request.actor, patient_id=patient_id, kind=kind)
        return _done(request, patient_id, _("Consent withdrawn"))
    form = ConsentForm(request.POST)
    how = form.cleaned_data["how"] if form.is_valid() else "spoken"
    give_consent(actor=request.actor, patient_id=patient_id, kind=kind, how=how)
    return _done(request, patient_id, _("Consent kept"))


def family(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """The dialog for a relative, and what comes of it."""
    form = RelativeForm(request.POST or None)

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "url": request.path, "patient_id": patient_id}
        return render(request, "patients/_relative.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        relate(
            actor=request.actor,
            patient_id=patient_id,
            kind=typed["kind"],
            relative_id=typed["relative"],
            name=typed["name"],
            phone=typed["phone"],
            may_act=typed["may_act"],
        )
        return _done(request, patient_id, _("Relative added"))

    if request.method != "POST":
        patient_detail(request.actor, patient_id)
        return again()
    return submit(request, form, save, again)


@posted_once
def end_family(request: ActorRequest, patient_id: UUID, relation_id: UUID) -> HttpResponseBase:
    """A relative is one no longer."""
    end_relation(actor=request.actor, relation_id=relation_id)
    return _done(request, patient_id, _("Relative removed"))


@posted_once
def register_here(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Make a patient of another site known here, after asking them."""
    site = site_here(request, permissions.REGISTER)
    register_at_site(actor=request.actor, patient_id=patient_id, site_id=site.id, has_agreed=True)
    return go_to(request, reverse("patients:patient", args=[patient_id]))


def _done(request: HttpRequest, patient_id: UUID, said: str) -> HttpResponseBase:
    response = go_to(request, reverse("patients:patient", args=[patient_id]))
    return with_toast(response, said) if isinstance(response, HttpResponse) else response


def _page(request: ActorRequest, detail: PatientDetail) -> HttpResponse:
    return render_page(
        request,
        "patients/patient.html",
        part="patients/_patient.html",
        detail=detail,
        topic=patient_topic(detail.id),
        slots=_slots(request.actor, detail.id),
        consent_form=ConsentForm(),
    )


def _slots(actor: Actor, patient_id: UUID) -> list[dict[str, Any]]:
    shown = [slot for slot in slots() if actor.may_anywhere(slot.permission)]
    if any(slot.is_record for slot in shown) and not may_open(actor, patient_id):
        shown = [slot for slot in shown if not slot.is_record]
    return [
        {
            "key": slot.key,
            "title": slot.title,
            "url": slot.url(patient_id),
            "is_rare": slot.is_rare,
            "stylesheet": slot.stylesheet,
        }
        for slot in shown
    ]
