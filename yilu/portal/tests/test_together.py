"""An account books for several of its people, and sees their treatments in series."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.models import Booking, PaymentTerms
from yilu.scheduling.operations.series import book_series
from yilu.scheduling.selectors.together import ways_to_come
from yilu.scheduling.tests.factories import MONDAY, at, publish
from yilu.scheduling.tests.test_series import make_course, wish


@pytest.fixture
def pair(front: Front, someone: Someone) -> tuple[UUID, UUID]:
    """Two patients of one account, which is signed in."""
    site_id = front.clinic.site_id
    found = someone.patient(site_id, "沈白芷"), someone.patient(site_id, "沈小满")
    someone.client.force_login(User.objects.get(pk=someone.account().user_id))
    return found


def url(front: Front) -> str:
    return f"/book/{front.site_key}/{front.clinic.clinic.service_id}/together"


def test_two_of_a_family_are_booked_once_however_often_it_is_pressed(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    shown = someone.client.get(url(front)).content.decode()
    assert "沈小满" in shown
    clinic = front.clinic.clinic
    way = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=False)[0]
    assert way.value in shown
    form = {"request_key": str(new_id()), "who": pair, "times": way.value}

    done = someone.client.post(url(front), form)
    again = someone.client.post(url(front), form)

    assert (done.status_code, done["Location"]) == (303, "/my/bookings")
    assert again.status_code == 303
    booked = {one.patient_id: one for one in Booking.objects.all()}
    assert set(booked) == set(pair)
    assert {booked[pair[0]].companion, booked[pair[1]].companion} == {"沈白芷", "沈小满"}


@pytest.mark.covers("A02", "A18")
def test_each_of_a_family_is_asked_before_all_are_booked(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    clinic, (first, second) = front.clinic.clinic, pair
    way = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=False)[0]
    chosen = {"who": pair, "times": way.value}

    asked = someone.client.get(url(front), chosen).content.decode()
    assert "沈小满" in asked
    assert "都约上（2 人）" in asked
    assert Booking.objects.count() == 0
    said = chosen | {
        f"{first}-reason": "咳嗽", f"{second}-reason": "发热",
        f"{second}-special_needs": ["child", "allergy"], f"{second}-medication": "布洛芬",
    }  # fmt: skip
    wrong = said | {"request_key": "k1", f"{first}-special_needs": ["money"]}
    refused = someone.client.post(url(front), wrong)
    assert (refused.status_code, Booking.objects.count()) == (422, 0)
    assert "布洛芬" in refused.content.decode()

    someone.client.post(url(front), said | {"request_key": "k2"})

    kept = {one.patient_id: one for one in Booking.objects.all()}
    assert kept[first].reason_for_visit == "咳嗽"
    assert kept[second].special_needs == ["child", "allergy"]
    assert kept[second].answers == {"medication": "布洛芬"}


def test_when_the_time_is_gone_nobody_is_booked_and_others_are_offered(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    clinic = front.clinic.clinic
    way = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=False)[0]
    clinic.book(way.places[1].starts_at, practitioner_id=way.places[1].practitioner_id)
    form = {"request_key": str(new_id()), "who": pair, "times": way.value}

    typed = {f"{pair[0]}-reason": "咳嗽三天", f"{pair[1]}-special_needs": ["child", "allergy"]}

    refused = someone.client.post(url(front), form | typed)
    foreign = someone.client.post(url(front), form | {"request_key": "k2", "who": [new_id()] * 2})
    odd = someone.client.post(url(front), form | {"request_key": "k3", "times": "soon"})

    assert refused.status_code == 409
    assert "未预约：不能让每个人都在该时间就诊。" in refused.content.decode()
    page = refused.content.decode()
    assert ("咳嗽三天" in page, 'value="child"' in page, 'value="allergy"' in page) == (True,) * 3
    again = someone.client.post(url(front), form | typed | {"again": "1", "request_key": "k4"})
    assert (again.status_code, "咳嗽三天" in again.content.decode()) == (200, True)
    assert foreign.status_code == 422
    assert odd.status_code == 400
    assert Booking.objects.count() == 1


def booked_pair(front: Front, someone: Someone, pair: tuple[UUID, UUID]) -> list[Booking]:
    clinic = front.clinic.clinic
    way = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=False)[0]
    form = {"request_key": str(new_id()), "who": pair, "times": way.value}
    someone.client.post(url(front), form)
    return list(Booking.objects.order_by("starts_at"))


@pytest.mark.parametrize("for_all", [True, False])
def test_one_of_a_family_is_cancelled_or_all_with_one_press(
    front: Front, someone: Someone, pair: tuple[UUID, UUID], *, for_all: bool
):
    first, second = booked_pair(front, someone, pair)
    names = {one.patient_id: one.companion for one in (first, second)}
    address = f"/my/visit/{first.pk}/cancel"
    asked = someone.client.get(address).content.decode()
    assert "一起就诊的也都取消" in asked
    assert names[first.patient_id] in asked
    assert (
        f"与 {names[first.patient_id]} 一起" in someone.client.get("/my/bookings").content.decode()
    )

    form = {"request_key": str(new_id()), "reason": "time", "version": first.version}
    done = someone.client.post(address, form | ({"all_of_them": "1"} if for_all else {}))

    assert done.status_code == 303
    states = list(Booking.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == ["cancelled", "cancelled" if for_all else "confirmed"]


def test_whose_relative_is_of_another_account_is_not_asked_to_cancel_for_them(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    first, second = booked_pair(front, someone, pair)
    other = Someone()
    stranger = other.patient(front.clinic.site_id, "别人")
    Booking.objects.filter(pk=second.pk).update(patient_id=stranger)
    address = f"/my/visit/{first.pk}/cancel"
    assert "一起就诊的也都取消" not in someone.client.get(address).content.decode()

    form = {"request_key": str(new_id()), "reason": "time", "version": first.version}
    refused = someone.client.post(address, form | {"all_of_them": "1"})

    assert refused.status_code in {403, 404}
    assert Booking.objects.filter(state="confirmed").count() == 2


def test_a_family_that_must_pay_sees_for_whom(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    service = front.clinic.clinic.service_id
    PaymentTerms.objects.create(service_id=service, kind="deposit", amount=Decimal(50))
    clinic = front.clinic.clinic
    way = ways_to_come(clinic.site_id, clinic.service_id, 2, MONDAY, parallel=False)[0]
    form = {"request_key": str(new_id()), "who": pair, "times": way.value}
    someone.client.post(url(front), form)

    assert set(Booking.objects.values_list("state", flat=True)) == {"requested"}
    listed = someone.client.get("/my/bookings").content.decode()
    assert "有 2 个预约待支付" in listed
    assert listed.count("待支付</b>") == 2


@pytest.mark.covers("A17")
def test_a_treatment_is_seen_and_printed_by_its_patient_only(
    front: Front, someone: Someone, pair: tuple[UUID, UUID]
):
    clinic = front.clinic.clinic
    publish(clinic, days=20)
    plan = make_course(clinic, (3, 7))
    series = book_series(actor=clinic.actor, wish=wish(clinic, plan, 1, 6, patient=pair[0]))

    listed = someone.client.get("/my/bookings").content.decode()
    assert f"/my/series/{series}" in listed
    for address in (f"/my/series/{series}", f"/my/series/{series}/print"):
        page = someone.client.get(address)
        assert page.status_code == 200
        assert "根管治疗" in page.content.decode()
    other = Someone()
    other.patient(front.clinic.site_id, "别人")
    other.client.force_login(User.objects.get(pk=other.account().user_id))
    assert other.client.get(f"/my/series/{series}").status_code == 404


def test_the_page_of_bookings_costs_the_same_for_one_person_and_for_twelve(
    front: Front, someone: Someone, django_assert_max_num_queries: Any
):
    clinic = front.clinic.clinic

    def cost() -> int:
        someone.client.force_login(User.objects.get(pk=someone.account().user_id))
        with django_assert_max_num_queries(80) as found:
            assert someone.client.get("/my/bookings").status_code == 200
        return len(found)

    clinic.book(at(9), patient_id=someone.patient(clinic.site_id, "沈一"))
    alone = cost()
    for n in range(11):
        patient_id = someone.patient(clinic.site_id, f"沈{n}号")
        clinic.book(at(9, day=n // 5 + 1) + timedelta(minutes=30 * (n % 5)), patient_id=patient_id)

    assert cost() == alone
