"""A kiosk in the hall of an open clinic, and people who stand before it."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.test import Client

from yilu.facility.models import Site
from yilu.facility.selectors.sites import site_info
from yilu.kiosk import permissions
from yilu.kiosk.operations.devices import NewKiosk, set_up_kiosk
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.reception.tests.factories import OpenClinic

BORN = date(1988, 4, 12)
SETTER = Actor.system("setter", permissions.SET_UP)


@dataclass
class Machine:
    """A kiosk that has been opened by its link."""

    site_id: UUID
    made: NewKiosk
    client: Client = field(default_factory=Client)

    @property
    def base(self) -> str:
        return f"/kiosk/{site_info(self.site_id).key}"

    def actor(self) -> Actor:
        """The kiosk as operations meet it."""
        return actors.load(User.objects.get(username=f"kiosk-{self.made.id}"))

    def get(self, page: str) -> object:
        return self.client.get(f"{self.base}/{page}")

    def post(self, page: str, **typed: object) -> object:
        return self.client.post(f"{self.base}/{page}", {"request_key": str(uuid4()), **typed})


def make_kiosk(site_id: UUID) -> Machine:
    """A kiosk at a site, switched on."""
    machine = Machine(site_id, set_up_kiosk(actor=SETTER, site_id=site_id, name="大厅一号"))
    answer = machine.client.get(f"/kiosk/open/{machine.made.reference}")
    assert answer["Location"] == f"{machine.base}/"
    return machine


@dataclass
class Guest:
    """Somebody with a phone, a birth date, and perhaps a booking."""

    patient_id: UUID
    phone: str
    booking_id: UUID | None = None
    number: str = ""


def make_guest(opened: OpenClinic, name: str = "沈白芷", **facts: object) -> Guest:
    """A registered patient."""
    phone = make_phone()
    site = Site.objects.get(pk=opened.site_id)
    return Guest(make_patient(site, name, born_on=BORN, phone=phone, sex="female", **facts), phone)
