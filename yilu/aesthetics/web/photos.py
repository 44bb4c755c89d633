"""Photographs: sets, one with its points and designs, two compared, and what is given out."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yilu.aesthetics.operations.designs import (
    Drawn,
    draw_design,
    sign_design_as_doctor,
    sign_design_for_patient,
)
from yilu.aesthetics.operations.photos import (
    Taken,
    Uses,
    set_points,
    share_photo,
    sign_uses,
    take_photo,
    withdraw_photo,
)
from yilu.aesthetics.rules.areas import body_maps, views, views_for
from yilu.aesthetics.rules.shapes import COLOURS, UNITS
from yilu.aesthetics.selectors.context import looks_topic
from yilu.aesthetics.selectors.photos import comparison, photo_file, photo_page, photos_part
from yilu.clinical.web.reading import sent
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform import files
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def page(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """All photographs of a patient."""
    return render(request, "aesthetics/photos.html", _context(request, visit_id))


@require_GET
def part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The same as a part."""
    return _part(request, visit_id)


@posted_once
def uses(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """The patient signs what photographs may be used for."""
    opened(request, visit_id)
    post = sent(request)
    wanted = Uses(
        care=post.get("care") == "1",
        teaching=post.get("teaching") == "1",
        publicity=post.get("publicity") == "1",
        name=post.get("name", ""),
        strokes=post.get("strokes", ""),
    )
    sign_uses(actor=request.actor, visit_id=visit_id, uses=wanted)
    return with_toast(_part(request, visit_id), _("Signed"))


@posted_once
def take(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Keep a photograph from the camera, or a file."""
    opened(request, visit_id)
    post = sent(request)
    region, _dot, view = post.get("view", "").partition(".")
    pictures = request.FILES.getlist("photo")
    if not pictures:
        raise Invalid(FieldError("photo", "required", _("Choose a picture.")))
    for one in pictures[:1]:
        taken = Taken(one.read(), region, view, post.get("area", ""))
        take_photo(actor=request.actor, visit_id=visit_id, taken=taken)
    return with_toast(_part(request, visit_id), _("Photograph kept"))


@require_GET
def image(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> FileResponse:
    """The picture itself."""
    is_small = "small" in request.GET
    file_id = photo_file(request.actor, visit_id, photo_id, is_small=is_small)
    return files.response(file_id, inline=True)


@require_GET
def show(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photograph: its points, the designs over it, what it may be used for."""
    return render(request, "aesthetics/photo.html", _of(request, visit_id, photo_id))


@posted_once
def points(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """Say where the two points are."""
    _own(request, visit_id, photo_id)
    typed = request.POST.get("points", "").split(",")
    set_points(
        actor=request.actor, photo_id=photo_id, points=typed,
        version=sent_number(request, "version"),
    )  # fmt: skip
    there = reverse("aesthetics:photo", args=[visit_id, photo_id])
    return with_toast(go_to(request, there), _("Points kept"))


@posted_once
def withdrawn(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """Take a photograph out of every set."""
    _own(request, visit_id, photo_id)
    withdraw_photo(actor=request.actor, photo_id=photo_id, reason=request.POST.get("reason", ""))
    there = reverse("aesthetics:photos", args=[visit_id])
    return with_toast(go_to(request, there), _("Photograph withdrawn"))


@require_POST
def shared(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> HttpResponse:
    """Give a photograph out for teaching or publicity, with its eyes covered."""
    _own(request, visit_id, photo_id)
    made = share_photo(actor=request.actor, photo_id=photo_id, use=request.POST.get("use", ""))
    response = HttpResponse(made, content_type="image/jpeg")
    response["Content-Disposition"] = 'attachment; filename="photograph.jpg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def compare(request: ActorRequest, visit_id: UUID, before_id: UUID, after_id: UUID) -> HttpResponse:
    """Two photographs, side by side and one over the other."""
    found = comparison(request.actor, visit_id, before_id, after_id)
    context = {"found": found, "where": found.where, "here": "photos"}
    return render(request, "aesthetics/compare.html", context)


@posted_once
def designed(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """Keep a design."""
    _own(request, visit_id, photo_id)
    post = sent(request)
    draw_design(
        actor=request.actor, visit_id=visit_id, photo_id=photo_id,
        drawn=Drawn(post.get("title", ""), post.get("shapes", "")),
        design_id=_id(post["design"]) if post.get("design") else None,
        version=sent_number(request, "version"),
    )  # fmt: skip
    there = reverse("aesthetics:photo", args=[visit_id, photo_id])
    return with_toast(go_to(request, there), _("Design kept"))


@posted_once
def design_signed(
    request: ActorRequest, visit_id: UUID, photo_id: UUID, design_id: UUID
) -> HttpResponseBase:
    """The patient signs on the pad, or the doctor by their sign-in."""
    found = _own(request, visit_id, photo_id)
    if design_id not in {one.id for one in found.designs}:
        raise NotFound
    post = sent(request)
    version = sent_number(request, "version")
    about: dict[str, Any] = {"actor": request.actor, "design_id": design_id, "version": version}
    if post.get("who") == "doctor":
        sign_design_as_doctor(**about)
    else:
        name, strokes = post.get("name", ""), post.get("strokes", "")
        sign_design_for_patient(**about, name=name, strokes=strokes)
    there = reverse("aesthetics:photo", args=[visit_id, photo_id])
    return with_toast(go_to(request, there), _("Signed"))


def _own(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> Any:
    """The form is meant for this patient, and the photograph is theirs."""
    opened(request, visit_id)
    return photo_page(request.actor, visit_id, photo_id)


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "aesthetics/_photos.html", _context(request, visit_id))


def _context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    found = photos_part(request.actor, visit_id)
    return {
        "part": found,
        "where": found.where,
        "context": context_of(found.where),
        "here": "photos",
        "maps": [(one, [(key, views()[key]) for key in views_for(one.key)]) for one in body_maps()],
        "topic": looks_topic(found.where.patient_id),
    }


def _of(request: ActorRequest, visit_id: UUID, photo_id: UUID) -> dict[str, Any]:
    found = photo_page(request.actor, visit_id, photo_id)
    asked = request.GET.get("design", "")
    chosen = next((one for one in found.designs if str(one.id) == asked), None)
    return {
        "page": found,
        "where": found.where,
        "context": context_of(found.where),
        "here": "photos",
        "chosen": chosen,
        "colours": COLOURS,
        "units": UNITS,
    }


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None
