"""A visit that costs something, made by the product's own operations."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from yilu.billing import permissions
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.charges import add_charge
from yilu.catalogue.models import Price, PriceItem
from yilu.facility.tests.factories import make_site, words
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.visits.states import VisitKind

MORNING = datetime(2031, 3, 3, 2, tzinfo=UTC)
"""10:00 on a Monday in Shanghai."""
ALL = (
    permissions.SEE,
    permissions.CHARGE,
    permissions.TAKE,
    permissions.REFUND,
    permissions.SEE_TAKINGS,
)
OPENER = Actor.system("opener", visits.OPEN, visits.SEE, "patients.register", "patients.see")
_number = count(1)


def make_cashier(site_id: UUID, *grants: str) -> Actor:
    """Somebody at the window, with every right of billing or those named."""
    pairs = frozenset((grant, site_id) for grant in grants or ALL)
    return Actor(kind="staff", name="cashier", user_id=new_id(), grants=pairs)


def make_price(amount: str = "37.28", category: str = "02", since: date = date(2020, 1, 1)) -> UUID:
    """Something that costs `amount` since long ago."""
    item = PriceItem.objects.create(
        code=f"B{next(_number):05d}",
        name=words("诊查费", "Consultation fee"),
        category=category,
        unit=words("次", "visit"),
    )
    Price.objects.create(item=item, amount=Decimal(amount), during=DateRange(since, None))
    return item.pk


@dataclass
class PaidVisit:
    """A patient who is here, at a site with a cashier."""

    site_id: UUID = field(default_factory=make_site)
    cashier: Actor = field(init=False)
    patient_id: UUID = field(init=False)
    visit_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.cashier = make_cashier(self.site_id)
        facts = PatientFacts(name="谢佩兰")
        self.patient_id = register_patient(actor=OPENER, site_id=self.site_id, facts=facts)
        self.visit_id = open_visit(
            actor=OPENER,
            patient_id=self.patient_id,
            site_id=self.site_id,
            kind=VisitKind.WALK_IN,
        )

    def charge(self, amount: str = "37.28", quantity: str = "1") -> UUID:
        """Something done that costs `amount` a piece."""
        return add_charge(
            actor=self.cashier,
            visit_id=self.visit_id,
            item_id=make_price(amount),
            quantity=Decimal(quantity),
            source_type="tests.deed",
            source_id=new_id(),
        )

    def bill(self, *amounts: str) -> UUID:
        """The visit's bill over these amounts."""
        for amount in amounts or ("37.28",):
            self.charge(amount)
        bill_id = open_bill(actor=self.cashier, visit_id=self.visit_id)
        assert bill_id is not None
        return bill_id
