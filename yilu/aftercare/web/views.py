"""The follow-up worklist: who to call, what to ask, what they said."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.aftercare import permissions
from yilu.aftercare.operations.follow_ups import note_no_answer, record_outcome
from yilu.aftercare.selectors.follow_ups import follow_up, worklist
from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.aftercare.selectors.topics import follow_ups_topic
from yilu.aftercare.web.forms import OutcomeForm
from yilu.clinical import permissions as clinical
from yilu.facility.selectors.sites import site_info, site_zone
from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.platform.wording import clock_time, day


@require_safe
def work(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Who is to be called, the most urgent first; a chosen one beside the list."""
    found = worklist(request.actor, site_id)
    context: dict[str, Any] = {
        "list": found,
        "site": site_info(site_id),
        "may_call": request.actor.may(permissions.CALL, site_id),
        "topic": follow_ups_topic(site_id),
        "part_url": reverse("aftercare:worklist", args=[site_id]),
    }
    return render_page(
        request, "aftercare/worklist.html", part="aftercare/_worklist.html", **context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: ActorRequest, follow_up_id: UUID) -> HttpResponseBase:
    """The script, and what the patient says; saved once."""
    line = follow_up(request.actor, follow_up_id)
    form = OutcomeForm(request.POST or None, auto_id="dialog_%s")

    def again(status: int) -> HttpResponseBase:
        context: dict[str, Any] = {"line": line, "form": form}
        if request.actor.may(clinical.SEE, line.visit.site_id):
            context["sheet"] = after_visit_sheet(request.actor, line.visit.id)
        return render(request, "aftercare/_call.html", context, status=status)

    if request.method != "POST":
        return again(200)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        offer = record_outcome(
            actor=request.actor, follow_up_id=follow_up_id, outcome=form.outcome(typed),
            version=typed.get("version"),
        )  # fmt: skip
        return with_toast(HttpResponse(), _("Written down."), undo=undo.address(offer))

    return submit(request, form, save, again)


@posted_once
def no_answer(request: ActorRequest, follow_up_id: UUID) -> HttpResponse:
    """Nobody answered."""
    version = request.POST.get("version", "")
    tried = note_no_answer(
        actor=request.actor, follow_up_id=follow_up_id,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
    )  # fmt: skip
    by = tried.due_at.astimezone(site_zone(follow_up(request.actor, follow_up_id).visit.site_id))
    said = ngettext(
        "Nobody answered. Call again by %(by)s; %(n)s try left.",
        "Nobody answered. Call again by %(by)s; %(n)s tries left.",
        tried.left,
    )
    words = {"by": f"{day(by)} {clock_time(by)}", "n": tried.left}
    told = said % words if tried.left else _("Not reached after three tries.")
    return with_toast(HttpResponse(), told, undo=undo.address(tried.undo_id))
