"""Letting a kiosk in to its pages, and remembering who stands before it for as long as they do.

What is kept of a visitor lies in the device's own session on the server, and only ids.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.kiosk import permissions
from yilu.kiosk.errors import NotAKiosk, VisitorGone
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.rules import Scan, ScanKind
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError, NotAllowed
from yilu.platform.web.http import ActorRequest

VISITOR, PENDING = "kiosk_visitor", "kiosk_pending"
IDLE_SECONDS = 30
"""After so long without a touch a page leaves by itself; a little later the server forgets, too."""

PAYING_SECONDS = 120
FORGETS_AFTER = 180


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk's request: who acts, and at which site."""

    actor: Actor
    site: SiteInfo

    def url(self, page: str, *args: object) -> str:
        """The address of one of its pages."""
        return reverse(f"kiosk:{page}", args=[self.site.key, *args])


View = Callable[..., HttpResponseBase]


def at_kiosk(view: View) -> View:
    """Give a view the `Kiosk` it runs on. Raises: NotAKiosk, for anything else."""

    @wraps(view)
    def run(request: ActorRequest, site_key: str, **address: Any) -> HttpResponseBase:
        if request.actor.kind != "device":
            raise NotAKiosk
        site = site_by_key(site_key)
        if not request.actor.may(permissions.USE, site.id):
            raise NotAKiosk
        kiosk = Kiosk(request.actor, site)
        try:
            return view(request, kiosk, **address)
        except VisitorGone as refused:
            return refused_page(request, kiosk, refused)
        except NotAllowed as refused:
            # Whoever stands here cannot sign in anywhere.
            raise NotAKiosk from refused

    return run


def with_visitor(view: View) -> View:
    """Give a view who was recognised at this kiosk. Raises: VisitorGone, after a while."""

    @wraps(view)
    def run(request: ActorRequest, kiosk: Kiosk, **address: Any) -> HttpResponseBase:
        return view(request, kiosk, visitor(request), **address)

    return at_kiosk(run)


def with_proof(view: View) -> View:
    """As `with_visitor`; somebody who only showed a code is asked for the birth date first."""

    @wraps(view)
    def run(request: ActorRequest, kiosk: Kiosk, **address: Any) -> HttpResponseBase:
        known = visitor(request)
        if not known.is_proved:
            return HttpResponseRedirect(kiosk.url("proof"), status=303)
        return view(request, kiosk, known, **address)

    return at_kiosk(run)


def welcome(request: ActorRequest, known: Known) -> None:
    """Remember who was recognised."""
    request.session[VISITOR] = {
        "patient": str(known.patient_id),
        "booking": str(known.booking_id) if known.booking_id else "",
        "proved": known.is_proved,
        "at": _now(),
    }
    request.session.pop(PENDING, None)


def visitor(request: ActorRequest) -> Known:
    """Who stands before the kiosk. Raises: VisitorGone."""
    kept = request.session.get(VISITOR)
    if not kept or _now() - kept["at"] > FORGETS_AFTER:
        forget(request)
        raise VisitorGone
    request.session[VISITOR] = kept | {"at": _now()}
    booking = UUID(kept["booking"]) if kept["booking"] else None
    return Known(UUID(kept["patient"]), booking, kept["proved"])


def keep_pending(request: ActorRequest, scan: Scan) -> None:
    """Remember what was scanned until the birth date is typed."""
    request.session[PENDING] = {"kind": scan.kind.value, "value": scan.value, "at": _now()}


def pending(request: ActorRequest) -> Scan:
    """What was scanned before. Raises: VisitorGone."""
    kept = request.session.get(PENDING)
    if not kept or _now() - kept["at"] > FORGETS_AFTER:
        forget(request)
        raise VisitorGone
    return Scan(ScanKind(kept["kind"]), kept["value"])


def forget(request: ActorRequest) -> None:
    """Wipe whoever stood here."""
    for name in (VISITOR, PENDING):
        request.session.pop(name, None)


def page(
    request: ActorRequest,
    kiosk: Kiosk,
    name: str,
    *,
    status: int = 200,
    seconds: int = IDLE_SECONDS,
    **context: Any,
) -> HttpResponse:
    """A page of the kiosk, which leaves by itself when nobody touches it."""
    context |= {
        "kiosk": kiosk,
        "site": kiosk.site,
        "leave_url": kiosk.url("leave"),
        "leave_seconds": seconds,
    }
    return render(request, f"kiosk/{name}.html", context, status=status)


def refused_page(
    request: ActorRequest, kiosk: Kiosk, refused: DomainError, back: str = ""
) -> HttpResponse:
    """A refusal in one sentence, with what can be done instead."""
    response = page(request, kiosk, "refused", status=refused.status, error=refused, back_url=back)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _now() -> int:
    return int(clock.machine_now().timestamp())
