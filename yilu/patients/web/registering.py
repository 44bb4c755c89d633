"""The form for a new patient and for changing one, with what it says while somebody types."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yilu.patients import permissions
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import change_patient, register_patient
from yilu.patients.rules.consents import current_text
from yilu.patients.rules.papers import BadPaper, read_paper
from yilu.patients.selectors.duplicates import duplicate_candidates
from yilu.patients.selectors.facts import editable_facts
from yilu.patients.selectors.lines import today
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.patients.web.forms import PatientForm, facts_from, read_date, typed_from
from yilu.patients.web.here import site_here, sites_here
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import submit


def new(request: ActorRequest) -> HttpResponseBase:
    """A new patient: search first, then as little as is known."""
    site = site_here(request, permissions.REGISTER)
    started = {"name": request.GET.get("name", "")[:100], "phone": request.GET.get("phone", "")}
    form = PatientForm(request.POST or None, initial=started)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        patient_id = register_patient(actor=request.actor, site_id=site.id, facts=facts_from(typed))
        if typed["consent"]:
            _agree(request, patient_id)
        name = patient_briefs(request.actor, [patient_id], "patients.registered")[patient_id].name
        return _done(request, patient_id, _("Registered %(name)s") % {"name": name})

    return _form(request, form, save, site_id=site.id)


def edit(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Change what is known about a patient."""
    held = editable_facts(request.actor, patient_id)
    form = PatientForm(request.POST or None, initial=typed_from(held.facts))
    del form.fields["consent"]

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        change_patient(
            actor=request.actor,
            patient_id=patient_id,
            facts=facts_from(typed),
            version=sent_version(request) or 0,
        )
        return _done(request, patient_id, _("Saved"))

    # Sent back, a form keeps the version that its reader saw: what others changed is not lost.
    version = held.version if request.method != "POST" else sent_version(request)
    return _form(request, form, save, patient_id=patient_id, version=version)


@require_POST
def identity(request: ActorRequest) -> HttpResponse:
    """What a paper's number says, put into the fields beside it while somebody types."""
    request.actor.require_anywhere(permissions.REGISTER)
    typed = {
        name: request.POST.get(name, "") for name in ("id_type", "id_number", "sex", "born_on")
    }
    error, told = "", {}
    if typed["id_number"].strip():
        try:
            read = read_paper(typed["id_type"], typed["id_number"], today())
            told = {"born_on": read.born_on, "sex": read.sex, "id_type": str(read.paper)}
        except BadPaper as bad:
            error = str(bad.message)
    form = PatientForm(initial=typed | {name: value for name, value in told.items() if value})
    context = {"form": form, "id_error": error, "is_filled": bool(told.get("born_on"))}
    return render(request, "patients/_identity.html", context)


@require_POST
def duplicates(request: ActorRequest) -> HttpResponse:
    """Who may already be the person being typed in."""
    typed = {name: request.POST.get(name, "")[:100] for name in ("name", "phone", "id_number")}
    besides = request.POST.get("patient", "")
    found = duplicate_candidates(
        request.actor,
        **typed,
        id_type=request.POST.get("id_type", "") if typed["id_number"] else "",
        born_on=read_date(request.POST.get("born_on", "")),
        besides=UUID(besides) if len(besides) == 36 else None,
    )
    context: dict[str, Any] = {"candidates": found}
    if len(besides) == 36 and request.actor.may_anywhere(permissions.MERGE):
        context["besides"] = UUID(besides)
    return render(request, "patients/_duplicates.html", context)


def form_of_new(request: ActorRequest, form: PatientForm, **context: Any) -> dict[str, Any]:
    """What the form for a new patient shows besides its fields."""
    return {
        "form": form,
        "url": reverse("patients:new"),
        "sites": sites_here(request, permissions.REGISTER),
        "consent_text": current_text(ConsentKind.DATA_USE),
        **context,
    }


def _form(request: ActorRequest, form: PatientForm, save: Any, **context: Any) -> HttpResponseBase:
    refused: list[UUID] = []

    def again(status: int = 200) -> HttpResponse:
        filled = {
            "form": form,
            "url": request.path,
            "sites": [] if "patient_id" in context else sites_here(request, permissions.REGISTER),
            "consent_text": current_text(ConsentKind.DATA_USE),
            "same": refused[0] if refused else None,
            **context,
        }
        return render_page(
            request, "patients/form.html", part="patients/_form.html", status=status, **filled
        )

    if request.method != "POST":
        return again()
    try:
        return submit(request, form, save, again)
    except AlreadyRegistered as error:
        other = error.params.get("patient_id")
        refused += [other] if isinstance(other, UUID) else []
        form.add_error("id_number", str(error))
        return again(422)


def _agree(request: ActorRequest, patient_id: UUID) -> None:
    give_consent(
        actor=request.actor,
        patient_id=patient_id,
        kind=ConsentKind.DATA_USE,
        how=ConsentHow.SPOKEN,
    )


def _done(request: HttpRequest, patient_id: UUID, said: str) -> HttpResponseBase:
    response = go_to(request, reverse("patients:patient", args=[patient_id]))
    return with_toast(response, said) if isinstance(response, HttpResponse) else response
