"""Incidents: the alarms above every page, raising one, one with its timeline, and the list."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.outbreak.selectors.notices import notice
from yilu.pathways.selectors.cases import case_steps
from yilu.pathways.selectors.topics import case_topic
from yilu.platform import clock, undo
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.platform.web.sheets import csv_answer
from yilu.reception import permissions
from yilu.reception.operations.incidents import (
    OpenedIncident,
    Report,
    close_incident,
    describe_incident,
    open_incident,
)
from yilu.reception.operations.timeline import note_deed
from yilu.reception.scripts import COMING
from yilu.reception.selectors.calls import rings_for
from yilu.reception.selectors.incidents import (
    IncidentLine,
    IncidentPage,
    alarms,
    incident_page,
    incidents,
)
from yilu.reception.selectors.topics import incident_topic, incidents_topic
from yilu.reception.states import IncidentKind
from yilu.reception.web.incident_forms import (
    CloseForm,
    DescribeForm,
    FaultForm,
    NoteForm,
    ReportForm,
    WantedForm,
)
from yilu.scheduling.selectors.resources import resources_here
from yilu.scheduling.selectors.topics import plan_topic


@require_safe
def strip(request: ActorRequest, site_key: str) -> HttpResponse:
    """What stands above the page of who must act."""
    site = _site(request, site_key)
    context = {
        "alarms": alarms(request.actor, site.id),
        "calls": rings_for(request.actor, site.id),
        "notice": notice(request.actor, site.id),
        "site_key": site_key,
    }
    return render(request, "reception/_alarms.html", context)


@require_safe
def choose(request: ActorRequest, site_key: str) -> HttpResponse:
    """What has happened? One more key, and it is said."""
    site = _site(request, site_key)
    context = {"site": site, "alarms": alarms(request.actor, site.id), "kinds": IncidentKind}
    return render(request, "reception/_incident_new.html", context)


@posted_once
def illness(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Sudden illness: everybody is told at once, all else is said afterwards."""
    site = _site(request, site_key)
    opened = open_incident(
        actor=request.actor, report=Report(site_id=site.id, kind=IncidentKind.ILLNESS)
    )
    return _opened(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ActorRequest, site_key: str, kind: str) -> HttpResponseBase:
    """The form of the other kinds: what, where, and what failed."""
    site = _site(request, site_key)
    if kind not in IncidentKind.values:
        raise NotFound
    is_fault = kind == IncidentKind.EQUIPMENT
    made = FaultForm if is_fault else ReportForm
    form = made(request.POST or None, auto_id="dialog_%s")
    if isinstance(form, FaultForm):
        form.offer(resources_here(site.id))

    def save(said: dict[str, Any]) -> HttpResponseBase:
        now, thing = clock.now(), said.get("thing")
        until = form.until_at(now, site.zone) if isinstance(form, FaultForm) and thing else None
        told = Report(
            site_id=site.id,
            kind=kind,
            place=said["place"],
            what=said["what"],
            resource_id=thing,
            until=until,
        )
        return _opened(request, open_incident(actor=request.actor, report=told))

    context = {
        "title": IncidentKind(kind).label,
        "label": _("Block it and report") if is_fault else _("Report it"),
        "url": request.path,
        "text": _("Its bookings go into a plan at once; nobody is told before you confirm it.")
        if is_fault
        else "",
    }
    return _form(request, form, save, context)


