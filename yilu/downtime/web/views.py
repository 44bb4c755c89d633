"""The kits to take, and the paper to enter afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.catalogue.selectors.services import services
from yilu.downtime import permissions
from yilu.downtime.errors import FormSettled
from yilu.downtime.operations.entering import enter_paper
from yilu.downtime.operations.kits import make_kit, take_kit
from yilu.downtime.operations.outages import (
    account_for,
    close_outage,
    open_outage,
    rest_is_unused,
)
from yilu.downtime.selectors.entry import candidates
from yilu.downtime.selectors.kits import (
    FormLine,
    OutageLine,
    downtime_topic,
    folder_of,
    forms,
    kits,
    outage,
    outages,
)
from yilu.downtime.states import ENTERABLE
from yilu.downtime.web.forms import AccountForm, OutageForm, PaperEntryForm, at
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.patients.web.here import site_here
from yilu.platform import throttle, wording
from yilu.platform.errors import Conflict, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.workforce.selectors.practitioners import practitioners

MOST_KITS, MINUTE = 3, 60
LONGEST_QUERY = 100


@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """The kits of a site, its folder, and the outages whose paper was or is being entered."""
    site = site_here(request, permissions.SEE)
    context: dict[str, Any] = {
        "site": site,
        "kits": kits(request.actor, site.id),
        "outages": outages(request.actor, site.id),
        "folder": folder_of(site.key),
        "may_enter": request.actor.may(permissions.ENTER, site.id),
        "topic": downtime_topic(site.id),
    }
    return render_page(request, "downtime/overview.html", part="downtime/_overview.html", **context)


@require_POST
def make(request: ActorRequest) -> HttpResponseBase:
    """Make a kit now instead of at the full hour."""
    site = site_here(request, permissions.SEE)
    throttle.take(f"downtime:make:{site.id}", MOST_KITS, MINUTE)
    make_kit(actor=request.actor, site_id=site.id)
    return with_toast(HttpResponse(), _("The kit lies ready"))


@require_safe
def take(request: ActorRequest, kit_id: UUID) -> HttpResponseBase:
    """A kit as PDF."""
    path = take_kit(actor=request.actor, kit_id=kit_id)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: ActorRequest) -> HttpResponseBase:
    """Say from when until when a site worked on paper, and with which kit."""
    site = site_here(request, permissions.ENTER)
    offered = [
        (str(one.id), f"{one.code} · {wording.day(one.made_at)} {wording.clock_time(one.made_at)}")
        for one in kits(request.actor, site.id)
    ]
    form = OutageForm(offered, request.POST or None)

    def save(data: dict[str, Any]) -> HttpResponseBase:
        began_at = at(data["day"], data["began"], site.zone)
        ended_at = at(data["day"], data["ended"], site.zone)
        if ended_at <= began_at:  # Midnight passed meanwhile.
            ended_at += timedelta(days=1)
        outage_id = open_outage(
            actor=request.actor, kit_id=UUID(data["kit"]), began_at=began_at, ended_at=ended_at
        )
        return go_to(request, reverse("downtime:outage", args=[outage_id]))

    def show(status: int) -> HttpResponse:
        context = {
            "form": form, "title": _("Enter paper of an outage"), "label": _("Go on"),
            "text": _("The number on the forms begins with the code of their kit."),
            "url": f"{request.path}?site={site.id}", "target": "#dialog", "swap": "innerHTML",
        }  # fmt: skip
        return render(request, "platform/_dialog.html", context, status=status)

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, save, show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return show(409)


@require_safe
def show(request: ActorRequest, outage_id: UUID) -> HttpResponse:
    """The forms of an outage, and what became of each number."""
    line = outage(request.actor, outage_id)
    context: dict[str, Any] = {
        "line": line,
        "site": site_info(line.site_id),
        "forms": forms(request.actor, outage_id),
        "may_enter": line.is_open and request.actor.may(permissions.ENTER, line.site_id),
        "topic": downtime_topic(line.site_id),
    }
    return render_page(request, "downtime/outage.html", part="downtime/_outage.html", **context)


@posted_once
def unused(request: ActorRequest, outage_id: UUID) -> HttpResponseBase:
    """The forms that are not accounted for are blank."""
    many = rest_is_unused(actor=request.actor, outage_id=outage_id)
    return with_toast(HttpResponse(), _("%(many)s forms are unused") % {"many": many})


@posted_once
def close(request: ActorRequest, outage_id: UUID) -> HttpResponseBase:
    """Every number is accounted for: close the outage."""
    close_outage(actor=request.actor, outage_id=outage_id)
    return with_toast(HttpResponse(), _("All numbers are accounted for"))


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: ActorRequest, outage_id: UUID, form_id: UUID) -> HttpResponseBase:
    """Say that a form is blank, spoilt or cannot be found."""
    line, paper = _paper(request, outage_id, form_id)
    form = AccountForm(request.POST or None)

    def save(data: dict[str, Any]) -> HttpResponse:
        account_for(
            actor=request.actor, form_id=form_id, state=data["state"], reason=data["reason"]
        )
        return with_toast(HttpResponse(), _("Form %(number)s: noted") % {"number": paper.number})

    def ask(status: int) -> HttpResponse:
        title = _("Form %(number)s") % {"number": paper.number}
        context = {"form": form, "title": title, "label": _("Note it"), "url": request.path}
        return render(request, "platform/_dialog.html", context, status=status)

    del line
    return submit(request, form, save, ask) if request.method == "POST" else ask(200)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ActorRequest, outage_id: UUID, form_id: UUID) -> HttpResponseBase:
    """Enter a visit from its form. What was typed stays when the paper contradicts something."""
    line, paper = _paper(request, outage_id, form_id)
    site = site_info(line.site_id)
    request.actor.require(permissions.ENTER, site.id)
    if paper.state not in ENTERABLE:
        raise FormSettled
    form = _entry_form(request, site, line)

    def save(_data: dict[str, Any]) -> HttpResponseBase:
        written = form.written(line)
        enter_paper(actor=request.actor, form_id=form_id, written=written)
        response = go_to(request, reverse("downtime:outage", args=[outage_id]))
        said = _("Form %(number)s has been entered") % {"number": paper.number}
        return with_toast(response, said)

    def again(status: int) -> HttpResponse:
        return _entry(request, form, line, paper, status)

    if request.method != "POST":
        return again(200)
    try:
        return submit(request, form, save, again)
    except (Conflict, Invalid) as refused:
        form.add_error(None, str(refused))
        return again(refused.status)


@require_safe
def who(request: ActorRequest, outage_id: UUID, form_id: UUID) -> HttpResponse:
    """Patients that fit what stands on the paper, each with their bookings of that day."""
    line, paper = _paper(request, outage_id, form_id)
    q = request.GET.get("q", "")[:LONGEST_QUERY]
    context = {"hits": search_patients(request.actor, q, limit=8), "q": q, "line": line}
    return render(request, "downtime/_who.html", context | {"paper": paper})


def _entry_form(request: ActorRequest, site: SiteInfo, line: OutageLine) -> PaperEntryForm:
    typed = request.POST.get("patient", "") or request.GET.get("patient", "")
    coming = candidates(request.actor, site.id, line.began_at.date(), typed)
    choices = {
        "booking": [("", _("Without a booking")), *((str(b.id), b.label) for b in coming)],
        "service": [(str(one.id), str(one.name)) for one in services(site.id)],
        "practitioner": [(str(one.id), str(one.name)) for one in practitioners(site.id)],
    }
    first = coming[0] if coming else None
    initial = {"patient": typed}
    if first is not None:
        initial |= {
            "booking": str(first.id),
            "service": str(first.service_id),
            "practitioner": str(first.practitioner_id),
        }
    return PaperEntryForm(choices, request.POST or None, initial=initial)


def _entry(
    request: ActorRequest, form: PaperEntryForm, line: OutageLine, paper: FormLine, status: int
) -> HttpResponse:
    context = {"form": form, "line": line, "paper": paper, "site": site_info(line.site_id)}
    context["chosen"] = _chosen(request, str(form["patient"].value() or ""))
    return render_page(
        request, "downtime/entry.html", part="downtime/_entry.html", status=status, **context
    )


def _chosen(request: ActorRequest, patient_id: str) -> object:
    try:
        wanted = UUID(patient_id)
    except ValueError:
        return None
    return patient_briefs(request.actor, [wanted], "paper form").get(wanted)


def _paper(request: ActorRequest, outage_id: UUID, form_id: UUID) -> tuple[OutageLine, FormLine]:
    line = outage(request.actor, outage_id)
    paper = next((one for one in forms(request.actor, outage_id) if one.id == form_id), None)
    if paper is None:
        raise NotFound
    return line, paper
