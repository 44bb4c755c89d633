"""Deposits in the demonstration: people stand at every point of one."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from yilu.billing.gateway import OrderState
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.payments import GATEWAY, ask_payment, take_gateway_payment
from yilu.catalogue.selectors.services import all_services
from yilu.demo.people import ADULT, Person, make_people
from yilu.patients import permissions as patients
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.prepaying import ask_for_prepayment, set_payment_terms
from yilu.scheduling.selectors.free_time import Slot, free_slots
from yilu.scheduling.states import Channel, Prepay
from yilu.scheduling.terms import RefundRule, Terms

ASKING = ("scaling", "ortho_consult")
# Half a day to pay: the demonstration's clock runs twenty times as fast as its visitors read.
TERMS = Terms(
    kind=Prepay.DEPOSIT, amount=Decimal("50.00"), percent=None, online=True, partner=True,
    desk=True, minutes=720, rule=RefundRule(24, 2, 50),
)  # fmt: skip
PAID, WAITING, REFUNDED, ASKED_BY_DESK = "paid", "waiting", "refunded", "asked by the desk"
STORY = (PAID, WAITING, PAID, REFUNDED, ASKED_BY_DESK)
FIRST, LAST = timedelta(days=2), timedelta(days=12)
NEEDED = (
    patients.REGISTER,
    patients.SEE,
    scheduling.BOOK,
    scheduling.CHANGE,
    scheduling.RULES,
    scheduling.SEE,
)


@operation
def take_deposits(*, actor: Actor, site_id: UUID, seed: int) -> int:
    """Have services ask for a deposit, and a few people book one of them at a site.

    Two have paid, one is just to pay, one got the money back, and the desk asked one. Gives back
    for how many there was time.
    """
    able = actor.lent(*NEEDED)
    services = {one.key: one.id for one in all_services() if one.key in ASKING}
    for service_id in services.values():
        set_payment_terms(actor=able, site_id=site_id, service_id=service_id, terms=TERMS)
    slots = _one_a_day(site_id, services[ASKING[0]])
    today = clock.now().date()
    people = make_people(seed=seed, children=0, adults=len(STORY), today=today)[ADULT]
    told = list(zip(STORY, people, slots, strict=False))
    for n, (what, person, slot) in enumerate(told):
        _tell(able, what, _registered(able, site_id, person), services[ASKING[0]], slot, f"{n:02}")
    return len(told)


def _one_a_day(site_id: UUID, service_id: UUID) -> list[Slot]:
    now = clock.now()
    free = free_slots(
        site_id=site_id, service_id=service_id, starts_from=now + FIRST, starts_until=now + LAST
    )
    by_day = {slot.starts_at.date(): slot for slot in reversed(free)}
    return [by_day[day] for day in sorted(by_day)]


def _registered(able: Actor, site_id: UUID, person: Person) -> UUID:
    facts = PatientFacts(
        name=person.name, sex=person.sex, born_on=person.born_on, phone=person.phone
    )
    return register_patient(actor=able, site_id=site_id, facts=facts)


def _tell(  # noqa: PLR0917 (one line of the story)
    able: Actor, what: str, patient_id: UUID, service_id: UUID, slot: Slot, number: str
) -> None:
    who = Actor(kind="patient", name="demo.patient", owns=frozenset({patient_id}))
    is_desk = what == ASKED_BY_DESK
    wish = BookingWish(
        site_id=slot.site_id,
        service_id=service_id,
        practitioner_id=slot.practitioner_id,
        starts_at=slot.starts_at,
        patient_id=patient_id,
        channel=Channel.PHONE if is_desk else Channel.WEB,
    )
    booked = book_appointment(actor=able if is_desk else who, wish=wish)
    if is_desk:
        ask_for_prepayment(actor=able, booking_id=booked.id)
    if what in {PAID, REFUNDED}:
        _pay(who, booked.id, number)
    if what == REFUNDED:
        cancel_booking(actor=who, booking_id=booked.id, reason="time")


def _pay(who: Actor, booking_id: UUID, number: str) -> None:
    """Paid by a code, as the gateway tells it."""
    bill_id = open_deposit(actor=who, booking_id=booking_id)
    payment_id = ask_payment(actor=who, bill_id=bill_id)
    order = OrderState("paid", payment_id.hex, f"4200000000{number}", TERMS.amount or Decimal(0))
    take_gateway_payment(actor=GATEWAY, order=order)
