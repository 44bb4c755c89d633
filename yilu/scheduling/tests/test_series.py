"""Treatments in series: all or none, moved, ended, and what becomes of them when things change."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.catalogue.models import Performs, Service
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.allocation import Wishes
from yilu.scheduling.errors import (
    GapBroken,
    NothingLeft,
    PlanEmpty,
    SittingPast,
    SittingsIncomplete,
    SittingTaken,
    UnknownService,
)
from yilu.scheduling.models import Allocation, Booking, Series, Session, Sitting
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.resources import retire_resource
from yilu.scheduling.operations.series import SeriesWish, book_series, end_series, place_anew
from yilu.scheduling.operations.treatment_plans import PlanFacts, retire_plan, save_plan
from yilu.scheduling.selectors.series import (
    placed_anew,
    series_detail,
    series_of,
    treatment_plan,
    treatment_plans,
)
from yilu.scheduling.selectors.sittings import SittingsAsk, propose
from yilu.scheduling.sittings import Step
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_actor,
    make_clinic,
    make_service,
)
from yilu.scheduling.tests.test_races import OVERLAPS, at_once, count
from yilu.workforce.models import Practitioner

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A17")]
NAME = Localized({"zh-Hans": "根管治疗", "en": "Root canal"})


def make_course(clinic: Clinic, *gaps: tuple[int, int]) -> UUID:
    """A plan of one sitting more than gaps, all of the clinic's service."""
    first = Step(clinic.service_id, 0, 0)
    steps = (first, *(Step(clinic.service_id, *gap) for gap in gaps))
    return save_plan(actor=clinic.actor, site_id=clinic.site_id, facts=PlanFacts(NAME, steps))


def ask(clinic: Clinic, plan: UUID, **facts: object) -> SittingsAsk:
    steps = treatment_plan(clinic.site_id, plan).steps
    usual = {"site_id": clinic.site_id, "patient_id": None, "steps": steps, "first": MONDAY}
    return SittingsAsk(**usual | facts)  # type: ignore[arg-type]


def wish(clinic: Clinic, plan: UUID, *days: int, hour: int = 10, patient: UUID | None = None):
    places = tuple((at(hour, day=day), clinic.doctors[0]) for day in days)
    return SeriesWish(clinic.site_id, patient or clinic.patient(), plan, places, "desk")


def booked(clinic: Clinic, plan: UUID, *days: int) -> UUID:
    return book_series(actor=clinic.actor, wish=wish(clinic, plan, *days))


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2, days=60)


@pytest.fixture
def plan(clinic: Clinic) -> UUID:
    return make_course(clinic, (3, 7), (3, 7), (7, 14))


def test_the_finder_places_four_sittings_with_one_doctor_and_keeps_the_gaps(
    clinic: Clinic, plan: UUID
):
    found = propose(ask(clinic, plan, wishes=Wishes({1}, {"afternoon"})))

    assert found.is_whole
    assert len({one.place.practitioner_id for one in found.sittings}) == 1
    assert [one.days_after for one in found.sittings] == [None, 7, 7, 7]
    assert all(one.place.starts_at.weekday() == 1 for one in found.sittings)
    assert all(one.place.starts_at.hour == 14 for one in found.sittings)
    assert all(3 <= (o.starts_at.date() - found.sittings[0].place.starts_at.date()).days <= 7
               for o in found.sittings[1].others)  # fmt: skip


def test_one_changed_by_hand_moves_those_after_it(clinic: Clinic, plan: UUID):
    by_hand = {1: (at(15, day=5), clinic.doctors[1])}
    found = propose(ask(clinic, plan, fixed=by_hand))

    assert found.sittings[1].place.starts_at == at(15, day=5)
    assert {one.place.practitioner_id for one in found.sittings} == {clinic.doctors[1]}
    assert 3 <= (found.sittings[2].days_after or 0) <= 7


