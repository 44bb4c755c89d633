"""The waiting list as the desk uses it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform import clock
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.offers import accept_offer
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list
from yilu.scheduling.selectors.waiting_list import figures, waiting_list
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, Clinic, at
from yilu.scheduling.tests.test_pages import send, toast
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]
JOIN = reverse("scheduling:waiting-join")


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    """Somebody signed in at the front desk."""
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def form(clinic: Clinic, **facts: Any) -> dict[str, Any]:
    usual = {
        "service": clinic.service_id,
        "from_on": "2031-03-03",
        "until_on": "2031-03-07",
        "notice": "60",
        "urgency": "soon",
        "new_name": "林晓芳",
        "new_phone": "12100000077",
    }
    return usual | facts


def wait(clinic: Clinic, name: str = "林晓芳") -> WaitingEntry:
    wish = WaitingWish(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        patient_id=clinic.patient(name),
        from_on=MONDAY,
        until_on=MONDAY + timedelta(days=4),
        channel="desk",
    )
    return WaitingEntry.objects.get(pk=join_waiting_list(actor=clinic.actor, wish=wish))


def shown(desk: Client) -> str:
    return desk.get(reverse("scheduling:waiting")).content.decode()


def test_somebody_new_is_put_on_the_list_and_shown(desk: Client, clinic: Clinic):
    dialog = desk.get(JOIN).content.decode()
    assert 'value="2031-03-02"' in dialog
    assert 'value="2031-03-16"' in dialog

    done = send(desk, "waiting-join", [], **form(clinic, weekdays=["1", "3"], not_before="09:30"))

    assert done.status_code == 204
    assert toast(done)["text"] == "已加入候补"
    page = shown(desk)
    for words in ("林晓芳", "尽快", "周二", "周四", "09:30 起", "尚未询问", "候补不满一天"):
        assert words in page
    desk.post(toast(done)["undo"], {"request_key": "k1"}, headers={"HX-Request": "true"})
    assert "暂无人候补" in shown(desk)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"new_name": ""}, "请选择患者，或填写新患者的姓名和电话。"),
        ({"until_on": "2031-03-01"}, "请填写今天起 90 天内的日期"),
        ({"not_before": "12:00", "not_after": "09:00"}, "最早时间必须早于最晚时间。"),
        ({"weekdays": ["9"]}, "9"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    desk: Client, clinic: Clinic, facts: dict[str, Any], words: str
):
    refused = send(desk, "waiting-join", [], **form(clinic, **facts))

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not WaitingEntry.objects.exists()


def test_who_takes_it_on_the_phone_is_booked(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    entry = wait(clinic)
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain()
    assert "正在询问：3月3日" in shown(desk)

    done = send(desk, "offer-accept", [Offer.objects.get().pk])

    assert done.status_code == 204
    made = Booking.objects.get(state="confirmed")
    assert toast(done)["text"] == f"已预约 {made.number}"
    assert (made.patient_id, made.starts_at, made.channel) == (entry.patient_id, at(10), "phone")
    assert "暂无人候补" in shown(desk)


def test_leaving_the_list_can_be_taken_back(desk: Client, clinic: Clinic):
    entry = wait(clinic)

    left = send(desk, "waiting-leave", [entry.pk])
    assert "暂无人候补" in shown(desk)
    back = desk.post(toast(left)["undo"], {"request_key": "k1"}, headers={"HX-Request": "true"})

    assert back.status_code == 204
    assert "林晓芳" in shown(desk)


def test_figures_tell_what_was_filled_and_who_was_never_asked(clinic: Clinic):
    with clock.at(SUNDAY_EVENING - timedelta(days=8)):
        WaitingEntry.objects.filter(pk=wait(clinic).pk).update(weekdays=[5])
    booked = clinic.book(at(10))
    wait(clinic, "周雨晴")
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain()
    offer = Offer.objects.get()

    found = figures(clinic.actor, clinic.site_id)
    assert (found.freed, found.filled, found.waiting, found.never_asked) == (1, 0, 2, 1)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=7)):
        accept_offer(actor=clinic.actor, offer_id=offer.pk, channel="phone")
        found = figures(clinic.actor, clinic.site_id)

    assert (found.freed, found.filled, found.filled_share) == (1, 1, 1.0)
    assert (found.minutes_saved, found.minutes_to_fill) == (30, 7)


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_twelve(
    clinic: Clinic, django_assert_num_queries: Any, count: int
):
    for n in range(count):
        wait(clinic, f"林晓{n}")

    with django_assert_num_queries(5):
        assert len(waiting_list(clinic.actor, clinic.site_id)) == count
    with django_assert_num_queries(2):
        figures(clinic.actor, clinic.site_id)
