"""Paying at the kiosk: the bill, and a code that the visitor's own phone scans."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.selectors.bills import BillDetail, bill_detail
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.selectors.standing import Standing, owner, standing
from yilu.kiosk.web.frame import PAYING_SECONDS, Kiosk, with_proof
from yilu.platform.errors import DomainError, NotFound
from yilu.platform.web.http import ActorRequest, render_page
from yilu.visits.selectors.visits import visit_topic


@require_safe
@with_proof
def pay(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """What is to be paid, line by line, and the code; thanks once it is paid."""
    return _pay(request, kiosk, known)


@require_POST
@with_proof
def ask(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """Ask the gateway for a code; asking again gives the same one."""
    bill = _bill(kiosk, known, _standing(kiosk, known))
    if bill is None or not bill.due:
        return HttpResponseRedirect(kiosk.url("pay"), status=303)
    actor = owner(kiosk.actor, known.patient_id, booking_id=None, is_proved=True)
    try:
        payment_id = ask_payment(actor=actor, bill_id=bill.bill_id, due=bill.due)
        fetch_qr(actor=actor, payment_id=payment_id)
    except DomainError as refused:
        return _pay(request, kiosk, known, refused)
    return HttpResponseRedirect(kiosk.url("pay"), status=303)


@require_safe
@with_proof
def code(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """The code as a picture; once it is over, a picture that says so. Raises: NotFound."""
    bill = _bill(kiosk, known, _standing(kiosk, known))
    picture = bill.code_picture if bill else None
    if picture is None:
        raise NotFound
    return HttpResponse(picture, content_type="image/svg+xml")


def _pay(
    request: ActorRequest, kiosk: Kiosk, known: Known, refused: DomainError | None = None
) -> HttpResponse:
    now = _standing(kiosk, known)
    context = {
        "kiosk": kiosk,
        "site": kiosk.site,
        "now": now,
        "bill": _bill(kiosk, known, now),
        "refused": str(refused) if refused else "",
        "topic": visit_topic(now.visit.id) if now.visit else "",
        "leave_url": kiosk.url("leave"),
        "leave_seconds": PAYING_SECONDS,
    }
    status = refused.status if refused else 200
    return render_page(request, "kiosk/pay.html", part="kiosk/_pay.html", status=status, **context)


def _standing(kiosk: Kiosk, known: Known) -> Standing:
    return standing(
        kiosk.actor, kiosk.site, known.patient_id, booking_id=known.booking_id, is_proved=True
    )


def _bill(kiosk: Kiosk, known: Known, now: Standing) -> BillDetail | None:
    """The bill to pay, else the last that was paid."""
    brief = now.due or (now.paid[-1] if now.paid else None)
    actor = owner(kiosk.actor, known.patient_id, booking_id=None, is_proved=True)
    return bill_detail(actor=actor, bill_id=brief.bill_id) if brief else None
