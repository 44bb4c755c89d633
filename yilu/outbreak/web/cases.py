"""Reports of suspected cases: begun, sent, withdrawn, how they came out; list, file, paper."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import site_by_key, site_info
from yilu.outbreak import permissions
from yilu.outbreak.operations.cases import note_case_outcome, open_case, send_case, withdraw_case
from yilu.outbreak.selectors.cases import CaseLine, case, cases
from yilu.outbreak.selectors.screenings import suspect
from yilu.outbreak.selectors.topics import outbreak_topic
from yilu.outbreak.web.dialogs import dialog
from yilu.outbreak.web.forms import CaseForm, OutcomeForm, SendForm, WhyForm
from yilu.platform import clock, undo
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.sheets import csv_answer


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, screening_id: UUID) -> HttpResponseBase:
    """Begin the report of a suspected case."""
    one = suspect(request.actor, screening_id, permissions.REPORT)
    form = CaseForm(request.POST or None, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        case_id = open_case(
            actor=request.actor, screening_id=one.id, group=said["group"], disease=said["disease"]
        )
        response = go_to(request, reverse("outbreak:case", args=[case_id]))
        return with_toast(response, _("The report is begun; its clock runs."))

    return dialog(
        request,
        form,
        save,
        title=_("Report a suspected case"),
        text=_("The first four groups are reported within two hours, the last within a day."),
        label=_("Begin the report"),
    )


@require_safe
def show(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """One report with its clock, and what can be done about it."""
    found = case(request.actor, case_id)
    site = site_info(found.site_id)
    now = clock.now().astimezone(site.zone)
    topic = outbreak_topic(site.id)
    context: dict[str, Any] = {"one": found, "site": site, "topic": topic, "now": now}
    return render_page(request, "outbreak/case.html", part="outbreak/_case.html", **context)


@require_safe
def paper(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """The report as a form on paper."""
    found = case(request.actor, case_id)
    context = {
        "one": found,
        "about": suspect(request.actor, found.screening_id),
        "site": site_info(found.site_id),
        "back_url": reverse("outbreak:case", args=[case_id]),
    }
    return render(request, "outbreak/case_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """Write down that it was sent."""
    found = case(request.actor, case_id)
    known = {"version": found.version, "way": "network"}
    form = SendForm(request.POST or None, initial=known, auto_id="dialog_%s")
    zone = site_info(found.site_id).zone

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = send_case(
            actor=request.actor,
            case_id=case_id,
            way=said["way"],
            receipt=said["receipt"],
            sent_at=form.sent_at(clock.now(), zone),
            version=said["version"],
        )
        return with_toast(
            HttpResponse(status=204), _("Written down: sent"), undo=undo.address(offer)
        )

    return dialog(request, form, save, title=_("The report was sent"), label=_("Write it down"))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """Nothing is to be reported after all."""
    found = case(request.actor, case_id)
    known = {"version": found.version}
    form = WhyForm(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        withdraw_case(
            actor=request.actor, case_id=case_id, reason=said["reason"], version=said["version"]
        )
        return with_toast(HttpResponse(status=204), _("The report is withdrawn"))

    title = _("Withdraw the report")
    return dialog(request, form, save, title=title, label=_("Withdraw it"), harmful=True)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """How it came out."""
    found = case(request.actor, case_id)
    known = {"version": found.version, "outcome": found.outcome}
    form = OutcomeForm(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        note_case_outcome(
            actor=request.actor, case_id=case_id, outcome=said["outcome"], version=said["version"]
        )
        return with_toast(HttpResponse(status=204), _("Written down"))

    return dialog(request, form, save, title=_("How it came out"), label=_("Write it down"))


@require_safe
def export(request: ActorRequest, site_key: str) -> HttpResponse:
    """The reports of a site as a file; practised ones are not in it."""
    site = site_by_key(site_key)
    lines = [one for one in cases(request.actor, site.id, limit=2000) if not one.is_drill]
    heads = [
        pgettext("case report", "Number"),
        _("Suspected at"),
        _("Due at"),
        _("Record number"),
        _("Which group"),
        _("Suspected illness"),
        pgettext("case report", "State"),
        _("Sent at"),
        _("How"),
        _("Receipt or card number"),
        pgettext("case report", "Late"),
        _("How it came out"),
    ]
    return csv_answer(f"cases-{site.key}.csv", [heads, *map(_cells, lines)])


def _cells(one: CaseLine) -> list[str]:
    return [
        one.number,
        f"{one.suspected_at:%Y-%m-%d %H:%M}",
        f"{one.due_at:%Y-%m-%d %H:%M}",
        one.patient.record_no if one.patient else "",
        str(one.group.label),
        one.disease,
        str(one.state.label),
        f"{one.over_at:%Y-%m-%d %H:%M}" if one.over_at and one.is_sent else "",
        one.way_label,
        one.receipt,
        _("late") if one.is_late else "",
        one.outcome_label,
    ]
