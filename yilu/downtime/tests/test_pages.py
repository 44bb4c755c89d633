"""Entering paper on its pages; what contradicts something stays on the page with a sentence."""

from uuid import uuid4

import pytest
from django.test import Client

from yilu.downtime.models import Outage, PaperForm
from yilu.downtime.tests.test_entering import Evening
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.tests.factories import at
from yilu.visits.models import Visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B17")]


@pytest.fixture
def desk(settings, tmp_path):
    settings.DOWNTIME_FOLDER = tmp_path
    evening = Evening()
    client = Client()
    user = make_staff("front_desk", site_id=evening.opened.site_id).user_id
    client.force_login(User.objects.get(pk=user))
    with clock.at(at(15)):
        yield evening, client


def begin(evening: Evening, client: Client, **typed: str):
    usual = {"kit": str(evening.kit_id), "day": "2031-03-03", "began": "09:00", "ended": "12:00"}
    return client.post("/downtime/outages/new", {"request_key": str(uuid4()), **usual, **typed})


def entry(evening: Evening, **typed: str) -> dict[str, str]:
    usual = {
        "request_key": str(uuid4()),
        "patient": str(evening.guest.patient_id),
        "booking": str(evening.guest.booking_id),
        "service": str(evening.opened.clinic.service_id),
        "practitioner": str(evening.opened.clinic.doctors[0]),
        "arrived": "09:50",
        "called": "10:05",
        "ended": "10:25",
    }
    return usual | typed


def test_an_outage_is_opened_and_a_form_entered(desk):
    evening, client = desk
    began = begin(evening, client)
    outage_id = Outage.objects.get().pk
    assert began["Location"] == f"/downtime/outages/{outage_id}"
    form = PaperForm.objects.filter(outage_id=outage_id)[0]
    url = f"/downtime/outages/{outage_id}/{form.pk}"
    page = client.get(f"{url}?patient={evening.guest.patient_id}").content.decode()
    assert str(evening.guest.booking_id) in page
    hits = client.get(f"{url}/who?q={evening.guest.phone}").content.decode()
    assert f"?patient={evening.guest.patient_id}" in hits

    wrong = client.post(url, entry(evening, called="09:40"))
    assert wrong.status_code == 422
    assert "时间相互矛盾" in wrong.content.decode()
    assert 'value="09:40"' in wrong.content.decode()
    assert not Visit.objects.exists()

    assert client.post(url, entry(evening)).status_code == 303
    assert Visit.objects.get().arrived_at == at(9, 50)
    assert "事后补录" in client.get(f"/downtime/outages/{outage_id}").content.decode()
    again = client.post(url, entry(evening))
    assert again.status_code == 409


def test_a_form_that_became_unused_while_it_was_typed_is_entered_all_the_same(desk):
    evening, client = desk
    begin(evening, client)
    page = f"/downtime/outages/{Outage.objects.get().pk}"
    url = f"{page}/{PaperForm.objects.all()[0].pk}"
    assert client.post(f"{page}/unused", {"request_key": str(uuid4())}).status_code == 200
    counted = client.get(page).content.decode()
    assert f'href="{url}"' in counted
    assert ("登记人" in counted, "事后补录" in counted) == (True, False)
    assert client.get(url).status_code == 200
    assert client.post(url, entry(evening)).status_code == 303
    assert Visit.objects.count() == 1
    client.post(f"{page}/close", {"request_key": str(uuid4())})
    assert 'href="' + page not in client.get(page).content.decode()


def test_a_second_outage_waits_for_the_first(desk):
    evening, client = desk
    begin(evening, client)
    assert begin(evening, client).status_code == 409
    assert Outage.objects.count() == 1


def test_a_night_of_paper_passes_midnight(desk):
    evening, client = desk
    with clock.at(at(8, day=1)):
        begin(evening, client, began="22:00", ended="02:00")
        outage = Outage.objects.get()
        assert (outage.began_at, outage.ended_at) == (at(22), at(2, day=1))
        form = PaperForm.objects.filter(outage=outage)[0]
        typed = entry(evening, booking="", arrived="23:50", called="00:10", ended="00:30")
        answer = client.post(f"/downtime/outages/{outage.pk}/{form.pk}", typed)
        assert answer.status_code == 303, answer.content.decode()
    visit = Visit.objects.get()
    assert (visit.arrived_at, visit.left_at) == (at(23, 50), at(0, 30, day=1))


def test_a_form_that_holds_no_visit_is_noted(desk):
    evening, client = desk
    begin(evening, client)
    outage = Outage.objects.get()
    form = PaperForm.objects.filter(outage=outage)[0]
    url = f"/downtime/outages/{outage.pk}/{form.pk}/account"
    assert client.post(url, {"request_key": str(uuid4()), "state": "void"}).status_code == 422
    typed = {"request_key": str(uuid4()), "state": "void", "reason": "写错"}
    assert client.post(url, typed).status_code == 200
    assert PaperForm.objects.get(pk=form.pk).state == "void"
    for deed in ("unused", "close"):
        client.post(f"/downtime/outages/{outage.pk}/{deed}", {"request_key": str(uuid4())})
    assert Outage.objects.get().closed_at is not None
