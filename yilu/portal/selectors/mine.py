"""What an account sees of its own: bookings, visits, bills, messages, people."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from yilu.billing.selectors.bills import BillBrief, bills_of_visits
from yilu.clinical.selectors.private import private_visits
from yilu.messaging.selectors.centre import MessageLine, messages_of
from yilu.patients.errors import UnknownCard
from yilu.patients.selectors.cards import CardLine, Cards, cards_of
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling.selectors.bookings import own_bookings
from yilu.scheduling.selectors.later import fixed_times
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.series import SeriesDetail, own_series
from yilu.visits.selectors.visits import VisitInfo, visits_of

MOST_PEOPLE = 12


@dataclass(frozen=True, slots=True)
class MyBookings:
    """The bookings of all of an account's people: to come, the soonest first, and gone."""

    coming: tuple[BookingLine, ...]
    past: tuple[BookingLine, ...]

    @property
    def to_pay(self) -> int:
        """How many are kept until they are paid."""
        return sum(line.waits_for_payment for line in self.coming)


@dataclass(frozen=True, slots=True)
class MyBill:
    """A bill with the visit and the person that it belongs to."""

    bill: BillBrief
    visit: VisitInfo
    patient: PatientBrief | None


def my_people(actor: Actor) -> list[PatientBrief]:
    """The patients whom an account sees. One query."""
    mine = patient_briefs(actor, actor.owns, "portal.people")
    return sorted(mine.values(), key=lambda one: one.record_no)


def my_times(actor: Actor) -> list[tuple[PatientBrief, bool]]:
    """The people of an account, and who of them wants no other time. Two queries."""
    fixed = fixed_times(actor.owns)
    return [(one, one.id in fixed) for one in my_people(actor)]


def my_cards(actor: Actor) -> list[tuple[PatientBrief, Cards]]:
    """The visit cards of an account's people. One query, and four a person."""
    return [(one, cards_of(actor, one.id)) for one in my_people(actor)]


def my_card(actor: Actor, card_id: UUID) -> tuple[PatientBrief, CardLine]:
    """One of them, with whose it is. The same cost. Raises: UnknownCard."""
    for one, cards in my_cards(actor):
        for line in cards.lines:
            if line.id == card_id:
                return one, line
    raise UnknownCard


def my_bookings(actor: Actor) -> MyBookings:
    """The bookings of an account's people. Four queries, however many they are."""
    lines = own_bookings(actor, _people(actor))
    now = clock.now()
    coming = [line for line in lines if line.is_coming and line.ends_at > now]
    known = {line.id for line in coming}
    past = [line for line in lines if line.id not in known]
    return MyBookings(
        tuple(sorted(coming, key=lambda line: line.starts_at)),
        tuple(sorted(past, key=lambda line: line.starts_at, reverse=True)),
    )


def my_series(actor: Actor) -> list[SeriesDetail]:
    """The treatments of an account's people of which something is to come. Ten queries, however
    many they are."""
    return [one for one in own_series(actor, _people(actor)) if one.open_ones]


def todays_subjects(actor: Actor) -> list[UUID]:
    """What an account has going on: visits that are open, then the bookings to come, soonest
    first. Four queries, and one for each person."""
    here = [v for one in _people(actor) for v in visits_of(actor, one, 5) if v.is_here]
    known = {visit.booking_id for visit in here}
    coming = [line.id for line in my_bookings(actor).coming if line.id not in known]
    return [*(visit.id for visit in here), *coming]


def my_bills(actor: Actor) -> list[MyBill]:
    """The bills of an account's people, the newest first.

    Without what is a relative's own affair, once it is paid. Two queries and one for each person,
    three more at most for a family.
    """
    visits = {v.id: v for one in _people(actor) for v in visits_of(actor, one)}
    private = private_visits(actor)
    people = patient_briefs(actor, actor.owns, "portal.bills")
    found = [
        MyBill(bill, visits[visit_id], people.get(bill.patient_id))
        for visit_id, bills in bills_of_visits(visits).items()
        for bill in bills
        if visit_id not in private or not bill.is_paid
    ]
    return sorted(found, key=lambda one: one.bill.opened_at, reverse=True)


def my_messages(actor: Actor) -> list[MessageLine]:
    """What an account's people were told, the newest first. Two queries for each person."""
    lines = [line for one in _people(actor) for line in messages_of(actor, one)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _people(actor: Actor) -> Sequence[UUID]:
    return sorted(actor.owns)[:MOST_PEOPLE]
