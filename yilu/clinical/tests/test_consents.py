"""Consents to treatment: told, signed, refused, withdrawn; nothing of it is ever changed."""

import base64
import hashlib
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from yilu.clinical import permissions
from yilu.clinical.errors import (
    ConsentChanged,
    ConsentOver,
    MoveRefused,
    NotAPractitioner,
    NotSignedByHand,
    PaperAltered,
    ReasonMissing,
    SameSigner,
    SignedAlready,
)
from yilu.clinical.models import ConsentPaper, ConsentSignature, TreatmentConsent
from yilu.clinical.operations.consents import (
    discard_consent,
    refuse_consent,
    sign_as_doctor,
    sign_as_second,
    sign_for_patient,
    withdraw_consent,
)
from yilu.clinical.rules.consents import SECTIONS, shipped_words
from yilu.clinical.selectors.consents import (
    consent_page,
    given_consents,
    patient_consents,
    visit_consents,
)
from yilu.clinical.selectors.kept_papers import consent_paper, verified
from yilu.clinical.states import CONSENT_MOVES, ConsentState, check_consent_move
from yilu.clinical.tests.consents import (
    by_hand,
    given_text,
    page_of,
    patient_actor,
    signed,
)
from yilu.clinical.tests.factories import another_doctor, diagnosed, make_room, make_second_patient
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event
from yilu.platform.rotation import move_to_newest_key

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.covers("C07"),
]


@pytest.mark.parametrize("key", sorted(shipped_words()))
def test_every_text_says_all_of_it_in_both_languages(key):
    words = shipped_words()[key]

    assert set(words.title) == {"zh-Hans", "en"}
    assert set(words.sections) == set(SECTIONS)
    for code in set(SECTIONS) - {"serious"}:
        lengths = {language: len(lines) for language, lines in words.sections[code].items()}
        assert set(lengths) == {"zh-Hans", "en"}
        assert len(set(lengths.values())) == 1


def test_patient_and_doctor_sign_and_it_is_a_paper_with_its_hash():
    room = make_room()
    diagnosed(room)

    consent_id = signed(room)

    row = TreatmentConsent.objects.get()
    assert (row.state, row.template, row.template_version) == (
        ConsentState.GIVEN,
        "tooth_extraction",
        "2026-1",
    )
    paper = consent_paper(room.doctor, consent_id)
    assert paper.content.startswith(b"%PDF-")
    assert hashlib.sha256(paper.content).hexdigest() == row.paper.sha256
    assert given_consents([room.visit_id]) == {room.visit_id: frozenset({"tooth_extraction"})}
    names = list(Event.objects.filter(subject_id=consent_id).values_list("name", flat=True))
    assert names == ["TreatmentConsentPrepared", "RecordChanged", "TreatmentConsentGiven"]
    told = AuditEntry.objects.get(action="clinical.consent.given")
    assert told.details["sha256"] == row.paper.sha256


def test_the_paper_lies_encrypted_and_says_nothing_of_whom_it_is_about():
    room = make_room()
    consent_id = signed(room)
    paper = consent_paper(room.doctor, consent_id)

    with transaction.atomic():
        stored = bytes(
            ConsentPaper.objects.extra(select={"raw": "content"}).values_list("raw", flat=True)[0]
        )

    assert base64.b64encode(paper.content)[:40] not in stored
    told = verified(page_of(room, consent_id).code.lower())
    assert (told.is_unaltered, told.state, told.signatures) == (True, "given", 2)
    assert "林半夏" not in repr(told)
    assert "陈谷雨" not in repr(told)


