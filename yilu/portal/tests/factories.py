"""A clinic that takes bookings online, and people with phones."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.test import Client

from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.charges import add_charge
from yilu.billing.tests.factories import OPENER, make_cashier, make_price
from yilu.facility.selectors.sites import site_info
from yilu.facility.tests.factories import make_site
from yilu.messaging.models import Message
from yilu.patients.operations.accounts import ensure_account
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.tests.factories import make_phone
from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import at
from yilu.visits.operations.visits import open_visit
from yilu.visits.states import VisitKind

BORN = date(1988, 4, 12)


@dataclass
class Someone:
    """Somebody with a phone and a browser."""

    phone: str = field(default_factory=make_phone)
    client: Client = field(default_factory=Client)

    def sign_in(self, next_url: str = "/my") -> str:
        """Prove the phone by its code; gives back where one is sent."""
        code = self.ask_code(next_url)
        answer = self.client.post(
            "/my/sign-in", {"phone": self.phone, "code": code, "next": next_url}
        )
        assert answer.status_code == 303, answer.content.decode()
        return answer["Location"]

    def ask_code(self, next_url: str = "/my") -> str:
        """The code that the clinic sends to the phone."""
        answer = self.client.post("/my/sign-in", {"phone": self.phone, "next": next_url})
        assert answer.status_code == 200, answer.content.decode()
        said = Message.objects.filter(template="booking_code", to_tail=self.phone[-4:]).get()
        found = re.search(r"\d{6}", said.body)
        assert found is not None
        return found[0]

    def account(self) -> Actor:
        """The account behind the phone."""
        user = ensure_account(actor=Actor.system("test"), phone=self.phone)
        return actors.load(User.objects.get(pk=user.pk))

    def patient(self, site_id: UUID, name: str = "沈白芷") -> UUID:
        """A patient whom the account registered."""
        facts = PatientFacts(name=name, sex="female", born_on=BORN, phone=self.phone)
        return register_patient(actor=self.account(), site_id=site_id, facts=facts)


@dataclass(frozen=True, slots=True)
class Owing:
    """A patient with a phone, and a bill of theirs over ¥37.28 that is not paid."""

    site_id: UUID
    visit_id: UUID
    bill_id: UUID
    who: Someone

    @property
    def base(self) -> str:
        """Where the patient's pages about the visit begin."""
        return f"/my/visit/{self.visit_id}"


def make_owing(who: Someone | None = None) -> Owing:
    """Somebody who was here, and has not paid."""
    site_id, who = make_site(), who or Someone()
    cashier = make_cashier(site_id)
    visit_id = open_visit(
        actor=OPENER, patient_id=who.patient(site_id), site_id=site_id, kind=VisitKind.WALK_IN
    )
    add_charge(
        actor=cashier, visit_id=visit_id, item_id=make_price("37.28"), quantity=Decimal(1),
        source_type="tests.deed", source_id=new_id(),
    )  # fmt: skip
    bill_id = open_bill(actor=cashier, visit_id=visit_id)
    assert bill_id is not None
    return Owing(site_id, visit_id, bill_id, who)


@dataclass
class Front:
    """A clinic as somebody outside sees it."""

    clinic: OpenClinic

    @property
    def site_key(self) -> str:
        return site_info(self.clinic.site_id).key

    @property
    def times_url(self) -> str:
        return f"/book/{self.site_key}/{self.clinic.clinic.service_id}/times"

    def choose(self, who: Someone, hour: int = 10, minute: int = 0) -> object:
        """Press a time."""
        return who.client.post(self.times_url, {"time": at(hour, minute).isoformat()})


def open_front(**facts: object) -> Front:
    """A clinic whose service is booked online."""
    return Front(open_clinic(**facts))


def details(**facts: str) -> dict[str, str]:
    """What a new patient types."""
    usual = {
        "request_key": str(new_id()), "who": "new", "name": "沈白芷", "sex": "female",
        "born_on": BORN.isoformat(), "id_type": "resident_id", "id_number": "",
        "reason": "后牙冷热痛", "visit": "first", "consent": "on",
    }  # fmt: skip
    return usual | facts
