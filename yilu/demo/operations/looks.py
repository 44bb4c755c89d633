"""Looks in the demonstration: consultations, photographs, sessions and courses of late."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from yilu.aesthetics.operations.beginning import Wanted, begin_session
from yilu.aesthetics.operations.care import Profile, hand_over, write_profile
from yilu.aesthetics.operations.consulting import Told, write_consultation
from yilu.aesthetics.operations.courses import Offer, offer_package, sell_course
from yilu.aesthetics.operations.photos import Taken, Uses, set_points, sign_uses, take_photo
from yilu.aesthetics.operations.sessions import Done, end_session, record_pass
from yilu.aesthetics.rules.screening import questions
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.courses import charge_course, tell_courses_paid
from yilu.billing.selectors.bills import bill_detail
from yilu.catalogue import permissions as catalogue
from yilu.catalogue.operations.prices import ItemFacts, add_item
from yilu.clinical.operations.consents import (
    Hand,
    Preparation,
    prepare_consent,
    sign_as_doctor,
    sign_for_patient,
)
from yilu.clinical.selectors.consents import consent_page
from yilu.clinical.selectors.context import setting
from yilu.demo.drawings import SIGNED, a_face, eyes
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting, practising
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.seen import SeenBefore, seen_before
from yilu.facility.selectors.places import devices
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized

Card = tuple[UUID, UUID]
"""A package on offer, and its item of the price list."""
SITE, SPECIALTY, MOST = "south", "aesthetics", 8
BEFORE_LEAVING = timedelta(minutes=20)
# Light is repeated after four weeks, and a consultation counts for half a year.
SOONEST, LATEST = timedelta(days=29), timedelta(days=175)
WITNESS = "家属王女士"
AREAS = ("cheek_r", "cheek_l")
CARDS = (
    ("PKG-IPL-3", 3, 180, Decimal("2580.00"), "光子嫩肤 3 次卡", "Pulsed light, three sessions"),
    ("PKG-IPL-5", 5, 365, Decimal("3980.00"), "光子嫩肤 5 次卡", "Pulsed light, five sessions"),
)
WISHES = (
    ("淡化双颊色斑，改善肤色不均", "三次后明显变淡，能接受一两天泛红"),
    ("减轻面颊泛红", "不化妆时不那么红"),
    ("毛孔粗大、肤质粗糙", "皮肤细腻一些"),
)
SKINS = ("mixed", "dry", "sensitive", "oily")


@operation
def tell_looks(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> int:
    """Have the last visits for looks consulted, photographed and treated; some bought a course.

    Who was there before has a photograph and a session of that day to compare with. How many.
    """
    doctor = practising(clinic, plan, SITE, SPECIALTY)
    if doctor is None:
        return 0
    site_id = clinic.sites[SITE].id
    team = Team(
        doctor, acting(clinic, plan, SITE, "nurse"), acting(clinic, plan, SITE, "cashier"),
        next(one.id for one in devices(site_id) if one.kind == "ipl"),
    )  # fmt: skip
    seen = seen_before(site_id, doctor.practitioner_id, SPECIALTY, clock.now(), MOST)
    days = [at for one in seen for at in (one.left_at, one.earlier_left_at) if at]
    if days:
        with clock.at(min(days)):
            cards = _offer(actor, acting(clinic, plan, SITE, "manager"), site_id)
        for n, one in enumerate(seen):
            team.tell(one, n, cards[n % len(cards)] if n % 2 else None)
    return len(seen)


def _offer(actor: Actor, manager: Actor, site_id: UUID) -> list[Card]:
    """Put cards on the price list and offer them."""
    able = actor.lent(catalogue.MANAGE)
    packages = []
    for code, sessions, days, amount, zh, en in CARDS:
        name = Localized({"zh-Hans": zh, "en": en})
        unit = Localized({"zh-Hans": "张", "en": "card"})
        facts = ItemFacts(code=code, name=name, category="05", unit=unit)
        item_id = add_item(actor=able, facts=facts, amount=amount)
        offer = Offer("ipl", zh, en, sessions, days, code)
        packages.append((offer_package(actor=manager, site_id=site_id, offer=offer), item_id))
    return packages


class Team:
    """Who treats at a visit, and with what."""

    def __init__(self, doctor: Actor, nurse: Actor, cashier: Actor, device_id: UUID) -> None:
        self.doctor, self.nurse, self.cashier = doctor, nurse, cashier
        self._device_id = device_id

    def tell(self, one: SeenBefore, n: int, card: Card | None) -> None:
        """What happened at a visit, and at the one before it."""
        first, at = one.visit_id, one.left_at
        if one.earlier_id and one.earlier_left_at and one.left_at - one.earlier_left_at < LATEST:
            first, at = one.earlier_id, one.earlier_left_at
        with clock.at(at - BEFORE_LEAVING):
            self._consult(first, n)
            self._photograph(first, n, freckles=9)
            self._agree(first)
            if card:
                self._sell(first, *card)
        self._treat(first, at, fluence="14", again=False)
        if first != one.visit_id:
            with clock.at(one.left_at - BEFORE_LEAVING):
                self._photograph(one.visit_id, n, freckles=4)
            if one.left_at - at > SOONEST:
                self._treat(one.visit_id, one.left_at, fluence="16", again=True)

    def _consult(self, visit_id: UUID, n: int) -> None:
        wish, expects = WISHES[n % len(WISHES)]
        told = Told(
            wish=wish,
            expects=expects,
            areas=AREAS,
            kinds=("ipl",),
            skin_type="3",
            answers={key: {"answer": "no"} for key in questions()},
        )
        write_consultation(actor=self.doctor, visit_id=visit_id, told=told)
        profile = Profile(
            SKINS[n % len(SKINS)], "保湿面霜、SPF50 防晒", "酒精类化妆水刺痛", "傍晚联系"
        )
        write_profile(actor=self.nurse, visit_id=visit_id, profile=profile)

    def _photograph(self, visit_id: UUID, n: int, *, freckles: int) -> None:
        name = str(setting(self.nurse, visit_id).patient.name)
        uses = Uses(care=True, teaching=n % 3 == 0, publicity=False, name=name, strokes=SIGNED)
        sign_uses(actor=self.nurse, visit_id=visit_id, uses=uses)
        shift = n * 3 + freckles
        taken = Taken(a_face(shift, freckles), "face", "front")
        photo_id = take_photo(actor=self.nurse, visit_id=visit_id, taken=taken)
        set_points(actor=self.nurse, photo_id=photo_id, points=eyes(shift))

    def _agree(self, visit_id: UUID) -> None:
        blanks = {"site": "双颊", "device": "强脉冲光 560 nm"}
        wanted = Preparation("laser", blanks)
        consent_id = prepare_consent(actor=self.doctor, visit_id=visit_id, wanted=wanted)
        hand = Hand(consent_page(self.doctor, consent_id).digest, witness=WITNESS)
        sign_for_patient(actor=self.doctor, consent_id=consent_id, hand=hand)
        sign_as_doctor(actor=self.doctor, consent_id=consent_id, digest=hand.digest)

    def _sell(self, visit_id: UUID, package_id: UUID, item_id: UUID) -> None:
        """Sold, charged and paid; the worker hears of it later, and finds it done."""
        course_id = sell_course(actor=self.nurse, visit_id=visit_id, package_id=package_id)
        charge_course(
            actor=self.cashier, visit_id=visit_id, course_id=course_id,
            item_id=item_id,
        )  # fmt: skip
        bill_id = open_bill(actor=self.cashier, visit_id=visit_id)
        if bill_id:
            due = bill_detail(actor=self.cashier, bill_id=bill_id).due
            pay_cash(actor=self.cashier, bill_id=bill_id, tendered=due)
            tell_courses_paid(actor=self.cashier, bill_id=bill_id)

    def _treat(self, visit_id: UUID, left_at: datetime, *, fluence: str, again: bool) -> None:
        wanted = Wanted(
            "ipl", AREAS, self._device_id, handpiece="560 nm 滤光片", cooling="gel",
            test_spot="earlier" if again else "now", has_shield=True, unchanged=again,
        )  # fmt: skip
        with clock.at(left_at - BEFORE_LEAVING / 2):
            session_id = begin_session(actor=self.nurse, visit_id=visit_id, wanted=wanted)
            for area in AREAS:
                numbers = {"filter": "560", "fluence": fluence, "sub_pulses": "2", "width": "4"}
                done = Done(area, numbers, passes=2, pulses=38)
                record_pass(actor=self.nurse, session_id=session_id, done=done)
        with clock.at(left_at - BEFORE_LEAVING / 4):
            end_session(
                actor=self.nurse, session_id=session_id, endpoint="redness", reaction="redness",
                note="冷敷 10 分钟",
            )  # fmt: skip
            hand_over(actor=self.nurse, session_id=session_id, on_paper=again)
