"""Sterile packs: scanned to the visit, and traced from a pack to its patients."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.operations.packs import open_pack, withdraw_pack
from yilu.dental.selectors.context import chair, teeth_topic
from yilu.dental.selectors.packs import pack_is_of, packs_part, trace_packs
from yilu.dental.web.chart import sent_version
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def packs(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The packs of a visit, and the field that the scanner types into."""
    return _part(request, visit_id)


@posted_once
def pack_opened(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """A label was scanned."""
    opened(request, visit_id)
    open_pack(actor=request.actor, visit_id=visit_id, label=request.POST.get("label", ""))
    return with_toast(_part(request, visit_id), _("Pack listed at this visit"))


@require_http_methods(["GET", "POST"])
def pack_withdrawn(request: ActorRequest, visit_id: UUID, use_id: UUID) -> HttpResponseBase:
    """Ask why a pack is taken off the visit, then do so."""
    if request.method == "POST":
        return _withdrawn(request, visit_id, use_id)
    where = chair(request.actor, visit_id)
    context = {
        "url": request.get_full_path(),
        "title": _("Withdraw this pack?"),
        "text": _("Only if it is still closed. It can then be opened for somebody else."),
        "label": _("Withdraw"),
        "harmful": True,
        "form": ReasonForm.about(context_of(where)),
        "target": "#dental-packs",
        "version": sent_version(request),
    }
    return render(request, "platform/_dialog.html", context)


@posted_once
def _withdrawn(request: ActorRequest, visit_id: UUID, use_id: UUID) -> HttpResponseBase:
    where = opened(request, visit_id)
    if not pack_is_of(use_id, where.patient_id):
        raise NotFound
    reason, version = request.POST.get("reason", ""), sent_number(request, "version")
    withdraw_pack(actor=request.actor, use_id=use_id, reason=reason, version=version)
    return with_toast(_part(request, visit_id), _("Pack withdrawn"))


@require_GET
def traced(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """For whom a pack or a load was opened at the site of a visit."""
    where = chair(request.actor, visit_id)
    typed = request.GET.get("q", "")
    context = {
        "where": where,
        "typed": typed,
        "found": trace_packs(request.actor, where.site_id, typed),
    }
    return render(request, "dental/packs.html", context)


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    part = packs_part(request.actor, visit_id)
    context: dict[str, Any] = {
        "packs": part,
        "where": part.where,
        "context": context_of(part.where),
        "topic": teeth_topic(part.where.patient_id),
    }
    return render(request, "dental/_packs.html", context)
