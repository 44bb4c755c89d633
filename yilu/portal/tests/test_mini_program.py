"""The mini-program: WeChat says who it is, the phone's account is what it may see and do."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from yilu.catalogue.models import Performs
from yilu.messaging.tests.sandboxes import Sandboxes, sandboxes
from yilu.patients.tests.factories import make_phone
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import AccessToken
from yilu.portal.puzzles import bits, solve, zero_bits
from yilu.portal.tests.factories import Front, Someone
from yilu.portal.tests.mini_program import MiniProgram
from yilu.reception.operations.arrivals import check_in
from yilu.scheduling.models import Booking, WaitingEntry
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]
DAY = (at(0), at(23))


@pytest.fixture
def providers(settings: Any) -> Iterator[Sandboxes]:
    settings.PUZZLE_BITS = 6
    with sandboxes(settings) as running:
        settings.MESSAGE_TIMEOUT_SECONDS = 5
        yield running


def signed_in(providers: Sandboxes, phone: str | None = None) -> MiniProgram:
    """A mini-program on a phone of its own."""
    phone = phone or make_phone()
    mini = MiniProgram()
    mini.sign_in(providers.wechat.wx_login(f"open-{phone}"))
    said = mini.allow_phone(providers.wechat.get_phone_number(phone))
    assert said["status_code"] == 200, said
    return mini


def wish(front: Front, patient: object, hour: int = 10, **more: Any) -> dict[str, Any]:
    clinic = front.clinic.clinic
    return {
        "site": clinic.site_id, "service": clinic.service_id, "practitioner": clinic.doctors[0],
        "starts_at": at(hour).isoformat(), "patient": patient,
    } | more  # fmt: skip


def test_somebody_signs_in_books_sees_their_place_and_cancels(front: Front, providers: Sandboxes):
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    clinic = front.clinic.clinic
    mini = MiniProgram()

    said = mini.sign_in(providers.wechat.wx_login("open-1"))
    assert (said["needs_phone"], said["token"]) == (True, None)
    said = mini.allow_phone(providers.wechat.get_phone_number(who.phone))
    assert said["needs_phone"] is False
    assert [one["id"] for one in mini.get("/my/patients")["items"]] == [str(patient)]

    free = mini.free(clinic.site_id, clinic.service_id, DAY)
    assert len(free) > 5
    booked = mini.post("/my/bookings", **wish(front, patient))
    assert booked["status_code"] == 201, booked
    assert Booking.objects.get().channel == "mini"
    assert [one["id"] for one in mini.get("/my/bookings")["items"]] == [booked["id"]]
    assert mini.get(f"/my/bookings/{booked['id']}/place")["status_code"] == 404

    with clock.at(at(9, 50)):
        check_in(actor=front.clinic.desk, booking_id=UUID(booked["id"]))
        place = mini.get(f"/my/bookings/{booked['id']}/place")
    assert (place["ahead"], place["state"]) == (0, "waiting")
    assert place["low_minutes"] <= place["high_minutes"]

    other = mini.post("/my/bookings", **wish(front, patient, 15))
    assert mini.post(f"/my/bookings/{other['id']}/cancel")["status_code"] == 204
    assert Booking.objects.get(pk=other["id"]).state == "cancelled"


@pytest.mark.covers("A08")
def test_a_booking_is_moved_to_another_time_and_service(front: Front, providers: Sandboxes):
    who = Someone()
    patient, clinic = who.patient(front.clinic.site_id), front.clinic.clinic
    mini, other = signed_in(providers, who.phone), signed_in(providers)
    longer = make_service(minutes=60)
    Performs.objects.create(practitioner_id=clinic.doctors[0], service_id=longer)
    booked = mini.post("/my/bookings", **wish(front, patient))
    path = f"/my/bookings/{booked['id']}/reschedule"

    moved = mini.post(path, starts_at=at(15).isoformat(), service=longer)

    assert (moved["status_code"], moved["number"]) == (200, booked["number"])
    assert (moved["starts_at"], moved["ends_at"]) == (shown(at(15)), shown(at(16)))
    clinic.book(at(10))
    taken = mini.post(path, starts_at=at(10).isoformat())
    assert (taken["status_code"], taken["code"]) == (409, "slot_taken")
    assert other.post(path, starts_at=at(16).isoformat())["status_code"] == 404
    assert mini.post(path, starts_at="tomorrow")["status_code"] == 422
    with clock.at(at(14)):
        late = mini.post(path, starts_at=at(16).isoformat())
    assert late["code"] == "too_late_to_change"
    assert Booking.objects.get(pk=booked["id"]).starts_at == at(15)


@pytest.mark.covers("A19")
def test_why_a_booking_is_cancelled_is_kept_if_it_is_said(front: Front, providers: Sandboxes):
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    mini = signed_in(providers, who.phone)
    first, second = (mini.post("/my/bookings", **wish(front, patient, hour)) for hour in (10, 11))

    assert mini.post(f"/my/bookings/{first['id']}/cancel", reason="cost")["status_code"] == 204
    unknown = mini.post(f"/my/bookings/{second['id']}/cancel", reason="whim")
    assert unknown["status_code"] == 422
    bare = mini.client.post(
        f"/api/v1/my/bookings/{second['id']}/cancel",
        content_type="application/json",
        headers={"Authorization": f"Bearer {mini.token}", "Idempotency-Key": str(new_id())},
    )

    assert bare.status_code == 204
    kept = Booking.objects.order_by("starts_at").values_list("state", "cancel_reason")
    assert list(kept) == [("cancelled", "cost"), ("cancelled", "unsaid")]


def shown(moment: datetime) -> str:
    """An instant as the API says it: on the wall of the site."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).isoformat()


