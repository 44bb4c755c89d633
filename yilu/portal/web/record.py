"""A patient's own record: read, in large print or plain words, and taken along as a file."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.platform.errors import DomainError, NotSignedIn
from yilu.platform.otp import WrongCode
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import posted_once
from yilu.portal.operations.downloads import note_download
from yilu.portal.operations.identity import prove_phone, send_code
from yilu.portal.selectors.mine import my_people
from yilu.portal.selectors.record import PARTS, my_record
from yilu.portal.selectors.record_fhir import record_bundle
from yilu.portal.selectors.record_paper import part_titles, record_pdf
from yilu.portal.web import keeping
from yilu.portal.web.frame import bar
from yilu.portal.web.sign_in import shown_code
from yilu.records.operations.styles import set_reading_style


@require_safe
def people(request: ActorRequest) -> HttpResponseBase:
    """Whose record: of several people in the account, one is chosen."""
    _own(request)
    mine = my_people(request.actor)
    if len(mine) == 1:
        return go_to(request, reverse("portal:record", args=[mine[0].id]))
    return _page(request, "records", people=mine, back_url=reverse("portal:me"))


@require_safe
def record(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The record of one of them."""
    _own(request)
    found = my_record(request.actor, patient_id)
    return _page(
        request, "record", record=found, titles=part_titles(), back_url=reverse("portal:me")
    )


@posted_once
def style(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Large print and plain words, on or off, kept for the patient."""
    _own(request)
    chosen = {name: name in request.POST for name in ("large", "plain")}
    set_reading_style(actor=request.actor, patient_id=patient_id, **chosen)
    return go_to(request, reverse("portal:record", args=[patient_id]))


@require_safe
def download(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """What to take along and as what; first the phone is proved anew, if that was long ago."""
    return _download(request, patient_id)


@sensitive_post_parameters("code")
@require_POST
def prove(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Send a code to the account's own phone, or take the one that was typed."""
    _own(request)
    phone = keeping.own_phone(request)
    if not phone:
        raise NotSignedIn
    if "code" not in request.POST:
        address = keeping.address_of(request)
        try:
            issued = send_code(actor=request.actor, phone=phone, address=address)
        except DomainError as refused:
            return _download(request, patient_id, refused=refused)
        request.session[keeping.NONCE] = issued.nonce
        return _download(request, patient_id, sent=True, shown=shown_code(phone, issued.code))
    nonce = request.session.get(keeping.NONCE, "")
    try:
        prove_phone(
            actor=request.actor, phone=phone, nonce=nonce, code=request.POST.get("code", "")
        )
    except (WrongCode, DomainError) as refused:
        return _download(request, patient_id, sent=True, refused=refused)
    keeping.say_proved(request)
    response: Any = go_to(request, reverse("portal:record-download", args=[patient_id]))
    return with_toast(response, _("Thank you. You can download for ten minutes."))


@require_http_methods(["POST"])
def file(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The file itself, which is recorded."""
    _own(request)
    if not keeping.is_proved(request):
        return _download(request, patient_id)
    found = my_record(request.actor, patient_id)
    parts = [one for one in PARTS if one in request.POST.getlist("part")]
    if not parts:
        return _download(request, patient_id, nothing=True)
    kind = "fhir" if request.POST.get("as") == "fhir" else "pdf"
    note_download(actor=request.actor, patient_id=patient_id, parts=parts, kind=kind)
    if kind == "fhir":
        content, media, end = record_bundle(found, parts), "application/fhir+json", "json"
    else:
        large = "large" in request.POST
        content, media, end = record_pdf(found, parts, large=large), "application/pdf", "pdf"
    response = HttpResponse(content, content_type=media)
    name = f"{found.patient.record_no}.{end}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _download(
    request: ActorRequest,
    patient_id: UUID,
    *,
    sent: bool = False,
    shown: str = "",
    refused: Exception | None = None,
    nothing: bool = False,
) -> HttpResponse:
    _own(request)
    found = my_record(request.actor, patient_id)
    status = getattr(refused, "status", 422 if nothing else 200)
    return _page(
        request,
        "record_download",
        status=status,
        record=found,
        titles=part_titles().items(),
        is_proved=keeping.is_proved(request),
        phone=keeping.own_phone(request),
        sent=sent,
        shown=shown,
        refused=refused,
        nothing=nothing,
        back_url=reverse("portal:record", args=[patient_id]),
    )


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn


def _page(request: ActorRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context["ph_menu"] = bar(request)
    return render(request, f"portal/my_{name}.html", context, status=status)
