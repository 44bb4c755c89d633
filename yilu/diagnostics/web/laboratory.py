"""The laboratory's worklist, collecting from a patient, and the steps of one tube."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions as clinical
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.results import (
    Typed,
    correct_results,
    enter_results,
    release_report,
    send_back_results,
)
from yilu.diagnostics.operations.specimens import Taking, collect, receive, reject
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.selectors.lab_figures import lab_figures
from yilu.diagnostics.selectors.lab_papers import labels_pdf, report_pdf
from yilu.diagnostics.selectors.lab_tube import collecting, tube_detail
from yilu.diagnostics.selectors.lab_worklist import (
    COLLECT_MINUTES,
    lab_worklist,
    specimen_by_number,
)
from yilu.diagnostics.selectors.topics import lab_topic, visit_lab_topic
from yilu.diagnostics.states import SpecimenState
from yilu.diagnostics.web.steps import (
    Deed,
    as_file,
    identifiers,
    known_id,
    refusal,
    shown,
    status_of,
    step,
    typed_identifiers,
)
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.scheduling.web.asking import read_uuid
from yilu.scheduling.web.here import site_here

COLLECT = "collect"
TABS = (
    COLLECT,
    SpecimenState.COLLECTED,
    SpecimenState.RECEIVED,
    SpecimenState.ENTERED,
    SpecimenState.RELEASED,
    SpecimenState.REJECTED,
)
CLOSED = (SpecimenState.RELEASED, SpecimenState.REJECTED)
PAGE = "diagnostics/laboratory.html"


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """The laboratory's day: what waits, and what is open."""
    site = site_here(request, permissions.SEE)
    context = _list(request, site.id)
    visit = request.GET.get("visit", "")
    tube = request.GET.get("tube", "")
    if visit:
        context |= _collect_context(request, known_id(visit))
    elif tube and context["may_read"]:
        context |= _tube_context(request, known_id(tube))
    else:
        context["figures"] = lab_figures(request.actor, site.id)
    return render(request, PAGE, context | {"site": site})


