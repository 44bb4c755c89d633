"""Two records become one, and two again."""

from uuid import UUID

import pytest

from yilu.patients import permissions
from yilu.patients.errors import (
    AlreadyRegistered,
    AlreadyUndone,
    ChangedSince,
    MergedAway,
    MergedOn,
    SamePatient,
    UnknownMerge,
    UnknownPatient,
)
from yilu.patients.models import (
    Account,
    Card,
    Consent,
    ContactPoint,
    Merge,
    Patient,
    Registration,
    Relation,
)
from yilu.patients.operations.accounts import ensure_account, link_account
from yilu.patients.operations.consents import give_consent, withdraw_consent
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.operations.patients import change_patient, register_patient
from yilu.patients.operations.relations import relate
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.actors import owned_patients
from yilu.patients.selectors.duplicates import duplicate_candidates
from yilu.patients.selectors.facts import editable_facts
from yilu.patients.selectors.patients import contact_of, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.factories import (
    MERGER,
    make_actor,
    make_id_number,
    make_patient,
    make_phone,
    make_site,
)
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.errors import Invalid, NotAllowed, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
PARTS = ("patient", "contactpoint", "card", "registration", "consent", "relation", "account")


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def desk(site) -> Actor:
    return make_actor(site, grants=MERGER)


def merge(actor: Actor, survivor: UUID, merged: UUID, **more) -> UUID:
    """Made of numbers of papers in a row, one of the two is a woman's and the other a man's."""
    more = {"sexes_reason": "性别录错", **more}
    return merge_patients(
        actor=actor, survivor_id=survivor, merged_id=merged, reason="重复建档", **more
    )


def everything() -> dict[str, list[str]]:
    """Every row of a patient's tables, as PostgreSQL writes it."""
    return {
        part: [
            row["it"]
            for row in rows(f"SELECT t::text AS it FROM patients_{part} t ORDER BY id", {})  # noqa: S608
        ]
        for part in PARTS
    }


def two_full_records(site, desk) -> tuple[UUID, UUID]:
    """Two records of one person that have everything twice, and clash wherever they can."""
    pair = []
    for n, name in enumerate(("张小明", "张晓明")):
        patient = make_patient(
            site, name, phone=make_phone(n), email="ming@example.invalid",
            id_type="resident_id", id_number=make_id_number(order=n + 1), visit_card=f"V000{n}",
            address=f"宛平南路 {n} 号", special_needs=("elderly",) * n,
        )  # fmt: skip
        give_consent(actor=desk, patient_id=patient, kind="data_use", how="signed")
        account = ensure_account(actor=desk, phone="12100009999")
        link_account(actor=desk, user_id=account.pk, patient_id=patient)
        pair.append(patient)
    relate(actor=desk, patient_id=pair[0], kind="sibling", relative_id=pair[1])
    child = make_patient(site, "张小小")
    for patient in pair:
        relate(actor=desk, patient_id=child, kind="parent", relative_id=patient, may_act=True)
    return pair[0], pair[1]


@pytest.mark.covers("B01")
@pytest.mark.parametrize("take", [(), ("name", "id_number", "phone", "address", "special_needs")])
def test_a_merge_that_is_taken_back_leaves_every_byte_as_it_was(site, desk, take):
    survivor, merged = two_full_records(site, desk)
    before = everything()

    made = merge(desk, survivor, merged, take=take)
    assert everything() != before
    undo_merge(actor=desk, merge_id=made, reason="两个人")

    assert everything() == before


def test_what_nobody_chose_stays_with_the_alias(site, desk):
    survivor, merged = two_full_records(site, desk)

    merge(desk, survivor, merged, take=("name", "id_number", "phone"))

    facts = editable_facts(desk, survivor).facts
    assert (facts.name, facts.id_number) == ("张晓明", make_id_number(order=2))
    assert (facts.phone, facts.address) == (f"+86{make_phone(1)}", "宛平南路 0 号")
    alias = Patient.objects.get(pk=merged)
    assert (alias.name, alias.id_number) == ("张小明", make_id_number(order=1))


