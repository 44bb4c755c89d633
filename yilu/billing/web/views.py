"""The cashier's page. Each view parses, calls one function, and renders."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.billing import permissions
from yilu.billing.operations.cash import pay_cash, pay_part_in_cash
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.operations.receipts import mark_printed
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.selectors.cashier import opened_bill, waiting_rows
from yilu.billing.selectors.errands import Unanswered, unanswered
from yilu.billing.selectors.paid import LONGEST, paid_bills
from yilu.billing.selectors.receipts import receipt_pdf
from yilu.billing.selectors.takings import Takings, day_takings
from yilu.billing.selectors.topics import billing_topic
from yilu.billing.web.forms import CashForm, CodeForm, RefundForm
from yilu.facility.selectors.sites import site_info, site_zone
from yilu.platform import clock
from yilu.platform import qr as drawing
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import submit


@require_GET
def cashier(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Everything a cashier looks at: who waits, the chosen bill, today's money."""
    rows = waiting_rows(actor=request.actor, site_id=site_id, chosen=_chosen(request))
    bill_id = _chosen(request) or (rows[0].bill.bill_id if rows else None)
    chosen = f"?bill={bill_id}" if bill_id else ""
    context = {
        "site_id": site_id,
        "rows": rows,
        "is_chosen": _chosen(request) is not None,
        "opened": opened_bill(actor=request.actor, bill_id=bill_id) if bill_id else None,
        "takings": _takings(request, site_id),
        "owed": _owed(request, site_id),
        "gateway_url": reverse("billing:gateway", args=[site_id]),
        "topic": billing_topic(site_id),
        "waiting_url": reverse("billing:waiting", args=[site_id]) + chosen,
        "takings_url": reverse("billing:takings", args=[site_id]),
        "bill_url": reverse("billing:bill", args=[bill_id]) if bill_id else "",
        "bill_topic": f"bill:{bill_id}",
    }
    return render(request, "billing/cashier.html", context)


@require_GET
def waiting(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The list of who waits to pay."""
    chosen = _chosen(request)
    rows = waiting_rows(actor=request.actor, site_id=site_id, chosen=chosen)
    return render(request, "billing/_waiting.html", {"rows": rows, "site_id": site_id})


@require_GET
def takings(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Today's money."""
    context = {"takings": _takings(request, site_id), "site_id": site_id}
    return render(request, "billing/_takings.html", context)


@require_GET
def paid(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Who paid last, or what fits a search: for a refund, or the receipt once more."""
    typed = request.GET.get("q", "").strip()
    context = {
        "lines": paid_bills(actor=request.actor, site_id=site_id, typed=typed),
        "typed": typed[:LONGEST],
        "site": site_info(site_id),
        "url": reverse("billing:paid", args=[site_id]),
        "cashier_url": reverse("billing:cashier", args=[site_id]),
    }
    return render(request, "billing/paid.html", context)


@require_GET
def bill(request: ActorRequest, bill_id: UUID) -> HttpResponse:
    """One bill in full, with the ways to settle it."""
    opened = opened_bill(actor=request.actor, bill_id=bill_id)
    return render(request, "billing/_bill.html", {"opened": opened})


@require_POST
def cash(request: ActorRequest, bill_id: UUID) -> HttpResponse:
    """Take cash for a bill, or for a part of it."""
    form = CashForm(request.POST)
    if not form.is_valid():
        opened = opened_bill(actor=request.actor, bill_id=bill_id)
        return render(request, "billing/_bill.html", {"opened": opened, "form": form}, status=422)
    said = form.cleaned_data
    seen = {"bill_id": bill_id, "due": said["due"], "version": said["version"]}
    if said["is_part"]:
        taken = pay_part_in_cash(actor=request.actor, amount=said["tendered"], **seen)
        told = _("Received %(amount)s in cash; %(left)s is left")
    else:
        taken = pay_cash(actor=request.actor, tendered=said["tendered"], **seen)
        told = _("Received %(amount)s, change %(change)s")
    opened = opened_bill(actor=request.actor, bill_id=bill_id)
    response = render(request, "billing/_bill.html", {"opened": opened})
    sums = {"amount": taken.amount, "change": taken.change, "left": taken.left}
    return with_toast(response, told % {name: f"¥{one:,.2f}" for name, one in sums.items()})


@require_POST
def code(request: ActorRequest, bill_id: UUID) -> HttpResponse:
    """Show a code that the payer scans."""
    form = CodeForm(request.POST)
    if form.is_valid():
        payment_id = ask_payment(actor=request.actor, bill_id=bill_id, **form.cleaned_data)
        fetch_qr(actor=request.actor, payment_id=payment_id)
    opened = opened_bill(actor=request.actor, bill_id=bill_id)
    return render(
        request, "billing/_bill.html", {"opened": opened}, status=200 if form.is_valid() else 422
    )


@require_GET
def qr(request: ActorRequest, payment_id: UUID) -> HttpResponse:
    """The code of an awaited payment, as a picture; once it is over, one that says so."""
    asked = fetch_qr(actor=request.actor, payment_id=payment_id)
    if not asked.qr:
        raise Http404
    shown = drawing.over() if asked.is_over else drawing.svg(asked.qr)
    return HttpResponse(drawing.picture(shown), content_type="image/svg+xml")


@require_http_methods(["GET", "POST"])
def refund(request: ActorRequest, payment_id: UUID) -> HttpResponseBase:
    """Ask how much goes back and why, then give it back."""
    form = RefundForm(request.POST if request.method == "POST" else None)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        refund_payment(actor=request.actor, payment_id=payment_id, **said)
        amount = f"¥{said['amount']:,.2f}"
        return with_toast(HttpResponse(), _("Refund of %(amount)s started") % {"amount": amount})

    def show(status: int) -> HttpResponse:
        context = {
            "form": form,
            "title": _("Refund"),
            "text": _("The money goes back the way it came."),
            "url": reverse("billing:refund", args=[payment_id]),
            "label": _("Give the money back"),
            "harmful": True,
        }
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@require_POST
def receipt(request: ActorRequest, receipt_id: UUID) -> HttpResponseBase:
    """A receipt as PDF; each print is counted."""
    mark_printed(actor=request.actor, receipt_id=receipt_id)
    paper = receipt_pdf(actor=request.actor, receipt_id=receipt_id)
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="receipt-{receipt_id}.pdf"'},
    )


def _chosen(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["bill"])
    except (KeyError, ValueError):
        return None


def _owed(request: ActorRequest, site_id: UUID) -> Unanswered | None:
    """What the gateway owes, for those who may see the day's money."""
    if not request.actor.may(permissions.SEE_TAKINGS, site_id):
        return None
    return unanswered(actor=request.actor, site_id=site_id)


def _takings(request: ActorRequest, site_id: UUID) -> Takings | None:
    """Today's money, for those who may see it."""
    if not request.actor.may(permissions.SEE_TAKINGS, site_id):
        return None
    today = clock.now().astimezone(site_zone(site_id)).date()
    return day_takings(actor=request.actor, site_id=site_id, day=today)
