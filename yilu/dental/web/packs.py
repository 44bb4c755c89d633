"""Sterile packs: scanned to the visit, and traced from a pack to its patients."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.operations.packs import open_pack, withdraw_pack
from yilu.dental.selectors.context import chair, teeth_topic
from yilu.dental.selectors.packs import pack_is_of, packs_part, trace_packs
from yilu.dental.web.asking import Withdrawal, ask_why, asking
from yilu.platform.web.http import ActorRequest, with_toast
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


@asking
def pack_withdrawn(request: ActorRequest, visit_id: UUID, use_id: UUID) -> HttpResponseBase:
    """Ask why a pack is taken off the visit, then do so."""
    what = Withdrawal(
        title=_("Withdraw this pack?"),
        text=_("Only if it is still closed. It can then be opened for somebody else."),
        label=_("Withdraw"),
        done=_("Pack withdrawn"),
        target="#dental-packs",
        is_of=lambda patient_id: pack_is_of(use_id, patient_id),
        run=lambda reason, version: withdraw_pack(
            actor=request.actor, use_id=use_id, reason=reason, version=version
        ),
        shown=lambda: _part(request, visit_id),
    )
    return ask_why(request, visit_id, what)


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
