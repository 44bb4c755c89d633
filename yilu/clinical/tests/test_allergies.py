"""Allergies: told, verified, refuted, stated to be none; and the flags that lists show."""

import pytest
from django.db import transaction

from yilu.clinical.errors import AllergiesOnRecord, AlreadyRecorded
from yilu.clinical.operations.allergies import (
    AllergyFacts,
    add_allergy,
    confirm_allergies,
    refute_allergy,
    verify_allergy,
)
from yilu.clinical.selectors.allergies import allergy_card, allergy_flags
from yilu.clinical.tests.factories import allergic, make_room, make_second_patient, no_allergies
from yilu.platform.errors import Invalid
from yilu.visits.selectors.visits import visit_info

pytestmark = pytest.mark.django_db


def test_allergies_are_told_verified_and_refuted_but_never_lost():
    room = make_room()
    kept = allergic(room, "青霉素", reaction="皮疹", onset="2014")
    before = allergy_card(room.patient_id).active[0]

    verify_allergy(actor=room.doctor, allergy_id=kept, version=before.version)
    certain = allergy_card(room.patient_id).active[0]
    refute_allergy(actor=room.doctor, allergy_id=kept, reason="皮试阴性，既往误记")

    card = allergy_card(room.patient_id)
    assert (before.group, before.is_certain, certain.is_certain) == ("penicillins", False, True)
    assert (card.status, card.active, card.refuted[0].refuted_reason) == (
        "unknown",
        (),
        "皮试阴性，既往误记",
    )


def test_none_known_is_said_and_ends_with_the_first_allergy():
    room = make_room()
    assert allergy_flags([room.patient_id])[room.patient_id].status == "unknown"
    no_allergies(room)
    assert allergy_flags([room.patient_id])[room.patient_id].status == "none"

    allergic(room, "磺胺")

    flag = allergy_flags([room.patient_id])[room.patient_id]
    assert (flag.status, flag.substances) == ("has", ("磺胺",))
    with pytest.raises(AllergiesOnRecord):
        no_allergies(room)
    confirm_allergies(actor=room.nurse, visit_id=room.visit_id)
    assert allergy_card(room.patient_id, room.visit_id).asked_this_visit is True


def test_nothing_cannot_be_confirmed():
    room = make_room()

    with pytest.raises(Invalid):
        confirm_allergies(actor=room.nurse, visit_id=room.visit_id)


def test_an_allergy_is_recorded_once():
    room = make_room()
    allergic(room, "青霉素")

    with pytest.raises(AlreadyRecorded), transaction.atomic():
        allergic(room, "青霉素")


@pytest.mark.parametrize(
    "facts",
    [
        AllergyFacts(substance=" "),
        AllergyFacts(substance="x" * 121),
        AllergyFacts(substance="a\0"),
        AllergyFacts(substance="青霉素", severity="awful"),
        AllergyFacts(substance="青霉素", kind="x"),
        AllergyFacts(substance="青霉素", group="x"),
    ],
)
def test_an_allergy_that_cannot_be_kept_is_refused(facts):
    room = make_room()

    with pytest.raises(Invalid):
        add_allergy(actor=room.nurse, visit_id=room.visit_id, facts=facts)

    assert allergy_card(room.patient_id).active == ()


@pytest.mark.parametrize("patients", [1, 12])
def test_flags_of_many_patients_cost_two_queries(patients, django_assert_num_queries):
    room = make_room()
    ids = [room.patient_id]
    for _n in range(patients - 1):
        visit_id = make_second_patient(room)
        ids.append(_patient_of(visit_id))
        add_allergy(actor=room.nurse, visit_id=visit_id, facts=AllergyFacts("青霉素"))

    with django_assert_num_queries(2):
        flags = allergy_flags(ids)

    assert sum(flag.has_allergy for flag in flags.values()) == patients - 1


def _patient_of(visit_id):
    return visit_info(visit_id).patient_id
