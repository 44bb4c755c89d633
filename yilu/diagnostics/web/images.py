"""Looking at images: the viewer, what it fetches, pictures given by hand, and what fits nowhere."""

from types import ModuleType
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.diagnostics import permissions
from yilu.diagnostics.operations.images import assign_image, give_picture
from yilu.diagnostics.selectors.study_detail import study_detail
from yilu.diagnostics.selectors.study_images import StudyImages, image_file, study_images, unmatched
from yilu.diagnostics.selectors.topics import imaging_topic
from yilu.platform import files
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, sent_number, with_toast
from yilu.platform.web.once import once
from yilu.scheduling.web.here import site_here

# A frame never changes: its address may be kept, by this browser alone.
KEPT = "private, max-age=600"


@require_safe
def viewer(request: ActorRequest, study_id: UUID) -> HttpResponse:
    """The images of a study."""
    found = study_images(request.actor, study_id)
    context = {"images": found, "listed": listed(found), "back_url": _back(request, found)}
    return render(request, "diagnostics/viewer.html", context)


@require_safe
def look(request: ActorRequest, image_id: UUID) -> JsonResponse:
    """How an image is to be drawn."""
    content = _dicom(request, image_id)
    try:
        found = _dicom_rules().look_of(content)
    except _dicom_rules().Unreadable as error:
        raise NotFound from error
    names = ("rows", "columns", "frames", "slope", "intercept", "center", "width")
    answer = {name: getattr(found, name) for name in names}
    answer |= {
        "color": found.is_color,
        "signed": found.is_signed,
        "inverted": found.is_inverted,
        "spacing": found.spacing,
    }
    return JsonResponse(answer, headers={"Cache-Control": KEPT})


@require_safe
def frame(request: ActorRequest, image_id: UUID, n: int) -> HttpResponse:
    """The pixels of one frame."""
    try:
        pixels = _dicom_rules().frame_of(_dicom(request, image_id), n)
    except _dicom_rules().Unreadable as error:
        raise NotFound from error
    return HttpResponse(
        pixels, content_type="application/octet-stream", headers={"Cache-Control": KEPT}
    )


@require_safe
def preview(request: ActorRequest, image_id: UUID) -> HttpResponse:
    """A small picture of a DICOM image, to know it again."""
    try:
        drawn = _dicom_rules().preview_of(_dicom(request, image_id))
    except _dicom_rules().Unreadable as error:
        raise NotFound from error
    return HttpResponse(drawn, content_type="image/png", headers={"Cache-Control": KEPT})


@require_safe
def picture(request: ActorRequest, image_id: UUID) -> HttpResponseBase:
    """A photograph as it was given; a DICOM file as it came."""
    file_id, is_dicom = image_file(request.actor, image_id)
    if is_dicom:
        return files.response(file_id)
    stored = files.describe(file_id)
    answer = HttpResponse(files.read(file_id), content_type=stored.media_type)
    answer["Cache-Control"] = KEPT
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def add_picture(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """Choose a picture, then keep it with the study."""
    if request.method != "POST":
        context = {"study": study_detail(request.actor, study_id)}
        return render(request, "diagnostics/_picture_add.html", context)
    sent = request.FILES.get("picture")
    if sent is None or sent.size is None or sent.size > files.LARGEST:
        raise files.WrongContent

    def run() -> HttpResponse:
        give_picture(
            actor=request.actor, study_id=study_id, content=sent.read(), name=sent.name or ""
        )
        return with_toast(HttpResponse(status=204), _("Picture kept"))

    return once(request, run)


@require_safe
def without_study(request: ActorRequest) -> HttpResponse:
    """What devices sent that fits no study."""
    site = site_here(request, permissions.SEE)
    return render(request, "diagnostics/unmatched.html", _unmatched(request, site.id))


@require_http_methods(["POST"])
def assigned(request: ActorRequest, image_id: UUID) -> HttpResponseBase:
    """A person says whose these are."""
    accession = request.POST.get("accession", "")

    def run() -> HttpResponse:
        study_id = assign_image(
            actor=request.actor,
            image_id=image_id,
            accession=accession,
            version=sent_number(request, "version"),
        )
        found = study_detail(request.actor, study_id)
        url = f"{reverse('diagnostics:imaging')}?site={found.site_id}&study={study_id}"
        return with_toast(go_to(request, url), _("Assigned"))

    return once(request, run)


def listed(found: StudyImages) -> list[dict[str, Any]]:
    """What the viewer's script is told: series by series, image by image."""
    return [
        {
            "title": one.title or one.modality,
            "images": [
                {
                    "look": reverse("diagnostics:image-look", args=[image.id]),
                    "file": reverse("diagnostics:image-file", args=[image.id]),
                    "frames": image.frames,
                    "dicom": image.is_dicom,
                }
                for image in one.images
            ],
        }
        for one in found.series
    ]


def _dicom(request: ActorRequest, image_id: UUID) -> bytes:
    file_id, is_dicom = image_file(request.actor, image_id)
    if not is_dicom:
        raise NotFound
    return files.read(file_id)


def _unmatched(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "rows": unmatched(request.actor, site_id),
        "topic": imaging_topic(site_id),
    }


def _back(request: ActorRequest, found: StudyImages) -> str:
    if request.actor.kind == "patient":
        return "/my/me/reports"
    return f"{reverse('diagnostics:imaging')}?site={found.site_id}&study={found.study_id}"


def _dicom_rules() -> ModuleType:
    # Only where an image is looked at: it brings numpy, which every process would hold.
    from yilu.diagnostics.rules import dicom  # noqa: PLC0415

    return dicom
