"""Paying from the phone, and the papers that follow: receipts and the after-visit sheet."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.aftercare.operations.sheets import mark_sheet_read
from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.billing.selectors.bills import BillBrief, BillDetail, bill_detail
from yilu.billing.selectors.deposits import paid_advances
from yilu.billing.selectors.receipts import receipt_pdf
from yilu.platform import qr, throttle
from yilu.platform.errors import Conflict, DomainError, Invalid, NotFound
from yilu.platform.links import TooManyTries
from yilu.platform.web.http import ActorRequest, render_page
from yilu.portal.operations.papers import answer_birth_date
from yilu.portal.operations.payer import make_payer_link
from yilu.portal.selectors.standing import Standing, standing
from yilu.portal.web.codes import ask_for_code, drawn, last_code, returned, said, wallet_url
from yilu.portal.web.doors import Entry, entered, remember_birth
from yilu.portal.web.forms import BirthForm
from yilu.visits.selectors.visits import visit_topic

MOST_LINKS, DAY = 10, 86400


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
    refused = ask_for_code(entry.door.actor, bill) if bill else None
    if refused:
        return _pay(request, entry, refused)
    return HttpResponseRedirect(f"{entry.base}/pay", status=303)


@require_safe
@entered
def code(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The awaited payment's code as a picture."""
    return drawn(_bill(entry))


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def other(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Make a link by which somebody else pays. It is shown this once."""
    bill = _bill(entry)
    if bill is None or request.method != "POST":
        return HttpResponseRedirect(f"{entry.base}/pay", status=303)
    throttle.take(f"portal:payer:{bill.bill_id}", MOST_LINKS, DAY)
    link = settings.PAYER_LINK.format(
        reference=make_payer_link(actor=entry.door.actor, bill_id=bill.bill_id)
    )
    drawn_link = mark_safe(qr.svg(link))  # noqa: S308 (drawn by us, from our own address)
    context = {"link": link, "drawn": drawn_link, "bill": bill, "back_url": f"{entry.base}/pay"}
    return render(request, "portal/visit_payer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def papers(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Receipts and the sheet; behind a link the birth date is asked for first."""
    if not entry.door.may_read:
        return _ask_birth(request, entry)
    now = standing(entry.door)
    context = {"now": now, "bills": _paid(entry, now), "base": entry.base, "back_url": entry.base}
    return render(request, "portal/papers.html", context)


@require_safe
@entered
def receipt(request: ActorRequest, entry: Entry) -> HttpResponse:
    """A receipt of this visit as PDF."""
    wanted = request.GET.get("receipt", "")
    if not entry.door.may_read:
        return HttpResponseRedirect(f"{entry.base}/papers")
    for bill in _paid(entry, standing(entry.door)):
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
    bill = _detail(entry, now.due)
    last = _detail(entry, now.paid[-1]) if now.paid and not bill else None
    context = {
        "now": now,
        "bill": bill,
        "last": last,
        "returned": returned(last),
        "last_code": last_code(bill),
        "wallet_url": wallet_url(bill, f"{entry.base}/pay"),
        "refused": said(refused),
        "base": entry.base,
        "back_url": entry.base,
        "topic": visit_topic(now.visit.id) if now.visit else "",
    }
    status = refused.status if refused else 200
    return render_page(
        request, "portal/visit_pay.html", part="portal/_pay.html", status=status, **context
    )


def _bill(entry: Entry) -> BillDetail | None:
    return _detail(entry, standing(entry.door).due)


def _detail(entry: Entry, brief: BillBrief | None) -> BillDetail | None:
    return bill_detail(actor=entry.door.actor, bill_id=brief.bill_id) if brief else None


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


def _paid(entry: Entry, now: Standing) -> list[BillDetail]:
    """What was paid for the visit, and before it when booking."""
    actor = entry.door.actor
    bills = [bill_detail(actor=actor, bill_id=one.bill_id) for one in now.paid]
    return [*paid_advances(actor, entry.door.about.booking_id), *bills]


def _pdf(entry: Entry, receipt_id: UUID) -> HttpResponse:
    return HttpResponse(
        receipt_pdf(actor=entry.door.actor, receipt_id=receipt_id),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="receipt.pdf"'},
    )
