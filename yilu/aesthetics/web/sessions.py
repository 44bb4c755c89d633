"""Sessions: what stands against one, beginning, what was done, how it ended, what went wrong."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.aesthetics.operations.beginning import Wanted, begin_session
from yilu.aesthetics.operations.sessions import (
    Done,
    Wrong,
    end_session,
    note_adverse,
    record_pass,
    stop_session,
    withdraw_pass,
)
from yilu.aesthetics.rules.areas import areas, body_maps
from yilu.aesthetics.rules.treatments import choices, treatments
from yilu.aesthetics.selectors.before import before_session
from yilu.aesthetics.selectors.consulting import standing_consultation
from yilu.aesthetics.selectors.context import looks_topic, treatment_room
from yilu.aesthetics.selectors.sessions import pass_visit, session_visit, sessions_part
from yilu.aesthetics.states import TestSpot
from yilu.clinical.web.reading import sent, whole
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def page(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The sessions of a patient, and one that begins or runs."""
    return render(request, "aesthetics/sessions.html", _context(request, visit_id))


@require_GET
def part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The same as a part."""
    return _part(request, visit_id)


@require_GET
def before(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What stands against the treatment that is chosen, with fields for the reasons."""
    where = treatment_room(request.actor, visit_id)
    kind = treatments().get(request.GET.get("kind", ""))
    chosen = [one for one in request.GET.getlist("areas") if one in areas()]
    context = {"kind": kind, "where": where, "chosen": chosen, **_lists()}
    if kind is not None:
        context["before"] = before_session(where, kind, chosen)
    return render(request, "aesthetics/_before.html", context)


@posted_once
def begun(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Begin."""
    opened(request, visit_id)
    post = sent(request)
    wanted = Wanted(
        kind=post.get("kind", ""),
        areas=tuple(request.POST.getlist("areas")),
        device_id=_id(post.get("device_id", "")),
        handpiece=post.get("handpiece", ""),
        test_spot=post.get("test_spot") or TestSpot.NOT_NEEDED,
        cooling=post.get("cooling", ""),
        has_shield=post.get("has_shield") == "1",
        numbing=post.get("numbing", ""),
        unchanged=post.get("unchanged") == "1",
        reasons=_with_prefix(request.POST, "reason-"),
    )
    begin_session(actor=request.actor, visit_id=visit_id, wanted=wanted)
    return with_toast(_part(request, visit_id), _("Session begins"))


@posted_once
def passed(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponseBase:
    """Write down what was done over an area."""
    _own(request, visit_id, session_visit(session_id))
    post = sent(request)
    pulses = post.get("pulses", "").strip()
    done = Done(
        area=post.get("area", ""),
        parameters=post,
        passes=whole(post.get("passes", "") or "1"),
        pulses=(whole(pulses) if whole(pulses) is not None else -1) if pulses else None,
        confirmed=post.get("confirmed", ""),
        senior_note=post.get("senior_note", ""),
    )
    record_pass(actor=request.actor, session_id=session_id, done=done)
    return with_toast(_part(request, visit_id), _("Written down"))


@posted_once
def pass_withdrawn(request: ActorRequest, visit_id: UUID, pass_id: UUID) -> HttpResponseBase:
    """A line was entered by mistake."""
    _own(request, visit_id, pass_visit(pass_id))
    withdraw_pass(actor=request.actor, pass_id=pass_id, reason=request.POST.get("reason", ""))
    return with_toast(_part(request, visit_id), _("Entry withdrawn"))


@posted_once
def ended(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponseBase:
    """It is done."""
    _own(request, visit_id, session_visit(session_id))
    post = sent(request)
    end_session(
        actor=request.actor, session_id=session_id, endpoint=post.get("endpoints", ""),
        reaction=post.get("reactions", ""), note=post.get("note", ""),
        version=sent_number(request, "version"),
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Session is done"))


@posted_once
def stopped(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponseBase:
    """It ends before it is done."""
    _own(request, visit_id, session_visit(session_id))
    stop_session(
        actor=request.actor, session_id=session_id, reason=request.POST.get("reason", ""),
        version=sent_number(request, "version"),
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Session stopped"))


@posted_once
def adverse(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponseBase:
    """Something went wrong; also long after the visit."""
    where = opened(request, visit_id)
    known = {one.id for one in sessions_part(request.actor, where.visit_id).over}
    running = sessions_part(request.actor, where.visit_id).running
    if session_id not in known | ({running.id} if running else set()):
        raise NotFound
    post = sent(request)
    wrong = Wrong(
        what=post.get("what", ""),
        grade=whole(post.get("grade", "")),
        onset_on=_day(post.get("onset_on", "")),
        action=post.get("action", ""),
        is_reported=post.get("is_reported") == "1",
    )
    note_adverse(actor=request.actor, session_id=session_id, wrong=wrong)
    return with_toast(_part(request, visit_id), _("Adverse event noted"))


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "aesthetics/_sessions.html", _context(request, visit_id))


def _context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    found = sessions_part(request.actor, visit_id)
    last = standing_consultation(found.where.patient_id, found.where.day)
    return {
        "part": found,
        "where": found.where,
        "context": context_of(found.where),
        "here": "sessions",
        "maps": body_maps(),
        "kinds": treatments().values(),
        "wanted": last.kinds if last else (),
        "chosen": last.areas if last else (),
        "today": found.where.day,
        "topic": looks_topic(found.where.patient_id),
        **_lists(),
    }


def _lists() -> dict[str, Any]:
    names = ("cooling", "endpoints", "reactions", "adverse")
    return {name: choices(name).items() for name in names} | {"spots": TestSpot.choices}


def _own(request: ActorRequest, visit_id: UUID, of: UUID | None) -> None:
    """The form is meant for this patient, and what it changes is of this visit."""
    opened(request, visit_id)
    if of != visit_id:
        raise NotFound


def _with_prefix(post: QueryDict, prefix: str) -> dict[str, str]:
    return {k.removeprefix(prefix): str(post[k]) for k in post if k.startswith(prefix)}


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
