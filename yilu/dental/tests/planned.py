"""A dental department with services and prices, and items that were planned."""

from uuid import UUID

from yilu.billing.tests.factories import make_price
from yilu.catalogue.models import PriceItem, Service
from yilu.clinical.operations.plans import Choice, choose_option, hear_back
from yilu.clinical.selectors.plans import plan_page
from yilu.clinical.tests.consents import DRAWN
from yilu.dental.models import PlanItem
from yilu.dental.operations.planning import PlanWords, Wish, plan_service, propose_items
from yilu.dental.tests.factories import Room, make_room
from yilu.facility.tests.factories import make_department
from yilu.platform.testing import drain
from yilu.scheduling.tests.factories import make_service

WORDS = PlanWords("牙齿治疗", "36 龋坏，38 阻生。", "不再疼痛", "术后可能酸痛")


def dental_service(key: str, amount: str = "480.00") -> UUID:
    """A service of the dental department that costs so much."""
    found = Service.objects.filter(key=key).first()
    if found is not None:
        return found.pk
    fee = PriceItem.objects.get(pk=make_price(amount))
    return make_service(
        key=key, department_key="dental", specialty="dental", needs=[], fee_item=fee
    )


def make_dental_room() -> Room:
    """A patient in a room of a site with a dental department."""
    room = make_room()
    make_department(room.site_id, key="dental", specialty="dental")
    return room


def planned(
    room: Room, key: str = "filling", teeth: str = "36", surfaces: str = "MO", phase: int = 2
) -> UUID:
    """The doctor puts a service into the plan."""
    wish = Wish(dental_service(key), teeth.split(",") if teeth else [], phase, surfaces)
    return plan_service(actor=room.doctor, visit_id=room.visit_id, wish=wish)[0]


def proposed(room: Room) -> UUID:
    """All that is planned is put before the patient."""
    return propose_items(actor=room.doctor, visit_id=room.visit_id, words=WORDS)


def accepted(room: Room, chosen: int = 0) -> UUID:
    """The patient chose an option of it, and said it back."""
    plan_id = proposed(room)
    digest = plan_page(room.doctor, plan_id).digest
    choice = Choice(digest, chosen, strokes=DRAWN, said_back="补牙")
    choose_option(actor=room.doctor, plan_id=plan_id, choice=choice)
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="补牙", is_understood=True)
    drain()
    return plan_id


def state_of(item_id: UUID) -> str:
    return PlanItem.objects.get(pk=item_id).state
