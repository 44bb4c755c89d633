"""What people of the demonstration complained of this morning, and who felt worse while waiting."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.morning import who_waits
from yilu.intake.operations.pretriage import Complaint, ask_where, decide_otherwise
from yilu.intake.operations.worse import answer_worse, say_worse
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.long_waits import follow_wait

SITE = "south"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at the desk: how many minutes ago, of whom, and where a person sent them then."""

    before: int
    text: str
    age: int
    sex: str
    instead: str = ""
    why: str = ""


MORNING = (
    Asked(93, "孩子发烧两天，39 度，有点咳嗽", 4, "male"),
    Asked(84, "牙龈出血一个月，刷牙的时候出血", 35, "female"),
    Asked(71, "胸口闷，爬楼梯喘得厉害", 67, "male"),
    Asked(58, "手臂起红疹，很痒", 28, "female"),
    Asked(44, "肚子痛，拉了三次", 41, "male"),
    Asked(31, "头晕，血压一直高", 58, "female", "general", "正在吃降压药，先由全科复诊"),
    Asked(17, "耳朵嗡嗡响，听不清", 46, "male", "general", "本院无耳鼻喉科，先由全科查看外耳道"),
    Asked(6, "腰痛三天，弯腰更痛", 39, "male"),
)
# In minutes before now: said and looked after; said, and the nurse is on her way.
SAID, SEEN, JUST_SAID = 4.0, 1.5, 0.7
FOUND = "体温 38.9 ℃，精神稍差，血压正常；提前就诊"
WORDS = "头晕得更厉害了"


@operation
def tell_complaints(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> int:
    """Have the desk ask where some should go, two of them decided otherwise; how many."""
    able = acting(clinic, plan, SITE, "front_desk")
    site_id = clinic.sites[SITE].id
    for one in MORNING:
        with clock.at(clock.now() - timedelta(minutes=one.before)):
            asked = ask_where(
                actor=able, site_id=site_id,
                complaint=Complaint(text=one.text, age=one.age, sex=one.sex),
            )  # fmt: skip
            if one.instead:
                decide_otherwise(
                    actor=able, pretriage_id=asked, department=one.instead, reason=one.why
                )
    return len(MORNING)


@operation
def feel_worse(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> list[UUID]:
    """Have two of those who wait feel worse: one seen by a nurse, one just now. Their visits."""
    now, nurse = clock.now(), acting(clinic, plan, SITE, "nurse")
    waiting = who_waits(clinic.sites[SITE].id, now, grown_up=True)
    told: list[UUID] = []
    for one, before in zip(waiting, (SAID, JUST_SAID), strict=False):
        with clock.at(now - timedelta(minutes=before)):
            mine = Actor("patient", "link", owns=frozenset({one.visit_id}))
            said = say_worse(actor=mine, visit_id=one.visit_id, words=WORDS)
        if before == SAID:
            with clock.at(now - timedelta(minutes=SEEN)):
                answer_worse(actor=nurse, feltworse_id=said.id, level=3, reason=FOUND)
        told.append(one.visit_id)
    return told


@operation
def watch_waits(*, actor: Actor, clinic: BuiltClinic) -> int:
    """Have the worker look after those who wait now, as it would if it had seen them come. How many
    there are."""
    able = actor.lent(queueing.EXPLAIN)
    now = clock.now()
    waiting = [one for site in clinic.sites.values() for one in who_waits(site.id, now)]
    for one in waiting:
        follow_wait(actor=able, visit_id=one.visit_id)
    return len(waiting)
