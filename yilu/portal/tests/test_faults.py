"""What somebody can do from a page on which nothing else is."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from yilu.facility.models import Site
from yilu.platform import clock, links
from yilu.portal.selectors.phones import phones
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A12")]
NUMBER = "021-5550 1234"


@pytest.fixture
def link(front: Front, someone: Someone) -> str:
    Site.objects.filter(pk=front.clinic.site_id).update(phone=NUMBER)
    patient = someone.patient(front.clinic.site_id)
    booked = front.clinic.clinic.book(at(10), patient_id=patient)
    reference = links.issue("visit", subject_id=booked.id, expires_at=at(18))
    return f"/v/{reference}"


def fault(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 404
    return answer.content.decode()


def test_a_stranger_under_a_link_is_led_back_to_book_and_to_the_telephone(link: str):
    page = fault(Client(), f"{link}/nothing-here")

    assert f'href="{link}"' in page
    assert 'href="/book"' in page
    assert f'href="tel:{NUMBER}"' in page
    assert 'href="/my"' not in page


def test_who_has_pages_of_their_own_is_led_there(link: str, someone: Someone):
    someone.sign_in()
    assert 'href="/my"' in fault(someone.client, "/my/nothing-here")


@pytest.mark.parametrize("start", ["v", "o", "r", "p", "t", "q"])
def test_what_leads_nowhere_under_any_link_speaks_to_patients(link: str, start: str):
    page = fault(Client(), f"/{start}/x/y/z")

    assert f'href="tel:{NUMBER}"' in page
    assert "yl-ph-page" in page


def test_a_link_that_does_not_open_says_whom_to_call(link: str):
    assert f'href="tel:{NUMBER}"' in fault(Client(), "/v/never-given-out")


def test_telephones_are_known_while_nothing_can_be_read(link: str):
    with clock.at(at(9)):
        there = phones(404)
    assert [one.number for one in there] == [NUMBER]

    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert phones(500) == there
        transaction.set_rollback(True)
    assert phones(503) == there
