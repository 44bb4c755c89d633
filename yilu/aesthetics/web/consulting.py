"""The consultation: wishes on a map of face and body, skin, history and what stands against it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from yilu.aesthetics.operations.consulting import Told, write_consultation
from yilu.aesthetics.rules.areas import body_maps
from yilu.aesthetics.rules.screening import asked_of, questions
from yilu.aesthetics.rules.skin import FITZPATRICK, GLOGAU
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.consulting import consulting_part
from yilu.aesthetics.selectors.context import looks_topic
from yilu.clinical.web.reading import sent
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def page(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The consultation as a page."""
    return render(request, "aesthetics/consulting.html", _context(request, visit_id))


@require_GET
def part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The same as a part."""
    return render(request, "aesthetics/_consulting.html", _context(request, visit_id))


@posted_once
def written(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Write the consultation down."""
    opened(request, visit_id)
    post = sent(request)
    told = Told(
        wish=post.get("wish", ""),
        expects=post.get("expects", ""),
        history=post.get("history", ""),
        areas=tuple(request.POST.getlist("areas")),
        kinds=tuple(request.POST.getlist("kinds")),
        skin_type=post.get("skin_type", ""),
        ageing=post.get("ageing", ""),
        answers={
            key: {
                "answer": post.get(f"q-{key}", ""),
                "on": post.get(f"on-{key}", ""),
                "note": post.get(f"note-{key}", ""),
            }
            for key in questions()
        },
    )
    write_consultation(
        actor=request.actor, visit_id=visit_id, told=told, seen=sent_number(request, "seen")
    )
    response = render(request, "aesthetics/_consulting.html", _context(request, visit_id))
    return with_toast(response, _("Consultation written down"))


def _context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    found = consulting_part(request.actor, visit_id)
    answers = found.last.answers if found.last else {}
    return {
        "part": found,
        "where": found.where,
        "context": context_of(found.where),
        "here": "consultation",
        "maps": body_maps(),
        "kinds": treatments().values(),
        "skin_types": FITZPATRICK.items(),
        "ageing": GLOGAU.items(),
        "asked": [(one, answers.get(one.key, {})) for one in asked_of(found.where.patient.sex)],
        "answers": [
            ("yes", _("Yes")),
            ("no", _("No")),
            ("unknown", pgettext("answer", "Not known")),
        ],
        "topic": looks_topic(found.where.patient_id),
    }
