"""Two windows, one consent: each signature counts once, and there is one paper."""

import pytest

from yilu.clinical.errors import ConsentOver, MoveRefused, SignedAlready
from yilu.clinical.models import ConsentPaper, ConsentSignature, TreatmentConsent
from yilu.clinical.operations.consents import (
    refuse_consent,
    sign_as_doctor,
    sign_as_second,
    sign_for_patient,
)
from yilu.clinical.tests.consents import by_hand, given_text, page_of, patient_actor
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_races import together
from yilu.platform.models import Event
from yilu.platform.running.places import FONTS

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("C07"),
    pytest.mark.skipif(not FONTS.is_dir(), reason="fonts are made by “make build”"),
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
