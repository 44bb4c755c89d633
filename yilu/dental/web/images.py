"""Films and photographs of teeth: taken in, looked at, laid side by side."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yilu.clinical.web.reading import read_id
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.errors import ImageNotTaken
from yilu.dental.operations.images import MOST_AT_ONCE, Taken, add_images, withdraw_image
from yilu.dental.rules.notation import listed
from yilu.dental.selectors.context import teeth_topic
from yilu.dental.selectors.images import image_file, image_is_of, image_kinds, images_part
from yilu.dental.web.asking import Withdrawal, ask_why, asking
from yilu.platform import files
from yilu.platform.decoder import TooLarge
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once


@require_safe
def images(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The pictures of a patient, to be framed."""
    return _part(request, visit_id)


@posted_once
def image_add(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Take pictures in that were chosen, dropped or just taken."""
    opened(request, visit_id)
    sent = [one for one in request.FILES.getlist("file") if one.size]
    if any((one.size or 0) > files.LARGEST for one in sent):
        raise TooLarge
    taken = Taken(
        contents=[one.read() for one in sent[: MOST_AT_ONCE + 1]],
        kind=request.POST.get("kind", ""),
        teeth=listed(request.POST.get("teeth", "")),
        taken_on=_day(request.POST.get("taken_on", "")),
        note=request.POST.get("note", ""),
    )
    made = add_images(actor=request.actor, visit_id=visit_id, taken=taken)
    return with_toast(_part(request, visit_id), _("Pictures taken in: %(n)s") % {"n": len(made)})


@require_safe
def image(request: ActorRequest, visit_id: UUID, image_id: UUID) -> FileResponse:
    """One picture."""
    found = image_file(request.actor, visit_id, image_id, small=False)
    return files.response(found, inline=True)


@require_safe
def image_small(request: ActorRequest, visit_id: UUID, image_id: UUID) -> FileResponse:
    """One picture as lists show it."""
    found = image_file(request.actor, visit_id, image_id, small=True)
    return files.response(found, inline=True)


@require_safe
def image_look(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """One picture large, or two side by side."""
    part = images_part(request.actor, visit_id)
    first = part.one(read_id(request.GET.get("a", "")))
    if first is None:
        raise NotFound
    second = part.one(read_id(request.GET.get("b", "")))
    context = {
        "part": part,
        "where": part.where,
        "panes": [("a", first), ("b", second)] if second else [("a", first)],
        "first": first,
        "second": second,
    }
    return render(request, "dental/image.html", context)


@asking
def image_withdrawn(request: ActorRequest, visit_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Ask why a picture is taken away, then do so."""
    what = Withdrawal(
        title=_("Withdraw this picture?"),
        text=_("Nobody sees it any more; that it was there stays on record."),
        label=_("Withdraw"),
        done=_("Picture withdrawn"),
        target="#dental-images",
        is_of=lambda patient_id: image_is_of(image_id, patient_id),
        run=lambda reason, version: withdraw_image(
            actor=request.actor, image_id=image_id, reason=reason, version=version
        ),
        shown=lambda: _part(request, visit_id),
    )
    return ask_why(request, visit_id, what)


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    part = images_part(request.actor, visit_id)
    context: dict[str, Any] = {
        "images": part,
        "where": part.where,
        "context": context_of(part.where),
        "topic": teeth_topic(part.where.patient_id),
        "kinds": image_kinds(),
    }
    return render(request, "dental/_images.html", context)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        words = str(ImageNotTaken.message)
        raise ImageNotTaken(FieldError("taken_on", "image_not_taken", words)) from None
