"""The tooth chart: the page, the part the room frames, entries, the paper, the patient's view."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.clinical.web.reading import sent
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.operations.charting import (
    Charted,
    chart_shorthand,
    chart_teeth,
    choose_dentition,
    withdraw_entry,
)
from yilu.dental.rules.drawing import drawing
from yilu.dental.rules.findings import FINDINGS
from yilu.dental.rules.notation import DENTITION_NAMES
from yilu.dental.selectors.chart import ChartPart, chart_part, entry_is_of
from yilu.dental.selectors.context import chair, seated, teeth_topic
from yilu.dental.selectors.telling import patients_words
from yilu.dental.states import Layer
from yilu.dental.web.asking import Withdrawal, ask_why, asking
from yilu.platform.web.http import ActorRequest, sent_number
from yilu.platform.web.once import posted_once
from yilu.visits.selectors.visits import visit_topic

LAYER_KEYS = {Layer.EXISTING: "E", Layer.PLANNED: "W", Layer.DONE: "F"}


@require_GET
def teeth(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The whole page of a patient's teeth."""
    part = chart_part(request.actor, visit_id)
    context = _context(part) | {"seated": seated(part.where), "visit_topic": visit_topic(visit_id)}
    return render(request, "dental/teeth.html", context)


@require_GET
def sitting(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Since when the patient sits here."""
    where = chair(request.actor, visit_id)
    return render(request, "dental/_seated.html", {"where": where, "seated": seated(where)})


@require_GET
def chart(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The chart with its palette, to be framed."""
    return render(request, "dental/_chart.html", _context(chart_part(request.actor, visit_id)))


@require_GET
def record(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What the chart shows now, or showed at the end of a day."""
    return _record(request, visit_id, on=_day(request, visit_id))


@posted_once
def entered(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Enter a finding that was clicked, or what was typed."""
    opened(request, visit_id)
    post = sent(request)
    seen = sent_number(request, "seen")
    if post.get("text", "").strip():
        chart_shorthand(
            actor=request.actor, visit_id=visit_id, text=post["text"],
            layer=_layer(post), seen=seen,
        )  # fmt: skip
    else:
        said = Charted(
            tooth=post.get("tooth", ""),
            finding=post.get("finding", ""),
            surfaces=post.get("surfaces", ""),
            detail=post.get("detail", ""),
            layer=_layer(post),
            note=post.get("note", ""),
        )
        chart_teeth(actor=request.actor, visit_id=visit_id, said=[said], seen=seen)
    return _record(request, visit_id)


@posted_once
def dentition(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Show other teeth."""
    opened(request, visit_id)
    chosen = request.POST.get("dentition", "")
    choose_dentition(actor=request.actor, visit_id=visit_id, dentition=chosen)
    return render(request, "dental/_chart.html", _context(chart_part(request.actor, visit_id)))


@asking
def withdrawn(request: ActorRequest, visit_id: UUID, entry_id: UUID) -> HttpResponseBase:
    """Ask why an entry is withdrawn, then withdraw it."""
    what = Withdrawal(
        title=_("Withdraw this entry?"),
        text=_("It leaves the chart of every day; with its reason it stays in the list."),
        label=_("Withdraw"),
        done=_("Entry withdrawn"),
        target="#dental-record",
        is_of=lambda patient_id: entry_is_of(entry_id, patient_id),
        run=lambda reason, version: withdraw_entry(
            actor=request.actor, entry_id=entry_id, reason=reason, version=version
        ),
        shown=lambda: _record(request, visit_id),
    )
    return ask_why(request, visit_id, what)


@require_GET
def printed(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The chart and its entries on paper."""
    part = chart_part(request.actor, visit_id, on=_day(request, visit_id))
    return render(request, "dental/print.html", _context(part))


@require_GET
def chair_view(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The chart for the patient in the chair: large, in plain words."""
    part = chart_part(request.actor, visit_id)
    context = _context(part) | {"told": patients_words(part.states)}
    return render(request, "dental/chair.html", context)


def _record(request: ActorRequest, visit_id: UUID, on: date | None = None) -> HttpResponse:
    part = chart_part(request.actor, visit_id, on=on)
    return render(request, "dental/_record.html", _context(part))


def _context(part: ChartPart) -> dict[str, Any]:
    plan = drawing(part.dentition)
    painted = part.paint()
    return {
        "part": part,
        "where": part.where,
        "context": context_of(part.where),
        "drawing": plan,
        "drawn": [(one, painted[one.tooth]) for one in plan.teeth],
        "painted": painted,
        "findings": FINDINGS.values(),
        "quick": [one for one in FINDINGS.values() if one.key],
        "others": [one for one in FINDINGS.values() if not one.key],
        "layers": [(layer, layer.label, key) for layer, key in LAYER_KEYS.items()],
        "dentitions": DENTITION_NAMES.items(),
        "topic": teeth_topic(part.where.patient_id),
    }


def _layer(post: dict[str, str]) -> str:
    return post.get("layer") or Layer.EXISTING


def _day(request: ActorRequest, visit_id: UUID) -> date | None:
    """The day asked for: by itself, or by its place among the days of the chart."""
    typed = request.GET.get("on", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 5:
        days = chart_part(request.actor, visit_id).days
        return days[int(typed)] if int(typed) < len(days) else None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
