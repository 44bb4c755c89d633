"""What is paid when booking, as patients, the desk and managers see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, all_services
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.money import ZERO
from yilu.scheduling import permissions
from yilu.scheduling.advance import back_of, read_terms, terms_of, to_pay
from yilu.scheduling.models import PaymentTerms, Prepayment
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.states import BookingState, ChannelGroup, Prepay, PrepayState
from yilu.scheduling.terms import Back, Terms, ToPay

WITHOUT_VISIT = (BookingState.CANCELLED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Prepaid:
    """What was asked for when a booking was made, what came, and what is still to pay.

    `mine` is what the patient gets back by cancelling now; `clinics` what goes back when it is
    the clinic that cancels.
    """

    amount: Decimal
    paid: Decimal
    state: PrepayState
    pay_by: datetime
    to_pay: ToPay | None
    mine: Back | None
    clinics: Back | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the clinic keeps of a prepaid sum; `is_missed`: nobody came, else it was cancelled."""

    amount: Decimal
    is_missed: bool


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """A service and what it asks for; `terms` is None where it asks for nothing."""

    service: ServiceInfo
    terms: Terms | None
    version: int | None

    @property
    def label(self) -> str:
        """What is asked for, in the reader's words."""
        return str(Prepay(self.terms.kind).label) if self.terms else ""


def due_for(booking_id: UUID) -> ToPay | None:
    """What is still to be paid for a booking, for a deed that already may. One query."""
    asked = _asked(booking_id)
    return to_pay(asked, asked.booking.state) if asked else None


def prepaid(booking_id: UUID) -> Prepaid | None:
    """What became of the sum a booking asked for, for whoever may see the booking. One query."""
    asked = _asked(booking_id)
    return _prepaid(asked) if asked else None


def prepaids(booking_ids: Iterable[UUID]) -> dict[UUID, Prepaid]:
    """The same of several bookings; who asked for nothing is left out. One query."""
    found = Prepayment.objects.select_related("booking").filter(pk__in=list(booking_ids))
    return {one.pk: _prepaid(one) for one in found}


def kept_by_rule(booking_id: UUID) -> Kept:
    """What the clinic keeps of what was paid for a booking that is over without a visit. One query.

    What is on its way back is no longer counted: it went when the booking was cancelled.
    """
    asked = _asked(booking_id)
    if asked is None or asked.booking.state not in WITHOUT_VISIT:
        return Kept(ZERO, is_missed=False)
    return Kept(asked.paid, is_missed=asked.booking.state == BookingState.NO_SHOW)


def all_terms(actor: Actor, site_id: UUID) -> list[ServiceTerms]:
    """Every service on offer with what it asks for when it is booked. Two queries."""
    actor.require(permissions.RULES, site_id)
    rows = {row["service_id"]: row for row in PaymentTerms.objects.values()}
    return [
        ServiceTerms(one, read_terms(rows.get(one.id)), _version(rows.get(one.id)))
        for one in all_services()
        if one.is_active
    ]


def may_ask(booking_id: UUID, service_id: UUID) -> bool:
    """Whether the desk may ask for a sum that was not asked for yet. Two queries."""
    terms = terms_of(service_id)
    return bool(terms and terms.desk and not Prepayment.objects.filter(pk=booking_id).exists())


def due_of_service(service_id: UUID, fee: Decimal | None) -> Decimal:
    """What a service of this fee asks for when it is booked. One query."""
    terms = terms_of(service_id)
    return terms.due(fee) if terms else ZERO


def asked_online(service_id: UUID, fee: Decimal | None) -> Decimal:
    """What must be paid at once by who books a service of this fee online. One query."""
    terms = terms_of(service_id)
    return terms.due(fee) if terms and terms.asks(ChannelGroup.ONLINE) else ZERO


def example_fee(service_id: UUID) -> Decimal | None:
    """The fee of a service today, to show what terms come to. One query."""
    return service_facts(service_id, day=clock.now().date()).service.fee


def _version(row: Mapping[str, Any] | None) -> int | None:
    return row["version"] if row else None


def _asked(booking_id: UUID) -> Prepayment | None:
    return Prepayment.objects.select_related("booking").filter(pk=booking_id).first()


def _prepaid(asked: Prepayment) -> Prepaid:
    starts_at = asked.booking.starts_at
    return Prepaid(
        amount=asked.amount,
        paid=asked.paid,
        state=PrepayState(asked.state),
        pay_by=asked.pay_by,
        to_pay=to_pay(asked, asked.booking.state),
        mine=back_of(asked, starts_at, is_clinics=False),
        clinics=back_of(asked, starts_at, is_clinics=True),
    )
