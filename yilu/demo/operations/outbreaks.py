"""What a site would do in an outbreak, and the drill in which staff practised it."""

from datetime import timedelta
from uuid import UUID

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.facility import permissions as facility
from yilu.facility.operations.places import RoomFacts, add_place
from yilu.outbreak.operations.plans import PlanFacts, set_plan
from yilu.outbreak.operations.screening import Whom, answer_screening
from yilu.outbreak.operations.suspecting import meet_suspected
from yilu.outbreak.operations.switching import switch_off, switch_on
from yilu.outbreak.rules import questions_for
from yilu.outbreak.selectors.notices import notice
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized

SITE = "south"
ROOM = Localized({"zh-Hans": "隔离诊室", "en": "Isolation room"})
ROUTE = Localized(
    {
        "zh-Hans": "不要进大厅：从东侧小门进，沿黄线走到隔离诊室",
        "en": "Do not enter the hall: take the small door on the east side and follow the "
        "yellow line to the isolation room",
    }
)
ONLINE_PER_DAY = 40
ILLNESS = "respiratory"
BEFORE, LASTED = timedelta(days=19), timedelta(minutes=35)
WHY = "季度演练：流感样病例聚集"
FOUND = "护士 4 分钟到位。东侧小门的钥匙只在前台有一把，已给分诊台配一把；英文路线牌还没有。"
# Minutes into the drill, and to what the colleague who played the patient said yes.
PLAYED = ((6, ("fever", "contact")), (17, ()), (24, ("cough", "contact")))
MET_AFTER = timedelta(minutes=4)


@operation
def plan_outbreak(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> UUID:
    """Give the first site a room and a way for suspected patients, and drill it once."""
    site_id = clinic.sites[SITE].id
    manager, nurse = (acting(clinic, plan, SITE, post) for post in ("manager", "nurse"))
    began = clock.now() - BEFORE
    builder = actor.lent(facility.MANAGE)
    facts = RoomFacts(name=ROOM, kind="consulting", position=99)
    with clock.at(began - timedelta(days=2)):
        room_id = add_place(actor=builder, site_id=site_id, key="isolation", facts=facts)
        planned = PlanFacts(route=ROUTE, room_id=room_id, online_per_day=ONLINE_PER_DAY)
        set_plan(actor=manager, site_id=site_id, facts=planned)
    with clock.at(began):
        drill = switch_on(
            actor=manager, site_id=site_id, illness=ILLNESS, reason=WHY, is_drill=True
        )
    for minutes, yes in PLAYED:
        with clock.at(began + timedelta(minutes=minutes)):
            _play(nurse, site_id, yes)
        with clock.at(began + timedelta(minutes=minutes) + MET_AFTER):
            for one in notice(nurse, site_id).unmet:
                meet_suspected(actor=nurse, screening_id=one.id)
    with clock.at(began + LASTED):
        switch_off(actor=manager, outbreak_id=drill.id, note=FOUND)
    return drill.id


def _play(nurse: Actor, site_id: UUID, yes: tuple[str, ...]) -> None:
    said = {one.key: "yes" if one.key in yes else "no" for one in questions_for(ILLNESS)}
    answer_screening(actor=nurse, whom=Whom(site_id, None), answers=said)
