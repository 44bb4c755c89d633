"""Care: the profile of a skin, and what is told and handed over after a session."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from yilu.aesthetics.operations.care import (
    OwnWords,
    Profile,
    hand_over,
    word_advice,
    write_profile,
)
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.care import advice_words, care_part, session_of_visit, skins
from yilu.aesthetics.selectors.context import looks_topic, treatment_room
from yilu.clinical.web.reading import sent
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def page(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The care of a patient."""
    return render(request, "aesthetics/care.html", _context(request, visit_id))


@require_GET
def part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The same as a part."""
    return _part(request, visit_id)


@posted_once
def written(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Write the profile down."""
    opened(request, visit_id)
    post = sent(request)
    names = ("skin", "products", "sensitivities", "preferences")
    profile = Profile(**{name: post.get(name, "") for name in names})
    write_profile(
        actor=request.actor, visit_id=visit_id, profile=profile, seen=post.get("seen")
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Care profile kept"))


@posted_once
def given(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponseBase:
    """Hand the advice over, on paper or to the phone."""
    opened(request, visit_id)
    if not session_of_visit(session_id, visit_id):
        raise NotFound
    on_paper = request.POST.get("on_paper") == "1"
    hand_over(actor=request.actor, session_id=session_id, on_paper=on_paper)
    return with_toast(_part(request, visit_id), pgettext("advice", "Handed over"))


@posted_once
def worded(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Word the advice of this clinic."""
    where = opened(request, visit_id)
    post = sent(request)
    names = ("zh", "en", "products_zh", "products_en")
    own = OwnWords(**{name: post.get(name, "") for name in names})
    word_advice(
        actor=request.actor, site_id=where.site_id, kind=post.get("kind", ""), own=own,
        seen=sent_number(request, "seen"),
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Words kept"))


@require_GET
def words(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The words of a treatment that now count, to be changed."""
    where = treatment_room(request.actor, visit_id)
    found = advice_words(request.actor, where.site_id, request.GET.get("kind", ""))
    return render(request, "aesthetics/_advice_words.html", {"words": found})


@require_GET
def paper(request: ActorRequest, visit_id: UUID, session_id: UUID) -> HttpResponse:
    """The advice after a session on paper."""
    found = care_part(request.actor, visit_id)
    one = next((each for each in found.advice if each.session_id == session_id), None)
    if one is None:
        raise NotFound
    return render(request, "aesthetics/advice_print.html", {"one": one, "where": found.where})


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "aesthetics/_care.html", _context(request, visit_id))


def _context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    found = care_part(request.actor, visit_id)
    return {
        "part": found,
        "where": found.where,
        "context": context_of(found.where),
        "here": "care",
        "skins": skins().items(),
        "kinds": treatments().values(),
        "topic": looks_topic(found.where.patient_id),
    }
