"""Opening a record for a stated reason, and the reviewer's worklist."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.patients.web.here import site_here
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.records import permissions
from yilu.records.operations.openings import (
    close_record,
    open_record,
    review_opening,
    set_access_rule,
)
from yilu.records.selectors.openings import access_of, opening_line, openings
from yilu.records.selectors.rule import access_rule
from yilu.records.selectors.topics import openings_topic
from yilu.records.web.forms import OpenForm, ReviewForm, RuleForm


@require_safe
def access(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """Whether the record is open to the reader, and why: a part of the patient's page."""
    found = access_of(request.actor, patient_id)
    return render(request, "records/_access.html", {"access": found})


@require_http_methods(["GET", "HEAD", "POST"])
def open_for_reason(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Ask why the record is needed, then open it for a while."""
    found = access_of(request.actor, patient_id)
    back = _back(request, patient_id)
    if found.ground is not None and request.method != "POST":
        return go_to(request, back)
    form = OpenForm(request.POST if request.method == "POST" else None)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        open_record(actor=request.actor, patient_id=patient_id, **typed)
        response: Any = go_to(request, back)
        return with_toast(response, _("Open until the time shown; every look is recorded"))

    def again(status: int = 200) -> HttpResponse:
        minutes = access_rule().glass_minutes
        context = {"form": form, "access": found, "back": back, "minutes": minutes}
        return render_page(
            request, "records/open.html", part="records/_open.html", status=status, **context
        )

    return submit(request, form, save, again) if request.method == "POST" else again()


@posted_once
def close(request: ActorRequest, opening_id: UUID) -> HttpResponseBase:
    """What was to be read is read."""
    close_record(actor=request.actor, opening_id=opening_id)
    response: Any = go_to(request, "/patients/")
    return with_toast(response, _("The record is closed again"))


@require_safe
def worklist(request: ActorRequest) -> HttpResponse:
    """What was opened for a stated reason at a site, to be judged."""
    site = site_here(request, permissions.REVIEW)
    return render_page(
        request,
        "records/openings.html",
        part="records/_openings.html",
        found=openings(request.actor, site.id),
        site=site,
        can_keep=request.actor.may(permissions.KEEP, site.id),
        rule=access_rule(),
        topic=openings_topic(site.id),
        part_url=f"{reverse('records:openings')}?site={site.id}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: ActorRequest, opening_id: UUID) -> HttpResponseBase:
    """Judge one."""
    line = opening_line(request.actor, opening_id)
    form = ReviewForm(
        request.POST if request.method == "POST" else None, initial={"version": line.version}
    )

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        review_opening(actor=request.actor, opening_id=opening_id, **typed)
        return with_toast(HttpResponse(), _("Reviewed"))

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "line": line}
        return render_page(
            request, "records/review.html", part="records/_review.html", status=status, **context
        )

    return submit(request, form, save, again) if request.method == "POST" else again()


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: ActorRequest) -> HttpResponseBase:
    """Set how long things count in this clinic."""
    request.actor.require_anywhere(permissions.REVIEW)
    now = access_rule()
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        initial={
            "recent_days": now.recent_days,
            "glass_minutes": now.glass_minutes,
            "version": now.version,
        },
    )

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        set_access_rule(actor=request.actor, **typed)
        response: Any = go_to(request, reverse("records:openings"))
        return with_toast(response, _("This holds from now on"))

    def again(status: int = 200) -> HttpResponse:
        return render_page(
            request,
            "platform/form.html",
            part="platform/_dialog.html",
            status=status,
            form=form,
            title=_("Who counts as looking after a patient"),
            text=_("Who was seen, booked or examined longer ago opens only for a stated reason."),
            url=request.path,
            label=_("Keep"),
        )

    return submit(request, form, save, again) if request.method == "POST" else again()


def _back(request: ActorRequest, patient_id: UUID) -> str:
    """The page that was refused, if it is one of ours; else the patient's."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("patients:patient", args=[patient_id])
