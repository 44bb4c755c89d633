"""What a kiosk prints: the number, the guide sheet, receipts, and what the doctor wrote for home.

Each page prints by itself and goes back; nothing is kept on the device.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.billing.selectors.bills import bill_detail, bills_of_visits
from yilu.billing.selectors.receipts import receipt_paper
from yilu.billing.states import PaymentMethod
from yilu.diagnostics.selectors.lab_mine import my_lab_reports
from yilu.diagnostics.selectors.lab_room import report_detail
from yilu.diagnostics.selectors.study_reports import my_study_reports, study_paper
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.selectors.standing import Standing, owner, recent_visits, standing
from yilu.kiosk.web.frame import Kiosk, page, with_proof, with_visitor
from yilu.platform import qr
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.platform.web.http import ActorRequest
from yilu.queueing.web.boards import phone_url
from yilu.reception.selectors.guide import guide

MOST_REPORTS = 5


@require_safe
@with_proof
def papers(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """What can be printed for this visitor."""
    now, mine = _now(kiosk, known), _mine(kiosk, known)
    visits = recent_visits(mine, kiosk.site, known.patient_id)
    bills = bills_of_visits([one.id for one in visits] + ([now.visit.id] if now.visit else []))
    settled = [
        bill_detail(actor=mine, bill_id=one.bill_id)
        for each in bills.values()
        for one in each
        if one.is_paid
    ]
    receipts = [(bill, receipt) for bill in settled[:5] for receipt in bill.receipts]
    reports = my_lab_reports(mine)[:MOST_REPORTS]
    studies = my_study_reports(mine)[:MOST_REPORTS]
    return page(
        request, kiosk, "papers", now=now, visits=visits, receipts=receipts, reports=reports,
        studies=studies, seconds=60,
    )  # fmt: skip


@require_safe
@with_visitor
def slip(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """The number on a strip of paper, with a code that shows the place in the queue."""
    now = _now(kiosk, known)
    if now.place is None:
        raise NotFound
    drawn = qr.svg(request.build_absolute_uri(phone_url(now.place.ticket_id)))
    return _print(request, kiosk, "slip", now=now, qr=mark_safe(drawn))  # noqa: S308 (drawn by us)


@require_safe
@with_visitor
def guide_sheet(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """The steps of today's visit (导诊单), as they stand now."""
    now = _now(kiosk, known)
    if now.visit is None:
        raise NotFound
    mine = owner(kiosk.actor, known.patient_id, booking_id=known.booking_id, is_proved=True)
    found = guide(mine, now.visit.id)
    drawn = None
    if found.place is not None:
        target = request.build_absolute_uri(phone_url(found.place.ticket_id))
        drawn = mark_safe(qr.svg(target))  # noqa: S308 (drawn by us, from our own address)
    return _print(request, kiosk, "guide_sheet", guide=found, qr=drawn)


@require_safe
@with_proof
def receipt(
    request: ActorRequest, kiosk: Kiosk, known: Known, receipt_id: UUID
) -> HttpResponseBase:
    """A receipt of this visitor's."""
    paper = receipt_paper(actor=_mine(kiosk, known), receipt_id=receipt_id)
    body = paper.body
    return _print(
        request,
        kiosk,
        "receipt",
        paper=paper,
        site_name=str(Localized(body["site"])),
        lines=[line | {"name": str(Localized(line["name"]))} for line in body["lines"]],
        payments=[
            one | {"method": str(PaymentMethod(one["method"]).label)} for one in body["payments"]
        ],
    )


@require_safe
@with_proof
def sheet(request: ActorRequest, kiosk: Kiosk, known: Known, visit_id: UUID) -> HttpResponse:
    """What the doctor signed for home: diagnosis, medicines, advice."""
    return _print(request, kiosk, "sheet", sheet=after_visit_sheet(_mine(kiosk, known), visit_id))


@require_safe
@with_proof
def laboratory(
    request: ActorRequest, kiosk: Kiosk, known: Known, report_id: UUID
) -> HttpResponseBase:
    """A laboratory report of this visitor's."""
    found = report_detail(_mine(kiosk, known), report_id)
    return _print(request, kiosk, "laboratory", found=found)


@require_safe
@with_proof
def study(request: ActorRequest, kiosk: Kiosk, known: Known, report_id: UUID) -> HttpResponseBase:
    """The report of an examination of this visitor's."""
    found = study_paper(_mine(kiosk, known), report_id)
    return _print(request, kiosk, "study", found=found)


def _print(request: ActorRequest, kiosk: Kiosk, name: str, **context: Any) -> HttpResponse:
    context |= {
        "site": kiosk.site,
        "back_url": kiosk.url("me"),
        "leave_url": kiosk.url("leave"),
        "leave_seconds": 60,
    }
    return render(request, f"kiosk/print_{name}.html", context)


def _now(kiosk: Kiosk, known: Known) -> Standing:
    return standing(
        kiosk.actor, kiosk.site, known.patient_id,
        booking_id=known.booking_id, is_proved=known.is_proved,
    )  # fmt: skip


def _mine(kiosk: Kiosk, known: Known) -> Actor:
    return owner(
        kiosk.actor, known.patient_id, booking_id=known.booking_id, is_proved=known.is_proved
    )
