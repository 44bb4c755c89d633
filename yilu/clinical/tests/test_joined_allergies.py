"""The checks of a prescription know what every merged record says of an allergy."""

from uuid import UUID

import pytest

from yilu.clinical.models import Allergy
from yilu.clinical.operations.allergies import AllergyFacts, add_allergy, refute_allergy
from yilu.clinical.selectors.chart import known_allergies
from yilu.clinical.selectors.checking import checked
from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.factories import (
    AMOXICILLIN,
    Room,
    make_drug,
    make_room,
    make_second_patient,
    order,
)
from yilu.facility.models import Site
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.tests.factories import MERGER, make_actor
from yilu.visits.selectors.visits import visit_info

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C06")]
CEPHALOSPORIN = {"name": ("头孢地尼胶囊", "Cefdinir capsules"), "atc": "J01DD15", "level": 1}


@pytest.fixture
def room() -> Room:
    """A patient who bears penicillin badly, and worse says the record that was merged in."""
    room = make_room()
    _allergic(room, room.visit_id, "mild")
    return room


@pytest.fixture
def merge_id(room: Room) -> UUID:
    other = make_second_patient(room)
    _allergic(room, other, "severe_skin")
    return merge_patients(
        actor=_merger(room),
        survivor_id=room.patient_id,
        merged_id=visit_info(other).patient_id,
        reason="重复建档",
        sexes_reason="性别录错",
    )


def _allergic(room: Room, visit_id: UUID, severity: str) -> None:
    facts = AllergyFacts(substance="青霉素", severity=severity)
    add_allergy(actor=room.nurse, visit_id=visit_id, facts=facts)


def _merger(room: Room):
    return make_actor(Site.objects.get(pk=room.site_id), grants=MERGER)


def _found(room: Room, drug: dict) -> list[tuple[str, str]]:
    where = setting(room.doctor, room.visit_id)
    alerts = checked(room.doctor, where, [order(make_drug(**drug))]).alerts
    return [(one.rule, one.needs) for one in alerts if one.rule.startswith("allergy_")]


def test_what_the_merged_record_knows_stops_a_drug(room, merge_id):
    assert _found(room, CEPHALOSPORIN) == [("allergy_severe_betalactam", "never")]


def test_one_substance_of_two_records_gives_one_alert(room, merge_id):
    assert len(_found(room, AMOXICILLIN)) == 1


def test_what_is_refuted_where_it_stands_now_counts_no_more(room, merge_id):
    mine = Allergy.objects.get(patient_id=room.patient_id)
    refute_allergy(actor=room.doctor, allergy_id=mine.pk, reason="皮试阴性")

    assert known_allergies(room.patient_id) == ()
    _allergic(room, room.visit_id, "mild")
    assert {one.severity for one in known_allergies(room.patient_id)} == {"mild", "severe_skin"}


def test_taken_back_each_record_has_its_own_again(room, merge_id):
    undo_merge(actor=_merger(room), merge_id=merge_id, reason="认错人")

    assert [one.severity for one in known_allergies(room.patient_id)] == ["mild"]


def test_it_costs_two_queries(room, merge_id, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(known_allergies(room.patient_id)) == 2
