"""Teeth of the demonstration: what dentists found, measured and planned for their patients."""

from datetime import timedelta
from uuid import UUID

from yilu.demo.operations import plans
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.mouths import measure_gums, plan_mouth, take_films
from yilu.demo.operations.staff import practising
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.seen import SeenBefore, seen_before
from yilu.dental.operations.charting import chart_shorthand
from yilu.dental.operations.packs import open_pack
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SPECIALTY, MOST = "dental", 30
# Which of them were measured, filmed and planned for. A plan takes the place of one that waits, so
# the first visits keep those that `plans` tells of.
MEASURED, FILMED, PLANNED = range(8), range(5, 8), range(plans.MOST, plans.MOST + 9)
BEFORE_LEAVING = timedelta(minutes=12)
# Mouths as dentists dictate them; each patient has one of them.
MOUTHS = (
    "16 MO 树脂充填; 36 远中咬合 深龋; 36 牙髓炎; 36 拟 根管治疗; 36 拟 冠; 18,48 缺失; 38 阻生",
    "26 O 龋; 26 O 拟 充填; 46 冠; 46 根管治疗后; 11 唇侧 磨耗; 21 唇侧 磨耗",
    "37 MOD 银汞充填; 37 M 继发龋; 47 缺失; 47 拟 种植; 17 O 浅龋",
    "36 缺失; 35 基牙; 37 基牙; 36 桥体; 14 D 龋; 15 M 龋; 15 M 拟 充填",
    "48 阻生; 48 拟 拔除; 16,26,36,46 O 窝沟封闭 完成",
    "31,41 松动Ⅰ度; 46 残根; 46 拟 拔除; 24 B 磨耗; 25 B 磨耗; 24 B 拟 充填",
    "11 折裂; 11 根管治疗后; 11 桩核; 11 拟 冠; 22 唇侧 树脂充填",
    "16 O 树脂充填 完成; 27 根尖周炎; 27 拟 根管治疗; 28 缺失",
)


@operation
def tell_teeth(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> list[UUID]:
    """Have the last dental visits charted, each with the pack that was opened. Their visits."""
    told, charted = [], set()
    for key, site in clinic.sites.items():
        dentist = practising(clinic, plan, key, SPECIALTY)
        if dentist is None:
            continue
        seen = seen_before(site.id, dentist.practitioner_id, SPECIALTY, clock.now(), MOST)
        for n, one in enumerate(seen):
            if one.patient_id in charted:
                continue  # Who was seen at two sites has one mouth.
            charted.add(one.patient_id)
            with clock.at(one.left_at - BEFORE_LEAVING):
                text = MOUTHS[n % len(MOUTHS)]
                chart_shorthand(actor=dentist, visit_id=one.visit_id, text=text)
                until = clock.now() + timedelta(days=120)
                label = f"YP:K-{key[:1].upper()}{one.left_at:%m%d}-{n:02d}:{until:%Y%m%d}"
                open_pack(actor=dentist, visit_id=one.visit_id, label=label)
                _beside(dentist, site.id, one, n)
            told.append(one.visit_id)
    return told


def _beside(actor: Actor, site_id: UUID, one: SeenBefore, n: int) -> None:
    """What stands beside the chart; of gums there is an earlier chart to compare with."""
    if n in MEASURED:
        if one.earlier_id and one.earlier_left_at:
            with clock.at(one.earlier_left_at - BEFORE_LEAVING):
                measure_gums(
                    actor=actor, visit_id=one.earlier_id, patient_id=one.patient_id, n=n,
                    worse=2 + n % 2,
                )  # fmt: skip
        measure_gums(
            actor=actor, visit_id=one.visit_id, patient_id=one.patient_id, n=n, worse=1 + n % 3
        )
    if n in FILMED:
        take_films(actor=actor, visit_id=one.visit_id, n=n)
    if n in PLANNED:
        plan_mouth(actor=actor, visit_id=one.visit_id, site_id=site_id, n=n)
