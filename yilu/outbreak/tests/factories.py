"""A clinic that has planned for an outbreak, and answers at its door."""

from dataclasses import dataclass
from uuid import UUID

from yilu.facility.operations.places import RoomFacts, add_place
from yilu.facility.selectors.places import rooms
from yilu.facility.tests.factories import BUILDER, words
from yilu.outbreak.operations.plans import PlanFacts, set_plan
from yilu.outbreak.operations.switching import Switched, switch_on
from yilu.outbreak.rules import questions_for
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.reception.operations.arrivals import CheckedIn, walk_in
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import Clinic
from yilu.workforce.tests.factories import make_staff

ROUTE = words("从东侧小门进，沿北走廊到 9 号室", "By the small east door, along the north corridor")


@dataclass
class Ready:
    """An open clinic with a route, a room apart, and people who may switch and look after."""

    open: OpenClinic
    manager: Actor
    nurse: Actor
    room_id: UUID

    @property
    def clinic(self) -> Clinic:
        return self.open.clinic

    @property
    def site_id(self) -> UUID:
        return self.open.site_id

    @property
    def desk(self) -> Actor:
        return self.open.desk

    @property
    def doctor(self) -> Actor:
        return self.open.doctor


def make_ready(opened: OpenClinic | None = None, **plan: object) -> Ready:
    """A clinic that has planned, with what `plan` says otherwise than usual."""
    opened = opened or open_clinic()
    facts = RoomFacts(name=words("9 号室", "Room 9"), kind="consulting")
    add_place(actor=BUILDER, site_id=opened.site_id, key="room-for-one", facts=facts)
    room = next(one for one in rooms(opened.site_id) if one.key == "room-for-one")
    ready = Ready(
        opened,
        make_staff("manager", site_id=opened.site_id, name="周经理").actor(),
        make_staff("nurse", site_id=opened.site_id, name="吴护士").actor(),
        room.id,
    )
    planned(ready, **plan)
    return ready


def planned(ready: Ready, *, version: int | None = None, **plan: object) -> None:
    """Set the plan of a clinic anew."""
    usual = {"route": Localized(ROUTE), "room_id": ready.room_id}
    set_plan(
        actor=ready.manager, site_id=ready.site_id, facts=PlanFacts(**usual | plan),
        version=version,
    )  # fmt: skip


def turn_on(ready: Ready, illness: str = "respiratory", *, drill: bool = False) -> Switched:
    """Switch outbreak mode on, or begin a drill."""
    return switch_on(
        actor=ready.manager, site_id=ready.site_id, illness=illness, reason="区疾控通知",
        is_drill=drill,
    )  # fmt: skip


def answers(*yes: str, illness: str = "respiratory") -> dict[str, str]:
    """Every question answered: yes to these, no to the others."""
    return {one.key: "yes" if one.key in yes else "no" for one in questions_for(illness)}


def comes(ready: Ready, *yes: str, screening: bool = True, name: str = "张小明") -> CheckedIn:
    """Somebody walks in, and answers."""
    return walk_in(
        actor=ready.desk,
        site_id=ready.site_id,
        patient_id=ready.clinic.patient(name),
        service_id=ready.clinic.service_id,
        screening=answers(*yes) if screening else None,
    )
