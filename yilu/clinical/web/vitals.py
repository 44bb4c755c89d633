"""Taking vital signs and the intake: the card, the forms, the score while typing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.clinical.operations.intake import save_intake
from yilu.clinical.operations.vitals import record_vitals, withdraw_vitals
from yilu.clinical.rules.falls import asked_items, fall_scale
from yilu.clinical.rules.unsaved import put_together
from yilu.clinical.rules.vitals import Bounds, bounds
from yilu.clinical.selectors.chart import score_facts
from yilu.clinical.selectors.context import Setting, clinical_topic, patient_topic, setting
from yilu.clinical.selectors.history import intake_at
from yilu.clinical.selectors.live import live_scores
from yilu.clinical.selectors.parts import VitalsPart, banner, vitals_part
from yilu.clinical.selectors.unscored import not_meant
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.reading import read_intake, read_vitals, sent, version_of
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.errors import Invalid, Stale
from yilu.platform.names import Localized
from yilu.platform.slots import slots
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once

FERTILE = range(10, 61)
ORDER = (
    "systolic", "diastolic", "pulse", "temperature", "respiratory_rate", "spo2",
    "pain", "weight", "height", "glucose",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VitalField:
    """One field of the vital-signs form."""

    bounds: Bounds
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class FallItem:
    """One question of the fall scale, with its answers."""

    name: str
    title: Localized
    answers: list[tuple[str, Localized]]
    chosen: str
    error: str


@require_GET
def vitals(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The latest vital signs with their scores."""
    part = vitals_part(request.actor, visit_id)
    return render(request, "clinical/_vitals.html", vitals_context(part))


