"""The pages of prediction as their users see them; and what no patient ever sees."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.prediction.models import Confirmation, ExtraPlace, Risk
from yilu.prediction.operations.confirming import decide_confirmations
from yilu.prediction.operations.scoring import score_coming
from yilu.prediction.tests.factories import TRAINER, by_lead, keep_model, staff
from yilu.prediction.tests.test_confirming import HIGH, SUNDAY, coming
from yilu.prediction.tests.test_places import DAY, LIKELY, fill
from yilu.queueing.models import Pace
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import MONDAY, at
from yilu.scheduling.tests.test_pages import toast
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]
FIGURES = reverse("prediction:figures")
CALLS = reverse("prediction:calls")
PLACES = reverse("prediction:places")


def send(client: Client, url: str, typed: dict) -> Any:
    """Post a form once, as htmx does."""
    body = {"request_key": str(new_id())} | typed
    return client.post(url, body, headers={"HX-Request": "true"})


def signed_in(clinic, post: str) -> Client:
    client = Client()
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def manager(clinic) -> Client:
    return signed_in(clinic, "manager")


@pytest.fixture
def desk(clinic) -> Client:
    return signed_in(clinic, "front_desk")


def test_the_manager_sees_how_far_it_can_be_trusted(manager):
    keep_model()

    page = manager.get(FIGURES).content.decode()

    assert page.count('class="pr-point"') == 10
    assert 'role="img"' in page
    assert "0.71" in page
    assert "0.0680" in page
    assert "数量还不够" in page
    assert "1837" in page


def test_pages_say_why_they_say_nothing_of_extra_places(clinic, manager):
    keep_model(LIKELY, replay={})
    fill(clinic)
    Pace.objects.update(kind="cashier")

    assert "训练时尚不清楚患者的就诊时长" in manager.get(FIGURES).content.decode()
    page = manager.get(PLACES, {"day": DAY.isoformat()}).content.decode()
    assert "尚不清楚本院患者的就诊时长，暂不建议加号" in page


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (None, "尚未学习"),
        ({"refusal": "too_few", "bookings": 12, "missed": 1, "figures": {}, "bins": [],
          "replay": {}}, "历史预约太少"),
        ({"refusal": "no_better"}, "不优于平均爽约率"),
    ],
)  # fmt: skip
def test_why_nothing_is_predicted_is_said_in_words(manager, facts, words):
    if facts is not None:
        keep_model(**facts)

    assert words in manager.get(FIGURES).content.decode()


def test_the_page_is_for_managers_alone(desk):
    assert desk.get(FIGURES).status_code == 403
    assert desk.get(PLACES).status_code == 403


def test_the_desk_calls_and_writes_the_answer_down_once(clinic, desk):
    keep_model(HIGH)
    coming(clinic)
    decide_confirmations(actor=staff(clinic.site_id), site_id=clinic.site_id, today=SUNDAY)
    asked = Confirmation.objects.get()
    url = reverse("prediction:call", args=[asked.pk])

    assert "林晓芳" in desk.get(CALLS).content.decode()
    dialog = desk.get(url).content.decode()
    assert "您看还方便来吗" in dialog
    assert desk.get(url, headers={"HX-Request": "true"}).status_code == 200
    refused = send(desk, url, {"version": asked.version})
    assert refused.status_code == 422
    answer = send(desk, url, {"state": "comes", "version": asked.version})

    assert answer.status_code == 200
    assert "undo" in toast(answer)
    assert Confirmation.objects.get().state == "comes"
    stale = send(desk, url, {"state": "cannot", "version": asked.version})
    assert stale.status_code in {409, 412}
    assert Confirmation.objects.get().state == "comes"


def test_a_manager_opens_a_place_and_the_desk_gives_it_to_somebody(clinic, manager, desk):
    keep_model(LIKELY)
    fill(clinic)
    page = manager.get(PLACES, {"day": DAY.isoformat()}).content.decode()
    form = dict(re.findall(r'name="(site|practitioner|day|starts_at)" value="([^"]+)"', page))

    assert send(manager, reverse("prediction:open-place"), form).status_code == 204
    place = ExtraPlace.objects.get()
    assert "可用的加号" in desk.get(CALLS).content.decode()
    url = reverse("prediction:fill-place", args=[place.pk])
    assert desk.get(url).status_code == 200
    assert send(desk, url, {}).status_code == 422
    given = send(desk, url, {"patient": str(clinic.patient("林晓芳"))})

    assert given.status_code == 204
    assert ExtraPlace.objects.get().state == "filled"
    assert Booking.objects.filter(lane=1).count() == 1
    assert send(desk, url, {"patient": str(clinic.patient("周兰"))}).status_code == 422


def test_the_mark_stands_on_the_bookings_page_for_the_desk_only(clinic, desk):
    keep_model()
    booked = clinic.book(at(10, day=10))
    score_coming(actor=TRAINER, today=MONDAY)
    url = reverse("prediction:badge", args=[booked.id])

    assert url in desk.get(reverse("scheduling:booking", args=[booked.id])).content.decode()
    assert "需电话确认" in desk.get(url).content.decode()
    technician = signed_in(clinic, "technician")
    assert (
        url not in technician.get(reverse("scheduling:booking", args=[booked.id])).content.decode()
    )
    assert "确认" not in technician.get(url).content.decode()


def test_no_patient_sees_a_chance_on_any_page_or_in_the_api(clinic):
    keep_model(by_lead(high=0.4321, low=0.4321))
    somebody = Someone()
    booked = clinic.book(at(10, day=10), patient_id=somebody.patient(clinic.site_id))
    score_coming(actor=TRAINER, today=MONDAY)
    somebody.sign_in()
    account = somebody.client
    assert Risk.objects.get().chance == pytest.approx(0.4321)

    seen = []
    for path in patients_pages(booked.id):
        answer = account.get(path)
        if answer.status_code == 200:
            seen.append(path)
            text = b"".join(answer) if answer.streaming else answer.content
            assert not re.search(r"0\.43|43\s?%|爽约预测|需电话确认|prediction", text.decode()), (
                path
            )
    assert len(seen) >= 6
    for path in (FIGURES, CALLS, PLACES, reverse("prediction:badge", args=[booked.id])):
        answer = account.get(path)
        assert answer.status_code in {302, 303, 403, 404} or "43" not in answer.content.decode()


def patients_pages(booking_id) -> list[str]:
    mine = f"/my/visit/{booking_id}"
    return [
        "/my", "/my/bookings", "/my/bills", "/my/me", "/my/me/messages", "/my/me/family", mine,
        f"{mine}/move", f"{mine}/cancel", f"{mine}/late", f"{mine}/slip", "/book",
        f"/api/v1/bookings/{booking_id}",
    ]  # fmt: skip
