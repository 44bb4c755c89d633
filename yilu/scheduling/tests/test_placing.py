"""Placing automatically: the best place is chosen and explained, and two at once get two."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from yilu.platform import access
from yilu.platform.errors import NotAllowed
from yilu.platform.models import User, UserKind
from yilu.scheduling import permissions
from yilu.scheduling.allocation import (
    EACH_LENGTH_MORE,
    MOST_FOR_SOON,
    SPLINTER,
    TOUCHES,
    Judge,
    Load,
    Place,
    Reason,
    Wishes,
    ranked,
)
from yilu.scheduling.errors import NothingSuits, WeekEndsTooSoon, WindowTooWide
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.placing import Range, place_booking
from yilu.scheduling.selectors.because import because
from yilu.scheduling.selectors.placing import Ask, placements
from yilu.scheduling.selectors.suggestions import suggest
from yilu.scheduling.selectors.usual import usual
from yilu.scheduling.tests.factories import MONDAY, Clinic, at, make_actor, make_clinic
from yilu.scheduling.tests.test_api import post
from yilu.scheduling.tests.test_pages import send, toast
from yilu.workforce.tests.factories import make_staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
A_WEEK = MONDAY + timedelta(days=6)
HALF_HOUR = timedelta(minutes=30)
PEOPLE = [UUID(int=n) for n in range(1, 5)]


def judge(loads: dict[UUID, Load] | None = None, wishes: Wishes | None = None) -> Judge:
    return Judge(wishes or Wishes(), loads or {}, at(0), SHANGHAI, PEOPLE)


def place(start: datetime, who: UUID = PEOPLE[0]) -> Place:
    return Place(start, start + HALF_HOUR, who)


@pytest.mark.covers("A07")
def test_no_order_of_the_clinic_outweighs_an_even_load():
    assert 2 * TOUCHES - 2 * SPLINTER + MOST_FOR_SOON < EACH_LENGTH_MORE


@pytest.mark.covers("A07")
@given(
    days=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    people=st.integers(2, 4),
)
def test_with_equal_wishes_booked_minutes_stay_within_one_length(days: list[int], people: int):
    """Each who comes gets the best of all places that are left."""
    who = PEOPLE[:people]
    free = [
        place(at(9, 30 * n, day=day), one) for day in range(10) for n in range(6) for one in who
    ]
    minutes, edges = Counter(dict.fromkeys(who, 0)), {one: [] for one in who}
    for first in days:
        loads = {one: Load(minutes[one], sorted(edges[one])) for one in who}
        since = at(0, day=first)
        fair = Judge(Wishes(), loads, since, SHANGHAI, who)
        best = ranked([one for one in free if one.starts_at >= since], fair)
        open_to_all = {one.place.practitioner_id for one in best} == set(who)
        if not open_to_all:
            break
        taken = best[0].place
        free.remove(taken)
        minutes[taken.practitioner_id] += 30
        edges[taken.practitioner_id] += [taken.starts_at, taken.ends_at]
        assert max(minutes.values()) - min(minutes.values()) <= 30


@pytest.mark.covers("A07")
@given(starts=st.lists(st.integers(0, 200), min_size=1, max_size=30), load=st.integers(0, 600))
def test_every_weight_is_the_sum_of_its_reasons_and_the_best_comes_first(
    starts: list[int], load: int
):
    wishes = Wishes({1}, {"morning"}, PEOPLE[1])
    places = [place(at(8, 15 * n), PEOPLE[n % 3]) for n in starts]
    found = ranked(places, judge({PEOPLE[0]: Load(load)}, wishes))

    assert sorted(one.place for one in found) == sorted(places)
    assert all(one.score == sum(why.points for why in one.reasons) for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_place_beside_another_is_better_than_one_that_leaves_a_splinter():
    load = {PEOPLE[0]: Load(30, [at(9), at(9), at(9, 30), at(12)])}
    beside, splinter = place(at(9, 30)), place(at(9, 45))

    best, worse = ranked([splinter, beside], judge(load))

    assert best.place == beside
    assert Reason("gap", TOUCHES) in best.reasons
    assert Reason("gap", SPLINTER) in worse.reasons
    assert [one.key for one in because(worse.reasons) if not one.is_good] == ["balance", "gap"]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def placed(clinic: Clinic, wishes: Wishes | None = None, **facts: Any) -> Any:
    wish = clinic.wish(at(0), **{"practitioner_id": None} | facts)
    within = Range(A_WEEK, wishes or Wishes())
    return place_booking(actor=facts.pop("actor", clinic.actor), wish=wish, within=within)


@pytest.mark.django_db
@pytest.mark.covers("A07")
def test_wishes_decide_first_and_are_named(clinic: Clinic):
    done = placed(clinic, Wishes({2}, {"afternoon"}, clinic.doctors[1]))

    assert done.booked.starts_at == at(14, day=2)
    assert done.booked.practitioner_id == clinic.doctors[1]
    assert {one.key: one.points for one in done.reasons} == {
        "doctor": 60, "weekday": 40, "part": 40, "balance": 0, "gap": 5, "soon": 7,
    }  # fmt: skip
    assert done.score == 152


@pytest.mark.django_db
@pytest.mark.covers("A07")
def test_without_wishes_the_load_is_shared(clinic: Clinic):
    for _ in range(9):
        placed(clinic)

    booked = Counter(Booking.objects.values_list("practitioner_id", flat=True))
    assert sorted(booked.values()) == [4, 5]


@pytest.mark.django_db
@pytest.mark.covers("A07")
def test_a_patient_is_never_placed_beside_a_booking_of_their_own(clinic: Clinic):
    patient = clinic.patient()
    first = placed(clinic, patient_id=patient).booked
    second = placed(clinic, patient_id=patient).booked

    assert second.starts_at >= first.ends_at or second.ends_at <= first.starts_at


@pytest.mark.django_db
@pytest.mark.covers("A07")
def test_when_nothing_is_free_it_is_said_and_nothing_is_booked(clinic: Clinic):
    service = clinic.wish(at(0), practitioner_id=None)
    far = Range(MONDAY + timedelta(days=20))

    with pytest.raises(NothingSuits):
        place_booking(
            actor=clinic.actor,
            wish=clinic.wish(at(0, day=15), practitioner_id=None),
            within=far,
        )
    with pytest.raises(WeekEndsTooSoon):
        place_booking(actor=clinic.actor, wish=service, within=Range(MONDAY - timedelta(days=1)))
    with pytest.raises(WindowTooWide):
        place_booking(actor=clinic.actor, wish=service, within=Range(MONDAY + timedelta(days=31)))
    with pytest.raises(NotAllowed):
        place_booking(
            actor=make_actor(clinic.site_id, permissions.SEE), wish=service, within=Range(A_WEEK)
        )
    assert not Booking.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("booked", [1, 12])
def test_weighing_costs_the_same_however_much_is_booked(clinic: Clinic, booked: int):
    patient = clinic.patient()
    for n in range(booked):
        clinic.book(at(9 + n % 3, day=n // 3), patient_id=patient)
    ask = Ask(clinic.site_id, clinic.service_id, None, MONDAY, A_WEEK, patient_id=patient)
    placements(ask)

    with CaptureQueriesContext(
        connection,
    ) as seen:
        placements(ask)
    assert len(seen) == 4
    with CaptureQueriesContext(connection) as seen:
        suggest(ask, patient_ids=(patient,))
    assert len(seen) == 6
    with CaptureQueriesContext(connection) as seen:
        usual([patient], clinic.site_id, clinic.service_id)
    assert len(seen) == 1


@pytest.mark.django_db
@pytest.mark.covers("A11")
def test_who_comes_back_is_offered_what_they_usually_choose(clinic: Clinic):
    patient, doctor = clinic.patient(), clinic.doctors[1]
    clinic.book(at(10, day=1), patient_id=patient, practitioner_id=doctor, channel="wechat")
    clinic.book(at(11, day=1), patient_id=patient, practitioner_id=doctor, channel="wechat")
    other = clinic.book(at(15, day=3), patient_id=patient)
    cancel_booking(actor=clinic.actor, booking_id=other.id, reason="ill")

    found = suggest(
        Ask(clinic.site_id, clinic.service_id, None, MONDAY, A_WEEK, patient_id=patient),
        patient_ids=(patient,),
    )

    assert found.usual is not None
    assert (found.usual.weekday, found.usual.part, found.usual.channel) == (1, "morning", "wechat")
    assert found.usual.practitioner_id == doctor
    assert found.usual.words.startswith("照常：星期二 上午")
    assert found.usual.by_channel == "多通过微信预约"
    best = found.best[0]
    assert (best.starts_at, best.practitioner_id) == (at(10, 30, day=1), doctor)
    assert "是期望的医生" in [one.text for one in best.why]


@pytest.mark.django_db
@pytest.mark.covers("A11")
def test_of_a_first_visit_or_a_mixed_history_nothing_is_said_to_be_usual(clinic: Clinic):
    patient = clinic.patient()
    clinic.book(at(9), patient_id=patient)
    assert usual([patient], clinic.site_id, clinic.service_id) is None

    clinic.book(at(15, day=3), patient_id=patient, practitioner_id=clinic.doctors[1])
    assert usual([patient], clinic.site_id, clinic.service_id) is None


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.mark.django_db
@pytest.mark.covers("A07", "A11")
def test_the_desk_sees_why_and_books_with_one_press(desk: Client, clinic: Clinic):
    patient = clinic.patient()
    for hour in (9, 10):
        clinic.book(at(hour, day=1), patient_id=patient)

    shown = desk.get(
        reverse("scheduling:suggested"),
        {"service": clinic.service_id, "patient": patient, "day": "2031-03-03"},
    ).content.decode()
    done = send(
        desk, "new", [], service=clinic.service_id, patient=patient, channel="phone",
        place="1", parts=["afternoon"], day="2031-03-03",
    )  # fmt: skip

    assert "照常：星期二 上午" in shown
    assert "✓ 是期望的医生" in shown
    assert done.status_code == 204
    assert "是期望的时段" in toast(done)["text"]
    booked = Booking.objects.get(starts_at=at(14))
    assert toast(done)["undo"] == reverse("scheduling:unmake", args=[booked.pk])


@pytest.mark.django_db
@pytest.mark.covers("A07")
def test_another_system_lets_us_choose_and_is_told_why(clinic: Clinic):
    user = User.objects.create_user("partner", UserKind.PARTNER)
    rights = [permissions.SEE, permissions.BOOK]
    token = access.new_token(user, "test", permissions=rights, sites=[clinic.site_id])
    partner = Client(headers={"Authorization": f"Bearer {token}"})
    wish = {
        "service": clinic.service_id, "site": clinic.site_id, "patient": clinic.patient(),
        "first": "2031-03-03", "last": "2031-03-09", "weekdays": [4], "parts": ["morning"],
    }  # fmt: skip

    made = post(partner, "/bookings/placed", wish, "k1")
    again = post(partner, "/bookings/placed", wish, "k1")
    none = post(
        partner, "/bookings/placed", wish | {"first": "2031-03-20", "last": "2031-03-21"}, "k2"
    )

    assert made.status_code == 201
    assert made.json()["starts_at"] == "2031-03-07T09:00:00+08:00"
    assert {"code": "weekday", "points": 40} in made.json()["because"]
    assert made["Location"] == f"/api/v1/bookings/{made.json()['id']}"
    assert again.json() == made.json()
    assert (none.status_code, none.json()["code"]) == (409, "nothing_suits")
    assert Booking.objects.count() == 1
