"""Paying for a booking in advance from the phone: how much, until when, and the code."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from yilu.billing.operations.deposits import open_deposit
from yilu.billing.selectors.bills import BillDetail
from yilu.billing.selectors.deposits import open_advance
from yilu.platform.errors import DomainError, NotFound
from yilu.platform.web.http import ActorRequest, render_page
from yilu.portal.selectors.standing import standing
from yilu.portal.web.codes import ask_for_code, drawn, last_code, said, wallet_url
from yilu.portal.web.doors import Entry, entered
from yilu.scheduling.selectors.topics import booking_topic


@require_safe
@entered
def deposit(request: ActorRequest, entry: Entry) -> HttpResponse:
    """What is to be paid, until when, what goes back later, and the code."""
    return _page(request, entry)


@require_POST
@entered
def ask(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Ask the gateway for a code; asking again, in another browser too, gives the same one."""
    if entry.door.about.booking_id is None:
        raise NotFound
    refused: DomainError | None = None
    try:
        open_deposit(actor=entry.door.actor, booking_id=entry.door.about.booking_id)
    except DomainError as over:
        refused = over
    bill = _bill(entry)
    if refused is None and bill is not None:
        refused = ask_for_code(entry.door.actor, bill)
    if refused:
        return _page(request, entry, refused)
    return HttpResponseRedirect(f"{entry.base}/deposit", status=303)


@require_safe
@entered
def code(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The awaited payment's code as a picture."""
    return drawn(_bill(entry))


def _page(request: ActorRequest, entry: Entry, refused: DomainError | None = None) -> HttpResponse:
    now = standing(entry.door)
    if now.booking is None or now.prepaid is None:
        raise NotFound
    bill = _bill(entry) if now.to_pay else None
    until = now.to_pay.pay_by.astimezone(now.site.zone) if now.to_pay else None
    context = {
        "now": now,
        "bill": bill,
        "until": until,
        "last_code": last_code(bill),
        "wallet_url": wallet_url(bill, f"{entry.base}/deposit"),
        "refused": said(refused),
        "base": entry.base,
        "back_url": entry.base,
        "topic": booking_topic(now.booking.line.id),
    }
    status = refused.status if refused else 200
    return render_page(
        request, "portal/visit_deposit.html", part="portal/_deposit.html", status=status, **context
    )


def _bill(entry: Entry) -> BillDetail | None:
    booking_id = entry.door.about.booking_id
    return open_advance(entry.door.actor, booking_id) if booking_id else None
