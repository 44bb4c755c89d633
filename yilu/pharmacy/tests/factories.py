"""A prescription on its road through the pharmacy, as far as a test wants it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from yilu.clinical.selectors.prescriptions import prescription_facts
from yilu.clinical.tests.factories import Room, make_room, prescribed
from yilu.pharmacy import permissions
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.dispensing import (
    Counselling,
    Review,
    check,
    hand_over,
    pick,
    review,
)
from yilu.pharmacy.operations.opening import open_dispense, release_dispenses
from yilu.pharmacy.rules.batches import Batch
from yilu.pharmacy.rules.review import verification_keys
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.workforce.tests.factories import make_staff

WORKER = Actor.system("worker", permissions.RELEASE)
CASHIER = Actor.system("cashier", permissions.RELEASE)
ALL = Review(ticked=verification_keys())
EXPLAINED = Counselling(points=frozenset({"use", "time", "cautions"}), receiver="本人")
RIGHT = {"name": "林半夏", "born_on": "1986-05-04"}


@dataclass(frozen=True, slots=True)
class Counter:
    """A room, the dispense of its prescription, and a second pharmacist."""

    room: Room
    dispense_id: UUID
    prescription_id: UUID
    second: Actor

    @property
    def first(self) -> Actor:
        return self.room.pharmacist


def make_counter(*orders: object) -> Counter:
    """A signed prescription that waits for payment."""
    room = make_room()
    prescription_id = prescribed(room, *orders)
    dispense_id = open_dispense(actor=WORKER, prescription_id=prescription_id)
    second = make_staff("pharmacist", site_id=room.site_id, name="孙药师").actor()
    return Counter(room, dispense_id, prescription_id, second)


def released(counter: Counter) -> Counter:
    release_dispenses(actor=CASHIER, visit_id=counter.room.visit_id)
    return counter


def reviewed(counter: Counter) -> Counter:
    review(actor=released(counter).first, dispense_id=counter.dispense_id, done=ALL)
    return counter


def batches(counter: Counter, **fields: object) -> list[Batch]:
    """All that was ordered, from one good batch each."""
    facts = prescription_facts([counter.prescription_id])[counter.prescription_id]
    good = {"batch": "B2031", "expires_on": clock.now().date() + timedelta(days=400)}
    return [
        Batch(item_id=one.id, **{**good, "quantity": one.quantity, **fields}) for one in facts.items
    ]


def picked(counter: Counter, **fields: object) -> Counter:
    reviewed(counter)
    taken = batches(counter, **fields)
    pick(actor=counter.first, dispense_id=counter.dispense_id, batches=taken)
    return counter


def checked(counter: Counter, **fields: object) -> Counter:
    check(actor=picked(counter, **fields).second, dispense_id=counter.dispense_id)
    return counter


def given(counter: Counter, **fields: object) -> Counter:
    hand_over(
        actor=checked(counter, **fields).first,
        dispense_id=counter.dispense_id,
        identifiers=RIGHT,
        counselling=EXPLAINED,
    )
    return counter


def row(counter: Counter) -> Dispense:
    return Dispense.objects.get(pk=counter.dispense_id)


ONE = Decimal(1)
