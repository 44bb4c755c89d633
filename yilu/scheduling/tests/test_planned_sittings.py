"""Sittings beyond the published sessions: planned, booked by themselves, or seen to by the desk."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.catalogue.models import Service
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.allocation import Wishes
from yilu.scheduling.errors import GapBroken, NothingLeft, SittingsIncomplete
from yilu.scheduling.models import Booking, Session, Sitting
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.planned import look_for_due, place_next
from yilu.scheduling.operations.resources import retire_resource
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.operations.series import book_series, end_series, place_anew
from yilu.scheduling.selectors.planned import next_planned, stuck_sittings
from yilu.scheduling.selectors.series import SeriesDetail, series_detail
from yilu.scheduling.selectors.sittings import propose
from yilu.scheduling.sittings import Step, Window, is_due, runs_of, windows_after
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_actor,
    make_clinic,
    publish,
)
from yilu.scheduling.tests.test_races import OVERLAPS, at_once, count
from yilu.scheduling.tests.test_series import ask, make_course, wish
from yilu.workforce.models import Practitioner

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A17")]


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def two_weeks() -> Clinic:
    """Two doctors; the coming two weeks are published, and nothing after them."""
    clinic = make_clinic(doctors=2, rooms=2, days=15)
    drain(timers=False)
    Session.objects.filter(clinic_day__gt=day(14)).update(active=False)
    return clinic


@pytest.fixture
def clinic() -> Clinic:
    return two_weeks()


def begun(clinic: Clinic, *gaps: tuple[int, int], days: tuple[int, ...] = (1,)) -> UUID:
    """A treatment of which only the first sittings can be booked, for somebody with a phone."""
    plan = make_course(clinic, *gaps)
    patient = make_patient(Site.objects.get(pk=clinic.site_id), phone=make_phone())
    series = book_series(actor=clinic.actor, wish=wish(clinic, plan, *days, patient=patient))
    drain(timers=False)
    return series


def seen(clinic: Clinic, series: UUID) -> SeriesDetail:
    return series_detail(clinic.actor, series)


def go_on(clinic: Clinic, series: UUID) -> UUID | None:
    return place_next(actor=clinic.actor, series_id=series)


def test_the_finder_places_what_is_published_and_plans_the_rest_with_its_days(clinic: Clinic):
    found = propose(ask(clinic, make_course(clinic, (5, 7), (28, 42), (28, 42))))

    assert found.is_whole
    first, second = (one.place.starts_at.date() for one in found.sittings)
    assert 5 <= (second - first).days <= 7
    third, fourth = found.planned
    assert third == (second + timedelta(days=28), second + timedelta(days=42))
    assert fourth == (third.first + timedelta(days=28), third.last + timedelta(days=42))


def test_a_sitting_of_which_all_days_are_published_cannot_be_left_out(clinic: Clinic):
    plan = make_course(clinic, (3, 7), (28, 42))
    with pytest.raises(SittingsIncomplete):
        book_series(actor=clinic.actor, wish=wish(clinic, plan, 1))
    with pytest.raises(SittingsIncomplete):
        book_series(actor=clinic.actor, wish=wish(clinic, plan))
    assert not Booking.objects.exists()

    series = book_series(actor=clinic.actor, wish=wish(clinic, plan, 1, 5))
    detail = seen(clinic, series)
    assert (len(detail.sittings), len(detail.planned), detail.of, detail.open_ones) == (2, 1, 3, 3)
    assert detail.planned[0].window == (day(33), day(47))
    assert detail.first_trouble is None


def test_it_is_booked_once_its_days_are_published_and_the_patient_is_told(clinic: Clinic):
    series = begun(clinic, (28, 42))
    Booking.objects.update(state="finished")
    with clock.at(at(2, 30, day=2)):
        publish(clinic, days=45)
        drain()
    assert not Message.objects.filter(template="sitting_booked").exists(), "nobody is woken"

    with clock.at(at(8, day=2)):
        drain()
        drain()
    detail = seen(clinic, series)
    second = detail.sittings[1].line
    assert 28 <= (second.starts_at.date() - day(1)).days <= 42
    assert second.practitioner_id == clinic.doctors[0]
    assert detail.planned == ()
    message = Message.objects.get(template="sitting_booked")
    assert "第 2/2 次" in message.body
    assert second.number in message.body
    assert "/v/" in message.body
    assert Message.objects.filter(template="booking_confirmed").count() == 1, "of the first"


def test_a_year_of_recalls_is_booked_by_itself(clinic: Clinic):
    series = begun(clinic, *[(28, 42)] * 11)
    for n in range(1, 15):
        with clock.at(at(9, day=28 * n)):
            Booking.objects.filter(starts_at__lt=clock.now()).update(state="finished")
            publish_ahead(actor=clinic.actor, site_id=clinic.site_id)
            drain()

    detail = seen(clinic, series)
    assert detail.planned == ()
    assert len(detail.sittings) == 12
    gaps = [one.days_after for one in detail.sittings[1:]]
    assert all(28 <= gap <= 42 for gap in gaps if gap is not None)
    assert {one.line.practitioner_id for one in detail.sittings} == {clinic.doctors[0]}
    assert Message.objects.filter(template="sitting_booked").count() == 11


def test_what_the_patient_asked_for_holds_for_what_is_booked_later(clinic: Clinic):
    plan = make_course(clinic, (7, 14))
    asked = wish(clinic, plan, 1, 14)
    whole = book_series(actor=clinic.actor, wish=asked)
    assert seen(clinic, whole).wishes == Wishes([], [])
    plan = make_course(clinic, (28, 42))
    asked = wish(clinic, plan, 1, hour=11)
    wanted = Wishes([3], ["afternoon"])
    series = book_series(
        actor=clinic.actor,
        wish=type(asked)(
            asked.site_id, asked.patient_id, plan, asked.places, "desk", wishes=wanted
        ),
    )
    publish(clinic, days=50)
    go_on(clinic, series)

    line = seen(clinic, series).sittings[1].line
    assert line.starts_at.weekday() == 3
    assert line.starts_at.hour >= 14


def test_what_finds_nothing_free_is_kept_for_the_desk_and_booked_when_there_is(clinic: Clinic):
    series = begun(clinic, (28, 30))
    publish(clinic, days=45)
    those = Session.objects.filter(clinic_day__range=(day(28), day(32)), active=True)
    there = Session.objects.filter(pk__in=list(those.values_list("pk", flat=True)))
    there.update(active=False)
    assert go_on(clinic, series) is None

    sitting = Sitting.objects.get(series_id=series, position=1)
    assert (sitting.stuck, sitting.booking_id) == ("full", None)
    assert stuck_sittings(clinic.site_id) == 1
    (line,) = next_planned(clinic.actor, clinic.site_id)
    assert line.needs_somebody
    assert line.says == "应约日期内无空闲时间。"
    drain()
    assert not Message.objects.filter(template="sitting_booked").exists()

    there.update(active=True)
    assert go_on(clinic, series) is not None
    assert stuck_sittings(clinic.site_id) == 0
    assert next_planned(clinic.actor, clinic.site_id) == []


def test_a_service_no_longer_offered_is_not_booked_and_the_desk_sees_why(clinic: Clinic):
    series = begun(clinic, (28, 42))
    publish(clinic, days=50)
    Service.objects.filter(pk=clinic.service_id).update(is_active=False)

    assert go_on(clinic, series) is None
    (line,) = next_planned(clinic.actor, clinic.site_id)
    assert line.says == "该项目已停用。"
    assert Booking.objects.count() == 1


def test_when_the_doctor_has_left_it_is_booked_with_another(clinic: Clinic):
    series = begun(clinic, (28, 42))
    Booking.objects.update(state="finished")
    Practitioner.objects.filter(pk=clinic.doctors[0]).update(is_bookable=False)
    retire_resource(actor=clinic.actor, resource_id=clinic.doctor_resources[0])
    publish(clinic, days=50)

    assert go_on(clinic, series) is not None
    assert seen(clinic, series).sittings[1].line.practitioner_id == clinic.doctors[1]


def test_a_service_that_takes_longer_now_is_booked_as_it_is_now(clinic: Clinic):
    series = begun(clinic, (28, 42))
    Service.objects.filter(pk=clinic.service_id).update(minutes=60)
    publish(clinic, days=50)
    go_on(clinic, series)

    assert [one.line.minutes for one in seen(clinic, series).sittings] == [30, 60]


def test_while_the_one_before_is_lost_nothing_is_booked_after_it(clinic: Clinic):
    series = begun(clinic, (3, 7), (28, 42), days=(1, 5))
    lost = Sitting.objects.get(series_id=series, position=1).booking_id
    assert lost is not None
    cancel_booking(actor=clinic.actor, booking_id=lost, reason="ill")
    publish(clinic, days=60)

    assert go_on(clinic, series) is None
    assert look_for_due(actor=clinic.actor, site_id=clinic.site_id) == 0
    (line,) = next_planned(clinic.actor, clinic.site_id)
    assert (line.is_waiting, line.look) == (True, "late")
    assert line.says == "前一次需先重新安排。"


def test_an_ended_treatment_books_nothing_more_and_shows_no_trouble(clinic: Clinic):
    series = begun(clinic, (28, 42), (28, 42))
    assert end_series(actor=clinic.actor, series_id=series, reason="moved away") == 3
    publish(clinic, days=60)

    assert go_on(clinic, series) is None
    detail = seen(clinic, series)
    assert (detail.planned, detail.first_trouble, detail.open_ones) == ((), None, 0)
    assert next_planned(clinic.actor, clinic.site_id) == []
    with pytest.raises(NothingLeft):
        place_anew(
            actor=clinic.actor, series_id=series, places={1: (at(9, day=30), clinic.doctors[0])}
        )
    with pytest.raises(NothingLeft):
        end_series(actor=clinic.actor, series_id=series, reason="again")
    assert Booking.objects.count() == 1


def test_the_desk_places_a_planned_sitting_by_hand_in_order_only(clinic: Clinic):
    series = begun(clinic, (28, 42), (28, 42))
    publish(clinic, days=90)
    doctor = clinic.doctors[1]
    for places, refusal in (
        ({2: (at(10, day=60), doctor)}, SittingsIncomplete),
        ({1: (at(10, day=50), doctor)}, GapBroken),
    ):
        with pytest.raises(refusal):
            place_anew(actor=clinic.actor, series_id=series, places=places)
    assert Booking.objects.count() == 1

    both = {1: (at(10, day=30), doctor), 2: (at(10, day=60), doctor)}
    place_anew(actor=clinic.actor, series_id=series, places=both)
    detail = seen(clinic, series)
    assert [one.line.starts_at for one in detail.sittings[1:]] == [at(10, day=30), at(10, day=60)]
    assert detail.planned == ()


def test_who_may_not_book_has_nothing_booked(clinic: Clinic):
    series = begun(clinic, (28, 42))
    publish(clinic, days=50)
    seer = make_actor(clinic.site_id, permissions.SEE)
    for run in (
        partial(place_next, actor=seer, series_id=series),
        partial(look_for_due, actor=seer, site_id=clinic.site_id),
    ):
        with pytest.raises(NotAllowed):
            run()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("treatments", [1, 12])
def test_the_list_of_the_desk_costs_the_same_however_long(clinic: Clinic, treatments: int):
    plan = make_course(clinic, (28, 42))
    for n in range(treatments):
        asked = wish(clinic, plan, n, hour=9 + n % 3)
        book_series(actor=clinic.actor, wish=asked)
    next_planned(clinic.actor, clinic.site_id)

    with CaptureQueriesContext(connection) as queries:
        found = next_planned(clinic.actor, clinic.site_id)
    assert len(found) == treatments
    assert len(queries) <= 7


def test_when_a_sitting_is_due():
    today, window = day(0), Window(day(40), day(50))
    assert is_due(window, day(50), today), "all of its days are published"
    assert not is_due(window, day(49), today), "the best may still come"
    assert is_due(window, day(45), day(12)), "four weeks before, whatever there is"
    assert not is_due(window, day(39), day(30)), "none of its days is published"


def test_windows_follow_on_each_other_and_one_that_is_over_is_in_the_coming_two_weeks():
    step = Step(UUID(int=1), 28, 42)
    first, second = windows_after(Window(day(0), day(0)), [step, step], day(1))
    assert first == (day(28), day(42))
    assert second == (day(56), day(84))
    assert windows_after(Window(day(0), day(0)), [step], day(50)) == [(day(50), day(64))]
    assert windows_after(Window(day(0), day(0)), [step], day(35)) == [(day(35), day(42))]
    assert runs_of([step, step, Step(UUID(int=2), 1, 2)]) == [
        (step, 2),
        (Step(UUID(int=2), 1, 2), 1),
    ]


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_looks_at_once_one_books_and_nothing_is_doubled():
    clinic = make_clinic(days=10)
    plan = make_course(clinic, (28, 42))
    series = book_series(actor=clinic.actor, wish=wish(clinic, plan, 1))
    publish(clinic, days=50)

    ended = at_once([partial(go_on, clinic, series) for _ in range(4)])

    assert ended == {"done": 4}
    assert Booking.objects.count() == 2
    assert Sitting.objects.exclude(booking=None).count() == 2
    assert count(OVERLAPS) == 0


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_treatments_that_want_the_same_last_place_share_it_out():
    clinic = make_clinic(days=10)
    plan = make_course(clinic, (28, 28))
    all_of_them = [
        book_series(actor=clinic.actor, wish=wish(clinic, plan, 1, hour=9 + n)) for n in range(3)
    ]
    publish(clinic, days=50)
    Session.objects.filter(clinic_day=day(29), resource_id=clinic.doctor_resources[0]).update(
        active=False
    )
    only = Session.objects.filter(clinic_day=day(29), resource_id=clinic.doctor_resources[0])
    one = only.order_by("during").first()
    assert one is not None
    one.during = (at(9, day=29), at(9, 30, day=29))
    one.active = True
    one.save()

    ended = at_once([partial(go_on, clinic, series) for series in all_of_them])

    assert ended["done"] + ended["sitting_taken"] == 3
    assert Booking.objects.count() == 4
    assert count(OVERLAPS) == 0