def test_a_byte_that_changes_is_seen(settings):
    room = make_room()
    consent_id = signed(room)
    code = page_of(room, consent_id).code
    content = bytearray(consent_paper(room.doctor, consent_id).content)
    content[len(content) // 2] ^= 1

    settings.FIELD_KEYS = {**settings.FIELD_KEYS, 9: b"k" * 32}
    ConsentPaper.objects.update(content=base64.b64encode(bytes(content)).decode())

    assert not verified(code).is_unaltered
    with pytest.raises(PaperAltered):
        consent_paper(room.doctor, consent_id)


def test_a_paper_that_cannot_be_read_is_not_unaltered():
    room = make_room()
    code = page_of(room, signed(room)).code

    ConsentPaper.objects.update(content=b"\x63" + b"x" * 60)

    assert not verified(code).is_unaltered


def test_a_change_of_keys_leaves_the_paper_as_it_was_signed(settings):
    room = make_room()
    consent_id = signed(room)
    before = consent_paper(room.doctor, consent_id).content

    settings.FIELD_KEYS = {**settings.FIELD_KEYS, 9: b"k" * 32}
    move_to_newest_key()

    assert consent_paper(room.doctor, consent_id).content == before
    assert verified(page_of(room, consent_id).code).is_unaltered


def test_the_database_refuses_to_change_what_was_told_signed_or_made():
    room = make_room()
    consent_id = signed(room)

    for change in (
        lambda: TreatmentConsent.objects.update(content={}),
        lambda: TreatmentConsent.objects.update(template_version="2027-1"),
        lambda: TreatmentConsent.objects.all().delete(),
        lambda: ConsentSignature.objects.update(role="second"),
        lambda: ConsentSignature.objects.update(name="别人"),
        lambda: ConsentSignature.objects.all().delete(),
        lambda: ConsentPaper.objects.update(sha256="0" * 64),
        lambda: ConsentPaper.objects.update(content="x"),
        lambda: ConsentSignature.objects.create(
            consent_id=consent_id, role="second", way="account", name="x",
            user_id=room.nurse.user_id, where="staff", language="en",
            digest=page_of(room, consent_id).digest,
            signed_at=TreatmentConsent.objects.get().prepared_at,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_high_risk_waits_for_a_second_signature_by_somebody_else():
    room = make_room()
    consent_id = given_text(room, "botulinum")
    digest = page_of(room, consent_id).digest
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id))
    sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=digest)

    assert page_of(room, consent_id).line.waits_for == ("second",)
    with pytest.raises(SameSigner):
        sign_as_second(actor=room.doctor, consent_id=consent_id, digest=digest)
    assert not ConsentPaper.objects.exists()

    sign_as_second(actor=room.nurse, consent_id=consent_id, digest=digest)

    assert TreatmentConsent.objects.get().state == ConsentState.GIVEN
    assert ConsentPaper.objects.exists()


def test_the_doctor_cannot_be_the_second_who_signed_first():
    room = make_room()
    consent_id = given_text(room, "botulinum")
    digest = page_of(room, consent_id).digest
    other = another_doctor(room).actor()
    sign_as_second(actor=other, consent_id=consent_id, digest=digest)

    with pytest.raises(SameSigner):
        sign_as_doctor(actor=other, consent_id=consent_id, digest=digest)


def test_nobody_signs_twice_and_a_nurse_not_as_doctor():
    room = make_room()
    consent_id = given_text(room)
    hand = by_hand(room, consent_id)
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand)

    with pytest.raises(SignedAlready):
        sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand)
    with pytest.raises(NotAllowed):
        sign_as_doctor(actor=room.nurse, consent_id=consent_id, digest=hand.digest)
    signer = room.nurse.lent(permissions.SIGN)
    with pytest.raises(NotAPractitioner):
        sign_as_doctor(actor=signer, consent_id=consent_id, digest=hand.digest)
    assert ConsentSignature.objects.count() == 1


def test_another_text_than_the_one_that_was_read_is_not_signed():
    room = make_room()
    consent_id = given_text(room)

    with pytest.raises(ConsentChanged):
        sign_for_patient(
            actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id, digest="0" * 64)
        )
    assert not ConsentSignature.objects.exists()


@pytest.mark.parametrize(
    "strokes",
    [
        "",
        "[]",
        "[[]]",
        "[[[5,5]]]",
        "null",
        "{}",
        "[[[1,2],[3,4],[5,6],[7,8],[8,8],[9,9]]]",
    ],
)
def test_a_signature_that_is_none_is_refused(strokes):
    room = make_room()
    consent_id = given_text(room)

    with pytest.raises(NotSignedByHand):
        sign_for_patient(
            actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id, strokes=strokes)
        )
    assert not ConsentSignature.objects.exists()


def test_who_cannot_draw_says_so_before_a_witness_but_not_on_their_own_phone():
    room = make_room()
    consent_id = given_text(room)
    said = by_hand(room, consent_id, strokes="", witness="王立春")

    with pytest.raises(Invalid):
        sign_for_patient(actor=patient_actor(room), consent_id=consent_id, hand=said)
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=said)

    one = ConsentSignature.objects.get()
    assert (one.way, one.witness, one.strokes) == ("said", "王立春", None)


def test_for_a_minor_a_guardian_signs_with_name_and_relation():
    room = make_room(born_on=date(2018, 1, 1))
    with pytest.raises(Invalid) as refused:
        given_text(room)
    assert [one.code for one in refused.value.errors] == ["minor"]

    consent_id = given_text(room, capacity="guardian")
    with pytest.raises(Invalid) as lacking:
        sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id))
    assert {one.field for one in lacking.value.errors} == {"name", "relation"}
    hand = by_hand(room, consent_id, name="林远志", relation="父亲")
    sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=hand)

    line = page_of(room, consent_id).signatures[0]
    assert line.name == "林远志 (父亲)"