@pytest.mark.covers("B01")
@pytest.mark.parametrize(
    "typed",
    [
        "00000002",
        "V0001",
        make_id_number(order=2),
        make_phone(1),
        "张晓明",
        "zhangxiaoming",
        make_id_number(order=2)[-4:],
    ],
)
def test_every_old_number_and_name_leads_to_the_survivor(site, desk, typed):
    survivor, merged = two_full_records(site, desk)
    merge(desk, survivor, merged)

    assert [hit.id for hit in search_patients(desk, typed)] == [survivor]


def test_an_old_id_leads_to_the_survivor(site, desk):
    survivor, merged = two_full_records(site, desk)
    merge(desk, survivor, merged)

    assert patient_briefs(desk, [merged], "test")[merged].id == survivor
    assert contact_of(merged).phone == f"+86{make_phone(0)}"
    with pytest.raises(MergedAway) as refused:
        change_patient(actor=desk, patient_id=merged, facts=PatientFacts(name="张"))
    assert refused.value.params == {"patient_id": survivor}


def test_new_rows_for_an_alias_are_the_survivors(site, desk):
    survivor, merged = make_patient(site), make_patient(site)
    merge(desk, survivor, merged)
    other = make_site()

    Registration.objects.create(patient_id=merged, site=other)
    consent = Consent.objects.create(patient_id=survivor, kind="data_use", how="signed")
    consent.patient_id = merged
    consent.save()

    assert Registration.objects.get(site=other).patient_id == survivor
    assert Consent.objects.get().patient_id == survivor


def test_the_survivor_keeps_one_of_everything_that_there_is_one_of(site, desk):
    survivor, merged = two_full_records(site, desk)
    account = Account.objects.first().user_id

    merge(desk, survivor, merged)

    phones = ContactPoint.objects.filter(patient=survivor, kind="phone", ended_at=None)
    assert {(p.value, p.is_primary) for p in phones} == {
        (f"+86{make_phone(0)}", True), (f"+86{make_phone(1)}", False)
    }  # fmt: skip
    assert Consent.objects.filter(patient=survivor, withdrawn_at=None).count() == 1
    assert Card.objects.filter(patient=survivor).count() == 1
    child = Patient.objects.get(name="张小小").pk
    assert owned_patients(account) == {survivor, child}
    assert not Relation.objects.filter(patient=survivor, relative=survivor).exists()


def test_a_consent_that_was_taken_back_is_not_given_anew_by_a_merge(site, desk):
    survivor, merged = make_patient(site), make_patient(site)
    give_consent(actor=desk, patient_id=merged, kind="promotion", how="signed")
    give_consent(actor=desk, patient_id=survivor, kind="promotion", how="signed")
    withdraw_consent(actor=desk, patient_id=survivor, kind="promotion")

    merge(desk, survivor, merged)

    assert not Consent.objects.filter(patient=survivor, withdrawn_at=None).exists()


def test_an_alias_of_an_alias_leads_to_the_last_survivor(site, desk):
    first, second, third = (make_patient(site, name) for name in ("甲一", "乙二", "丙三"))
    one = merge(desk, second, first)
    two = merge(desk, third, second)

    assert Patient.objects.get(pk=first).merged_into_id == third
    assert [hit.id for hit in search_patients(desk, "甲一")] == [third]
    with pytest.raises(MergedOn):
        undo_merge(actor=desk, merge_id=one, reason="错")
    undo_merge(actor=desk, merge_id=two, reason="错")
    undo_merge(actor=desk, merge_id=one, reason="错")
    assert set(Patient.objects.values_list("merged_into", flat=True)) == {None}


