"""Writing, signing, printing and voiding prescriptions."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.catalogue.selectors.drugs import drug_info, search_drugs
from yilu.clinical import permissions
from yilu.clinical.errors import AlertsOpen, UnknownDrug
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.operations.prescriptions import confirm_prescription, void_prescription
from yilu.clinical.rules.dosing import (
    Order,
    frequencies,
    instructions,
    override_reasons,
    routes,
)
from yilu.clinical.rules.orders import Sheet
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.papers import prescription_pdf
from yilu.clinical.selectors.parts import SheetPart, sheet_part
from yilu.clinical.selectors.prescriptions import prescription_facts
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.reading import read_id, read_reasons, read_sheet, sent, version_of
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.errors import DomainError, Invalid, NotFound, Stale
from yilu.platform.ids import new_reference
from yilu.platform.web.http import ActorRequest, with_toast

HITS = 8
DAYS = 3


@require_http_methods(["GET", "POST"])
def prescription(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The sheet being written; each change is kept and checked at once."""
    if request.method == "GET":
        return _sheet(request, visit_id)
    opened(request, visit_id)
    try:
        write_prescription(
            actor=request.actor,
            visit_id=visit_id,
            sheet=_with_added(request, read_sheet(sent(request))),
            version=version_of(sent(request)),
            window=request.POST.get("window", ""),
        )
    except (Invalid, Stale) as error:
        return _sheet(request, visit_id, error)
    return _sheet(request, visit_id)


@require_POST
def prescription_signed(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Keep what the form holds, then sign it, with the reasons given for alerts."""
    opened(request, visit_id)
    actor = request.actor
    try:
        written = write_prescription(
            actor=actor,
            visit_id=visit_id,
            sheet=read_sheet(sent(request)),
            version=version_of(sent(request)),
            window=request.POST.get("window", ""),
        )
        number = sign_prescription(
            actor=actor,
            prescription_id=written.id,
            version=written.version,
            reasons=read_reasons(sent(request)),
        )
    except (Invalid, Stale, AlertsOpen) as error:
        return _sheet(request, visit_id, error)
    words = _("Prescription %(number)s signed") % {"number": number}
    return with_toast(_sheet(request, visit_id), words)


@require_GET
def drug_search(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Drugs that fit what was typed: Chinese, pinyin, initials or English."""
    setting(request.actor, visit_id, permissions.PRESCRIBE)
    typed = request.GET.get("q", "").strip()[:60]
    hits = [one for one in search_drugs(typed, HITS) if not one.is_clinic_use] if typed else []
    return render(request, "clinical/_drug_hits.html", {"hits": hits, "typed": typed})


@require_http_methods(["GET", "POST"])
def prescription_voided(
    request: ActorRequest, visit_id: UUID, prescription_id: UUID
) -> HttpResponse:
    """Ask why a prescription is voided, then void it."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        context = {
            "url": request.path,
            "title": _("Void this prescription?"),
            "text": _("The pharmacy will not dispense it. It stays readable."),
            "label": _("Void prescription"),
            "harmful": True,
            "form": ReasonForm.about(context_of(where)),
            "target": "#part-prescription",
            "swap": "outerMorph",
        }
        return render(request, "platform/_dialog.html", context)
    opened(request, visit_id)
    _of_visit(prescription_id, visit_id)
    reason = request.POST.get("reason", "")
    void_prescription(actor=request.actor, prescription_id=prescription_id, reason=reason)
    return with_toast(_sheet(request, visit_id), _("Prescription voided"))


@require_http_methods(["GET", "POST"])
def prescription_confirmed(
    request: ActorRequest, visit_id: UUID, prescription_id: UUID
) -> HttpResponse:
    """Ask why a prescription that was sent back is right, then sign it again."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        context = {
            "url": request.path,
            "title": _("Sign again unchanged?"),
            "text": _("It goes back to the pharmacy with your reason."),
            "label": _("Sign again"),
            "form": ReasonForm.about(context_of(where)),
            "target": "#part-prescription",
            "swap": "outerMorph",
        }
        return render(request, "platform/_dialog.html", context)
    opened(request, visit_id)
    _of_visit(prescription_id, visit_id)
    reason = request.POST.get("reason", "")
    confirm_prescription(actor=request.actor, prescription_id=prescription_id, reason=reason)
    return with_toast(_sheet(request, visit_id), _("Prescription signed again"))


@require_GET
def prescription_paper(request: ActorRequest, prescription_id: UUID) -> HttpResponseBase:
    """The prescription as PDF."""
    paper = prescription_pdf(request.actor, prescription_id)
    response = HttpResponse(paper.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.name}.pdf"'
    return response


def sheet_context(part: SheetPart, refused: DomainError | None = None) -> dict[str, Any]:
    """What the prescription editor is given."""
    errors = refused.errors if isinstance(refused, Invalid) else ()
    return {
        "where": part.where,
        "context": context_of(part.where),
        "window": new_reference(),
        "sheet": part,
        "errors": {one.field: one.message for one in errors},
        "refused": refused,
        "frequencies": frequencies().items(),
        "routes": routes().items(),
        "instructions": instructions(),
        "override_reasons": override_reasons(),
    }


def _sheet(
    request: ActorRequest, visit_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    part = sheet_part(request.actor, visit_id)
    if isinstance(refused, Stale) and part.draft_id is None:
        refused = None  # A save that was on its way when the sheet was signed: nothing is lost.
    context = sheet_context(part, refused)
    # A window stays the same one when its part is drawn anew: what is sent next is still its own.
    if given := (request.POST or request.GET).get("window", "")[:40]:
        context["window"] = given
    if refused is not None and not isinstance(refused, Stale):
        context["sheet"] = _as_typed(part, request)
        context["reasons"] = read_reasons(sent(request))
    status = 200 if refused is None else 412 if isinstance(refused, Stale) else 422
    return render(request, "clinical/_prescription.html", context, status=status)


def _as_typed(part: SheetPart, request: ActorRequest) -> SheetPart:
    """The kept sheet, with what was typed in its fields."""
    post = request.POST
    rows = tuple(
        replace(
            row,
            dose=post.get(f"dose-{row.place}", row.dose),
            instruction=post.get(f"instruction-{row.place}", row.instruction),
        )
        for row in part.rows
    )
    texts = {name: post.get(name, text) for name, text in part.texts.items()}
    return replace(part, rows=rows, texts=texts)


def _with_added(request: ActorRequest, sheet: Sheet) -> Sheet:
    """The sheet with the drug that was chosen from the list, in its usual dose."""
    wanted = request.POST.get("add", "")
    if not wanted:
        return sheet
    drug_id = read_id(wanted)
    drug = drug_info([drug_id]).get(drug_id) if drug_id else None
    if drug is None:
        raise UnknownDrug
    order = Order(
        drug_id=drug.id,
        dose=drug.usual_dose or drug.dose_per_unit,
        route=drug.default_route if drug.default_route in routes() else "po",
        frequency=drug.usual_frequency if drug.usual_frequency in frequencies() else "tid",
        days=DAYS,
    )
    return replace(sheet, orders=(*sheet.orders, order))


def _of_visit(prescription_id: UUID, visit_id: UUID) -> None:
    facts = prescription_facts([prescription_id]).get(prescription_id)
    if facts is None or facts.visit_id != visit_id:
        raise NotFound
