"""What stands beside the tooth charts of the demonstration: gums, plans and films."""

from uuid import UUID

from yilu.clinical.operations.plans import Choice, choose_option, hear_back
from yilu.clinical.selectors.plans import plan_page
from yilu.demo.drawings import some_teeth
from yilu.dental.operations.images import Taken, add_images
from yilu.dental.operations.perio import sign_perio
from yilu.dental.operations.planning import PlanWords, Wish, plan_service, propose_items
from yilu.dental.rules.notation import PERMANENT
from yilu.dental.rules.perio import Content, furcations
from yilu.dental.selectors.perio import gaps
from yilu.dental.selectors.services import dental_services
from yilu.platform.actors import Actor
from yilu.platform.db import operation

# Service, teeth, surfaces, phase.
PLANS = (
    (("root_canal", "36", "", 1), ("crown_prep", "36", "", 3), ("scaling", "", "", 2)),
    (("filling", "26", "O", 2), ("scaling", "", "", 2)),
    (("filling", "17", "O", 2), ("fluoride", "", "", 4)),
    (("filling", "15", "M", 2), ("filling", "14", "D", 2)),
    (("wisdom_tooth", "48", "", 1), ("scaling", "", "", 4)),
    (("extraction", "46", "", 1), ("filling", "24", "B", 2)),
    (("crown_prep", "11", "", 3),),
    (("root_canal", "27", "", 1), ("filling", "37", "MO", 2)),
)
WORDS = PlanWords(
    "牙齿治疗方案",
    "检查发现有牙齿需要治疗，先处理疼痛和蛀牙，再做修复。",
    "保住牙齿，恢复咀嚼，不再疼痛。",
    "治疗后一两天可能酸痛；少数情况需要再次治疗。",
    "约 2–4 次，每次 45–75 分钟",
)


@operation
def measure_gums(*, actor: Actor, visit_id: UUID, patient_id: UUID, n: int, worse: int) -> None:
    """Have the gums of a visit measured and signed; `worse` mm deeper where they are ill."""
    content = _gums(n, worse) | gaps(patient_id)
    sign_perio(actor=actor, visit_id=visit_id, content=content, version=0)


@operation
def plan_mouth(*, actor: Actor, visit_id: UUID, site_id: UUID, n: int) -> None:
    """Have a plan made; two of three are put before the patient, one of three is accepted."""
    known = {one.key: one.id for one in dental_services(site_id)}
    for key, tooth, surfaces, phase in PLANS[n % len(PLANS)]:
        if key in known:
            wish = Wish(known[key], [tooth] if tooth else [], phase, surfaces)
            plan_service(actor=actor, visit_id=visit_id, wish=wish)
    if n % 3 == 2:
        return
    plan_id = propose_items(actor=actor, visit_id=visit_id, words=WORDS)
    if n % 3 == 0:
        page = plan_page(actor, plan_id)
        choice = Choice(
            page.digest, len(page.options) - 1, witness="杜若", said_back="先治疼的牙，再做修复。"
        )
        choose_option(actor=actor, plan_id=plan_id, choice=choice)
        hear_back(actor=actor, plan_id=plan_id, said_back=choice.said_back, is_understood=True)


@operation
def take_films(*, actor: Actor, visit_id: UUID, n: int) -> None:
    """Have a film and a photograph drawn and taken in, of teeth that the plan is about."""
    teeth = [tooth for _key, tooth, _s, _phase in PLANS[n % len(PLANS)] if tooth][:1]
    for kind, is_film in (("periapical", True), ("intraoral", False)):
        taken = Taken([some_teeth(n, is_film=is_film)], kind, teeth)
        add_images(actor=actor, visit_id=visit_id, taken=taken)


def _gums(n: int, worse: int) -> Content:
    """Depths as they are found: deeper between molars, with bleeding where it is deep."""
    found: Content = {}
    for place, tooth in enumerate(PERMANENT):
        if tooth[1] == "8":
            continue
        ill = worse if tooth[1] in "67" and (place + n) % 3 else 0
        depths: list[int | None] = [
            2 + (site % 3 != 1) * ((place * 7 + site * 3 + n) % 3 // 2) + ill * (site % 3 != 1)
            for site in range(6)
        ]
        found[tooth] = {
            "d": depths,
            "b": "".join("1" if (depth or 0) > 3 else "0" for depth in depths),
            "q": "".join("1" if (place + site + n) % 5 == 0 else "0" for site in range(6)),
        }
        if ill > 1:
            found[tooth]["r"] = [1 if site % 3 == 1 else 0 for site in range(6)]
        if ill > 2 and furcations(tooth):
            found[tooth]["f"] = [1] + [0] * (furcations(tooth) - 1)
    return found
