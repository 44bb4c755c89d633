"""Which department? The step before choosing a service, from outside."""

import json

import pytest
from django.test import Client

from yilu.intake.models import PreTriage
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import Front, Someone, details
from yilu.scheduling.models import Booking

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B05")]


def ask(client: Client, front: Front, **said: object) -> object:
    typed = {"request_key": str(new_id()), "who": "nobody", **said}
    return client.post(f"/book/{front.site_key}/which", typed)


def test_somebody_unknown_is_led_from_a_complaint_to_a_booking(front: Front, someone: Someone):
    web = someone.client
    assert f"/book/{front.site_key}/which" in web.get(f"/book/{front.site_key}/").content.decode()
    asked = ask(web, front, text="咳嗽三天，有痰", age="35", sex="female")
    assert asked.status_code == 303
    page = web.get(asked["Location"]).content.decode()
    assert "全科" in page
    assert f"{front.times_url}?doctor={front.clinic.clinic.doctors[0]}" in page
    front.choose(someone)
    someone.sign_in("/book/details")
    assert "咳嗽三天，有痰" in web.get("/book/details").content.decode()
    assert web.post("/book/details", details(reason="咳嗽三天，有痰")).status_code == 303
    kept, booking = PreTriage.objects.get(), Booking.objects.get()
    assert (kept.booking_id, kept.patient_id) == (booking.pk, booking.patient_id)
    assert json.loads(kept.inputs)["text"] == ""


def test_an_alarm_offers_120_and_no_time(front: Front, someone: Someone):
    asked = ask(someone.client, front, alarm=["chest_pain"])
    page = someone.client.get(asked["Location"]).content.decode()
    assert "tel:120" in page
    assert "请立即去急诊" in page
    assert front.times_url not in page


def test_nothing_said_and_nonsense_are_refused_and_nothing_is_kept(front: Front, someone: Someone):
    assert ask(someone.client, front).status_code == 422
    assert ask(someone.client, front, text="咳嗽", age="-3").status_code == 422
    assert ask(someone.client, front, text="咳嗽", belly=["x"]).status_code == 422
    assert ask(someone.client, front, text="咳" * 600).status_code == 422
    assert not PreTriage.objects.exists()


def test_what_is_not_clear_is_called_so(front: Front, someone: Someone):
    asked = ask(someone.client, front, text="不太舒服")
    page = someone.client.get(asked["Location"]).content.decode()
    assert "暂时无法判断" in page


def test_an_account_asks_for_its_own_people_and_for_nobody_elses(front: Front, someone: Someone):
    mine = someone.patient(front.clinic.site_id)
    theirs = Someone().patient(front.clinic.site_id)
    someone.sign_in()
    assert ask(someone.client, front, text="咳嗽", who=str(theirs)).status_code == 422
    assert ask(someone.client, front, text="咳嗽", who=str(mine)).status_code == 303
    kept = PreTriage.objects.get()
    assert kept.patient_id == mine
    assert json.loads(kept.inputs)["text"] == "咳嗽"


def test_an_answer_is_shown_only_where_it_was_asked(front: Front, someone: Someone):
    ask(someone.client, front, text="咳嗽")
    other = Client().get(f"/book/{front.site_key}/which/answer")
    assert other.status_code == 302


def test_asking_without_end_is_stopped(front: Front, someone: Someone):
    said = [ask(someone.client, front, text="咳嗽").status_code for _n in range(21)]
    assert said == [303] * 20 + [429]
