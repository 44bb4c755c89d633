"""Opinions of colleagues, case discussions, and the work that waits for a practitioner."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions
from yilu.clinical.operations.discussions import (
    DiscussionPlan,
    Minutes,
    cancel_discussion,
    note_minutes,
    plan_discussion,
    sign_minutes,
)
from yilu.clinical.operations.opinions import (
    Question,
    ask_opinion,
    give_opinion,
    read_opinion,
    withdraw_opinion,
)
from yilu.clinical.operations.procedures import read_said
from yilu.clinical.selectors.communications import communications
from yilu.clinical.selectors.context import Setting, clinical_topic, setting, work_topic
from yilu.clinical.selectors.discussions import (
    discussion_page,
    my_discussions,
    visit_discussions,
)
from yilu.clinical.selectors.opinions import (
    askable,
    opinion_line,
    opinions_to_give,
    opinions_to_read,
    visit_opinions,
)
from yilu.clinical.states import OpinionUrgency
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.reading import read_id, sent, whole
from yilu.clinical.web.sealed import check_context, context_of, opened
from yilu.facility.selectors.sites import site_zone
from yilu.platform.errors import Invalid
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import once, posted_once

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def opinions(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """What was asked and discussed at a visit; a form to ask a colleague."""
    if request.method != "POST":
        return _list(request, visit_id)
    opened(request, visit_id)
    post = sent(request)
    to = post.get("to", "")
    question = Question(
        post.get("question", ""),
        practitioner_id=read_id(to[2:]) if to.startswith("p-") else None,
        department_id=read_id(to[2:]) if to.startswith("d-") else None,
        urgency=post.get("urgency", OpinionUrgency.USUAL),
    )

    def run() -> HttpResponseBase:
        ask_opinion(actor=request.actor, visit_id=visit_id, question=question)
        return with_toast(HttpResponse(status=204), pgettext("opinion", "Asked"))

    try:
        return once(request, run)
    except Invalid as refused:
        return _list(request, visit_id, refused)


@require_http_methods(METHODS)
def opinion(request: ActorRequest, opinion_id: UUID) -> HttpResponseBase:
    """One question; a form for whoever may answer it."""
    line = opinion_line(request.actor, opinion_id)
    where = setting(request.actor, line.visit_id)
    if request.method != "POST":
        return _opinion(request, opinion_id)
    check_context(request, where)
    post = sent(request)

    def run() -> HttpResponseBase:
        give_opinion(
            actor=request.actor, opinion_id=opinion_id, text=post.get("text", ""),
            version=whole(post.get("version", "")),
        )  # fmt: skip
        return with_toast(HttpResponse(status=204), pgettext("opinion", "Answered"))

    try:
        return once(request, run)
    except Invalid as refused:
        return _opinion(request, opinion_id, refused)


@posted_once
def opinion_read(request: ActorRequest, opinion_id: UUID) -> HttpResponseBase:
    """Note that who asked has read it."""
    line = opinion_line(request.actor, opinion_id)
    check_context(request, setting(request.actor, line.visit_id))
    read_opinion(actor=request.actor, opinion_id=opinion_id)
    return with_toast(HttpResponse(status=204), _("Noted"))


@require_http_methods(METHODS)
def opinion_withdrawn(request: ActorRequest, opinion_id: UUID) -> HttpResponseBase:
    """Ask why a question is taken back, then do it."""
    line = opinion_line(request.actor, opinion_id)
    words = {
        "title": _("Take the question back?"),
        "text": _("Nobody need answer it any more. It stays readable."),
        "label": pgettext("opinion", "Take back"),
    }

    def end(reason: str, version: int | None) -> None:
        withdraw_opinion(actor=request.actor, opinion_id=opinion_id, reason=reason, version=version)

    return _asked(request, line.visit_id, line.version, words, end)


@require_http_methods(METHODS)
def discuss(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask colleagues to a discussion, then go to its page."""
    if request.method != "POST":
        return _planning(request, setting(request.actor, visit_id, permissions.WRITE))
    where = opened(request, visit_id)
    post = sent(request)
    members = [key for one in request.POST.getlist("members") if (key := read_id(one))]
    plan = DiscussionPlan(
        post.get("title", ""), post.get("question", ""),
        _instant(post.get("starts_at", ""), where.site_id), members,
    )  # fmt: skip

    def run() -> HttpResponseBase:
        made = plan_discussion(actor=request.actor, visit_id=visit_id, plan=plan)
        return go_to(request, reverse("clinical:discussion", args=[made]))

    try:
        return once(request, run)
    except Invalid as refused:
        return _planning(request, where, refused)


@require_http_methods(METHODS)
def discussion(request: ActorRequest, discussion_id: UUID) -> HttpResponseBase:
    """One discussion: who is asked, its minutes and decision, who has signed."""
    page = discussion_page(request.actor, discussion_id)
    if request.method != "POST":
        return render(request, "clinical/discussion.html", _discussed(request, discussion_id))
    check_context(request, page.where)
    post = sent(request)
    present = [key for one in request.POST.getlist("present") if (key := read_id(one))]
    noted = Minutes(
        post.get("minutes", ""), post.get("decision", ""), present, post.get("others", "")
    )

    def run() -> HttpResponseBase:
        note_minutes(
            actor=request.actor, discussion_id=discussion_id, noted=noted,
            version=whole(post.get("version", "")),
        )  # fmt: skip
        return render(request, "clinical/_discussion.html", _discussed(request, discussion_id))

    try:
        return once(request, run)
    except Invalid as refused:
        context = _discussed(request, discussion_id) | {
            "refused": refused,
            "errors": {one.field: one.message for one in refused.errors},
            "typed": post | {"present": present},
        }
        return render(request, "clinical/_discussion.html", context, status=refused.status)


