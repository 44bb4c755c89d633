"""The caller's window and the buttons of a queue."""

import json
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic, row
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN), translation.override("en"):
        yield


def signed_in(clinic: Clinic, post: str = "cashier") -> Client:
    client = Client(headers={"Accept-Language": "en"})
    user_id = make_staff(post, site_id=clinic.site_id).user_id
    client.force_login(User.objects.get(pk=user_id))
    return client


def press(client: Client, url: str, **data: object):
    return client.post(url, {"request_key": str(new_id()), **data}, headers={"HX-Request": "true"})


@pytest.mark.covers("B08")
def test_a_window_calls_recalls_misses_and_takes_back():
    clinic = make_clinic()
    ticket = clinic.ticket("cashier")
    station = clinic.station("cashier").pk
    client = signed_in(clinic)
    assert "Call next" in client.get(f"/queueing/caller/{station}").content.decode()

    called = press(client, f"/queueing/stations/{station}/call-next")
    toast = json.loads(called["HX-Trigger"])["toast"]
    assert ticket.number in toast["text"]
    assert toast["undo"] == f"/queueing/tickets/{ticket.id}/undo/call"
    page = client.get(f"/queueing/caller/{station}").content.decode()
    assert "Missed call" in page
    assert press(client, f"/queueing/tickets/{ticket.id}/recall", version=2).status_code == 200
    skipped = press(client, f"/queueing/tickets/{ticket.id}/skip", version=3)
    assert row(ticket.id).state == "skipped"
    press(client, json.loads(skipped["HX-Trigger"])["toast"]["undo"])
    assert row(ticket.id).state == "called"


def test_the_same_press_twice_calls_once():
    clinic = make_clinic()
    for n in range(2):
        with clock.at(at(n)):
            clinic.ticket("cashier")
    client, station = signed_in(clinic), clinic.station("cashier").pk
    data = {"request_key": str(new_id())}
    url = f"/queueing/stations/{station}/call-next"

    first = client.post(url, data, headers={"HX-Request": "true"})
    again = client.post(url, data, headers={"HX-Request": "true"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first["HX-Trigger"] == again["HX-Trigger"]


def test_another_is_called_beside_with_a_reason_only():
    clinic = make_clinic()
    for n in range(2):
        with clock.at(at(n)):
            clinic.ticket("cashier")
    client, station = signed_in(clinic), clinic.station("cashier").pk
    press(client, f"/queueing/stations/{station}/call-next")
    with clock.at(at(3)):
        assert press(client, f"/queueing/stations/{station}/call-next").status_code == 409
        url = f"/queueing/stations/{station}/call-beside"
        assert client.get(url).status_code == 200
        assert press(client, url, reason="").status_code == 422
        assert press(client, url, reason="Family").status_code == 200


def test_somebody_is_moved_by_hand_with_a_reason_that_staff_read():
    clinic = make_clinic()
    tickets: list[UUID] = []
    for n in range(3):
        with clock.at(at(n)):
            tickets.append(clinic.ticket().id)
    client = signed_in(clinic, "front_desk")
    with clock.at(at(5)):
        url = f"/queueing/tickets/{tickets[2]}/move"
        assert client.get(url).status_code == 200
        assert press(client, url, place="1", reason="Faint", version="1").status_code == 200
        page = client.get(f"/queueing/queues/{clinic.queue().pk}/").content.decode()

    assert "Moved by hand: Faint" in page
    first = page.index(row(tickets[2]).number)
    assert first < page.index(row(tickets[0]).number)


def test_the_pages_of_a_site_are_for_its_staff():
    clinic, other = make_clinic(), make_clinic()
    client = signed_in(clinic, "front_desk")

    assert client.get(f"/queueing/sites/{clinic.site_id}/").status_code == 200
    for path in (
        f"sites/{other.site_id}/",
        f"queues/{other.queue().pk}/",
        f"caller/{other.station().pk}",
        f"tickets/{other.ticket().id}/slip",
    ):
        assert client.get(f"/queueing/{path}").status_code == 404


def test_a_ticket_is_printed_with_its_code():
    clinic = make_clinic()
    ticket = clinic.ticket()
    page = signed_in(clinic, "front_desk").get(f"/queueing/tickets/{ticket.id}/slip")

    text = page.content.decode()
    assert page.status_code == 200
    assert ticket.number in text
    assert "<svg" in text


def test_a_manager_sets_a_screen_up_and_sees_its_link_once():
    clinic = make_clinic()
    client = signed_in(clinic, "manager")
    assert client.get("/queueing/screens/new").status_code == 200
    made = press(client, "/queueing/screens/new", site=str(clinic.site_id), name="Hall", area="")

    assert made.status_code == 200
    assert "/queueing/wall/open/" in made.content.decode()
    page = client.get("/queueing/screens").content.decode()
    assert "Hall" in page
    assert "/queueing/wall/open/" not in page


@pytest.mark.covers("B07")
def test_the_rule_of_a_queue_is_read_by_all_and_set_by_a_manager():
    clinic = make_clinic()
    url = f"/queueing/queues/{clinic.queue().pk}/rule"
    page = signed_in(clinic, "nurse").get(url)
    assert page.status_code == 200
    assert "by the booked time" in page.content.decode()
    assert "<input" not in page.content.decode().split("<main")[1]

    manager = signed_in(clinic, "manager")
    form = manager.get(url).context["form"]
    figures = {name: field.initial for name, field in form.fields.items() if name != "version"}
    wrong = press(manager, url, **figures | {"grace_minutes": 999, "version": 1})
    assert (wrong.status_code, clinic.queue().policy) == (422, {})

    press(manager, url, **figures | {"grace_minutes": 5, "weight_age_80": 40, "version": 1})

    assert clinic.queue().policy == {"grace_minutes": 5, "weights": {"age_80": 40}}
    stale = press(manager, url, **figures | {"grace_minutes": 7, "version": 1})
    assert (stale.status_code, clinic.queue().policy["grace_minutes"]) == (412, 5)
