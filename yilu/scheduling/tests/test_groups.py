"""A group at the desk: booked, known to each other, moved and cancelled all together or alone."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.errors import TogetherTaken
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.together import (
    book_together,
    cancel_together,
    move_together,
    undo_cancel_together,
    undo_move_together,
    unmake_together,
)
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.together import coming_along
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import at_once
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A18")]


@pytest.fixture
def clinic():
    with clock.at(SUNDAY_EVENING):
        yield make_clinic(doctors=2, rooms=2)


def three(clinic: Clinic) -> list:
    """Three of a family, one after the other from ten on."""
    wishes = [clinic.wish(at(10) + timedelta(minutes=30 * n)) for n in range(3)]
    return book_together(actor=clinic.actor, wishes=wishes)


def starts() -> list:
    return list(Booking.objects.order_by("starts_at").values_list("starts_at", flat=True))


def states() -> set:
    return set(Booking.objects.values_list("state", flat=True))


def test_the_members_know_each_other_at_a_constant_cost(clinic, django_assert_num_queries):
    booked = three(clinic)
    alone = clinic.book(at(15))
    first = booking_detail(clinic.actor, booked[0].id).line

    with django_assert_num_queries(5):
        along = coming_along(clinic.actor, first)

    assert [one.id for one in along] == [one.id for one in booked[1:]]
    assert coming_along(clinic.actor, booking_detail(clinic.actor, alone.id).line) == []


@pytest.mark.parametrize("minutes", [30, -30, 240])
def test_all_move_by_as_much_though_each_takes_the_place_of_another(clinic, minutes):
    booked, before = three(clinic), starts()

    move_together(
        actor=clinic.actor, booking_id=booked[1].id,
        starts_at=at(10, 30) + timedelta(minutes=minutes), practitioner_id=clinic.doctors[0],
    )  # fmt: skip

    assert starts() == [one + timedelta(minutes=minutes) for one in before]
    undo_move_together(actor=clinic.actor, booking_id=booked[1].id)
    assert starts() == before


def test_when_one_cannot_move_all_stay(clinic):
    booked, before = three(clinic), starts()
    clinic.book(at(15))

    with pytest.raises(TogetherTaken):
        move_together(
            actor=clinic.actor, booking_id=booked[0].id, starts_at=at(14),
            practitioner_id=clinic.doctors[0],
        )  # fmt: skip

    assert starts()[:3] == before


def test_all_are_cancelled_together_and_come_back_but_not_who_cancelled_before(clinic):
    booked = three(clinic)
    cancel_booking(actor=clinic.actor, booking_id=booked[2].id, reason="ill")

    gone = cancel_together(actor=clinic.actor, booking_id=booked[0].id, reason="away")

    assert ((gone.number, gone.refund), states()) == ((2, 0), {BookingState.CANCELLED})
    undo_cancel_together(actor=clinic.actor, booking_id=booked[0].id)
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 2
    assert Booking.objects.get(pk=booked[2].id).state == BookingState.CANCELLED


def test_a_group_just_booked_is_taken_back_whole(clinic):
    booked = three(clinic)

    unmake_together(actor=clinic.actor, booking_id=booked[1].id)

    assert states() == {BookingState.CANCELLED}


@pytest.fixture
def desk(clinic, client):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    client.cookies["yilu_language"] = "en"
    return client


def sent(clinic: Clinic, **facts: object) -> dict:
    """A whole dialog, filled in for two who come one after the other."""
    usual = {
        "site": clinic.site_id, "service": clinic.service_id, "channel": "phone",
        "time": f"{at(10).isoformat()}|{clinic.doctors[0]}",
        "patient": clinic.patient(), "along": [clinic.patient()], "how": "consecutive",
        "request_key": new_id(), "way": new_id(),
    }  # fmt: skip
    return usual | facts


@pytest.mark.parametrize("how", ["consecutive", "parallel"])
def test_the_dialog_books_for_two_and_takes_them_back(clinic, desk, how):
    answer = desk.post(
        reverse("scheduling:new"), sent(clinic, how=how), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 204, answer.content.decode()
    assert starts() == [at(10), at(10, 30) if how == "consecutive" else at(10)]
    first = Booking.objects.order_by("starts_at").first()
    assert first is not None
    desk.post(reverse("scheduling:unmake-together", args=[first.pk]), {"request_key": new_id()})
    assert states() == {BookingState.CANCELLED}


def test_the_dialog_places_two_as_soon_as_both_can_come(clinic, desk):
    desk.post(
        reverse("scheduling:new"), sent(clinic, time="", place="1"), headers={"HX-Request": "true"}
    )

    assert starts() == [at(9), at(9, 30)]


def test_when_there_is_no_place_for_all_the_dialog_says_so_and_keeps_who_was_chosen(clinic, desk):
    clinic.book(at(10, 30))
    along = clinic.patient("王小丫")

    answer = desk.post(
        reverse("scheduling:new"), sent(clinic, along=[along]), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "not everybody can come then" in answer.content.decode()
    assert f'value="{along}" checked' in answer.content.decode()
    assert Booking.objects.count() == 1


def test_moving_and_cancelling_offer_it_for_all(clinic, desk):
    booked = three(clinic)
    move = reverse("scheduling:move", args=[booked[0].id])
    cancel = reverse("scheduling:cancel", args=[booked[0].id])

    assert "Move all who come along" in desk.get(move).content.decode()
    assert "Cancel for all who come along" in desk.get(cancel).content.decode()
    page = desk.get(reverse("scheduling:booking", args=[booked[0].id])).content.decode()
    assert str(booked[1].id) in page
    moved = desk.post(
        move,
        {"time": f"{at(14).isoformat()}|{clinic.doctors[0]}", "all_of_them": "1",
         "version": 1, "request_key": new_id()},
    )  # fmt: skip
    assert moved.status_code == 204
    assert starts() == [at(14), at(14, 30), at(15)]
    gone = desk.post(
        cancel,
        {"reason": "ill", "all_of_them": "on", "version": 2, "request_key": new_id()},
    )
    assert gone.status_code == 204
    assert states() == {BookingState.CANCELLED}


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_a_group_at_once_one_moves_it_whole():
    with clock.at(SUNDAY_EVENING):
        clinic = make_clinic()
        booked = three(clinic)
        deeds = [
            partial(
                move_together, actor=clinic.actor, booking_id=booked[0].id, starts_at=at(hour),
                practitioner_id=clinic.doctors[0], version=1,
            )
            for hour in (14, 15)
        ]  # fmt: skip

        ended = at_once(deeds)

    assert ended == {"done": 1, "stale": 1}
    assert starts()[0] in {at(14), at(15)}
    assert starts()[2] - starts()[0] == timedelta(hours=1)