def test_a_proxy_needs_a_reason_and_a_blank_its_words():
    room = make_room()

    with pytest.raises(Invalid) as refused:
        given_text(room, "implant", capacity="proxy", site="11")

    assert {one.field for one in refused.value.errors} == {"why_proxy", "b-material"}
    assert not TreatmentConsent.objects.exists()


def test_a_refusal_is_a_paper_with_its_reason():
    room = make_room()
    consent_id = given_text(room)
    hand = by_hand(room, consent_id)

    with pytest.raises(ReasonMissing):
        refuse_consent(actor=room.nurse, consent_id=consent_id, reason=" ", hand=hand)
    refuse_consent(actor=room.nurse, consent_id=consent_id, reason="想再考虑", hand=hand)

    row = TreatmentConsent.objects.get()
    assert (row.state, row.reason) == (ConsentState.REFUSED, "想再考虑")
    assert verified(row.code).state == "refused"
    assert given_consents([room.visit_id]) == {}
    with pytest.raises(ConsentOver):
        sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=hand.digest)
    assert Event.objects.filter(name="TreatmentConsentRefused").count() == 1


def test_what_was_given_can_be_withdrawn_and_the_paper_stays():
    room = make_room()
    consent_id = signed(room)
    version = page_of(room, consent_id).line.version

    with pytest.raises(Stale):
        withdraw_consent(
            actor=patient_actor(room), consent_id=consent_id, reason="不做了", version=version - 1
        )
    withdraw_consent(
        actor=patient_actor(room), consent_id=consent_id, reason="不做了", version=version
    )

    row = TreatmentConsent.objects.get()
    assert (row.state, row.withdrawn_by_patient) == (ConsentState.WITHDRAWN, True)
    assert verified(row.code).withdrawn_at
    assert consent_paper(patient_actor(room), consent_id).content
    assert given_consents([room.visit_id]) == {}
    with pytest.raises(MoveRefused):
        withdraw_consent(actor=room.doctor, consent_id=consent_id, reason="again")


def test_what_was_prepared_in_error_is_put_away_by_staff_only():
    room = make_room()
    consent_id = given_text(room)

    with pytest.raises(NotFound):
        discard_consent(actor=patient_actor(room), consent_id=consent_id, reason="x")
    discard_consent(actor=room.doctor, consent_id=consent_id, reason="牙位写错")

    assert TreatmentConsent.objects.get().state == ConsentState.DISCARDED
    assert patient_consents(patient_actor(room), [room.patient_id]) == []
    with pytest.raises(NotFound):
        consent_page(patient_actor(room), consent_id)


def test_strangers_and_other_patients_find_nothing():
    room = make_room()
    consent_id = signed(room)
    other = Actor(kind="patient", name="account", owns=frozenset({make_second_patient(room)}))
    elsewhere = make_room().doctor

    for actor in (other, elsewhere, Actor.nobody()):
        with pytest.raises(NotFound):
            consent_page(actor, consent_id)
        with pytest.raises(NotFound):
            consent_paper(actor, consent_id)
        with pytest.raises(NotFound):
            withdraw_consent(actor=actor, consent_id=consent_id, reason="x")
    with pytest.raises(NotFound):
        verified("2222-2222-2222")
    with pytest.raises(NotFound):
        verified("")


def test_the_paper_is_in_the_language_that_was_read():
    room = make_room()
    consent_id = given_text(room)
    with translation.override("en"):
        sign_for_patient(actor=room.nurse, consent_id=consent_id, hand=by_hand(room, consent_id))
    sign_as_doctor(
        actor=room.doctor, consent_id=consent_id, digest=page_of(room, consent_id).digest
    )

    assert ConsentSignature.objects.get(role="patient").language == "en"
    assert b"Consent to tooth extraction" in consent_paper(room.doctor, consent_id).content


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_of_a_visit_costs_the_same_for_one_and_for_many(many, django_assert_num_queries):
    room = make_room()
    for _n in range(many):
        given_text(room)

    with django_assert_num_queries(6):
        assert len(visit_consents(room.doctor, room.visit_id)) == many
    with django_assert_num_queries(4):
        assert len(patient_consents(patient_actor(room), [room.patient_id])) == many


@pytest.mark.parametrize("current", ConsentState)
@pytest.mark.parametrize("target", ConsentState)
def test_only_listed_moves_are_legal(current, target):
    if target in CONSENT_MOVES[current]:
        check_consent_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_consent_move(current, target)