def test_the_sitting_for_which_nothing_is_free_is_named_with_its_days(clinic: Clinic):
    full = Session.objects.filter(
        clinic_day__range=(MONDAY + timedelta(days=15), MONDAY + timedelta(days=50))
    )
    full.update(active=False)
    found = propose(ask(clinic, make_course(clinic, (20, 25))))

    assert found.stuck == 1
    assert found.planned == ()
    assert len(found.sittings) == 1
    first = found.sittings[0].place.starts_at.date()
    assert found.stuck_from == first + timedelta(days=20)


@pytest.mark.parametrize("sittings", [1, 11])
def test_the_cost_of_finding_depends_on_services_not_on_sittings(clinic: Clinic, sittings: int):
    plan = make_course(clinic, *[(1, 4)] * sittings)
    question = ask(clinic, plan, patient_id=clinic.patient())
    propose(question)

    with CaptureQueriesContext(connection) as seen:
        propose(question)
    assert len(seen) == 5


def test_all_sittings_are_booked_beyond_the_window_of_the_service(clinic: Clinic, plan: UUID):
    Service.objects.filter(pk=clinic.service_id).update(window_days=5)

    series = booked(clinic, plan, 1, 6, 12, 24)

    detail = series_detail(clinic.actor, series)
    assert [one.line.starts_at for one in detail.sittings] == [
        at(10, day=day) for day in (1, 6, 12, 24)
    ]
    assert [one.trouble for one in detail.sittings] == ["", "", "", ""]
    assert detail.name == NAME
    assert detail.to_come == 4


def test_when_one_cannot_be_had_none_is_booked(clinic: Clinic, plan: UUID):
    clinic.book(at(10, day=12), practitioner_id=clinic.doctors[0])

    with pytest.raises(SittingTaken) as refused:
        booked(clinic, plan, 1, 6, 12, 24)

    assert "第 3 次" in str(refused.value)
    assert Booking.objects.count() == 1
    assert not Series.objects.exists()
    assert Allocation.objects.filter(active=True).count() == 2


@pytest.mark.parametrize(
    ("days", "refusal"),
    [((1, 2, 8, 20), GapBroken), ((1, 9, 14, 24), GapBroken), ((1, 6, 12), SittingsIncomplete)],
)
def test_gaps_that_do_not_hold_are_refused(
    clinic: Clinic, plan: UUID, days: tuple[int, ...], refusal: type[Exception]
):
    with pytest.raises(refusal):
        booked(clinic, plan, *days)
    assert not Booking.objects.exists()


