"""Consents of the tests: prepared, signed by hand, by sign-in, before a witness."""

import json
from uuid import UUID

from yilu.clinical.operations.consents import (
    Hand,
    Preparation,
    prepare_consent,
    sign_as_doctor,
    sign_for_patient,
)
from yilu.clinical.selectors.consents import ConsentPage, consent_page
from yilu.clinical.tests.factories import Room
from yilu.platform.actors import Actor

DRAWN = json.dumps([[[100, 100], [180, 60], [260, 200], [340, 90]], [[400, 180], [520, 120]]])
EXTRACTION = {"site": "36"}
TOXIN = {"site": "眉间", "material": "A 型肉毒毒素 批号 B1", "dose": "20"}


def given_text(
    room: Room, template: str = "tooth_extraction", *, capacity: str = "self", **blanks: str
) -> UUID:
    """A text that was prepared for the patient of the room."""
    usual = {"tooth_extraction": EXTRACTION, "botulinum": TOXIN}.get(template, {})
    wanted = Preparation(template, usual | blanks, capacity)
    return prepare_consent(actor=room.doctor, visit_id=room.visit_id, wanted=wanted)


def page_of(room: Room, consent_id: UUID) -> ConsentPage:
    """What the doctor sees of it."""
    return consent_page(room.doctor, consent_id)


def by_hand(room: Room, consent_id: UUID, **facts: str) -> Hand:
    """A hand that drew a signature under the text as it is."""
    return Hand(**{"digest": page_of(room, consent_id).digest, "strokes": DRAWN} | facts)


def signed(room: Room, template: str = "tooth_extraction", **blanks: str) -> UUID:
    """A consent that patient and doctor have signed."""
    consent_id = given_text(room, template, **blanks)
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id))
    digest = page_of(room, consent_id).digest
    sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=digest)
    return consent_id


def patient_actor(room: Room) -> Actor:
    """The account of the patient."""
    return Actor(kind="patient", name="account", owns=frozenset({room.patient_id}))
