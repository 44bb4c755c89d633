"""A phone proves itself by a code; the account behind it is then signed in."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yilu.platform import clinic_clock
from yilu.platform.errors import DomainError, Invalid, TooMany
from yilu.platform.otp import WrongCode
from yilu.platform.web.http import ActorRequest
from yilu.portal.operations.identity import prove_phone, read_phone, send_code
from yilu.portal.web import keeping
from yilu.portal.web.forms import CodeForm, PhoneForm

MADE_UP = "+86121"
"""Phones that were never given to anybody: only these see their code on the page itself."""


@sensitive_post_parameters("code", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: ActorRequest) -> HttpResponseBase:
    """Ask for the phone, then for its code. Whoever is signed in goes on."""
    if request.method != "POST":
        if request.actor.kind == "patient":
            return HttpResponseRedirect(_next(request))
        return _page(request, PhoneForm())
    return _verify(request) if "code" in request.POST else _send(request)


def _send(request: ActorRequest) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    phone = form.cleaned_data["phone"]
    try:
        issued = send_code(actor=request.actor, phone=phone, address=keeping.address_of(request))
    except (Invalid, TooMany) as refused:
        return _refused(request, form, refused)
    request.session[keeping.NONCE] = issued.nonce
    return _page(request, CodeForm(initial={"phone": phone}), shown=shown_code(phone, issued.code))


def _verify(request: ActorRequest) -> HttpResponseBase:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    typed = form.cleaned_data
    nonce = request.session.get(keeping.NONCE, "")
    try:
        user = prove_phone(
            actor=request.actor, phone=typed["phone"], nonce=nonce, code=typed["code"]
        )
    except (Invalid, WrongCode) as refused:
        return _refused(request, form, refused)
    keeping.sign_in(request, user, read_phone(typed["phone"]))
    return HttpResponseRedirect(_next(request), status=303)


def shown_code(phone: str, code: str) -> str:
    """The code itself, for made-up phones of a demonstration: nobody holds them."""
    is_made_up = read_phone(phone).startswith(MADE_UP)
    return code if is_made_up and clinic_clock.is_demonstration() else ""


def _refused(request: ActorRequest, form: PhoneForm, refused: DomainError) -> HttpResponse:
    errors = refused.errors if isinstance(refused, Invalid) else ()
    for error in errors:
        form.add_error("phone", error.message)
    if not errors:
        form.add_error(None, str(refused))
    response = _page(request, form, status=refused.status)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _next(request: ActorRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("portal:today")


def _page(
    request: ActorRequest, form: PhoneForm, *, status: int = 200, shown: str = ""
) -> HttpResponse:
    next_url = _next(request)
    kept = keeping.kept_time(request)
    is_booking = next_url == reverse("portal:details") and kept is not None
    context: dict[str, Any] = {
        "form": form,
        "next": next_url,
        "shown": shown,
        "wants_code": isinstance(form, CodeForm),
        "phone": form["phone"].value() or "",
        "is_booking": is_booking,
        "kept": kept if is_booking else None,
        "is_staff": request.actor.is_staff,
        "back_url": reverse("portal:book") if is_booking else "",
    }
    return render(request, "portal/sign_in.html", context, status=status)
