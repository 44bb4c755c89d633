"""A patient's visit card on the phone: reported lost with a question, found at the desk alone."""

from uuid import UUID

import pytest
from django.http import HttpResponse

from yilu.facility.models import Site
from yilu.pathways import permissions as pathways
from yilu.pathways.models import Step
from yilu.pathways.operations.definitions import publish_definitions
from yilu.patients.errors import NotLost
from yilu.patients.models import Card
from yilu.patients.operations.cards import card_found, issue_card, replace_card
from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.factories import make_actor
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.platform.testing import drain
from yilu.portal.tests.factories import Front, Someone

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B21")]


@pytest.fixture
def card(front: Front, someone: Someone) -> UUID:
    site = Site.objects.get(pk=front.clinic.site_id)
    patient = someone.patient(site.pk)
    someone.sign_in()
    return issue_card(actor=make_actor(site), patient_id=patient, number="VC-20417")


def report(someone: Someone, card: UUID, **sent: str) -> HttpResponse:
    url = f"/my/me/cards/{card}/lost"
    return someone.client.post(url, {"request_key": str(new_id()), **sent})


def test_the_page_shows_the_card_masked_and_asks_before_it_stops_it(front, someone, card):
    page = someone.client.get("/my/me/cards").content.decode()
    assert f"/my/me/cards/{card}/lost" in page
    assert "VC20417" not in page
    assert "/my/me/cards" in someone.client.get("/my/me").content.decode()
    sure = someone.client.get(f"/my/me/cards/{card}/lost").content.decode()
    assert "确认挂失" in sure
    assert Card.objects.get().ended_at is None


def test_reported_lost_it_works_nowhere_and_the_desk_gets_a_task(front, someone, card):
    desk = make_actor(Site.objects.get(pk=front.clinic.site_id))
    assert search_patients(desk, "VC20417")
    assert report(someone, card).status_code == 303
    assert search_patients(desk, "VC20417") == []
    told = Event.objects.get(name="CardStopped")
    assert (told.site_id, told.body["by_patient"]) == (front.clinic.site_id, True)
    assert AuditEntry.objects.filter(action="patients.card.lost").count() == 1
    page = someone.client.get("/my/me/cards").content.decode()
    assert "请携带身份证到前台" in page
    assert f"{card}/lost" not in page


def test_the_task_of_the_desk_is_over_with_another_card_or_with_this_one_found(
    front, someone, card
):
    publish_definitions(actor=Actor.system("test", pathways.PUBLISH))
    desk = make_actor(Site.objects.get(pk=front.clinic.site_id))
    report(someone, card)
    drain()
    step = Step.objects.get(key="replace")
    assert (step.state, step.site_id, step.role) == ("open", front.clinic.site_id, "front_desk")
    replace_card(actor=desk, card_id=card)
    drain()
    step.refresh_from_db()
    assert step.state == "closed"


def test_a_second_report_is_said_to_be_over_and_changes_nothing(front, someone, card):
    report(someone, card)
    before = Card.objects.get().ended_at
    again = report(someone, card)
    assert again.status_code == 409
    assert Card.objects.get().ended_at == before
    assert someone.client.get(f"/my/me/cards/{card}/lost").status_code == 303


def test_only_the_desk_lets_a_found_card_work_again(front, someone, card):
    report(someone, card)
    with pytest.raises(NotLost):
        card_found(actor=someone.account(), card_id=card)
    card_found(actor=make_actor(Site.objects.get(pk=front.clinic.site_id)), card_id=card)
    assert Card.objects.get().ended_at is None


def test_strangers_neither_see_nor_stop_a_card(front, card):
    other = Someone()
    assert other.client.get("/my/me/cards").status_code in {302, 303, 401, 403}
    other.patient(front.clinic.site_id, "何青黛")
    other.sign_in()
    assert f"{card}" not in other.client.get("/my/me/cards").content.decode()
    assert report(other, card).status_code == 404
    assert Card.objects.get().ended_at is None
