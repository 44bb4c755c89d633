"""Who is it: by a code or card before the reader, or by a number and the birth date."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yilu.kiosk.errors import Several, Unknown, Unreadable
from yilu.kiosk.operations.visitors import Known, prove, recognise
from yilu.kiosk.rules import Scan, ScanKind, read_birth, read_scan
from yilu.kiosk.web.frame import (
    Kiosk,
    at_kiosk,
    keep_pending,
    page,
    pending,
    refused_page,
    welcome,
    with_visitor,
)
from yilu.platform.errors import DomainError, NotFound, TooMany
from yilu.platform.web.http import ActorRequest

TYPED = {ScanKind.BOOKING, ScanKind.PHONE}
AFTER = ("me", "pay", "papers", "take")
BIRTH = _lazy("Please type your birth date as eight digits, such as 19880412.")


@sensitive_post_parameters("code")
@require_POST
@at_kiosk
def scan(request: ActorRequest, kiosk: Kiosk) -> HttpResponseBase:
    """What the reader typed. A code or an ID card says who it is; others ask for the birth date."""
    read = read_scan(request.POST.get("code", ""))
    if read is None:
        return refused_page(request, kiosk, Unreadable(), back=kiosk.url("who"))
    if read.kind not in {ScanKind.BOOKING_CODE, ScanKind.PAPER}:
        keep_pending(request, read)
        return HttpResponseRedirect(kiosk.url("birth"), status=303)
    return _recognised(request, kiosk, read)


@sensitive_post_parameters("number", "born_on")
@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def who(request: ActorRequest, kiosk: Kiosk) -> HttpResponseBase:
    """Type a phone or booking number, and the birth date."""
    after = _after(request)
    if request.method != "POST":
        return page(request, kiosk, "who", after=after)
    number, typed = request.POST.get("number", "")[:40], request.POST.get("born_on", "")[:20]
    read, born_on = read_scan(number), read_birth(typed)
    wrong = ""
    if read is None or read.kind not in TYPED:
        wrong = _("Please type the eleven digits of your phone, or the twelve of your booking.")
    elif born_on is None:
        wrong = str(BIRTH)
    if wrong or read is None or born_on is None:
        return page(
            request, kiosk, "who", status=422, after=after, wrong=wrong, number=number, born=typed
        )
    try:
        known = recognise(actor=kiosk.actor, site_id=kiosk.site.id, scan=read, born_on=born_on)
    except (Unknown, Several, TooMany) as refused:
        return _again(request, kiosk, "who", refused, after=after, number=number, born=typed)
    welcome(request, known)
    return HttpResponseRedirect(kiosk.url(after), status=303)


@sensitive_post_parameters("born_on")
@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def birth(request: ActorRequest, kiosk: Kiosk) -> HttpResponseBase:
    """The birth date that belongs to what was scanned."""
    scanned = pending(request)

    def run(born_on: date) -> Known:
        return recognise(actor=kiosk.actor, site_id=kiosk.site.id, scan=scanned, born_on=born_on)

    return _asked(request, kiosk, run)


@sensitive_post_parameters("born_on")
@require_http_methods(["GET", "HEAD", "POST"])
@with_visitor
def proof(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """The birth date of somebody who showed a code, before papers and bills are shown."""

    def run(born_on: date) -> Known:
        return prove(actor=kiosk.actor, site_id=kiosk.site.id, known=known, born_on=born_on)

    return _asked(request, kiosk, run)


def _asked(request: ActorRequest, kiosk: Kiosk, run: Callable[[date], Known]) -> HttpResponseBase:
    """Ask for the birth date, and go on with whom it proves."""
    after = _after(request)
    if request.method != "POST":
        return page(request, kiosk, "birth", after=after)
    typed = request.POST.get("born_on", "")[:20]
    born_on = read_birth(typed)
    if born_on is None:
        return page(request, kiosk, "birth", status=422, after=after, born=typed, wrong=BIRTH)
    try:
        known = run(born_on)
    except (Unknown, Several, TooMany) as refused:
        return _again(request, kiosk, "birth", refused, after=after, born=typed)
    welcome(request, known)
    return HttpResponseRedirect(kiosk.url(after), status=303)


def _recognised(request: ActorRequest, kiosk: Kiosk, read: Scan) -> HttpResponseBase:
    try:
        known = recognise(actor=kiosk.actor, site_id=kiosk.site.id, scan=read)
    except (Unknown, Several, Unreadable, TooMany) as refused:
        return refused_page(request, kiosk, refused, back=kiosk.url("who"))
    except NotFound:
        return refused_page(request, kiosk, Unreadable(), back=kiosk.url("who"))
    welcome(request, known)
    return HttpResponseRedirect(kiosk.url("me"), status=303)


def _again(
    request: ActorRequest, kiosk: Kiosk, name: str, refused: DomainError, **context: Any
) -> HttpResponse:
    """The same page with what was wrong, and what was typed."""
    response = page(request, kiosk, name, status=refused.status, wrong=str(refused), **context)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _after(request: ActorRequest) -> str:
    """Where to go once it is known who it is."""
    asked = request.POST.get("after", "") or request.GET.get("after", "")
    return asked if asked in AFTER else "me"
