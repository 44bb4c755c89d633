"""Courses: sold, paid, counted down at the beginning of a session, given back, ended."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from yilu.aesthetics.errors import (
    AdviceChanged,
    CourseEnded,
    GivenAlready,
    NotGivenBack,
    NotUnderstood,
    PackageGone,
    SessionRuns,
    WhyMissing,
)
from yilu.aesthetics.models import AdviceText, CareProfile, Course, CourseUse, Package, Session
from yilu.aesthetics.operations.care import (
    OwnWords,
    Profile,
    hand_over,
    word_advice,
    write_profile,
)
from yilu.aesthetics.operations.courses import (
    Offer,
    end_course,
    mark_paid,
    offer_package,
    sell_course,
    undo_use,
)
from yilu.aesthetics.operations.sessions import end_session, stop_session
from yilu.aesthetics.rules.care import default_advice
from yilu.aesthetics.rules.courses import money_back
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.before import before_session
from yilu.aesthetics.selectors.care import advice_words, care_part, my_advice
from yilu.aesthetics.selectors.courses import courses_part, my_courses
from yilu.aesthetics.tests.factories import agreed, begun, consulted, make_room, passed, sealed
from yilu.billing.tests.factories import make_price
from yilu.catalogue.models import PriceItem
from yilu.clinical.errors import OrderHeld, PlanOpen
from yilu.clinical.operations.plans import OptionWords, choose_option, hear_back, release_plan
from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.consents import patient_actor
from yilu.clinical.tests.factories import make_visit
from yilu.clinical.tests.test_pages import PART, browser
from yilu.clinical.tests.test_plans import choice, proposed
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import Event
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C10")]
BILLING = Actor.system("billing.charger")


@pytest.mark.parametrize(
    ("price", "sessions", "used", "back"),
    [("3000", 6, 0, "3000"), ("3000", 6, 6, "0"), ("1000", 3, 1, "666.67"), ("0.01", 3, 2, "0")],
)
def test_the_share_that_was_not_used_goes_back_to_the_cent(price, sessions, used, back):
    assert money_back(Decimal(price), sessions, used) == Decimal(back)


def manager(room):
    return make_staff("manager", site_id=room.site_id, name="文竹君").actor()


def offered(room, sessions: int = 3, amount: str = "3000.00", kind: str = "ipl"):
    code = PriceItem.objects.get(pk=make_price(amount)).code
    offer = Offer(kind, "光子嫩肤三次卡", "Three of light", sessions, 365, code)
    return offer_package(actor=manager(room), site_id=room.site_id, offer=offer)


def sold(room, *, paid: bool = True, **about):
    course = sell_course(
        actor=room.doctor, visit_id=room.visit_id, package_id=offered(room, **about)
    )
    if paid:
        mark_paid(actor=BILLING, course_id=course)
    return course


def courses_code() -> str:
    """The code of the price by which the package is sold."""
    return PriceItem.objects.get(pk=Package.objects.get().item_id).code


def before(room):
    return before_session(setting(room.doctor, room.visit_id), treatments()["ipl"], ("cheek_r",))


def ready():
    room = make_room()
    consulted(room)
    agreed(room)
    return room


def left(room) -> int:
    return courses_part(room.doctor, room.visit_id).courses[0].left


def test_a_paid_course_is_counted_down_when_a_session_begins():
    room = ready()
    sold(room)

    session = begun(room)
    assert left(room) == 2
    passed(room, session)
    end_session(actor=room.nurse, session_id=session, endpoint="redness", reaction="none")

    (line,) = my_courses(patient_actor(room))
    assert (line.left, line.used, len(line.uses)) == (2, 1, 1)
    assert Event.objects.filter(name="CourseSold").count() == 1


@pytest.mark.covers("C08")
def test_what_a_plan_names_is_neither_sold_nor_begun_before_it_is_accepted():
    room = ready()
    package = offered(room)
    code = courses_code()
    plan_id = proposed(room, OptionWords("三次光子", "淡斑", "发红", codes=(code,)))

    with pytest.raises(OrderHeld):
        sell_course(actor=room.doctor, visit_id=room.visit_id, package_id=package)
    with pytest.raises(OrderHeld):
        begun(room)
    assert not Course.objects.exists()
    assert not Session.objects.exists()
    assert "诊查费" in before(room).held

    choose_option(actor=patient_actor(room), plan_id=plan_id, choice=choice(room, plan_id))
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="三次", is_understood=True)
    assert not before(room).held
    assert sell_course(actor=room.doctor, visit_id=room.visit_id, package_id=package)
    assert begun(room)


@pytest.mark.covers("C08")
def test_any_plan_that_waits_holds_what_has_no_price_but_no_course_that_is_paid():
    room = ready()
    plan_id = proposed(room)

    with pytest.raises(PlanOpen):
        begun(room)
    release_plan(actor=room.doctor, plan_id=plan_id, reason="出血")
    session = begun(room)
    stop_session(actor=room.nurse, session_id=session, reason="试做")

    sold(room)
    proposed(room, OptionWords("三次光子", "淡斑", "发红", codes=(courses_code(),)))
    assert not before(room).held
    assert begun(room)


@pytest.mark.parametrize("how", ["unpaid", "other kind", "over", "used up"])
def test_what_is_not_paid_or_not_for_this_is_left_alone(how):
    room = ready()
    course = sold(room, paid=how != "unpaid", kind="rf" if how == "other kind" else "ipl")
    if how == "over":
        Course.objects.update(valid_until=Course.objects.get().clinic_day - timedelta(days=1))
    if how == "used up":
        Course.objects.update(used=3)

    begun(room)

    assert not CourseUse.objects.exists()
    assert Course.objects.get(pk=course).used == (3 if how == "used up" else 0)


def test_a_session_stopped_before_anything_was_done_is_given_back():
    room = ready()
    sold(room)
    first = begun(room)
    stop_session(actor=room.nurse, session_id=first, reason="患者改期")
    assert left(room) == 3

    second = begun(room)
    passed(room, second)
    stop_session(actor=room.nurse, session_id=second, reason="不适")
    assert left(room) == 2
    with pytest.raises(NotAllowed):
        undo_use(actor=room.nurse, course_id=Course.objects.get().pk, session_id=second, reason="x")
    boss, course = manager(room), Course.objects.get().pk
    with pytest.raises(WhyMissing):
        undo_use(actor=boss, course_id=course, session_id=second, reason=" ")
    undo_use(actor=boss, course_id=course, session_id=second, reason="设备故障，不计次")
    with pytest.raises(NotGivenBack):
        undo_use(actor=boss, course_id=course, session_id=second, reason="再次")
    assert left(room) == 3


def test_an_ended_course_says_what_goes_back_and_ends_once():
    room = ready()
    course = sold(room)
    begun(room)
    boss = manager(room)

    with pytest.raises(Stale):
        end_course(actor=boss, course_id=course, reason="搬家", version=1)
    end_course(actor=boss, course_id=course, reason="搬家", version=3)
    with pytest.raises(CourseEnded):
        end_course(actor=boss, course_id=course, reason="搬家")

    row = Course.objects.get()
    assert (row.state, row.returned) == ("ended", Decimal("2000.00"))
    assert Event.objects.get(name="CourseClosed").body["amount"] == "2000.00"
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.update(used=4)


@pytest.mark.parametrize(
    "wrong", [{"kind": "magic"}, {"sessions": 0}, {"sessions": 61}, {"valid_days": None},
              {"code": "none"}, {"zh": ""}],
)  # fmt: skip
def test_a_package_that_makes_no_sense_is_not_offered(wrong):
    room = make_room()
    facts = {
        "kind": "ipl", "zh": "卡", "en": "Card", "sessions": 3, "valid_days": 365,
        "code": PriceItem.objects.get(pk=make_price()).code,
    } | wrong  # fmt: skip

    with pytest.raises(NotUnderstood):
        offer_package(actor=manager(room), site_id=room.site_id, offer=Offer(**facts))
    assert not Package.objects.exists()


def test_who_may_not_sells_nothing_and_what_is_not_offered_is_not_sold():
    room = make_room()
    package = offered(room)
    with pytest.raises(NotFound):
        sell_course(actor=room.pharmacist, visit_id=room.visit_id, package_id=package)
    Package.objects.update(is_active=False)
    with pytest.raises(PackageGone):
        sell_course(actor=room.doctor, visit_id=room.visit_id, package_id=package)
    with pytest.raises(NotFound):
        courses_part(room.pharmacist, room.visit_id)
    assert not Course.objects.exists()


def test_a_later_visit_uses_the_same_course_and_the_list_costs_the_same(
    django_assert_num_queries,
):
    room = ready()
    sold(room)
    with clock.at(clock.now() + timedelta(days=40)):
        later = make_visit(room.site_id, room.patient_id)
        assert courses_part(room.doctor, later).courses[0].left == 3
    sold(room)
    courses_part(room.doctor, room.visit_id)
    with django_assert_num_queries(7):
        courses_part(room.doctor, room.visit_id)


@pytest.mark.parametrize("kind", sorted(treatments()))
def test_every_treatment_has_words_to_take_home_in_both_languages(kind):
    advice = default_advice(kind)

    assert len(advice.words["zh-Hans"]) == len(advice.words["en"]) >= 3
    assert len(advice.products["zh-Hans"]) == len(advice.products["en"]) >= 2


def test_advice_is_handed_over_as_it_reads_and_stands_in_the_account():
    room = ready()
    session = begun(room)
    with pytest.raises(SessionRuns):
        hand_over(actor=room.nurse, session_id=session, on_paper=False)
    passed(room, session)
    end_session(actor=room.nurse, session_id=session, endpoint="redness", reaction="none")
    own = OwnWords("当天冷敷\n一月防晒", "Cool it\nKeep out of the sun", "医用冷敷贴", "Cold mask")
    with pytest.raises(NotAllowed):
        word_advice(actor=room.nurse, site_id=room.site_id, kind="ipl", own=own)
    word_advice(actor=manager(room), site_id=room.site_id, kind="ipl", own=own)

    hand_over(actor=room.nurse, session_id=session, on_paper=True)
    with pytest.raises(GivenAlready):
        hand_over(actor=room.nurse, session_id=session, on_paper=True)
    word_advice(actor=manager(room), site_id=room.site_id, kind="ipl", own=OwnWords("别的", "x"))

    with pytest.raises(AdviceChanged, match="别的"):
        word_advice(
            actor=manager(room), site_id=room.site_id, kind="ipl", own=OwnWords("x", "y"), seen=1
        )

    (mine,) = my_advice(patient_actor(room))
    assert (mine.lines, mine.products) == (("当天冷敷", "一月防晒"), ("医用冷敷贴",))
    assert care_part(room.doctor, room.visit_id).advice[0].is_given


def test_advice_is_worded_beginning_with_the_words_that_count(django_assert_num_queries):
    room = make_room()
    boss = manager(room)
    usual = default_advice("ipl")
    with pytest.raises(NotAllowed):
        advice_words(room.nurse, room.site_id, "ipl")
    with pytest.raises(NotFound):
        advice_words(boss, room.site_id, "snake_oil")
    with django_assert_num_queries(1):
        now = advice_words(boss, room.site_id, "ipl")
    assert (now.version, now.en.splitlines()) == (0, usual.words["en"])

    same = OwnWords(now.zh, now.en, now.products_zh, now.products_en)
    word_advice(actor=boss, site_id=room.site_id, kind="ipl", own=same, seen=0)
    assert AdviceText.objects.get().words == {}
    own = OwnWords(now.zh + "\n冷敷", now.en, now.products_zh, now.products_en)
    word_advice(actor=boss, site_id=room.site_id, kind="ipl", own=own, seen=1)
    assert advice_words(boss, room.site_id, "ipl").zh.endswith("\n冷敷")


def test_a_care_profile_is_written_anew_and_the_one_before_stays():
    room = make_room()
    for skin in ("dry", "sensitive"):
        profile = Profile(skin, "面霜", "香精", "午后时段")
        write_profile(actor=room.nurse, visit_id=room.visit_id, profile=profile)
    with pytest.raises(NotUnderstood):
        write_profile(actor=room.nurse, visit_id=room.visit_id, profile=Profile("scaly"))

    part = care_part(room.doctor, room.visit_id)
    assert [one.skin for one in part.profiles] == ["sensitive", "dry"]


def test_of_two_windows_with_a_care_profile_the_second_is_told_what_was_kept():
    room = make_room()
    client = browser(room.doctor)
    page, deed = (
        reverse(f"aesthetics:{name}", args=[room.visit_id]) for name in ("care", "write-profile")
    )
    empty = re.search(r'name="seen" value="([^"]*)"', client.get(page).text)
    assert empty

    fields = {"skin": "dry", "seen": empty[1]}
    first = client.post(deed, sealed(room, products="面霜", **fields), headers=PART)
    second = client.post(deed, sealed(room, products="精华", **fields), headers=PART)

    assert (first.status_code, second.status_code) == (200, 412)
    assert "面霜" in second.text
    kept = CareProfile.objects.get()
    fields["seen"] = str(kept.pk)
    assert kept.products == "面霜"
    assert f'name="seen" value="{kept.pk}"' in first.text
    again = client.post(deed, sealed(room, products="精华", **fields), headers=PART)
    assert again.status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_courses_and_care_go_through_their_pages(language):
    room = ready()
    client = browser(room.doctor)
    package = offered(room)
    session = begun(room)
    stop_session(actor=room.nurse, session_id=session, reason="停")
    client.cookies["yilu_language"] = language

    def post(deed, /, *more, **fields):
        address = reverse(f"aesthetics:{deed}", args=[room.visit_id, *more])
        return client.post(address, sealed(room, **fields), headers=PART)

    bought = post("sell-course", package=package)
    nothing = post("sell-course", package="x")
    profile = post("write-profile", skin="dry", products="面霜")
    given = post("hand-over", session, on_paper="1")
    refused = post("end-course", Course.objects.get().pk, reason="x")

    assert (nothing.status_code, refused.status_code) == (409, 403)
    for answer in (bought, profile, given):
        assert answer.status_code == 200, answer.text[:300]
    for name in ("courses", "care"):
        assert client.get(reverse(f"aesthetics:{name}", args=[room.visit_id])).status_code == 200
    paper = client.get(reverse("aesthetics:advice-paper", args=[room.visit_id, session]))
    assert paper.status_code == 200
    assert Session.objects.count() == 1
