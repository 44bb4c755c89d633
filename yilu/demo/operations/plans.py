"""Plans, consents and opinions of the demonstration: what patients chose, signed and declined."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model

from yilu.clinical.operations.consents import (
    Hand,
    Preparation,
    prepare_consent,
    refuse_consent,
    sign_as_doctor,
    sign_for_patient,
)
from yilu.clinical.operations.discussions import (
    DiscussionPlan,
    Minutes,
    note_minutes,
    plan_discussion,
    sign_minutes,
)
from yilu.clinical.operations.opinions import Question, ask_opinion, give_opinion
from yilu.clinical.operations.plans import (
    Choice,
    OptionWords,
    Proposal,
    choose_option,
    decline_plan,
    hear_back,
    propose_plan,
)
from yilu.clinical.operations.procedures import note_said, plan_procedure
from yilu.clinical.selectors.consents import consent_page
from yilu.clinical.selectors.discussions import discussion_page
from yilu.clinical.selectors.plans import plan_page
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.seen import SeenBefore, seen_before
from yilu.platform import actors, clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SPECIALTY, MOST = "dental", 5
BEFORE_LEAVING = timedelta(minutes=10)
WITNESS = "家属王女士"
CROWN = Proposal(
    "左下后牙大面积缺损",
    "这颗牙缺了一大块，神经已经处理过。不保护的话，咬硬物时可能整颗裂开，只能拔掉。",
    (
        OptionWords(
            "全瓷冠", "像帽子一样保护整颗牙，咬合有力，颜色接近真牙",
            "需要磨小一圈牙；个别人戴后短期敏感", "两次，相隔约一周",
        ),
        OptionWords(
            "树脂充填", "一次完成，费用低，磨牙少",
            "补得越大越容易脱落或再裂，一般几年后要换", "一次，约 40 分钟",
        ),
        OptionWords("先观察", "今天不做任何操作", "牙可能裂开，届时也许保不住", "三个月后复查"),
    ),
    recommended=0,
    why="缺损超过一半，单纯充填容易再裂。",
)  # fmt: skip
WISDOM = Proposal(
    "右下智齿反复发炎",
    "这颗智齿斜着长，顶住了前面的牙，食物容易塞进去，所以反复肿痛。",
    (
        OptionWords(
            "拔除", "去掉反复发炎的原因",
            "拔后肿痛两三天；少数人下唇短期发麻", "约 40 分钟，一周后拆线",
        ),
        OptionWords("冲洗用药", "今天缓解疼痛", "容易再次发炎，前面的牙可能蛀坏", "约 15 分钟"),
    ),
    recommended=0,
)  # fmt: skip


@operation
def tell_plans(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> int:
    """Tell of the last dental visits what was proposed, signed, asked and said. How many visits."""
    told = 0
    for key, site in clinic.sites.items():
        doctors = _doctors(clinic, plan, key)
        if not doctors:
            continue
        nurse = acting(clinic, plan, key, "nurse")
        visits = seen_before(site.id, doctors[0].practitioner_id, SPECIALTY, clock.now(), MOST)
        for n, seen in enumerate(visits):
            with clock.at(seen.left_at - BEFORE_LEAVING):
                STORIES[n % len(STORIES)](seen, doctors, nurse)
            told += 1
    return told


def _accepted(seen: SeenBefore, doctors: list[Actor], _nurse: Actor) -> None:
    plan_id = propose_plan(actor=doctors[0], visit_id=seen.visit_id, proposal=CROWN)
    digest = plan_page(doctors[0], plan_id).digest
    word = Choice(digest, 0, witness=WITNESS, said_back="要磨小一点，下周再来戴冠")
    choose_option(actor=doctors[0], plan_id=plan_id, choice=word)
    hear_back(actor=doctors[0], plan_id=plan_id, said_back="", is_understood=True)


def _waiting(seen: SeenBefore, doctors: list[Actor], _nurse: Actor) -> None:
    propose_plan(actor=doctors[0], visit_id=seen.visit_id, proposal=WISDOM)


def _consented(seen: SeenBefore, doctors: list[Actor], nurse: Actor) -> None:
    doctor = doctors[0]
    consent_id, hand = _given(seen, doctor)
    sign_for_patient(actor=doctor, consent_id=consent_id, hand=hand)
    sign_as_doctor(actor=doctor, consent_id=consent_id, digest=hand.digest)
    procedure_id = plan_procedure(
        actor=doctor, visit_id=seen.visit_id, kind="tooth_extraction", what="48 拔除"
    )
    for speaker, text in (
        ("patient", "麻药打完嘴唇有点木"),
        ("doctor", "这是正常的，一两个小时后恢复"),
    ):
        note_said(actor=nurse, procedure_id=procedure_id, speaker=speaker, text=text)


def _refused(seen: SeenBefore, doctors: list[Actor], _nurse: Actor) -> None:
    consent_id, hand = _given(seen, doctors[0])
    refuse_consent(actor=doctors[0], consent_id=consent_id, reason="想再考虑一周", hand=hand)
    plan_id = propose_plan(actor=doctors[0], visit_id=seen.visit_id, proposal=WISDOM)
    decline_plan(actor=doctors[0], plan_id=plan_id, reason="想再考虑一周")


def _discussed(seen: SeenBefore, doctors: list[Actor], _nurse: Actor) -> None:
    first, other = doctors[0], doctors[-1]
    if first is other:
        return
    question = Question("下颌低密度影，考虑囊肿，是否需要进一步检查？", other.practitioner_id)
    opinion_id = ask_opinion(actor=first, visit_id=seen.visit_id, question=question)
    give_opinion(actor=other, opinion_id=opinion_id, text="边界清楚，建议 CBCT 后择期手术。")
    plan = DiscussionPlan("下颌骨囊肿", "手术时机与麻醉方式", clock.now(), _ids(first, other))
    discussion_id = plan_discussion(actor=first, visit_id=seen.visit_id, plan=plan)
    said = Minutes(
        "影像与症状一致，无手术禁忌。", "择期局麻下摘除，术前复查 CBCT。", _ids(first, other)
    )
    note_minutes(actor=first, discussion_id=discussion_id, noted=said)
    for who in (first, other):
        digest = discussion_page(who, discussion_id).digest
        sign_minutes(actor=who, discussion_id=discussion_id, digest=digest)


STORIES = (_accepted, _consented, _discussed, _refused, _waiting)


def _given(seen: SeenBefore, doctor: Actor) -> tuple[UUID, Hand]:
    wanted = Preparation("tooth_extraction", {"site": "48"})
    consent_id = prepare_consent(actor=doctor, visit_id=seen.visit_id, wanted=wanted)
    return consent_id, Hand(consent_page(doctor, consent_id).digest, witness=WITNESS)


def _ids(*doctors: Actor) -> list[UUID]:
    return [one.practitioner_id for one in doctors if one.practitioner_id]


def _doctors(clinic: BuiltClinic, plan: ClinicPlan, site: str) -> list[Actor]:
    """The first dentist of a site and one other practitioner, with the rights of today."""
    here = [one for one in plan.practitioners if one.site == site]
    dentists = [one for one in here if one.department == SPECIALTY][:1]
    others = [one for one in here if one.department != SPECIALTY][:1]
    if not dentists:
        return []
    users = get_user_model().objects
    return [actors.load(users.get(pk=clinic.users[one.staff_no])) for one in (*dentists, *others)]
