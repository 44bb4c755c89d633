"""The pages of the roster and of a site's days, as a manager uses them."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Closure, OpeningHours, SpecialDay
from yilu.facility.selectors.calendar import day_kind
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.scheduling.models import Block, Resource, Session, WeeklySession
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.selectors.resources import resource_info
from yilu.scheduling.selectors.roster_of import resource_roster
from yilu.scheduling.selectors.roster_week import roster_week
from yilu.scheduling.selectors.stranded import stranded_bookings
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    add_doctor,
    at,
    make_actor,
    make_clinic,
    publish,
)
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
NINE_TO_TWELVE = {f"from_{day}_0": "09:00" for day in range(7)} | {
    f"until_{day}_0": "12:00" for day in range(7)
}


@pytest.fixture
def clinic() -> Clinic:
    made = make_clinic(doctors=2, rooms=2)
    publish_ahead(actor=made.actor, site_id=made.site_id)
    return made


def sign_in(clinic: Clinic, post: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def boss(clinic: Clinic) -> Client:
    return sign_in(clinic, "manager")


def send(client: Client, name: str, *args: Any, look: bool = False, **facts: Any) -> Any:
    """Post a form once, as htmx does; or only look what it would do."""
    address = reverse(f"scheduling:{name}", args=args) + ("?look=1" if look else "")
    body = {"request_key": str(new_id())} | facts
    return client.post(address, body, headers={"HX-Request": "true"})


def of(clinic: Clinic, n: int = 0) -> tuple[Any, Any]:
    return (clinic.site_id, clinic.doctor_resources[n])


def read(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"scheduling:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.covers("A03")
def test_the_roster_shows_who_is_there_and_what_is_booked(boss: Client, clinic: Clinic):
    clinic.book(at(10))

    shown = read(boss, "roster", week="2031-03-05")

    assert shown.count("09:00–12:00") >= 14
    assert "1 booking" in shown
    assert read(boss, "roster", week="2031-03-05", kind="room").count("09:00–18:00") == 14
    assert "—" in read(boss, "roster", week="9999-99-99")


@pytest.mark.covers("A03")
def test_a_week_is_looked_at_before_it_is_set(boss: Client, clinic: Clinic):
    booked = clinic.book(at(15))
    before = (rows(), weeks_set(), Event.objects.count())
    week = NINE_TO_TWELVE | {"valid_from": "2031-03-03"}

    looked = send(boss, "set-week", *of(clinic), look=True, **week).content.decode()

    assert str(booked.id) in looked
    assert "168 h less" in looked
    assert (rows(), weeks_set(), Event.objects.count()) == before


def weeks_set() -> int:
    return AuditEntry.objects.filter(action="scheduling.week.set").count()


def rows() -> list[Any]:
    held = WeeklySession.objects.filter(active=True).order_by("pk").values_list("pk", "valid_to")
    return [*held, *Session.objects.filter(active=True).order_by("pk").values_list("pk")]


@pytest.mark.covers("A03", "I17")
def test_a_week_that_is_set_is_published_at_once_and_can_be_taken_back(
    boss: Client, clinic: Clinic
):
    week = NINE_TO_TWELVE | {"valid_from": "2031-03-03", "version": version(clinic)}

    done = send(boss, "set-week", *of(clinic), **week)

    assert done.status_code == 200
    assert done["HX-Redirect"].endswith(f"{clinic.doctor_resources[0]}/")
    assert starts(clinic, MONDAY) == [at(9)]
    boss.post(toast(done)["undo"], {"request_key": str(new_id())})
    assert starts(clinic, MONDAY) == [at(9), at(14)]


def version(clinic: Clinic) -> int:
    return resource_info(clinic.doctor_resources[0]).version


def toast(answer: Any) -> Any:
    return json.loads(answer["HX-Trigger"])["toast"]


def starts(clinic: Clinic, day: date) -> list[Any]:
    held = Session.objects.filter(
        resource_id=clinic.doctor_resources[0], active=True, clinic_day=day
    )
    return [one.during.lower for one in held.order_by("during")]


def test_an_old_page_or_nonsense_changes_no_week(boss: Client, clinic: Clinic):
    old = version(clinic)
    good = NINE_TO_TWELVE | {"valid_from": "2031-03-03", "version": old}
    send(boss, "set-week", *of(clinic), **good)
    before = rows()

    assert send(boss, "set-week", *of(clinic), **good).status_code == 412
    good["version"] = old + 1
    for wrong in (
        {"valid_from": "2020-01-01"},
        {"valid_to": "2031-03-01"},
        {"until_0_0": ""},
        {"from_0_1": "11:00", "until_0_1": "13:00"},
        {"from_0_0": "25:00"},
    ):
        assert send(boss, "set-week", *of(clinic), **(good | wrong)).status_code == 422, wrong

    assert rows() == before


@pytest.mark.covers("A03")
def test_an_absence_names_the_bookings_before_and_after(boss: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    leave = {
        "kind": "absence",
        "starts_on": "2031-03-03",
        "starts": "08:00",
        "ends_on": "2031-03-04",
        "ends": "18:00",
        "reason": "培训",
    }

    looked = send(boss, "absence", *of(clinic), look=True, **leave).content.decode()
    assert str(booked.id) in looked
    assert not Block.objects.exists()

    done = send(boss, "absence", *of(clinic), **leave)
    assert "One booking needs another" in toast(done)["text"]
    assert str(booked.id) in read(boss, "to-move")
    assert "培训" in read(boss, "resource", *of(clinic))
    assert Block.objects.filter(active=True).count() == 2

    lifted = boss.post(toast(done)["undo"], {"request_key": str(new_id())})
    assert lifted.status_code == 204
    assert not Block.objects.filter(active=True).exists()
    boss.post(toast(lifted)["undo"], {"request_key": str(new_id())})
    assert Block.objects.filter(active=True).count() == 2


@pytest.mark.parametrize(("hour", "day"), [(17, "2031-03-03"), (18, "2031-03-04")])
def test_an_absence_that_is_told_in_the_evening_begins_tomorrow(boss, clinic, hour, day):
    with clock.at(at(hour)):
        page = read(boss, "absence", *of(clinic))

    for name in ("starts_on", "ends_on"):
        assert f'name="{name}" value="{day}"' in page


def test_an_absence_without_end_or_reason_in_time_is_asked_again(boss: Client, clinic: Clinic):
    leave = {"kind": "absence", "starts_on": "2031-03-03", "starts": "08:00", "ends": "18:00"}
    for wrong in (
        {"ends_on": "2031-03-02"},
        {"ends_on": "2039-03-02"},
        {"ends_on": "9999-12-31"},
        {"ends_on": ""},
        {"ends_on": "2031-03-03", "kind": "holiday"},
    ):
        assert send(boss, "absence", *of(clinic), **(leave | wrong)).status_code == 422, wrong

    assert not Block.objects.exists()


def test_a_time_is_opened_by_hand_and_taken_away(boss: Client, clinic: Clinic):
    evening = {
        "starts_on": "2031-03-03",
        "starts": "19:00",
        "ends_on": "2031-03-03",
        "ends": "21:00",
    }

    opened = send(boss, "open-once", *of(clinic), **evening)
    assert starts(clinic, MONDAY) == [at(9), at(14), at(19)]
    assert send(boss, "open-once", *of(clinic), **evening).status_code == 422
    assert "19:00–21:00" in read(boss, "cell", *of(clinic), "2031-03-03")

    gone = boss.post(toast(opened)["undo"], {"request_key": str(new_id())})
    assert starts(clinic, MONDAY) == [at(9), at(14)]
    boss.post(toast(gone)["undo"], {"request_key": str(new_id())})
    assert starts(clinic, MONDAY) == [at(9), at(14), at(19)]


def test_a_preferred_room_is_chosen(boss: Client, clinic: Clinic):
    room = clinic.room_resources[1]
    send(boss, "set-home", *of(clinic), home=room, version=version(clinic))

    assert Resource.objects.get(pk=clinic.doctor_resources[0]).home_id == room
    assert send(boss, "set-home", *of(clinic), home="", version=1).status_code == 412


@pytest.mark.covers("A03")
def test_a_closure_shows_its_effect_and_is_changed_and_lifted(boss: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    closed = {"starts_on": "2031-03-03", "ends_on": "2031-03-04", "reason_zh": "装修"}

    looked = send(boss, "new-closure", clinic.site_id, look=True, **closed).content.decode()
    assert str(booked.id) in looked
    assert "2 days" in looked
    assert not Closure.objects.exists()

    assert send(boss, "new-closure", clinic.site_id, **closed).status_code == 200
    assert starts(clinic, MONDAY) == []
    assert str(booked.id) in read(boss, "to-move")

    closure = Closure.objects.get()
    moved = closed | {"starts_on": "2031-03-04", "version": 1}
    edit = ("edit-closure", clinic.site_id, closure.pk)
    assert send(boss, *edit, **moved).status_code == 200
    assert send(boss, *edit, **moved).status_code == 412
    assert (starts(clinic, MONDAY), starts(clinic, TUESDAY)) == ([at(9), at(14)], [])

    drop = ("drop-closure", clinic.site_id, closure.pk)
    assert send(boss, *drop, version=2).status_code == 200
    assert len(starts(clinic, TUESDAY)) == 2
    backwards = closed | {"ends_on": "2031-01-01"}
    assert send(boss, "new-closure", clinic.site_id, **backwards).status_code == 422


@pytest.mark.covers("A03")
def test_one_day_has_other_hours_and_then_those_of_the_week(boss: Client, clinic: Clinic):
    booked = clinic.book(at(15))
    short = {
        "day": "2031-03-03",
        "from_0_0": "09:00",
        "until_0_0": "11:00",
        "reason_zh": "义诊",
        "version": 0,
    }

    looked = send(boss, "new-special", clinic.site_id, look=True, **short).content.decode()
    assert str(booked.id) in looked
    assert send(boss, "new-special", clinic.site_id, **short).status_code == 200
    assert [s.during.upper for s in Session.objects.filter(active=True, clinic_day=MONDAY)] == [
        at(11)
    ] * 4
    assert send(boss, "new-special", clinic.site_id, **short).status_code == 412
    half = short | {"from_0_0": ""}
    assert send(boss, "new-special", clinic.site_id, **half).status_code == 422

    later = short | {"day": "2031-03-04", "version": 1}
    assert send(boss, "special", clinic.site_id, "2031-03-03", **later).status_code == 200
    assert SpecialDay.objects.get().day == TUESDAY
    assert "义诊" in read(boss, "year", year="2031")
    gone = send(boss, "drop-special", clinic.site_id, "2031-03-04", version=1)
    assert gone.status_code == 200
    assert not SpecialDay.objects.exists()
    assert len(starts(clinic, TUESDAY)) == 2


def test_a_day_of_our_own_holds_until_it_is_forgotten(boss: Client, clinic: Clinic):
    feast = {"day": "2031-03-03", "kind": "holiday", "name_zh": "建院日", "version": 0}

    assert send(boss, "new-decision", clinic.site_id, **feast).status_code == 200
    assert day_kind(MONDAY).is_holiday
    assert "建院日" in read(boss, "year", year="2031")
    assert send(boss, "new-decision", clinic.site_id, **feast).status_code == 412

    gone = send(boss, "forget-decision", clinic.site_id, "2031-03-03", version=1)
    assert gone.status_code == 200
    assert not day_kind(MONDAY).is_holiday


def test_opening_hours_are_set_from_the_page_and_nonsense_is_asked_again(
    boss: Client, clinic: Clinic
):
    page = read(boss, "hours", clinic.site_id)
    assert 'value="09:00"' in page
    week = NINE_TO_TWELVE | {"version": 2}

    assert send(boss, "hours", clinic.site_id, **week).status_code == 200
    assert OpeningHours.objects.filter(site_id=clinic.site_id).count() == 7
    assert starts(clinic, MONDAY) == [at(9)]

    assert send(boss, "hours", clinic.site_id, **week).status_code == 412
    for wrong in ({"until_0_0": ""}, {"until_0_0": "08:00"}, {"from_0_0": "25:00"}):
        answer = send(boss, "hours", clinic.site_id, **(week | {"version": 3} | wrong))
        assert answer.status_code == 422, wrong


def test_a_booking_that_was_moved_need_not_be_moved_any_more(boss: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    day = {"starts_on": "2031-03-03", "ends_on": "2031-03-03", "starts": "08:00", "ends": "13:00"}
    send(boss, "absence", *of(clinic), kind="absence", **day)
    assert stranded_bookings(clinic.actor, clinic.site_id)[1] == 1

    send(boss, "move", booked.id, time=f"2031-03-03T15:00:00+08:00|{clinic.doctors[0]}")

    assert stranded_bookings(clinic.actor, clinic.site_id) == ([], 0)


@pytest.mark.parametrize("post", ["front_desk", "doctor", "cashier"])
def test_who_may_not_plan_sees_the_roster_and_changes_nothing(clinic: Clinic, post: str):
    client = sign_in(clinic, post)
    before = rows()

    shown = read(client, "resource", *of(clinic))
    assert "Set a week" not in shown
    week = NINE_TO_TWELVE | {"valid_from": "2031-03-03"}
    assert send(client, "set-week", *of(clinic), **week).status_code == 403
    assert send(client, "open-once", *of(clinic)).status_code == 403
    assert send(client, "forget-weeks", *of(clinic)).status_code == 403
    closed = {"starts_on": "2031-03-03", "ends_on": "2031-03-04", "reason_zh": "装修"}
    assert send(client, "new-closure", clinic.site_id, **closed).status_code == 404
    assert send(client, "hours", clinic.site_id, **NINE_TO_TWELVE).status_code == 404

    assert rows() == before
    assert not Closure.objects.exists()


def test_another_site_and_nonsense_are_not_there(boss: Client, clinic: Clinic):
    other = make_clinic()
    assert boss.get(reverse("scheduling:resource", args=of(other))).status_code == 404
    assert boss.get(reverse("scheduling:cell", args=[*of(clinic), "today"])).status_code == 404
    for path in ("special/today", "calendar/2031-02-30/forget", "closures/x"):
        assert boss.get(f"/scheduling/roster/days/{clinic.site_id}/{path}").status_code == 404
    assert boss.get(f"/scheduling/places/moon/{new_id()}/close").status_code == 404


@pytest.mark.parametrize("doctors", [1, 12])
def test_the_roster_costs_the_same_for_many(doctors: int, django_assert_max_num_queries: Any):
    clinic = make_clinic(doctors=1)
    for _ in range(doctors - 1):
        add_doctor(clinic)
    publish(clinic)
    actor = make_actor(clinic.site_id)

    with django_assert_max_num_queries(15):
        shown = roster_week(actor, clinic.site_id, MONDAY, "practitioner")
    with django_assert_max_num_queries(20):
        resource_roster(actor, clinic.site_id, clinic.doctor_resources[0])
    with django_assert_max_num_queries(1):
        stranded_bookings(actor, clinic.site_id)

    assert len(shown.rows) == doctors