@require_GET
def assess(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The nurse's page: who it is, vital signs, intake."""
    part = vitals_part(request.actor, visit_id)
    beside = [
        one
        for one in slots("clinical.assess")
        if request.actor.may(one.permission, part.where.site_id)
    ]
    context = {
        **vitals_context(part),
        **vitals_form_context(part.where, {}, {}),
        **intake_context(part, part.intake.content, {}),
        "banner": banner(request.actor, visit_id),
        "slots": [one.url(visit_id) for one in beside],
        "stylesheets": dict.fromkeys(one.stylesheet for one in beside if one.stylesheet),
        "clinical_topic": clinical_topic(visit_id),
        "patient_topic": patient_topic(part.where.patient_id),
    }
    return render(request, "clinical/assess.html", context)


@require_http_methods(["GET", "POST"])
def vitals_form(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Enter a round of vital signs and keep it, once."""
    template = "clinical/_vitals_form.html"
    if request.method == "GET":
        where = setting(request.actor, visit_id)
        return render(request, template, vitals_form_context(where, {}, {}))
    where = opened(request, visit_id)
    note = request.POST.get("note", "")

    def run() -> HttpResponse:
        values = read_vitals(sent(request))
        record_vitals(actor=request.actor, visit_id=visit_id, values=values, note=note)
        response = render(request, template, vitals_form_context(where, {}, {}))
        return with_toast(response, _("Vital signs saved"))

    try:
        return once(request, run)
    except Invalid as error:
        errors = {one.field: one.message for one in error.errors}
        context = vitals_form_context(where, sent(request), errors) | {"refused": error}
        return render(request, template, context, status=422)


@require_POST
def score(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What the values typed so far would score. Nothing is kept."""
    found = live_scores(request.actor, visit_id, read_vitals(sent(request)))
    context = {"live": found, "where": setting(request.actor, visit_id)}
    return render(request, "clinical/_score.html", context)


@require_http_methods(["GET", "POST"])
def vitals_withdrawn(request: ActorRequest, visit_id: UUID, vitals_id: UUID) -> HttpResponse:
    """Ask why a round is withdrawn, then withdraw it."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        context = {
            "url": request.path,
            "title": _("Withdraw these vital signs?"),
            "text": _("They stay readable, struck through, with the reason."),
            "label": _("Withdraw"),
            "harmful": True,
            "form": ReasonForm.about(context_of(where)),
            "target": "#part-vitals",
            "swap": "outerMorph",
        }
        return render(request, "platform/_dialog.html", context)
    opened(request, visit_id, vitals=vitals_id)
    reason = request.POST.get("reason", "")
    withdraw_vitals(actor=request.actor, vitals_id=vitals_id, reason=reason)
    part = vitals_part(request.actor, visit_id)
    response = render(request, "clinical/_vitals.html", vitals_context(part))
    return with_toast(response, _("Vital signs withdrawn"))


@require_http_methods(["GET", "POST"])
def intake(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Ask what the nurse asks, and keep it."""
    if request.method == "GET":
        part = vitals_part(request.actor, visit_id)
        return _intake(request, part, part.intake.content, {})
    opened(request, visit_id)
    typed: dict[str, Any] = {**sent(request)}
    try:
        save_intake(
            actor=request.actor,
            visit_id=visit_id,
            facts=read_intake(sent(request)),
            version=version_of(sent(request)),
        )
    except (Invalid, Stale) as error:
        errors = {one.field: one.message for one in getattr(error, "errors", ())}
        part = vitals_part(request.actor, visit_id)
        typed["fall"] = {n[5:]: v for n, v in sent(request).items() if n.startswith("fall-")}
        if isinstance(error, Stale):
            typed = _with_typed(request, part)
        return _intake(request, part, typed, errors, refused=error, status=error.status)
    part = vitals_part(request.actor, visit_id)
    return with_toast(_intake(request, part, part.intake.content, {}), _("Intake saved"))


@require_POST
def intake_again(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The form after something was kept elsewhere, with what is being typed. Nothing is kept."""
    opened(request, visit_id)
    part = vitals_part(request.actor, visit_id)
    if version_of(sent(request)) == part.intake.n:
        return HttpResponse(status=204)
    return _intake(request, part, _with_typed(request, part), {})


def vitals_context(part: VitalsPart) -> dict[str, Any]:
    """What the card of vital signs is given."""
    return {"where": part.where, "context": context_of(part.where), "vitals": part}


def vitals_form_context(
    where: Setting, typed: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """What the form of vital signs is given. Two queries."""
    known = bounds()
    return {
        "where": where,
        "context": context_of(where),
        "fields": [
            VitalField(known[code], typed.get(code, ""), errors.get(code, "")) for code in ORDER
        ],
        "typed": typed,
        "no_score": not_meant(score_facts(where)),
        "minds": [
            ("A", _("Alert")),
            ("C", _("New confusion")),
            ("V", _("Voice")),
            ("P", _("Pain")),
            ("U", _("Unresponsive")),
        ],
    }


def intake_context(
    part: VitalsPart, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> dict[str, Any]:
    """What the intake form is given."""
    return {
        "where": part.where,
        "context": context_of(part.where),
        "vitals": part,
        "typed_intake": typed,
        "is_kept": part.intake.n > 0 and typed == part.intake.content,
        "intake_errors": errors,
        "asks_pregnancy": _may_be_pregnant(part.where),
        "fall_items": _fall_items(part.where.age, typed.get("fall") or {}, errors),
        "fall_scale": fall_scale(part.where.age),
    }


def _intake(
    request: ActorRequest,
    part: VitalsPart,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    refused: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    context = intake_context(part, typed, errors) | {"refused": refused}
    return render(request, "clinical/_intake.html", context, status=status)


def _with_typed(request: ActorRequest, part: VitalsPart) -> dict[str, Any]:
    """What is kept now, with what was typed since the version that the form began from."""
    fields = sent(request)
    began = intake_at(part.where.visit_id, version_of(fields))
    return put_together(began, fields, part.intake.content)


def _may_be_pregnant(where: Setting) -> bool:
    return where.patient.sex == "female" and (where.age is None or where.age in FERTILE)


def _fall_items(
    age: int | None, chosen: Mapping[str, str], errors: Mapping[str, str]
) -> list[FallItem]:
    words = fall_scale(age).body["words"]
    return [
        FallItem(
            name=name,
            title=Localized(one["title"]),
            answers=[(answer, Localized(words[answer])) for answer in one["options"]],
            chosen=chosen.get(name, ""),
            error=errors.get(f"fall-{name}", ""),
        )
        for name, one in asked_items(age).items()
    ]
