"""The waits to explain on the desk, the dialog, the limits, and the report with its file."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from yilu.pathways import permissions as pathways
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.queueing.models import LongWait, WaitRule
from yilu.queueing.operations.calling import call_next
from yilu.queueing.rules.late_running import LateRule
from yilu.queueing.selectors.limits import offered_amends, wait_rule
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic
from yilu.queueing.tests.test_pages import press, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B11")]


@pytest.fixture
def clinic():
    with clock.at(TEN), translation.override("en"):
        made = make_clinic()
        publish_definitions(actor=Actor.system("test", pathways.PUBLISH))
        made.ticket()
        with clock.at(at(15)):
            drain()
            yield made


def one() -> LongWait:
    return LongWait.objects.get(trigger="long")


def shown(client: Client, clinic: Clinic, path: str, **more: Any) -> str:
    response = client.get(f"/queueing/long-waits/{path}", {"site": clinic.site_id, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_the_desk_sees_it_explains_it_and_takes_it_back(clinic):
    client = signed_in(clinic, "front_desk")
    assert one().number in shown(client, clinic, "to-explain")
    assert f"/queueing/long-waits/{one().pk}/explain" in shown(client, clinic, "to-explain")
    url = f"/queueing/long-waits/{one().pk}/explain"
    assert "A hot drink" in client.get(url).content.decode()

    kept = press(
        client, url, reason="emergency", note="", was_taken="on", version=one().version,
        amends=offered_amends(clinic.site_id)[0].id,
    )  # fmt: skip

    toast = json.loads(kept["HX-Trigger"])["toast"]
    assert (one().state, one().was_taken) == ("explained", True)
    assert one().number not in shown(client, clinic, "to-explain")
    press(client, toast["undo"])
    assert one().state == "open"


def test_what_is_typed_while_the_patient_is_called_is_kept(clinic):
    client = signed_in(clinic, "front_desk")
    url = f"/queueing/long-waits/{one().pk}/explain"
    version = client.get(url).context["line"].version

    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    drain()
    kept = press(client, url, reason="emergency", note="A child fell.", version=version)

    assert kept.status_code == 200
    assert (one().state, one().end) == ("over", "called")
    assert (one().reason, one().note) == ("emergency", "A child fell.")
    report = shown(signed_in(clinic, "manager"), clinic, "")
    assert "Nobody has said why" not in report


def test_of_two_who_explain_the_second_is_told_that_it_was_said(clinic):
    client = signed_in(clinic, "front_desk")
    url = f"/queueing/long-waits/{one().pk}/explain"
    version = one().version

    answers = [press(client, url, reason=why, version=version) for why in ("emergency", "staff")]

    assert [answer.status_code for answer in answers] == [200, 412]
    assert one().reason == "emergency"


def test_the_worklist_opens_the_dialog(clinic):
    page = signed_in(clinic, "front_desk").get("/pathways/worklist").content.decode()
    assert f"/queueing/long-waits/{one().pk}/explain" in page


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"reason": "weather"}, 422),
        ({}, 422),
        ({"reason": "other", "amends": "no-such"}, 422),
        ({"reason": "other", "note": "x" * 201}, 422),
        ({"reason": "other", "version": 99}, 412),
    ],
)
def test_what_cannot_be_read_or_is_old_is_refused(clinic, sent, status):
    client = signed_in(clinic, "front_desk")

    answer = press(client, f"/queueing/long-waits/{one().pk}/explain", **sent)

    assert answer.status_code == status
    assert (one().state, one().reason) == ("open", "")


def test_a_cashier_sees_and_explains_nothing(clinic):
    client = signed_in(clinic, "cashier")
    assert "Explain…" not in shown(client, clinic, "to-explain")
    assert (
        press(client, f"/queueing/long-waits/{one().pk}/explain", reason="other").status_code == 403
    )
    assert client.get("/queueing/long-waits/").status_code == 403


def test_the_manager_sets_limits_and_offers(clinic):
    client = signed_in(clinic, "manager")
    url = f"/queueing/long-waits/limits?site={clinic.site_id}"
    figures = {"longest_minutes": 20, "grace_minutes": 0, "version": 0}
    figures |= {"notice_minutes": 10, "most_messages": 3, "tells_later": "on"}
    figures |= {"later_gain_minutes": 20, "later_leave_minutes": 60, "later_margin_minutes": 10}
    for wrong in ({"longest_minutes": 4}, {"notice_minutes": 4}, {"later_gain_minutes": 4}):
        assert press(client, url, **(figures | wrong)).status_code == 422
    assert not WaitRule.objects.exists()
    press(client, url, **figures)
    kept = wait_rule(clinic.site_id)
    assert (kept.longest_minutes, kept.tells_later) == (20, True)
    assert kept.late == LateRule(*(timedelta(minutes=n) for n in (20, 60, 10)))
    assert press(client, url, **figures).status_code == 412

    add = f"/queueing/long-waits/limits/amends?site={clinic.site_id}"
    assert press(client, add, chinese="", english="Parking").status_code == 422
    press(client, add, chinese="停车券", english="Parking")
    assert "Parking" in shown(client, clinic, "limits")
    mine = offered_amends(clinic.site_id)[-1].id
    toast = json.loads(press(client, f"/queueing/amends/{mine}/retire")["HX-Trigger"])["toast"]
    assert "Parking" not in shown(client, clinic, "limits")
    press(client, toast["undo"])
    assert "Parking" in shown(client, clinic, "limits")


def test_the_report_counts_by_reason_doctor_and_hour_and_leaves_as_a_file(clinic):
    client = signed_in(clinic, "manager")
    page = shown(client, clinic, "")
    assert "Nobody has said why" in page
    press(client, f"/queueing/long-waits/{one().pk}/explain", reason="staff", note="=1+1")

    page = shown(client, clinic, "")
    assert "Too few staff" in page
    assert "10:00" in page
    assert "Nobody waited too long" in shown(
        client, clinic, "", **{"from": "nonsense", "to": "2030-01-01"}
    )
    file = client.get("/queueing/long-waits.csv", {"site": clinic.site_id}).content.decode()
    assert "Too few staff" in file
    assert "'=1+1" in file
    assert "张" not in file
