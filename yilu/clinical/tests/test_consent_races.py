"""Two windows, one consent: each signature counts once, and there is one paper."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.clinical.errors import ConsentOver, MoveRefused, NotReady, SignedAlready
from yilu.clinical.models import ConsentPaper, ConsentSignature, Procedure, TreatmentConsent
from yilu.clinical.operations.consents import (
    refuse_consent,
    sign_as_doctor,
    sign_as_second,
    sign_for_patient,
    withdraw_consent,
)
from yilu.clinical.operations.procedures import start_procedure
from yilu.clinical.tests.consents import by_hand, given_text, page_of, patient_actor, signed
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_procedures import examined, planned, prepared
from yilu.clinical.tests.test_races import together
from yilu.platform.models import Event

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("C07"),
]


def test_of_two_windows_that_sign_at_once_one_counts():
    room = make_room()
    consent_id = given_text(room)
    hand = by_hand(room, consent_id)

    found = together(
        lambda: sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand),
        lambda: sign_for_patient(actor=patient_actor(room), consent_id=consent_id, hand=hand),
    )

    assert found.count(SignedAlready) == 1
    assert ConsentSignature.objects.count() == 1


def test_the_last_two_signatures_at_once_make_one_paper():
    room = make_room()
    consent_id = given_text(room, "botulinum")
    hand = by_hand(room, consent_id)
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand)
    digest = page_of(room, consent_id).digest

    together(
        lambda: sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=digest),
        lambda: sign_as_second(actor=room.nurse, consent_id=consent_id, digest=digest),
    )

    assert TreatmentConsent.objects.get().state == "given"
    assert ConsentPaper.objects.count() == 1
    assert Event.objects.filter(name="TreatmentConsentGiven").count() == 1


def test_who_refuses_while_the_doctor_signs_has_refused_or_agreed_but_not_both():
    room = make_room()
    consent_id = given_text(room)
    hand = by_hand(room, consent_id)
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand)

    found = together(
        lambda: sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=hand.digest),
        lambda: refuse_consent(
            actor=patient_actor(room), consent_id=consent_id, reason="不做", hand=hand
        ),
    )

    assert sum(one in {ConsentOver, MoveRefused} for one in found) == 1
    assert ConsentPaper.objects.count() == 1


@pytest.mark.covers("C08")
def test_no_consent_is_withdrawn_between_the_look_at_it_and_the_beginning():
    room = make_room()
    examined(room)
    consent_id = signed(room)
    procedure_id = planned(room)
    prepared(room, procedure_id)

    with CaptureQueriesContext(connection) as queries:
        start_procedure(actor=room.doctor, procedure_id=procedure_id)

    texts = [one["sql"] or "" for one in queries.captured_queries]
    lock = next(
        n
        for n, sql in enumerate(texts)
        if "clinical_treatmentconsent" in sql and "FOR NO KEY UPDATE" in sql
    )
    looks = [
        n for n, sql in enumerate(texts) if "clinical_treatmentconsent" in sql and "LIMIT 1" in sql
    ]
    assert lock < min(looks)
    withdraw_consent(actor=room.doctor, consent_id=consent_id, reason="不做")


@pytest.mark.covers("C08")
def test_of_who_begins_and_who_withdraws_at_once_one_waits_for_the_other():
    room = make_room()
    examined(room)
    consent_id = signed(room)
    procedure_id = planned(room)
    prepared(room, procedure_id)

    found = together(
        lambda: start_procedure(actor=room.doctor, procedure_id=procedure_id),
        lambda: withdraw_consent(actor=patient_actor(room), consent_id=consent_id, reason="不做"),
    )

    # Whoever came first: what began, began with a consent that stood.
    began = Procedure.objects.get()
    withdrawn_at = TreatmentConsent.objects.get().withdrawn_at
    assert found[1] is None
    assert found[0] in {None, NotReady}
    assert began.started_at is None or began.started_at <= withdrawn_at