def test_a_paper_of_an_alias_is_still_taken(site, desk):
    survivor, merged = two_full_records(site, desk)
    merge(desk, survivor, merged)
    facts = PatientFacts(name="张", id_type="resident_id", id_number=make_id_number(order=2))

    with pytest.raises(AlreadyRegistered) as refused:
        register_patient(actor=desk, site_id=site.pk, facts=facts)

    assert refused.value.params == {"patient_id": survivor}
    found = duplicate_candidates(desk, id_type="resident_id", id_number=make_id_number(order=2))
    assert [one.hit.id for one in found] == [survivor]


def test_a_merge_is_recorded_for_both_and_told_once(site, desk):
    survivor, merged = make_patient(site), make_patient(site)

    made = merge(desk, survivor, merged)

    lines = AuditEntry.objects.filter(action="patients.patient.merged")
    assert {line.subject_id for line in lines} == {survivor, merged}
    assert {line.details["merge_id"] for line in lines} == {str(made)}
    told = Event.objects.get(name="PatientsMerged")
    assert told.body == {
        "patient_id": str(survivor), "merged_id": str(merged), "merge_id": str(made)
    }  # fmt: skip
    assert set(told.topics) == {f"patient:{survivor}", f"patient:{merged}"}


@pytest.mark.parametrize("grants", [(), (permissions.SEE,), (permissions.SEE, permissions.CHANGE)])
def test_only_who_may_merge_does(site, desk, grants):
    survivor, merged = make_patient(site), make_patient(site)
    made = merge(desk, make_patient(site), make_patient(site))
    before = everything()
    actor = make_actor(site, grants=grants)

    with pytest.raises((NotAllowed, UnknownPatient)):
        merge(actor, survivor, merged)
    with pytest.raises((NotAllowed, UnknownMerge)):
        undo_merge(actor=actor, merge_id=made, reason="错")

    assert everything() == before


def test_a_record_of_another_site_cannot_be_merged_unseen(site, desk):
    survivor, merged = make_patient(site), make_patient(make_site())

    with pytest.raises(UnknownPatient):
        merge(desk, survivor, merged)

    assert not Merge.objects.exists()


def test_a_merge_needs_two_records_a_reason_and_a_fresh_page(site, desk):
    survivor, merged = make_patient(site), make_patient(site)

    with pytest.raises(SamePatient):
        merge(desk, survivor, survivor)
    with pytest.raises(Stale):
        merge(desk, survivor, merged, versions=(1, 2))
    with pytest.raises(Invalid):
        merge_patients(actor=desk, survivor_id=survivor, merged_id=merged, reason=" ")
    merge(desk, survivor, merged, versions=(1, 1))
    with pytest.raises(MergedAway):
        merge(desk, make_patient(site), merged)

    assert Merge.objects.count() == 1


def test_a_page_from_before_a_merge_changes_nothing_after_it(site, desk):
    survivor, merged = make_patient(site), make_patient(site)
    made = merge(desk, survivor, merged)
    during = Patient.objects.get(pk=survivor).version
    undo_merge(actor=desk, merge_id=made, reason="错")

    for version in (during, during + 1):
        with pytest.raises(Stale):
            change_patient(
                actor=desk, patient_id=survivor, facts=PatientFacts(name="新"), version=version
            )
    assert Patient.objects.get(pk=survivor).version == 1


def test_what_was_changed_since_stays_and_what_was_chosen_stands_in_the_way(site, desk):
    survivor, merged = two_full_records(site, desk)
    made = merge(desk, survivor, merged)
    facts = editable_facts(desk, survivor).facts
    change_patient(actor=desk, patient_id=survivor, facts=PatientFacts(name="张大明"))
    undo_merge(actor=desk, merge_id=made, reason="错")
    assert Patient.objects.get(pk=survivor).name == "张大明"
    with pytest.raises(AlreadyUndone):
        undo_merge(actor=desk, merge_id=made, reason="错")

    made = merge(desk, survivor, merged, take=["name"])
    change_patient(actor=desk, patient_id=survivor, facts=PatientFacts(name="张中明"))
    before = everything()
    with pytest.raises(ChangedSince):
        undo_merge(actor=desk, merge_id=made, reason="错")
    assert everything() == before
    assert facts.name == "张小明"
