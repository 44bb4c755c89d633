"""A clinic that is ready to receive patients: queues, pathway, prices."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from yilu.catalogue.models import Price, Service
from yilu.facility.operations.places import RoomFacts, add_place
from yilu.facility.tests.factories import BUILDER, words
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.tests.made_once import made_once
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.setup import set_up_queues
from yilu.queueing.selectors.points import stations
from yilu.reception import permissions
from yilu.scheduling.tests.factories import MONDAY, Clinic, make_clinic, make_service
from yilu.workforce.tests.factories import make_staff

SETTER = Actor.system("setter", queueing.SET_UP, queueing.SEE, pathways.PUBLISH)


@dataclass
class OpenClinic:
    """A site with a doctor, a cashier's and a pharmacy window, and people at their posts."""

    clinic: Clinic
    desk: Actor
    doctor: Actor
    cashier: Actor

    @property
    def site_id(self) -> UUID:
        return self.clinic.site_id

    def station(self, kind: str) -> UUID:
        """Where patients of a kind of queue are called to."""
        return stations(self.site_id, kind=kind)[0].id


@made_once
def open_clinic(
    *, fee: str = "25.00", assessed: bool = False, time_zone: str = "Asia/Shanghai"
) -> OpenClinic:
    """Open a clinic whose one service costs `fee`; `assessed` has a nurse see patients first."""
    service = make_service(wants_assessment=assessed)
    clinic = make_clinic(service=service, time_zone=time_zone)
    item = Service.objects.get(pk=service).fee_item_id
    Price.objects.create(item_id=item, amount=Decimal(fee), during=DateRange(MONDAY, None))
    for kind in ("triage", "cashier", "pharmacy"):
        facts = RoomFacts(name=words(kind, kind), kind=kind)
        add_place(actor=BUILDER, site_id=clinic.site_id, key=kind, facts=facts)
    set_up_queues(actor=SETTER, site_id=clinic.site_id)
    publish_definitions(actor=SETTER)
    return OpenClinic(
        clinic,
        desk=make_staff("front_desk", site_id=clinic.site_id).actor(),
        doctor=make_staff("doctor", site_id=clinic.site_id).actor(),
        cashier=make_staff("cashier", site_id=clinic.site_id).actor(),
    )


def nobody_at(site_id: UUID) -> Actor:
    """Somebody who may see reception and do nothing."""
    grants = frozenset({(permissions.SEE, site_id), ("scheduling.see", site_id)})
    return Actor(kind="staff", name="guest", user_id=new_id(), grants=grants)
