"""The page of a visit, its head, and what is known of the patient."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.clinical.operations.allergies import (
    add_allergy,
    confirm_allergies,
    refute_allergy,
    verify_allergy,
)
from yilu.clinical.operations.history import add_problem, resolve_problem, save_background
from yilu.clinical.operations.vitals import end_oxygen_target, set_oxygen_target
from yilu.clinical.rules.allergens import allergen_names, group_titles
from yilu.clinical.selectors.context import Setting, clinical_topic, patient_topic, setting
from yilu.clinical.selectors.history import patient_summary
from yilu.clinical.selectors.parts import banner, note_part, sheet_part, vitals_part
from yilu.clinical.states import AllergyKind, AllergySeverity, Certainty
from yilu.clinical.web.charts import pressure_chart
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.notes import note_context
from yilu.clinical.web.prescriptions import sheet_context
from yilu.clinical.web.reading import read_allergy, sent, version_of
from yilu.clinical.web.sealed import context_of, opened
from yilu.clinical.web.vitals import vitals_context
from yilu.platform.errors import Invalid
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once


@require_GET
def visit(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Everything about one visit on one page."""
    head = banner(request.actor, visit_id)
    context = {
        **banner_context(head.where),
        "banner": head,
        "clinical_topic": clinical_topic(visit_id),
        "patient_topic": patient_topic(head.where.patient_id),
        **vitals_context(vitals_part(request.actor, visit_id)),
        **note_context(note_part(request.actor, visit_id)),
        **sheet_context(sheet_part(request.actor, visit_id)),
        **history_context(request, head.where),
    }
    return render(request, "clinical/visit.html", context)


@require_GET
def banner_view(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The patient's identity and allergies."""
    return _banner(request, visit_id)


@require_GET
def history(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Problems, medicines, earlier visits and trends of the patient."""
    where = setting(request.actor, visit_id)
    return render(request, "clinical/_history.html", history_context(request, where))


@require_http_methods(["GET", "POST"])
def allergy(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask about an allergy, then keep it, once."""
    if request.method == "GET":
        return _allergy_form(request, setting(request.actor, visit_id), {}, {})
    where = opened(request, visit_id)

    def run() -> HttpResponse:
        add_allergy(actor=request.actor, visit_id=visit_id, facts=read_allergy(sent(request)))
        return with_toast(_banner(request, visit_id), _("Allergy recorded"))

    try:
        return once(request, run)
    except Invalid as error:
        errors = {one.field: one.message for one in error.errors}
        return _allergy_form(request, where, request.POST, errors, status=422)


@require_POST
def allergies_confirmed(request: ActorRequest, visit_id: UUID, *, none_known: bool) -> HttpResponse:
    """State that there are no allergies, or that those on record are right."""
    opened(request, visit_id)
    confirm_allergies(actor=request.actor, visit_id=visit_id, none_known=none_known)
    return with_toast(_banner(request, visit_id), _("Allergies confirmed"))


@require_POST
def allergy_verified(request: ActorRequest, visit_id: UUID, allergy_id: UUID) -> HttpResponse:
    """Say that an allergy is certain."""
    opened(request, visit_id, allergy=allergy_id)
    version = version_of(sent(request))
    verify_allergy(actor=request.actor, allergy_id=allergy_id, version=version)
    return with_toast(_banner(request, visit_id), _("Allergy verified"))


@require_http_methods(["GET", "POST"])
def allergy_refuted(request: ActorRequest, visit_id: UUID, allergy_id: UUID) -> HttpResponse:
    """Ask why an allergy is none, then refute it."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        return _ask(
            request, where, title=_("This allergy is none?"), label=_("Refute allergy"),
            target="#part-banner",
        )  # fmt: skip
    opened(request, visit_id, allergy=allergy_id)
    reason = request.POST.get("reason", "")
    refute_allergy(actor=request.actor, allergy_id=allergy_id, reason=reason)
    return with_toast(_banner(request, visit_id), _("Allergy refuted"))


@require_POST
def problem(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Put something on the problem list."""
    where = opened(request, visit_id)
    post = request.POST
    add_problem(
        actor=request.actor,
        visit_id=visit_id,
        text=post.get("text", ""),
        code=post.get("code", ""),
        onset=post.get("onset", ""),
    )
    return render(request, "clinical/_history.html", history_context(request, where))


@require_POST
def problem_resolved(request: ActorRequest, visit_id: UUID, problem_id: UUID) -> HttpResponse:
    """Say that a problem is over."""
    where = opened(request, visit_id, problem=problem_id)
    version = version_of(sent(request))
    resolve_problem(actor=request.actor, problem_id=problem_id, version=version)
    return render(request, "clinical/_history.html", history_context(request, where))


@require_POST
def background(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Keep past, family and social history and immunisations."""
    where = opened(request, visit_id)
    version = version_of(sent(request))
    content = sent(request)
    save_background(actor=request.actor, visit_id=visit_id, content=content, version=version)
    response = render(request, "clinical/_history.html", history_context(request, where))
    return with_toast(response, _("Background saved"))


@require_http_methods(["GET", "POST"])
def oxygen_target(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Document a saturation target of 88–92 %, with why."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        return _ask(
            request, where, title=_("Saturation target 88–92 %"), label=_("Set target"),
            target="#part-history", text=_("From now on NEWS2 uses scale 2 for this patient."),
        )  # fmt: skip
    opened(request, visit_id)
    reason = request.POST.get("reason", "")
    set_oxygen_target(actor=request.actor, visit_id=visit_id, reason=reason)
    return render(request, "clinical/_history.html", history_context(request, where))


@require_POST
def oxygen_target_ended(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Let the saturation target end."""
    where = opened(request, visit_id)
    end_oxygen_target(actor=request.actor, visit_id=visit_id)
    return render(request, "clinical/_history.html", history_context(request, where))


def banner_context(where: Setting) -> dict[str, Any]:
    """What every part about a visit is given."""
    return {"where": where, "context": context_of(where)}


def history_context(request: ActorRequest, where: Setting) -> dict[str, Any]:
    """What the history part is given."""
    summary = patient_summary(request.actor, where.patient_id, where.visit_id)
    return {
        **banner_context(where),
        "summary": summary,
        "chart": pressure_chart(summary.trend),
        "background_parts": [
            ("past", _("Past history"), summary.background.get("past", "")),
            ("family", _("Family history"), summary.background.get("family", "")),
            ("social", _("Social"), summary.background.get("social", "")),
            ("immunisations", _("Immunisations"), summary.background.get("immunisations", "")),
        ],
    }


def _banner(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    head = banner(request.actor, visit_id)
    context = {**banner_context(head.where), "banner": head}
    return render(request, "clinical/_banner.html", context)


def _ask(request: ActorRequest, where: Setting, **words: str) -> HttpResponse:
    context = {
        "url": request.path,
        "form": ReasonForm.about(context_of(where)),
        "swap": "outerMorph",
        **words,
    }
    return render(request, "platform/_dialog.html", context)


def _allergy_form(
    request: ActorRequest, where: Setting, typed: Any, errors: dict[str, str], status: int = 200
) -> HttpResponse:
    context = {
        **banner_context(where),
        "typed": typed,
        "errors": errors,
        "substances": allergen_names(),
        "groups": group_titles().items(),
        "kinds": AllergyKind.choices,
        "severities": AllergySeverity.choices,
        "certainties": Certainty.choices,
    }
    return render(request, "clinical/_allergy_form.html", context, status=status)