def test_who_may_not_book_books_no_series(clinic: Clinic, plan: UUID):
    seer = make_actor(clinic.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        book_series(actor=seer, wish=wish(clinic, plan, 1, 6, 12, 24))
    series = booked(clinic, plan, 1, 6, 12, 24)
    with pytest.raises(NotAllowed):
        end_series(actor=seer, series_id=series, reason="x")
    with pytest.raises(NotFound):
        series_detail(make_actor(clinic.patient(), permissions.SEE), series)
    with pytest.raises(NotAllowed):
        save_plan(actor=seer, site_id=clinic.site_id, facts=PlanFacts(NAME, ()))


def test_one_moved_by_hand_has_the_following_proposed_anew(clinic: Clinic, plan: UUID):
    series = booked(clinic, plan, 1, 6, 12, 24)
    second = Sitting.objects.get(series_id=series, position=1).booking
    reschedule_booking(
        actor=clinic.actor, booking_id=second.pk, starts_at=at(10, day=3 + 5 - 4),
        practitioner_id=clinic.doctors[0],
    )  # fmt: skip
    detail = series_detail(clinic.actor, series)
    assert [one.trouble for one in detail.sittings] == ["", "", "gap", ""]
    assert "8 天" in detail.sittings[2].says

    found = placed_anew(detail, MONDAY, practitioner_id=None)
    places = {
        2 + n: (one.place.starts_at, one.place.practitioner_id)
        for n, one in enumerate(found.sittings)
    }
    place_anew(actor=clinic.actor, series_id=series, places=places)

    after = series_detail(clinic.actor, series)
    assert [one.trouble for one in after.sittings] == ["", "", "", ""]
    assert after.sittings[3].line.starts_at == at(10, day=24)
    assert after.sittings[2].line.number == detail.sittings[2].line.number


def test_a_lost_sitting_is_booked_again_even_when_its_days_are_over(clinic: Clinic, plan: UUID):
    series = booked(clinic, plan, 1, 6, 12, 24)
    second = Sitting.objects.get(series_id=series, position=1).booking
    cancel_booking(actor=clinic.actor, booking_id=second.pk, reason="ill")
    with clock.at(at(8, day=11)):
        detail = series_detail(clinic.actor, series)
        assert detail.first_trouble == 1
        found = placed_anew(detail, MONDAY + timedelta(days=11), practitioner_id=None)
        places = {
            1 + n: (one.place.starts_at, one.place.practitioner_id)
            for n, one in enumerate(found.sittings)
        }
        place_anew(actor=clinic.actor, series_id=series, places=places)
        after = series_detail(clinic.actor, series)

    assert [one.trouble for one in after.sittings] == ["", "", "", ""]
    assert after.sittings[1].line.id != second.pk
    assert Booking.objects.filter(state="confirmed").count() == 4


def test_what_cannot_be_placed_anew_leaves_all_where_it_was(clinic: Clinic, plan: UUID):
    series = booked(clinic, plan, 1, 6, 12, 24)
    before = list(Booking.objects.order_by("pk").values_list("starts_at", "version"))
    clinic.book(at(9, day=20))
    doctor = clinic.doctors[0]
    for places, refusal in (
        ({2: (at(11, day=10), doctor), 3: (at(9, day=20), doctor)}, SittingTaken),
        ({2: (at(11, day=20), doctor)}, GapBroken),
    ):
        with pytest.raises(refusal):
            place_anew(actor=clinic.actor, series_id=series, places=places)
    with pytest.raises(Stale):
        place_anew(actor=clinic.actor, series_id=series, places={}, version=7)
    with clock.at(at(11, day=6)), pytest.raises(SittingPast):
        place_anew(actor=clinic.actor, series_id=series, places={1: (at(12, day=7), doctor)})
    mine = Sitting.objects.filter(series_id=series).values("booking_id")
    after = Booking.objects.filter(pk__in=mine).order_by("pk")
    assert list(after.values_list("starts_at", "version")) == before


def test_the_rest_is_cancelled_and_what_took_place_stays(clinic: Clinic, plan: UUID):
    series = booked(clinic, plan, 1, 6, 12, 24)
    Booking.objects.filter(starts_at=at(10, day=1)).update(state="finished")

    assert end_series(actor=clinic.actor, series_id=series, reason="moved away") == 3
    with pytest.raises(NothingLeft):
        end_series(actor=clinic.actor, series_id=series, reason="again")

    states = list(Booking.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == ["finished", "cancelled", "cancelled", "cancelled"]
    assert not Allocation.objects.filter(active=True, booking__state="cancelled").exists()


def test_a_doctor_who_leaves_has_the_sittings_to_come_proposed_with_another(
    clinic: Clinic, plan: UUID
):
    series = booked(clinic, plan, 1, 6, 12, 24)
    doctor = clinic.doctors[0]
    Practitioner.objects.filter(pk=doctor).update(is_bookable=False)
    retire_resource(actor=clinic.actor, resource_id=clinic.doctor_resources[0])

    detail = series_detail(clinic.actor, series)
    assert {one.trouble for one in detail.sittings} == {"doctor"}
    assert "不再出诊" in detail.sittings[0].says
    found = placed_anew(detail, MONDAY, practitioner_id=None)
    places = {
        n: (one.place.starts_at, one.place.practitioner_id) for n, one in enumerate(found.sittings)
    }
    place_anew(actor=clinic.actor, series_id=series, places=places)

    after = series_detail(clinic.actor, series)
    assert {one.line.practitioner_id for one in after.sittings} == {clinic.doctors[1]}
    assert {one.trouble for one in after.sittings} == {""}


def test_a_service_that_changes_leaves_booked_sittings_as_they_are_and_says_so(
    clinic: Clinic, plan: UUID
):
    series = booked(clinic, plan, 1, 6, 12, 24)
    Performs.objects.filter(practitioner_id=clinic.doctors[0]).update(minutes=45)
    longer = series_detail(clinic.actor, series).sittings[0]
    assert (longer.trouble, longer.says) == ("", "该项目现需 45 分钟，已预约 30 分钟。")

    Service.objects.filter(pk=clinic.service_id).update(is_active=False)
    gone = series_detail(clinic.actor, series).sittings[0]
    assert gone.line.minutes == 30
    assert "已停用" in gone.says
    second = Sitting.objects.get(series_id=series, position=1).booking_id
    with pytest.raises(UnknownService):
        reschedule_booking(
            actor=clinic.actor, booking_id=second, starts_at=at(11, day=6), practitioner_id=None
        )
    with pytest.raises(NotFound):
        booked(clinic, plan, 2, 7, 13, 25)


def test_a_plan_changed_under_a_series_changes_only_what_is_booked_later(
    clinic: Clinic, plan: UUID
):
    series = booked(clinic, plan, 1, 6, 12, 24)
    facts = PlanFacts(NAME, (Step(clinic.service_id, 0, 0), Step(clinic.service_id, 20, 30)))
    save_plan(actor=clinic.actor, site_id=clinic.site_id, facts=facts, plan_id=plan, version=1)

    assert len(series_detail(clinic.actor, series).sittings) == 4
    assert len(treatment_plan(clinic.site_id, plan).steps) == 2
    with pytest.raises(Stale):
        save_plan(actor=clinic.actor, site_id=clinic.site_id, facts=facts, plan_id=plan, version=1)
    retire_plan(actor=clinic.actor, site_id=clinic.site_id, plan_id=plan)
    assert treatment_plans(clinic.site_id) == []


@pytest.mark.parametrize("gaps", [(), ((0, 3),), ((5, 3),), ((1, 91),), ((1, 1),) * 24])
def test_a_plan_that_cannot_be_meant_is_not_kept(clinic: Clinic, gaps: tuple[tuple[int, int], ...]):
    with pytest.raises(PlanEmpty):
        make_course(clinic, *gaps)
    assert treatment_plans(clinic.site_id) == []


@pytest.mark.parametrize("treatments", [1, 12])
def test_a_patients_treatments_cost_the_same_however_many(clinic: Clinic, treatments: int):
    plan, patient = make_course(clinic, (1, 40)), clinic.patient()
    for n in range(treatments):
        asked = wish(clinic, plan, n, n + 20, patient=patient, hour=9 + n % 3)
        book_series(actor=clinic.actor, wish=asked)
    series_of(clinic.actor, patient)

    with CaptureQueriesContext(connection) as seen:
        found = series_of(clinic.actor, patient)
    assert len(found) == treatments
    assert len(seen) <= 10


def test_sittings_may_be_of_different_services(clinic: Clinic):
    other = make_service(minutes=60)
    Performs.objects.create(practitioner_id=clinic.doctors[0], service_id=other)
    steps = (Step(clinic.service_id, 0, 0), Step(other, 2, 5))
    plan = save_plan(actor=clinic.actor, site_id=clinic.site_id, facts=PlanFacts(NAME, steps))
    found = propose(ask(clinic, plan))

    assert [one.service_id for one in found.sittings] == [clinic.service_id, other]
    lengths = [one.place.ends_at - one.place.starts_at for one in found.sittings]
    assert lengths == [timedelta(minutes=30), timedelta(minutes=60)]


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_same_sittings_one_has_all_and_one_has_none():
    clinic = make_clinic(days=30)
    plan = make_course(clinic, (3, 7), (3, 7))
    wishes = [wish(clinic, plan, 1, 5, 9) for _ in range(2)]

    ended = at_once([partial(book_series, actor=clinic.actor, wish=one) for one in wishes])

    assert ended == {"done": 1, "sitting_taken": 1}
    assert Booking.objects.count() == 3
    assert count(OVERLAPS) == 0
