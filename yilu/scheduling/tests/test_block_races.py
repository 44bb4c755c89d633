"""Absences that are entered or taken away while others book and cancel inside them."""

from collections.abc import Callable
from functools import partial

import pytest

from yilu.platform.testing import beside
from yilu.scheduling.operations.blocks import lift_block, undo_lift_block
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.tests.factories import Clinic, at
from yilu.scheduling.tests.test_blocks import block, blocked_pieces

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A03")
def test_a_booking_made_at_that_moment_leaves_the_rest_of_the_time_blocked(clinic: Clinic):
    blocked = beside(lambda: clinic.book(at(10)), partial(block, clinic))

    assert blocked_pieces() == {(at(9), at(10)), (at(10, 30), at(12))}
    assert len(blocked.booking_ids) == 1


@pytest.fixture
def booked(clinic: Clinic) -> Booked:
    return clinic.book(at(10))


@pytest.fixture
def cancel(clinic: Clinic, booked: Booked) -> Callable[[], object]:
    return partial(cancel_booking, actor=clinic.actor, booking_id=booked.id, reason="ill")


@pytest.mark.covers("A03")
def test_time_that_is_being_given_back_belongs_to_an_absence_that_is_entered(clinic, cancel):
    blocked = beside(cancel, partial(block, clinic))

    assert blocked_pieces() == {(at(9), at(12))}
    assert blocked.booking_ids == ()


@pytest.mark.covers("A03")
def test_who_gives_time_back_sees_the_absence_that_is_being_entered(clinic, cancel):
    beside(partial(block, clinic), cancel)

    assert blocked_pieces() == {
        (at(9), at(10)),
        (at(10), at(10, 30)),
        (at(10, 30), at(12)),
    }


@pytest.mark.covers("A03")
def test_an_absence_that_is_restored_has_what_is_being_given_back(clinic, cancel):
    (block_id,) = block(clinic).block_ids
    lift_block(actor=clinic.actor, block_id=block_id)

    beside(cancel, partial(undo_lift_block, actor=clinic.actor, block_id=block_id))

    assert blocked_pieces() == {(at(9), at(12))}


@pytest.mark.covers("A03")
@pytest.mark.parametrize("is_lifted_first", [True, False])
def test_what_is_given_back_while_an_absence_is_lifted_can_be_booked(
    clinic: Clinic,
    cancel: Callable[[], object],
    is_lifted_first: bool,  # noqa: FBT001 (drawn)
):
    (block_id,) = block(clinic).block_ids
    deeds = [partial(lift_block, actor=clinic.actor, block_id=block_id), cancel]

    beside(*(deeds if is_lifted_first else reversed(deeds)))

    assert blocked_pieces() == set()
    assert clinic.book(at(10)).starts_at == at(10)