@require_safe
def incident(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One incident: the script with its deeds, the timeline, and who owes what."""
    page = incident_page(request.actor, incident_id)
    topics = [incident_topic(incident_id), case_topic(incident_id)]
    context = {
        **_facts(page),
        "form": NoteForm(page.line.kind),
        "topics": [*topics, plan_topic(page.plan.id)] if page.plan else topics,
        "list_url": reverse("reception:incidents", args=[page.site.key]),
    }
    return render_page(
        request, "reception/incident.html", part="reception/_incident.html", **context
    )


@require_safe
def paper(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The incident on paper."""
    page = incident_page(request.actor, incident_id)
    back = reverse("reception:incident", args=[incident_id])
    context = {**_facts(page), "back_url": back, "printed_at": _now(page)}
    return render(request, "reception/incident_print.html", context)


@posted_once
def done(request: ActorRequest, incident_id: UUID, deed: str) -> HttpResponseBase:
    """A deed of the script, done now."""
    offer = note_deed(actor=request.actor, incident_id=incident_id, deed=deed)
    words = _("Written down: you are on the way") if deed == COMING else _("Written down")
    return with_toast(HttpResponse(status=204), words, undo=undo.address(offer))


@require_http_methods(["POST"])
def note(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    """A line in words, or of another time."""
    page = incident_page(request.actor, incident_id)
    form = NoteForm(page.line.kind, request.POST)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = note_deed(
            actor=request.actor,
            incident_id=incident_id,
            deed=said["deed"],
            text=said["text"],
            at=form.done_at(clock.now(), page.site.zone),
        )
        response = _note_form(request, page, NoteForm(page.line.kind), 200)
        return with_toast(response, _("Written down"), undo=undo.address(offer))

    return submit(request, form, save, lambda status: _note_form(request, page, form, status))


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    """Where, what, and to whom, as it becomes known."""
    page = incident_page(request.actor, incident_id)
    line = page.line
    known = {
        "place": line.place,
        "what": line.what,
        "patient": line.patient.id if line.patient else None,
        "version": line.version,
    }
    form = DescribeForm(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        describe_incident(
            actor=request.actor,
            incident_id=incident_id,
            place=said["place"],
            what=said["what"],
            patient_id=said["patient"],
            version=said["version"],
        )
        return with_toast(HttpResponse(status=204), _("Written down"))

    def again(status: int) -> HttpResponse:
        context = {"form": form, "line": line, "url": request.path}
        return render(request, "reception/_incident_describe.html", context, status=status)

    return submit(request, form, save, again) if request.method == "POST" else again(200)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    """The dialog that ends it with an outcome."""
    page = incident_page(request.actor, incident_id)
    request.actor.require(permissions.SETTLE, page.line.site_id)
    known = {"version": page.line.version}
    form = CloseForm(page.line.kind, request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = close_incident(
            actor=request.actor,
            incident_id=incident_id,
            outcome=said["outcome"],
            note=said["note"],
            version=said["version"],
        )
        words = _("The incident is closed")
        return with_toast(HttpResponse(status=204), words, undo=undo.address(offer))

    context = {
        "title": _("Close the incident"),
        "label": _("Close with this outcome"),
        "url": request.path,
    }
    return _form(request, form, save, context)


@require_safe
def index(request: ActorRequest, site_key: str) -> HttpResponse:
    """The incidents of a site, by kind, state and days."""
    site = _site(request, site_key)
    form = WantedForm(request.GET or None)
    context: dict[str, Any] = {
        "site": site,
        "form": form,
        "lines": incidents(request.actor, site.id, form.wanted()),
        "topic": incidents_topic(site.id),
        "part_url": request.get_full_path(),
        "query": request.GET.urlencode(),
        "may_export": request.actor.may(permissions.SETTLE, site.id),
    }
    return render_page(
        request, "reception/incidents.html", part="reception/_incidents.html", **context
    )


@require_safe
def export(request: ActorRequest, site_key: str) -> HttpResponse:
    """The same list as a file."""
    site = _site(request, site_key)
    request.actor.require(permissions.SETTLE, site.id)
    lines = incidents(request.actor, site.id, WantedForm(request.GET or None).wanted())
    heads = [
        pgettext("incident", "Number"),
        pgettext("incident", "Kind"),
        pgettext("incident", "State"),
        _("Began"),
        _("Ended"),
        _("Minutes"),
        _("Where"),
        _("What failed"),
        _("Record number"),
        pgettext("incident", "What happened"),
        _("Outcome"),
        pgettext("incident", "Note"),
    ]
    return csv_answer(f"incidents-{site.key}.csv", [heads, *map(_cells, lines)])


def _cells(line: IncidentLine) -> list[str]:
    return [
        line.number,
        str(line.kind.label),
        str(line.state.label),
        f"{line.opened_at:%Y-%m-%d %H:%M}",
        f"{line.closed_at:%Y-%m-%d %H:%M}" if line.closed_at else "",
        "" if line.minutes is None else str(line.minutes),
        line.place,
        line.thing,
        line.patient.record_no if line.patient else "",
        line.what,
        line.outcome_label,
        line.outcome_note,
    ]


def _site(request: ActorRequest, site_key: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.REPORT, site.id)
    return site


def _opened(request: ActorRequest, opened: OpenedIncident) -> HttpResponseBase:
    words = _("Reported: %(number)s") % {"number": opened.number}
    if opened.bookings:
        more = ngettext(
            "%(many)s booking is being planned anew",
            "%(many)s bookings are being planned anew",
            opened.bookings,
        )
        words = f"{words} · {more % {'many': opened.bookings}}"
    response = go_to(request, reverse("reception:incident", args=[opened.id]))
    return with_toast(response, words, undo=undo.address(opened.undo_id))


def _facts(page: IncidentPage) -> dict[str, Any]:
    return {
        "found": page,
        "line": page.line,
        "steps": case_steps(page.line.id),
        "now": _now(page),
    }


def _now(page: IncidentPage) -> Any:
    return clock.now().astimezone(page.site.zone)


def _note_form(
    request: ActorRequest, page: IncidentPage, form: NoteForm, status: int
) -> HttpResponse:
    context = {"form": form, "line": page.line}
    return render(request, "reception/_incident_note.html", context, status=status)


def _form(
    request: ActorRequest,
    form: Form,
    save: Callable[[dict[str, Any]], HttpResponseBase],
    context: dict[str, Any],
) -> HttpResponseBase:
    def again(status: int) -> HttpResponse:
        return render(
            request, "reception/_incident_form.html", {"form": form, **context}, status=status
        )

    return submit(request, form, save, again) if request.method == "POST" else again(200)
