"""A merge among the other apps: bookings, visits, the record; and many at once."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest

from yilu.clinical.models import Prescription
from yilu.clinical.selectors.allergies import allergy_flags
from yilu.clinical.tests.factories import allergic, make_room, make_visit, prescribed
from yilu.facility.models import Site
from yilu.patients.errors import MergeClash, RecordedSince
from yilu.patients.models import Merge, MergedRow, Patient
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.permissions import CHANGE, MERGE, SEE
from yilu.patients.tests.factories import MERGER, make_actor, make_patient
from yilu.patients.tests.test_races import at_once
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01")]


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


def merger(site_id: UUID) -> Actor:
    return make_actor(Site(pk=site_id), grants=MERGER)


def merge(site_id: UUID, survivor: UUID, merged: UUID) -> UUID:
    return merge_patients(
        actor=merger(site_id), survivor_id=survivor, merged_id=merged, reason="重复建档"
    )


def moved_rows() -> list[str]:
    """Every row that the last merge touched, as PostgreSQL writes it."""
    found = set(MergedRow.objects.order_by("id").values_list("place", "row_id"))
    return sorted(
        rows(f"SELECT t::text AS it FROM {place} t WHERE id = %(id)s", {"id": row_id})[0]["it"]  # noqa: S608
        for place, row_id in found
    )


def test_what_was_signed_and_measured_changes_whose_it_is_and_nothing_else():
    room = make_room()
    prescription = prescribed(room)
    allergic(room, "阿司匹林")
    survivor = make_patient(Site.objects.get(pk=room.site_id), "林半夏")

    made = merge(room.site_id, survivor, room.patient_id)
    during = moved_rows()
    assert Prescription.objects.get(pk=prescription).patient_id == survivor
    assert allergy_flags([survivor])[survivor].status == "has"
    undo_merge(actor=merger(room.site_id), merge_id=made, reason="错")

    assert Prescription.objects.get(pk=prescription).patient_id == room.patient_id
    assert moved_rows() != during
    places = set(MergedRow.objects.values_list("place", flat=True))
    assert {"clinical_prescription", "clinical_allergy", "visits_visit"} <= places


def test_two_bookings_at_the_same_time_wait_for_a_person(clinic: Clinic):
    one, two = clinic.patient("甲一"), clinic.patient("甲一")
    clinic.book(at(10), patient_id=one)
    second = clinic.book(at(10), patient_id=two, practitioner_id=clinic.doctors[1])

    with pytest.raises(MergeClash) as refused:
        merge(clinic.site_id, one, two)
    assert "同一时间" in str(refused.value)
    assert not Merge.objects.exists()

    cancel_booking(actor=clinic.actor, booking_id=second.id, reason="重复")
    merge(clinic.site_id, one, two)
    assert set(Booking.objects.values_list("patient", flat=True)) == {one}


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def test_a_visit_to_a_booking_that_would_go_back_cannot_be_parted(clinic: Clinic):
    one, two = clinic.patient("甲一"), clinic.patient("甲一")
    booked = clinic.book(at(10), patient_id=two)
    made = merge(clinic.site_id, one, two)
    visit = make_visit(clinic.site_id, one)
    undo_merge(actor=merger(clinic.site_id), merge_id=made, reason="错")
    made = merge(clinic.site_id, one, two)
    rows("UPDATE visits_visit SET booking_id = %(b)s WHERE id = %(v)s RETURNING id",
         {"b": booked.id, "v": visit})  # fmt: skip

    with pytest.raises(RecordedSince) as refused:
        undo_merge(actor=merger(clinic.site_id), merge_id=made, reason="错")

    assert "就诊" in str(refused.value)
    assert Booking.objects.get().patient_id == one
    assert Patient.objects.get(pk=two).merged_into_id == one
    assert Merge.objects.filter(undone_at=None).count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_bookings_made_while_two_records_are_merged_all_reach_the_survivor(clinic: Clinic):
    one, two = clinic.patient("甲一"), clinic.patient("甲一")

    def book(hour: int) -> None:
        with clock.at(SUNDAY_EVENING):
            clinic.book(at(hour), patient_id=two)

    outcomes = at_once(
        *(partial(book, hour) for hour in (9, 10, 11, 14, 15, 16)),
        lambda: merge(clinic.site_id, one, two),
    )

    assert outcomes == {"done": 7}
    assert Booking.objects.count() == 6
    assert set(Booking.objects.values_list("patient", flat=True)) == {one}


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_merge_the_other_way_round_leave_one_survivor(clinic: Clinic):
    one, two = clinic.patient("甲一"), clinic.patient("甲一")

    outcomes = at_once(
        *[lambda: merge(clinic.site_id, one, two), lambda: merge(clinic.site_id, two, one)] * 3
    )

    assert outcomes == {"done": 1, "merged_away": 5}
    assert Patient.objects.filter(merged_into=None, pk__in=(one, two)).count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_a_merge_back_one_does(clinic: Clinic):
    one, two = clinic.patient("甲一"), clinic.patient("甲一")
    made = merge(clinic.site_id, one, two)
    actor = make_actor(Site(pk=clinic.site_id), grants=(SEE, CHANGE, MERGE))

    outcomes = at_once(*[lambda: undo_merge(actor=actor, merge_id=made, reason="错")] * 5)

    assert outcomes == {"done": 1, "merge_already_undone": 4}
    assert not Patient.objects.exclude(merged_into=None).exists()
