"""The doctor's side of the laboratory: ordering, results, critical values."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical.selectors.context import require_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.criticals import acknowledge_critical, handle_critical
from yilu.diagnostics.operations.lab_orders import LabWish, cancel_order, order_tests
from yilu.diagnostics.operations.results import explain_report, read_report
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.selectors.lab_before import known_before
from yilu.diagnostics.selectors.lab_room import critical_line, lab_of_visit, report_detail
from yilu.diagnostics.selectors.outside import outside_file, outside_of
from yilu.diagnostics.selectors.topics import visit_lab_topic
from yilu.diagnostics.states import Urgency
from yilu.platform import files
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import once, posted_once
from yilu.visits.selectors.visits import VisitInfo, visit_info

URGENCIES = (Urgency.USUAL, Urgency.URGENT)


@require_safe
def of_visit(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What the laboratory does for a visit, for the doctor's room."""
    lab = lab_of_visit(request.actor, visit_id)
    context = {
        "visit_id": visit_id,
        "lab": lab,
        "outside": outside_of(request.actor, visit_info(visit_id).patient_id),
        "topic": visit_lab_topic(visit_id),
    }
    return render(request, "diagnostics/_lab_of_visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Search, choose, see what was done before, send."""
    visit = visit_info(visit_id)
    require_visit(request.actor, visit, permissions.SEE)
    request.actor.require(permissions.ASK, visit.site_id)
    if request.method != "POST":
        part = "_lab_offer" if "q" in request.GET else "_lab_order"
        return render(request, f"diagnostics/{part}.html", _offer(request, visit))
    sent = request.POST
    wish = LabWish(
        visit_id=visit_id,
        tests=tuple(sent.getlist("tests")),
        urgency=sent.get("urgency", Urgency.USUAL),
        reason=sent.get("reason", ""),
        again=sent.get("again", ""),
    )

    def run() -> HttpResponse:
        many = order_tests(actor=request.actor, wish=wish)
        said = _("Ordered: %(n)s tests") % {"n": len(many)}
        return with_toast(HttpResponse(status=204), said)

    try:
        return once(request, run)
    except DomainError as refused:
        if refused.status not in {409, 422}:
            raise
        context = _offer(request, visit) | {"refused": refused}
        return render(request, "diagnostics/_lab_order.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: ActorRequest, order_id: UUID) -> HttpResponseBase:
    """Ask why, then take the order back."""
    if request.method != "POST":
        version = request.GET.get("version", "")
        context = {"order_id": order_id, "version": version}
        return render(request, "diagnostics/_lab_cancel.html", context)

    def run() -> HttpResponse:
        cancel_order(
            actor=request.actor,
            order_id=order_id,
            reason=request.POST.get("reason", ""),
            version=sent_number(request, "version"),
        )
        return with_toast(HttpResponse(status=204), _("Order cancelled"))

    return once(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
def critical(request: ActorRequest, critical_id: UUID) -> HttpResponseBase:
    """Say a critical value back; afterwards note what was done."""
    if request.method != "POST":
        line = critical_line(request.actor, critical_id)
        context = {"line": line, "findings": imaging_table().findings.items()}
        return render(request, "diagnostics/_critical.html", context)

    def run() -> HttpResponse:
        version = sent_number(request, "version")
        if "read_back" in request.POST:
            acknowledge_critical(
                actor=request.actor,
                critical_id=critical_id,
                read_back=request.POST["read_back"],
                version=version,
            )
            return with_toast(HttpResponse(status=204), _("Acknowledged"))
        action = request.POST.get("action", "")
        handle_critical(
            actor=request.actor, critical_id=critical_id, action=action, version=version
        )
        return with_toast(HttpResponse(status=204), _("Noted"))

    try:
        return once(request, run)
    except DomainError as refused:
        if refused.status not in {409, 412, 422}:
            raise
        context = {
            "line": critical_line(request.actor, critical_id),
            "findings": imaging_table().findings.items(),
            "refused": refused,
            "typed": request.POST,
        }
        return render(request, "diagnostics/_critical.html", context, status=422)


@require_safe
def report(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """One report, in a dialog."""
    context = {"found": report_detail(request.actor, report_id)}
    return render(request, "diagnostics/_lab_report.html", context)


@require_safe
def outside(request: ActorRequest, outside_id: UUID) -> FileResponse:
    """What a patient brought from elsewhere, as it was given."""
    return files.response(outside_file(request.actor, outside_id))


@posted_once
def explained(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """The report was explained to the patient."""
    explain_report(
        actor=request.actor, report_id=report_id, version=sent_number(request, "version")
    )
    return with_toast(HttpResponse(status=204), _("Marked as explained"))


@posted_once
def has_read(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """Who ordered the report has read it."""
    read_report(actor=request.actor, report_id=report_id)
    return with_toast(HttpResponse(status=204), _("Marked as read"))


def _offer(request: ActorRequest, visit: VisitInfo) -> dict[str, Any]:
    """The tests that fit what was typed, and those that are chosen, with what was before."""
    sent = request.POST if request.method == "POST" else request.GET
    table = lab_table()
    chosen = [key for key in sent.getlist("tests") if key in table.tests]
    added = next((one for one in table.sets if one.key == sent.get("set", "")), None)
    if added is not None:
        chosen = list(dict.fromkeys((*chosen, *added.tests)))
    typed = sent.get("q", "")[:60]
    found = [one for one in table.found(typed) if one.key not in chosen]
    return {
        "visit_id": visit.id,
        "chosen": [table.tests[key] for key in chosen],
        "found": found,
        "q": typed,
        "typed": sent,
        "sets": table.sets,
        "before": list(known_before(visit.patient_id, chosen, but_for=visit.id).values()),
        "urgencies": [(one.value, one.label) for one in URGENCIES],
    }
