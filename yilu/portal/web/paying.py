"""Paying from the phone, and the papers that follow: receipts and the after-visit sheet."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.aftercare.operations.sheets import mark_sheet_read
from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.selectors.bills import BillDetail, bill_detail
from yilu.billing.selectors.receipts import receipt_pdf
from yilu.platform import qr
from yilu.platform.errors import Conflict, DomainError, Invalid, NotFound
from yilu.platform.links import TooManyTries
from yilu.platform.web.http import ActorRequest, render_page
from yilu.portal.operations.papers import answer_birth_date
from yilu.portal.selectors.standing import standing
from yilu.portal.web.doors import Entry, entered, remember_birth
from yilu.portal.web.forms import BirthForm
from yilu.visits.selectors.visits import visit_topic


@require_safe
@entered
def pay(request: ActorRequest, entry: Entry) -> HttpResponse:
    """What is to be paid, line by line, and the code to pay it by."""
    return _pay(request, entry)


@require_POST
@entered
def ask(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Ask the gateway for a code; asking again gives the same one."""
    bill = _bill(entry)
    if bill is None:
        return HttpResponseRedirect(f"{entry.base}/pay", status=303)
    try:
        payment_id = ask_payment(actor=entry.door.actor, bill_id=bill.bill_id, due=bill.due)
        fetch_qr(actor=entry.door.actor, payment_id=payment_id)
    except DomainError as refused:
        return _pay(request, entry, refused)
    return HttpResponseRedirect(f"{entry.base}/pay", status=303)


@require_safe
@entered
def code(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The awaited payment's code as a picture."""
    bill = _bill(entry)
    if bill is None or bill.awaited is None or not bill.awaited.qr:
        raise NotFound
    return HttpResponse(_drawn(bill.awaited.qr), content_type="image/svg+xml")


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def papers(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Receipts and the sheet; behind a link the birth date is asked for first."""
    if not entry.door.may_read:
        return _ask_birth(request, entry)
    now = standing(entry.door)
    bills = [bill_detail(actor=entry.door.actor, bill_id=one.bill_id) for one in now.paid]
    context = {"now": now, "bills": bills, "base": entry.base, "back_url": entry.base}
    return render(request, "portal/papers.html", context)


@require_safe
@entered
def receipt(request: ActorRequest, entry: Entry) -> HttpResponse:
    """A receipt of this visit as PDF."""
    wanted = request.GET.get("receipt", "")
    if not entry.door.may_read:
        return HttpResponseRedirect(f"{entry.base}/papers")
    for brief in standing(entry.door).paid:
        bill = bill_detail(actor=entry.door.actor, bill_id=brief.bill_id)
        for one in bill.receipts:
            if str(one.receipt_id) == wanted:
                return _pdf(entry, one.receipt_id)
    raise NotFound


@require_safe
@entered
def sheet(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """The after-visit sheet. That it was read is remembered."""
    if not entry.door.may_read:
        return HttpResponseRedirect(f"{entry.base}/papers?for=sheet")
    if entry.door.about.visit_id is None:
        raise NotFound
    found = after_visit_sheet(entry.door.actor, entry.door.about.visit_id)
    if request.method == "GET":
        mark_sheet_read(actor=entry.door.actor, visit_id=found.visit_id)
    name = "portal/sheet_print.html" if request.GET.get("print") else "portal/sheet.html"
    context = {"sheet": found, "base": entry.base, "back_url": entry.base, "ph_menu": entry.menu}
    return render(request, name, context)


def _pay(request: ActorRequest, entry: Entry, refused: DomainError | None = None) -> HttpResponse:
    now = standing(entry.door)
    bill = _bill(entry)
    awaited = bill.awaited if bill else None
    payer = getattr(settings, "PAYER_LINK", "")
    context = {
        "now": now,
        "bill": bill,
        "awaited": awaited,
        "payer_url": payer.format(code=awaited.qr) if payer and awaited and awaited.qr else "",
        "refused": str(refused) if refused else "",
        "base": entry.base,
        "back_url": entry.base,
        "topic": visit_topic(now.visit.id) if now.visit else "",
    }
    status = refused.status if refused else 200
    return render_page(
        request, "portal/visit_pay.html", part="portal/_pay.html", status=status, **context
    )


def _bill(entry: Entry) -> BillDetail | None:
    due = standing(entry.door).due
    return bill_detail(actor=entry.door.actor, bill_id=due.bill_id) if due else None


def _ask_birth(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    form = BirthForm(request.POST or None)
    link = entry.door.link
    refused: DomainError | None = None
    if request.method == "POST" and form.is_valid() and link is not None:
        try:
            answer_birth_date(
                actor=entry.door.actor, link_id=link.id,
                patient_id=entry.door.about.patient_id, born_on=form.cleaned_data["born_on"],
            )  # fmt: skip
        except (Invalid, Conflict, TooManyTries) as error:
            refused = error
            form.add_error(None, str(error))
        else:
            remember_birth(request, entry)
            last = "sheet" if request.GET.get("for") == "sheet" else "papers"
            return HttpResponseRedirect(f"{entry.base}/{last}", status=303)
    status = refused.status if refused else (422 if form.is_bound else 200)
    context = {"form": form, "base": entry.base, "back_url": entry.base}
    return render(request, "portal/birth_date.html", context, status=status)


def _pdf(entry: Entry, receipt_id: UUID) -> HttpResponse:
    return HttpResponse(
        receipt_pdf(actor=entry.door.actor, receipt_id=receipt_id),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="receipt.pdf"'},
    )


def _drawn(text: str) -> str:
    return qr.svg(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
