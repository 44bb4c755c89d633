"""The periodontal chart: measured, compared with an earlier one, signed, amended, printed."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from yilu.clinical.web.reading import read_id, sent, version_of, whole
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.errors import MeasureWrong
from yilu.dental.operations.perio import amend_perio, save_perio, sign_perio
from yilu.dental.rules.perio import MOST_MOBILE, MOST_OPEN, SITES
from yilu.dental.rules.perio_drawing import perio_drawing
from yilu.dental.selectors.perio import SITE_NAMES, PerioPart, perio_part
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import posted_once

LARGEST = 40_000


@require_safe
def perio(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The whole page of a patient's gums."""
    return render(request, "dental/perio.html", _context(_part(request, visit_id)))


@require_safe
def perio_print(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The chart and its figures on paper."""
    return render(request, "dental/perio_print.html", _context(_part(request, visit_id)))


@posted_once
def perio_save(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Keep what was measured so far; gives the figures."""
    opened(request, visit_id)
    post = sent(request)
    save_perio(
        actor=request.actor, visit_id=visit_id, content=_content(post), version=version_of(post)
    )
    part = perio_part(request.actor, visit_id, beside=read_id(post.get("beside", "")))
    return render(request, "dental/_perio_kept.html", _context(part))


@posted_once
def perio_sign(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Sign what this window shows, or sign its changes."""
    opened(request, visit_id)
    post = sent(request)
    kept: dict[str, Any] = {"content": _content(post), "version": version_of(post)}
    if perio_part(request.actor, visit_id).is_signed:
        amend_perio(
            actor=request.actor, visit_id=visit_id, reason=post.get("reason", ""), **kept
        )  # fmt: skip
    else:
        sign_perio(actor=request.actor, visit_id=visit_id, **kept)
    return with_toast(go_to(request, request.path.removesuffix("/sign")), _("Signed"))


def _part(request: ActorRequest, visit_id: UUID) -> PerioPart:
    beside, shown = read_id(request.GET.get("with", "")), whole(request.GET.get("version", ""))
    return perio_part(request.actor, visit_id, beside=beside, shown=shown or 0)


def _content(post: dict[str, str]) -> object:
    typed = post.get("content", "")
    try:
        return json.loads(typed) if len(typed) < LARGEST else None
    except (ValueError, RecursionError):
        raise MeasureWrong(tooth="?") from None


def _context(part: PerioPart) -> dict[str, Any]:
    return {
        "part": part,
        "where": part.where,
        "context": context_of(part.where),
        "drawing": perio_drawing(),
        "island": {
            "content": part.content,
            "then": part.then.content if part.then else {},
            "words": _words(),
            "sites": {site: str(SITE_NAMES[site]) for site in SITES},
            "most": {"m": MOST_MOBILE, "f": MOST_OPEN},
        },
    }


def _words() -> dict[str, str]:
    """What the island says of a site."""
    return {
        "depth": _("depth {n}"),
        "recession": _("recession {n}"),
        "loss": _("attachment {n}"),
        "b": pgettext("gums", "bleeding"),
        "q": pgettext("gums", "plaque"),
        "s": pgettext("gums", "pus"),
        "mobile": _("mobility {n}"),
        "ways": _("furcation {n}"),
        "gone": _("missing or not there"),
        "nothing": _("not probed"),
        "then": _("then {n}"),
    }
