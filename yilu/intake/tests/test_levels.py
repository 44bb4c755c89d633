"""How urgent a visit is: suggested by the values, set by the nurse, followed by every queue."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.clinical.operations.vitals import record_vitals
from yilu.intake import permissions
from yilu.intake.errors import LevelNeedsReason, NotWithUs
from yilu.intake.operations.levels import set_level
from yilu.intake.selectors.levels import level_now
from yilu.intake.tests.test_sheets import post, signed_in
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_ticket
from yilu.queueing.tests.factories import Clinic, make_clinic, row
from yilu.records import permissions as records
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B06")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def nurse(clinic: Clinic) -> Actor:
    return make_staff("nurse", site_id=clinic.site_id).actor()


@pytest.fixture
def ticket(clinic: Clinic) -> Ticket:
    patient = clinic.patient(born_on=date(1986, 5, 4))
    return row(clinic.ticket(patient_id=patient).id)


def measure(nurse: Actor, visit_id: UUID) -> None:
    record_vitals(actor=nurse, visit_id=visit_id, values={"pulse": "155", "spo2": "88"})


def test_the_suggestion_stands_beside_the_level_and_changes_nothing_by_itself(ticket, nurse):
    assert level_now(nurse, ticket.visit_id).suggested is None
    measure(nurse, ticket.visit_id)
    now = level_now(nurse, ticket.visit_id)
    assert now.suggested is not None
    assert (now.level, int(now.suggested.total), now.is_higher, now.may_change) == (
        4,
        2,
        True,
        True,
    )
    assert row(ticket.pk).level == 4


def test_the_nurse_sets_it_and_a_second_one_looks_again(ticket, nurse):
    version = ticket.version
    set_level(actor=nurse, visit_id=ticket.visit_id, level=2, reason="心率 155", version=version)
    assert (row(ticket.pk).level, row(ticket.pk).reason) == (2, "心率 155")
    assert not level_now(nurse, ticket.visit_id).is_higher
    with pytest.raises(Stale):
        set_level(actor=nurse, visit_id=ticket.visit_id, level=3, reason="x", version=version)


def test_it_is_set_for_who_is_with_the_nurse_now(clinic, ticket, nurse):
    call_ticket(actor=clinic.actor, ticket_id=ticket.pk, station_id=clinic.station().pk)
    set_level(actor=nurse, visit_id=ticket.visit_id, level=1, reason="意识不清")
    assert (row(ticket.pk).level, row(ticket.pk).state) == (1, "called")


@pytest.mark.parametrize(("level", "reason"), [(0, "x"), (5, "x"), (2, "  ")])
def test_without_a_level_of_the_four_or_a_reason_nothing_changes(ticket, nurse, level, reason):
    with pytest.raises(LevelNeedsReason) as refused:
        set_level(actor=nurse, visit_id=ticket.visit_id, level=level, reason=reason)
    assert refused.value.errors[0].field == ("reason" if level == 2 else "level")
    assert row(ticket.pk).level == 4


def test_who_may_not_and_who_has_left_is_refused(clinic, ticket, nurse):
    desk = Actor(
        "staff",
        "x",
        grants=frozenset((one, clinic.site_id) for one in (permissions.SEE, records.CARE)),
    )
    with pytest.raises(NotAllowed):
        set_level(actor=desk, visit_id=ticket.visit_id, level=2, reason="x")
    with pytest.raises(NotFound):
        level_now(Actor("staff", "y"), ticket.visit_id)
    measure(nurse, ticket.visit_id)
    assert level_now(desk, ticket.visit_id).suggested is None
    Ticket.objects.update(state="left")
    with pytest.raises(NotWithUs):
        set_level(actor=nurse, visit_id=ticket.visit_id, level=2, reason="x")


def test_it_costs_at_most_six_queries(ticket, nurse):
    measure(nurse, ticket.visit_id)
    with CaptureQueriesContext(connection) as seen:
        level_now(nurse, ticket.visit_id)
    assert len(seen) <= 6


def test_the_dialog_offers_what_is_suggested_and_says_what_is_missing(clinic, ticket, nurse):
    measure(nurse, ticket.visit_id)
    client = signed_in(nurse.user_id)
    part = client.get(reverse("intake:level", args=[ticket.visit_id])).content.decode()
    assert "data-suggested" in part
    assert "btn-primary" in part
    url = reverse("intake:set-level", args=[ticket.visit_id])
    shown = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "checked" in shown
    assert "心率" in shown
    wrong = post(client, url, version=str(ticket.version), level="9", reason="")
    assert wrong.status_code == 422
    kept = post(client, url, version=str(ticket.version), level="2", reason="心率 155")
    assert kept.status_code == 200
    assert row(ticket.pk).level == 2
    assert post(client, url, version=str(ticket.version), level="3", reason="x").status_code == 412
