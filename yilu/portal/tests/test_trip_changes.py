"""The pages of a trip's link: another time for one examination, or leaving it out."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.platform import clock, links
from yilu.platform.ids import new_id
from yilu.platform.testing import drain
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15", "A08")]


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING), translation.override("zh-hans"):
        yield


@pytest.fixture
def centre() -> Centre:
    return make_centre()


def told(centre: Centre, *keys: str, day: int = 0) -> tuple[str, list[UUID]]:
    """The address of a trip of Monday, each an hour and a half after the other from nine on."""
    patient, ids = centre.asked(*keys)
    times = {one: at(9, day=day) + timedelta(minutes=90 * n) for n, one in enumerate(ids)}
    trip = centre.book(patient, times)
    ends = clock.now() + timedelta(days=30)
    return f"/t/{links.issue('exam_trip', subject_id=trip, expires_at=ends)}", ids


def post(client: Client, url: str, **typed: Any) -> Any:
    return client.post(url, {"request_key": str(new_id()), "version": "1"} | typed)


def test_the_link_offers_both_and_moving_goes_back_to_the_trip(centre, client: Client):
    base, (blood, ecg) = told(centre, "blood_fasting", "ecg")
    page = client.get(base).content.decode()
    assert f"{base}/{ecg}/move" in page
    assert f"{base}/{blood}/cancel" in page

    shown = client.get(f"{base}/{ecg}/move").content.decode()
    value = f"{at(11, 30).isoformat()}|{centre.who}"
    assert f'value="{at(9).isoformat()}' not in shown
    done = post(client, f"{base}/{ecg}/move", time=value)

    assert (done.status_code, done["Location"]) == (303, base)
    assert ExamRequest.objects.get(pk=ecg).starts_at == at(11, 30)


def test_a_refusal_says_the_rule_on_the_page_and_changes_nothing(centre, client: Client):
    base, (blood, scan) = told(centre, "blood_fasting", "ct_contrast")
    late = f"{at(9, day=1).isoformat()}|{centre.who}"
    after = f"{at(9, day=4).isoformat()}|{centre.who}"

    order = post(client, f"{base}/{blood}/move", time=late)
    promise = post(client, f"{base}/{scan}/move", time=after)
    needed = post(client, f"{base}/{blood}/cancel", reason="cost")

    assert (order.status_code, promise.status_code, needed.status_code) == (409, 409, 409)
    assert "肌酐" in order.content.decode()
    assert "48 小时" in promise.content.decode()
    assert "致电" in needed.content.decode()
    assert ExamRequest.objects.filter(state="booked").count() == 2


def test_leaving_one_out_asks_why(centre, client: Client):
    base, (blood, ecg) = told(centre, "blood_fasting", "ecg")
    url = f"{base}/{ecg}/cancel"
    assert "心电图" in client.get(url).content.decode()
    assert post(client, url).status_code == 422
    assert post(client, url, reason="better").status_code == 303
    assert ExamRequest.objects.get(pk=ecg).state == "open"
    left = client.get(base).content.decode()
    assert f"{base}/{ecg}/move" not in left
    assert f"{base}/{blood}/move" in left
    assert "您已取消" in left
    assert "需要另约时间" not in left, "nobody need call: they left it out themselves"


@pytest.mark.parametrize("deed", ["move", "cancel"])
def test_what_is_no_longer_booked_shows_how_the_trip_stands(centre, client: Client, deed: str):
    base, (blood, ecg) = told(centre, "blood_fasting", "ecg")
    post(client, f"{base}/{ecg}/cancel", reason="better")

    page = client.get(f"{base}/{ecg}/{deed}")
    typed = {"reason": "better", "time": f"{at(11).isoformat()}|{centre.who}", "version": "2"}
    again = post(client, f"{base}/{ecg}/{deed}", **typed)

    assert (page.status_code, again.status_code) == (409, 409)
    assert "这项检查已不在预约中" in page.content.decode()
    assert f"{base}/{blood}/move" in page.content.decode()


def test_what_the_centre_lost_is_not_the_patients_doing(centre, client: Client):
    base, (_blood, ecg) = told(centre, "blood_fasting", "ecg")
    booking_id = ExamRequest.objects.get(pk=ecg).booking_id
    cancel_booking(actor=centre.clinic.actor, booking_id=booking_id, reason="clinic")
    drain(timers=False)

    stands = client.get(base).content.decode()

    assert "您已取消" not in stands
    assert "需要另约时间" in stands


@pytest.mark.parametrize("time", ["", "x|y", "2031-03-03T11:00:00"])
def test_what_cannot_be_read_is_refused(centre, client: Client, time: str):
    base, (_blood, ecg) = told(centre, "blood_fasting", "ecg")
    assert post(client, f"{base}/{ecg}/move", time=time).status_code == 400


def test_an_examination_of_another_trip_is_not_there(centre, client: Client):
    base, _ = told(centre, "blood_fasting")
    _other, (theirs,) = told(centre, "ecg", day=1)
    assert client.get(f"{base}/{theirs}/move").status_code == 404
    assert client.get(f"{base}/{theirs}/cancel").status_code == 404
    assert client.get(f"/my/trips/{new_id()}/{theirs}/move").status_code in {302, 303, 401, 403}