@require_safe
def discussion_state(request: ActorRequest, discussion_id: UUID) -> HttpResponse:
    """The same as a part."""
    return render(request, "clinical/_discussion.html", _discussed(request, discussion_id))


@posted_once
def discussion_signed(request: ActorRequest, discussion_id: UUID) -> HttpResponseBase:
    """Sign the minutes as one of those who were present."""
    page = discussion_page(request.actor, discussion_id)
    check_context(request, page.where)
    digest = request.POST.get("digest", "")
    sign_minutes(actor=request.actor, discussion_id=discussion_id, digest=digest)
    return render(request, "clinical/_discussion.html", _discussed(request, discussion_id))


@require_http_methods(METHODS)
def discussion_cancelled(request: ActorRequest, discussion_id: UUID) -> HttpResponseBase:
    """Ask why it does not take place, then note it."""
    page = discussion_page(request.actor, discussion_id)
    words = {
        "title": _("The discussion does not take place?"),
        "text": _("It stays readable with its reason."),
        "label": _("Cancel the discussion"),
    }

    def end(reason: str, version: int | None) -> None:
        cancel_discussion(
            actor=request.actor, discussion_id=discussion_id, reason=reason, version=version
        )

    return _asked(request, page.line.visit_id, page.version, words, end)


@require_safe
def work(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """What waits for this practitioner: questions, answers, discussions, what was said."""
    return render(request, "clinical/work.html", _work(request, site_id))


@require_safe
def work_lists(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The same as a part."""
    return render(request, "clinical/_work.html", _work(request, site_id))


@posted_once
def said_read(request: ActorRequest, procedure_id: UUID, site_id: UUID) -> HttpResponseBase:
    """Note that what was said during a procedure has been read."""
    read_said(actor=request.actor, procedure_id=procedure_id)
    return render(request, "clinical/_work.html", _work(request, site_id))


def _work(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "topic": work_topic(site_id),
        "to_give": opinions_to_give(request.actor, site_id),
        "to_read": opinions_to_read(request.actor, site_id),
        "discussions": my_discussions(request.actor, site_id),
        "communications": communications(request.actor, site_id),
    }


def _list(request: ActorRequest, visit_id: UUID, refused: Invalid | None = None) -> HttpResponse:
    where = setting(request.actor, visit_id)
    can_write = request.actor.may(permissions.WRITE, where.site_id)
    context = {
        "where": where,
        "context": context_of(where),
        "lines": visit_opinions(request.actor, visit_id),
        "discussions": visit_discussions(request.actor, visit_id),
        "can_write": can_write and request.actor.practitioner_id is not None,
        "askable": askable(request.actor, where.site_id),
        "urgencies": OpinionUrgency.choices,
        "refused": refused,
        "typed": sent(request) if refused else {},
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_opinions.html", context, status=status)


def _opinion(
    request: ActorRequest, opinion_id: UUID, refused: Invalid | None = None
) -> HttpResponse:
    line = opinion_line(request.actor, opinion_id)
    where = setting(request.actor, line.visit_id)
    context = {
        "line": line,
        "where": where,
        "context": context_of(where),
        "refused": refused,
        "typed": sent(request) if refused else {},
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_opinion.html", context, status=status)


def _planning(
    request: ActorRequest, where: Setting, refused: Invalid | None = None
) -> HttpResponse:
    chosen = set(request.POST.getlist("members")) if refused else set()
    context = {
        "where": where,
        "context": context_of(where),
        "colleagues": [
            (one, str(one.id) in chosen) for one in askable(request.actor, where.site_id).colleagues
        ],
        "refused": refused,
        "errors": {one.field: one.message for one in refused.errors} if refused else {},
        "typed": sent(request) if refused else {},
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_discussion_plan.html", context, status=status)


def _discussed(request: ActorRequest, discussion_id: UUID) -> dict[str, Any]:
    page = discussion_page(request.actor, discussion_id)
    return {
        "page": page,
        "context": context_of(page.where),
        "topic": clinical_topic(page.line.visit_id),
    }


def _asked(
    request: ActorRequest,
    visit_id: UUID,
    version: int,
    words: dict[str, str],
    end: Callable[[str, int | None], None],
) -> HttpResponseBase:
    where = setting(request.actor, visit_id)
    if request.method != "POST":
        form = ReasonForm.about(context_of(where))
        context = {"url": request.path, "form": form, "version": version, "harmful": True}
        return render(request, "platform/_dialog.html", context | words)
    check_context(request, where)

    def run() -> HttpResponseBase:
        end(request.POST.get("reason", ""), whole(request.POST.get("version", "")))
        return with_toast(go_to(request, reverse("clinical:visit", args=[visit_id])), _("Noted"))

    return once(request, run)


def _instant(typed: str, site_id: UUID) -> datetime | None:
    """A time on the site's wall, as a browser sends it."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return at.replace(tzinfo=site_zone(site_id)) if at.tzinfo is None else None