def test_the_second_time_wechat_alone_signs_in(front: Front, providers: Sandboxes):
    phone = make_phone()
    signed_in(providers, phone)
    again = MiniProgram()

    said = again.sign_in(providers.wechat.wx_login(f"open-{phone}"))

    assert said["needs_phone"] is False
    assert again.get("/my/bookings")["status_code"] == 200


def test_a_phone_can_prove_itself_by_sms_instead(front: Front, providers: Sandboxes):
    who = Someone()
    mini = MiniProgram()
    mini.sign_in(providers.wechat.wx_login("open-2"))

    sent = mini.post("/mini/code", binding=mini.binding, phone=who.phone)
    wrong = mini.post(
        "/mini/code/verify", binding=mini.binding, phone=who.phone, nonce=sent["nonce"], code="0"
    )

    assert sent["status_code"] == 200
    assert wrong["code"] == "wrong_code"
    assert not AccessToken.objects.exists()


def test_codes_are_good_once_and_bindings_for_ten_minutes(front: Front, providers: Sandboxes):
    code = providers.wechat.wx_login("open-3")
    mini = MiniProgram()
    mini.sign_in(code)
    assert MiniProgram().sign_in(code)["code"] == "code_refused"
    assert MiniProgram().sign_in("made-up")["code"] == "code_refused"
    mini.binding = mini.binding[:-3] + "abc"
    allowed = mini.allow_phone(providers.wechat.get_phone_number(make_phone()))
    assert (allowed["status_code"], allowed["code"]) == (409, "binding_over")


def test_when_wechat_is_away_one_is_told_to_come_back(front: Front, providers: Sandboxes):
    providers.order("wechat", "error", times=3)

    said = MiniProgram().sign_in("x")

    assert (said["status_code"], said["code"]) == (503, "wechat_away")


def test_a_token_opens_its_own_account_only_and_ends(front: Front, providers: Sandboxes):
    theirs = Someone().patient(front.clinic.site_id)
    clinic = front.clinic.clinic
    stranger = clinic.book(at(10), patient_id=theirs)
    mini = signed_in(providers)

    assert mini.post("/my/bookings", **wish(front, theirs, 11))["status_code"] == 403
    assert mini.post(f"/my/bookings/{stranger.id}/cancel")["status_code"] in {403, 404}
    assert mini.get(f"/my/bookings/{stranger.id}/place")["status_code"] == 404
    # What staff may ask it may not.
    assert mini.get(f"/bookings?site={clinic.site_id}")["status_code"] in {403, 404}
    assert Booking.objects.filter(state="confirmed").count() == 1

    token = mini.token
    assert mini.post("/mini/sign-out")["status_code"] == 204
    assert mini.get("/my/patients")["status_code"] == 401
    later = clock.machine_now() + timedelta(hours=2, seconds=1)
    fresh = signed_in(providers)
    with clock.at(SUNDAY_EVENING, machine=later):
        assert fresh.get("/my/patients")["status_code"] == 401
    assert token not in json.dumps(list(AccessToken.objects.values("name")))


def test_a_share_used_up_shows_nothing_says_when_and_offers_the_waiting_list(
    front: Front, providers: Sandboxes
):
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    clinic = front.clinic.clinic
    plan = PlanFacts(
        name="x", shares=(Share("online", amount=0),),
        resource_ids=tuple(clinic.doctor_resources), falls_hours=2,
    )  # fmt: skip
    set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=plan)
    mini = signed_in(providers, who.phone)

    assert mini.free(clinic.site_id, clinic.service_id, DAY) == []
    refused = mini.post("/my/bookings", **wish(front, patient))
    assert (refused["status_code"], refused["code"]) == (409, "share_used_up")
    path = f"/my/releases?service={clinic.service_id}&site={clinic.site_id}"
    listed = mini.get(f"{path}&from=2031-03-03T00:00:00Z&to=2031-03-04T00:00:00Z")["items"]
    assert [(one["state"], one["at"]) for one in listed][:1] == [
        ("used_up", "2031-03-03T07:00:00+08:00")
    ]

    waits = {
        "site": clinic.site_id, "service": clinic.service_id, "patient": patient,
        "from": MONDAY, "until": MONDAY + timedelta(days=7),
    }  # fmt: skip
    for wrong in ({"weekdays": [7]}, {"not_before": "12:00", "not_after": "09:00"}):
        assert mini.post("/my/waiting-list", **waits | wrong)["status_code"] == 422
    joined = mini.post("/my/waiting-list", **waits, weekdays=[5], not_after="10:30")
    assert joined["status_code"] == 201, joined
    assert mini.post("/my/waiting-list", **waits)["code"] == "already_waiting"
    entry = WaitingEntry.objects.get()
    assert (entry.channel, entry.weekdays, entry.not_after) == ("mini", [5], time(10, 30))


@pytest.mark.covers("A21")
def test_a_robot_that_does_not_do_the_small_task_gets_no_place(front: Front, providers: Sandboxes):
    mini = signed_in(providers)
    task = mini.get("/my/puzzle")
    facts = wish(front, UUID(int=1)) | {"day": MONDAY}
    del facts["starts_at"]

    # One answer in sixty-four is right by chance: these are known to be wrong, and right.
    missed = next(n for n in map(str, range(99)) if zero_bits(task["puzzle"], n) < bits())
    wrong = mini.post("/my/queue", puzzle=task["puzzle"], answer=missed, **facts)
    other = signed_in(providers)
    answer = solve(task["puzzle"], bits())
    stolen = other.post("/my/queue", puzzle=task["puzzle"], answer=answer, **facts)

    assert wrong["code"] == stolen["code"] == "proof_wrong"