@require_safe
def lines(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The worklist of a site, by step."""
    return render(request, "diagnostics/_lab_list.html", _list(request, site_id))


@require_safe
def scan(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Open the tube whose number was scanned or typed."""
    specimen_id = specimen_by_number(request.actor, site_id, request.GET.get("number", ""))
    return redirect(f"{reverse('diagnostics:laboratory')}?site={site_id}&tube={specimen_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def taking(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Who is collected from, what for, and what is asked before; then take it."""
    if request.method != "POST":
        context = _collect_context(request, visit_id)
        if request.GET.get("seen", "") == context["collect_seen"]:
            return HttpResponse(status=204)
        return render(request, "diagnostics/_collect.html", context)
    sent = request.POST
    wish = Taking(
        order_ids=tuple(_ids(sent.getlist("order"))),
        identifiers=typed_identifiers(request),
        checks={one.key: sent.get(f"check-{one.key}", "") for one in lab_table().checks},
    )

    def run() -> HttpResponse:
        taken = collect(actor=request.actor, visit_id=visit_id, taking=wish)
        said = _("Collected: %(n)s tubes. Print the labels.") % {"n": len(taken)}
        return with_toast(_collect_part(request, visit_id), said)

    return shown(request, run, lambda refused: _collect_part(request, visit_id, refused))


@require_safe
def tube(request: ActorRequest, specimen_id: UUID) -> HttpResponse:
    """One tube with its next step; nothing for a page that shows this version already."""
    context = _tube_context(request, specimen_id)
    if request.GET.get("seen", "") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "diagnostics/_tube.html", context)


def received(request: ActorRequest, specimen_id: UUID) -> HttpResponseBase:
    """The tube is here."""

    def deed() -> object:
        version = sent_number(request, "version")
        return receive(actor=request.actor, specimen_id=specimen_id, version=version)

    return _tube_deed(request, specimen_id, deed, pgettext("specimen", "Received"))


@require_http_methods(["GET", "HEAD", "POST"])
def rejected(request: ActorRequest, specimen_id: UUID) -> HttpResponseBase:
    """Ask why, then refuse the tube."""
    if request.method != "POST":
        context = {
            "tube": tube_detail(request.actor, specimen_id),
            "codes": lab_table().rejections.items(),
        }
        return render(request, "diagnostics/_lab_reject.html", context)

    def deed() -> object:
        return reject(
            actor=request.actor,
            specimen_id=specimen_id,
            code=request.POST.get("code", ""),
            note=request.POST.get("note", ""),
            version=sent_number(request, "version"),
        )

    return _tube_deed(request, specimen_id, deed, _("Refused; the patient is asked back"))


def entered(request: ActorRequest, specimen_id: UUID) -> HttpResponseBase:
    """Keep what was measured."""

    def deed() -> object:
        version = sent_number(request, "version")
        return enter_results(
            actor=request.actor, specimen_id=specimen_id, typed=_typed(request), version=version
        )

    return _tube_deed(request, specimen_id, deed, _("Entered; a second person verifies"))


def corrected(request: ActorRequest, specimen_id: UUID) -> HttpResponseBase:
    """Begin a new issue of a report."""

    def deed() -> object:
        return correct_results(
            actor=request.actor,
            specimen_id=specimen_id,
            typed=_typed(request),
            why=request.POST.get("why", ""),
            version=sent_number(request, "version"),
        )

    return _tube_deed(request, specimen_id, deed, _("Correction entered; a second person verifies"))


def released(request: ActorRequest, report_id: UUID, specimen_id: UUID) -> HttpResponseBase:
    """Verify, and release."""

    def deed() -> object:
        version = sent_number(request, "version")
        return release_report(actor=request.actor, report_id=report_id, version=version)

    return _tube_deed(request, specimen_id, deed, _("Verified and released"))


@require_http_methods(["GET", "HEAD", "POST"])
def sent_back(request: ActorRequest, report_id: UUID, specimen_id: UUID) -> HttpResponseBase:
    """Ask what is wrong, then have it entered again."""
    if request.method != "POST":
        context = {"tube": tube_detail(request.actor, specimen_id), "report_id": report_id}
        return render(request, "diagnostics/_lab_back.html", context)

    def deed() -> object:
        reason, version = request.POST.get("reason", ""), sent_number(request, "version")
        return send_back_results(
            actor=request.actor, report_id=report_id, reason=reason, version=version
        )

    return _tube_deed(request, specimen_id, deed, _("Sent back"))


@require_safe
def labels(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The labels of a visit's tubes, or of one of them."""
    one = request.GET.get("tube", "")
    name, content = labels_pdf(request.actor, visit_id, known_id(one) if one else None)
    return as_file(name, content)


@require_safe
def report(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """A report on paper, in force or older."""
    name, content = report_pdf(request.actor, report_id)
    return as_file(name, content)


def _list(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    found = lab_worklist(request.actor, site_id)
    asked = request.GET.get("step", "")
    chosen = asked if asked in TABS else ""
    labels = {COLLECT: _("To collect")}
    return {
        "site_id": site_id,
        "topic": lab_topic(site_id),
        "work": found,
        "chosen": chosen,
        "to_collect": found.to_collect if chosen in {"", COLLECT} else (),
        "tubes": [
            one for one in found.tubes if (one.step == chosen if chosen else one.step not in CLOSED)
        ],
        "tabs": [
            (str(one), labels.get(one) or SpecimenState(one).label, found.count(one))
            for one in TABS
        ],
        "open_count": sum(found.count(one) for one in TABS if one not in CLOSED),
        "promise": COLLECT_MINUTES,
        "may_read": request.actor.may(clinical.SEE, site_id),
    }


def _collect_context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    found = collecting(request.actor, visit_id)
    seen = f"{len(found.taken)}." + ".".join(
        f"{one.id.hex[-8:]}{one.refused}" for one in found.orders
    )
    return {
        "collecting": found,
        "collect_seen": seen,
        "collect_url": f"{reverse('diagnostics:lab-collect', args=[visit_id])}?seen={seen}",
        "visit_topic": visit_lab_topic(visit_id),
        "identifiers": identifiers(),
    }


def _collect_part(
    request: ActorRequest, visit_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    context = _collect_context(request, visit_id) | refusal(request, refused)
    status = 200 if refused is None else 422
    return render(request, "diagnostics/_collect.html", context, status=status)


def _tube_context(request: ActorRequest, specimen_id: UUID) -> dict[str, Any]:
    found = tube_detail(request.actor, specimen_id)
    seen = f"{found.version}.{found.entered.version if found.entered else 0}"
    seen += f".{found.current.version if found.current else 0}"
    return {
        "tube": found,
        "seen": seen,
        "tube_url": f"{reverse('diagnostics:tube', args=[specimen_id])}?seen={seen}",
        "visit_topic": visit_lab_topic(found.visit.id),
    }


def _tube_part(
    request: ActorRequest, specimen_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    context = _tube_context(request, specimen_id) | refusal(request, refused)
    return render(request, "diagnostics/_tube.html", context, status=status_of(refused))


def _tube_deed(
    request: ActorRequest, specimen_id: UUID, deed: Deed, words: str
) -> HttpResponseBase:
    return step(request, deed, lambda refused: _tube_part(request, specimen_id, refused), words)


def _typed(request: ActorRequest) -> Typed:
    values = {
        name.removeprefix("v-"): request.POST.get(name, "")
        for name in request.POST
        if name.startswith("v-")
    }
    return Typed(values, request.POST.get("note", ""))


def _ids(typed: list[str]) -> list[UUID]:
    return [found for one in typed if (found := read_uuid(one)) is not None]
