"""Procedures of risk, step by step, and what began without the examination before it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from yilu.clinical import permissions
from yilu.clinical.operations import procedures as deeds
from yilu.clinical.operations.readiness import skip_examination
from yilu.clinical.rules.procedures import procedure_kinds
from yilu.clinical.selectors.consents import site_consents
from yilu.clinical.selectors.context import clinical_topic, setting
from yilu.clinical.selectors.listening import is_listening_on, listening_figures
from yilu.clinical.selectors.procedures import (
    due_observations,
    procedure_page,
    said_at,
    speaker_names,
    visit_procedures,
)
from yilu.clinical.selectors.readiness import exemptions, readiness
from yilu.clinical.web.forms import ExemptionForm, ReasonForm
from yilu.clinical.web.reading import read_id, sent, whole
from yilu.clinical.web.sealed import check_context, context_of, opened
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import once, posted_once, submit

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def procedures(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """The procedures of a visit, and a form for one more."""
    if request.method != "POST":
        return _list(request, visit_id)
    opened(request, visit_id)
    post = sent(request)

    def run() -> HttpResponseBase:
        made = deeds.plan_procedure(
            actor=request.actor, visit_id=visit_id,
            kind=post.get("kind", ""), what=post.get("what", ""),
        )  # fmt: skip
        return go_to(request, reverse("clinical:procedure", args=[made]))

    try:
        return once(request, run)
    except Invalid as refused:
        return _list(request, visit_id, refused)


@require_safe
def show(request: ActorRequest, procedure_id: UUID) -> HttpResponse:
    """One procedure, step by step."""
    return render(request, "clinical/procedure.html", _context(request, procedure_id))


@require_safe
def state(request: ActorRequest, procedure_id: UUID) -> HttpResponse:
    """The same as a part."""
    return render(request, "clinical/_procedure.html", _context(request, procedure_id))


@posted_once
def deed(request: ActorRequest, procedure_id: UUID, what: str) -> HttpResponseBase:
    """Sign the talk, tick a point, begin, end, or write down what is said."""
    page = procedure_page(request.actor, procedure_id)
    check_context(request, page.where)
    post = sent(request)
    about: dict[str, Any] = {"actor": request.actor, "procedure_id": procedure_id}
    run: dict[str, Callable[[], None]] = {
        "talk": lambda: deeds.sign_talk(**about),
        "check": lambda: deeds.check_point(**about, code=post.get("code", "")),
        "start": lambda: deeds.start_procedure(**about, version=whole(post.get("version", ""))),
        "end": lambda: deeds.end_procedure(**about, version=whole(post.get("version", ""))),
        "said": lambda: deeds.note_said(
            **about, speaker=post.get("speaker", ""), text=post.get("text", ""),
            is_deed=post.get("is_deed") == "1",
        ),
    }  # fmt: skip
    run[what]()
    return render(request, "clinical/_procedure.html", _context(request, procedure_id))


@posted_once
def observed(request: ActorRequest, procedure_id: UUID, observation_id: UUID) -> HttpResponseBase:
    """Write down how the patient is."""
    page = procedure_page(request.actor, procedure_id)
    check_context(request, page.where)
    if observation_id not in {one.id for one in page.looks}:
        raise NotFound
    deeds.observe(
        actor=request.actor, observation_id=observation_id,
        is_well=request.POST.get("is_well") == "1", text=request.POST.get("text", ""),
    )  # fmt: skip
    return render(request, "clinical/_procedure.html", _context(request, procedure_id))


@require_http_methods(METHODS)
def abandon(request: ActorRequest, procedure_id: UUID) -> HttpResponseBase:
    """Ask why it is stopped, then stop."""
    page = procedure_page(request.actor, procedure_id)
    if request.method != "POST":
        context = {
            "url": request.path,
            "title": _("Stop this procedure?"),
            "text": _("What was done so far stays in its record."),
            "label": _("Stop it"),
            "harmful": True,
            "form": ReasonForm.about(context_of(page.where)),
            "version": page.version,
        }
        return render(request, "platform/_dialog.html", context)
    check_context(request, page.where)

    def run() -> HttpResponseBase:
        deeds.abandon_procedure(
            actor=request.actor, procedure_id=procedure_id,
            reason=request.POST.get("reason", ""), version=whole(request.POST.get("version", "")),
        )  # fmt: skip
        return go_to(request, reverse("clinical:procedure", args=[procedure_id]))

    return once(request, run)


@require_http_methods(METHODS)
def exempt(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask why a treatment may begin without the examination, then note and report it."""
    where = setting(request.actor, visit_id, permissions.SIGN)
    found = readiness(visit_id)
    back = read_id(request.GET.get("back", ""))
    form = ExemptionForm(request.POST or None, initial={"context": context_of(where)})

    def again(status: int) -> HttpResponse:
        missing = _(" and ").join(found.missing_labels)
        context = {
            "url": request.get_full_path(),
            "title": _("Begin without the examination?"),
            "text": _("Missing: %(missing)s. The manager is told who decided it, and why.")
            % {"missing": missing or "–"},
            "label": _("Begin without it"),
            "harmful": True,
            "form": form,
        }
        return render(request, "platform/_dialog.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponse:
        skip_examination(
            actor=request.actor, visit_id=visit_id,
            reason=typed["reason"], is_emergency=typed["is_emergency"],
        )  # fmt: skip
        name, key = ("procedure", back) if back else ("visit", visit_id)
        answer = go_to(request, reverse(f"clinical:{name}", args=[key]))
        return with_toast(answer, _("Noted, and reported to the manager"))

    if request.method != "POST":
        return again(200)
    check_context(request, where)
    return submit(request, form, save, again)


@require_safe
def said(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What was said during procedures, for the consultant and the follow-up."""
    where = setting(request.actor, visit_id)
    lines = said_at(request.actor, [where.visit_id]).get(where.visit_id, [])
    return render(request, "clinical/_said.html", {"lines": lines})


@require_GET
def oversight(request: ActorRequest) -> HttpResponse:
    """What a manager should know: begun without examination, overdue looks, refused consents."""
    site_id = read_id(request.GET.get("site", ""))
    if site_id is None:
        raise NotFound
    context = {
        "exemptions": exemptions(request.actor, site_id),
        "looks": due_observations(request.actor, site_id),
        "consents": site_consents(request.actor, site_id),
        "site_id": site_id,
        "figures": listening_figures(request.actor, site_id),
        "is_on": is_listening_on(site_id),
    }
    return render(request, "clinical/oversight.html", context)


def _list(request: ActorRequest, visit_id: UUID, refused: Invalid | None = None) -> HttpResponse:
    where = setting(request.actor, visit_id)
    context = {
        "where": where,
        "context": context_of(where),
        "lines": visit_procedures(request.actor, visit_id),
        "kinds": procedure_kinds().values(),
        "can_write": request.actor.may(permissions.WRITE, where.site_id),
        "refused": refused,
        "typed": sent(request) if refused else {},
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_procedures.html", context, status=status)


def _context(request: ActorRequest, procedure_id: UUID) -> dict[str, Any]:
    page = procedure_page(request.actor, procedure_id)
    return {
        "page": page,
        "context": context_of(page.where),
        "topic": clinical_topic(page.where.visit_id),
        "speakers": speaker_names().items(),
    }
