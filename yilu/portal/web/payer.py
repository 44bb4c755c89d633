"""The page of somebody who pays for another, under a link of its own."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yilu.platform.errors import DomainError, NotFound
from yilu.platform.links import LinkOver
from yilu.platform.web.http import ActorRequest, render_page
from yilu.portal.selectors.payer import Payable, payable
from yilu.portal.web.codes import ask_for_code, drawn, last_code, said, wallet_url

View = Callable[[ActorRequest, Payable, str], HttpResponseBase]


def paying_for(view: View) -> Callable[..., HttpResponseBase]:
    """Give a view the bill behind its address; a link that does not open says so."""

    @wraps(view)
    def run(request: ActorRequest, reference: str) -> HttpResponseBase:
        try:
            found = payable(reference, actor=request.actor)
        except (LinkOver, NotFound) as refused:
            context = {"is_over": isinstance(refused, LinkOver)}
            return render(request, "portal/payer_over.html", context, status=refused.status)
        return view(request, found, reverse("portal:payer", args=[reference]))

    return run


@require_safe
@paying_for
def show(request: ActorRequest, found: Payable, base: str) -> HttpResponse:
    """Whom it is for, where, how much; and the code to pay it by."""
    return _page(request, found, base)


@require_POST
@paying_for
def ask(request: ActorRequest, found: Payable, base: str) -> HttpResponseBase:
    """Ask for a code, the same that the patient's own phone shows."""
    refused = ask_for_code(found.holder, found.bill) if found.bill.due else None
    if refused:
        return _page(request, found, base, refused)
    return HttpResponseRedirect(base, status=303)


@require_safe
@paying_for
def code(request: ActorRequest, found: Payable, base: str) -> HttpResponse:
    """The code as a picture."""
    return drawn(found.bill)


def _page(
    request: ActorRequest, found: Payable, base: str, refused: DomainError | None = None
) -> HttpResponse:
    context = {
        "payable": found,
        "bill": found.bill,
        "base": base,
        "refused": said(refused),
        "last_code": last_code(found.bill),
        "wallet_url": wallet_url(found.bill, base),
        "topic": f"bill:{found.bill.bill_id}",
    }
    status = refused.status if refused else 200
    return render_page(
        request, "portal/payer.html", part="portal/_payer.html", status=status, **context
    )
