"""Several people at once: side by side or one after the other, everybody or nobody."""

from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yilu.platform.testing import not_kept_yet
from yilu.scheduling.allocation import Place
from yilu.scheduling.errors import TogetherTaken, TooFewTogether
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.holds import hold_time, release_hold
from yilu.scheduling.operations.together import book_together
from yilu.scheduling.selectors.together import ways_to_come
from yilu.scheduling.tests.factories import MONDAY, Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import OVERLAPS, at_once, count
from yilu.scheduling.together import LONGEST_WAIT, one_after_another, side_by_side

PLACES = st.lists(
    st.builds(
        lambda quarter, doctor, halves: Place(
            at(9, 15 * quarter), at(9, 15 * quarter + 30 * halves), UUID(int=doctor)
        ),
        st.integers(0, 16),
        st.integers(1, 3),
        st.integers(1, 2),
    ),
    max_size=30,
)


@given(free=PLACES, people=st.integers(2, 4))
def test_every_way_has_a_place_for_each_and_keeps_its_promise(free: list[Place], people: int):
    for way in side_by_side(sorted(set(free)), people):
        assert len(way) == people
        assert len({one.starts_at for one in way}) == 1
    for way in one_after_another(free, people):
        assert len(way) == people
        assert len({one.practitioner_id for one in way}) == 1
        gaps = [b.starts_at - a.ends_at for a, b in pairwise(way)]
        assert all(timedelta() <= gap <= LONGEST_WAIT for gap in gaps)
        assert set(way) <= set(free)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def family(clinic: Clinic, *, parallel: bool) -> list[object]:
    (way, *_more) = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=parallel)
    return [
        clinic.wish(place.starts_at, practitioner_id=place.practitioner_id) for place in way.places
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("parallel", [True, False])
def test_a_couple_is_booked_side_by_side_or_one_after_the_other(
    clinic: Clinic,
    parallel: bool,  # noqa: FBT001 (drawn)
):
    booked = book_together(actor=clinic.actor, wishes=family(clinic, parallel=parallel))

    assert len({one.practitioner_id for one in booked}) == (2 if parallel else 1)
    starts = [one.starts_at for one in booked]
    assert starts == ([at(9), at(9)] if parallel else [at(9), at(9, 30)])


@pytest.mark.django_db
def test_when_one_cannot_come_nobody_is_booked(clinic: Clinic):
    wishes = family(clinic, parallel=True)
    clinic.book(at(9), practitioner_id=clinic.doctors[1])

    with pytest.raises(TogetherTaken):
        book_together(actor=clinic.actor, wishes=wishes)
    with pytest.raises(TooFewTogether):
        book_together(actor=clinic.actor, wishes=wishes[:1])
    with pytest.raises(TooFewTogether):
        book_together(actor=clinic.actor, wishes=[wishes[0], wishes[0]])
    assert Booking.objects.count() == 1
    assert Allocation.objects.filter(active=True).count() == 2


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_families_at_once_one_is_booked_whole_and_one_not_at_all():
    clinic = make_clinic(doctors=2, rooms=2)
    families = [family(clinic, parallel=True) for _ in range(2)]

    ended = at_once([partial(book_together, actor=clinic.actor, wishes=one) for one in families])

    assert ended == {"done": 1, "together_taken": 1}
    assert Booking.objects.count() == 2
    assert count(OVERLAPS) == 0


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_family_that_waits_for_one_time_holds_up_nobody_else_of_that_day():
    clinic = make_clinic()
    first, second = at(9), at(9, 30)
    wishes = [clinic.wish(one) for one in (first, second)]

    with not_kept_yet() as start:
        held = hold_time(
            actor=clinic.actor,
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=clinic.doctors[0],
            starts_at=second,
        )
        booking = start(partial(book_together, actor=clinic.actor, wishes=wishes))
        with connection.cursor() as cursor:  # The family waits for us: we must for nobody.
            cursor.execute("SET LOCAL lock_timeout = '10ms'")
        single = clinic.book(at(11))
        release_hold(actor=clinic.actor, hold_id=held.id)
    booked = booking.result()

    assert [one.starts_at for one in booked] == [first, second]
    given = [one.number[-4:] for one in (single, *booked)]
    assert given == ["0001", "0002", "0003"]
    stored = dict(Booking.objects.values_list("pk", "number"))
    assert stored == {one.id: one.number for one in (single, *booked)}
