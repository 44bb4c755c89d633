"""Registering, changing and finding again: what is kept, what is told, what is refused."""

from datetime import date

import pytest

from yilu.patients import permissions
from yilu.patients.errors import AlreadyRegistered, NoMatch, SharingNotAgreed, UnknownPatient
from yilu.patients.models import Account, ContactPoint, Patient, Registration
from yilu.patients.operations.accounts import Proof, ensure_account, link_account, unlink_account
from yilu.patients.operations.consents import give_consent, withdraw_consent
from yilu.patients.operations.patients import change_patient, register_patient
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.operations.relations import relate
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.actors import account_actor
from yilu.patients.selectors.detail import patient_detail
from yilu.patients.selectors.duplicates import duplicate_candidates
from yilu.patients.selectors.facts import editable_facts
from yilu.patients.selectors.patients import contact_of, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.factories import (
    make_actor,
    make_id_number,
    make_patient,
    make_phone,
    make_site,
)
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("portal", permissions.REGISTER, permissions.CHANGE, permissions.SEE)


def everything():
    tables = [Patient, ContactPoint, Registration, Account, AuditEntry, Event]
    return [table.objects.count() for table in tables]


@pytest.mark.covers("O02")
def test_numbers_lie_encrypted_and_nothing_about_them_is_told_or_recorded():
    secrets = (make_id_number(), "12100003482", "宛平南路", "VC20417", "ming@example.invalid")
    make_patient(
        make_site(), phone=secrets[1], id_type="resident_id", id_number=secrets[0],
        address=secrets[2], visit_card=secrets[3], email=secrets[4],
    )  # fmt: skip

    for table in ("patient", "contactpoint", "card", "registration"):
        for row in rows(f"SELECT t::text AS all FROM patients_{table} t", {}):  # noqa: S608
            assert not [s for s in secrets if s in row["all"] or s.encode().hex() in row["all"]]
    told = str(list(Event.objects.values())) + str(list(AuditEntry.objects.values()))
    assert not [s for s in (*secrets, "张小明") if s in told]


def test_a_paper_that_is_known_is_refused_and_says_whose_it_is():
    site = make_site()
    known = make_patient(site, id_type="resident_id", id_number=make_id_number())
    before = everything()

    with pytest.raises(AlreadyRegistered) as refused:
        make_patient(site, "李雷", id_type="resident_id", id_number=make_id_number().lower())

    assert refused.value.params == {"patient_id": known}
    assert everything() == before


def test_an_account_is_not_told_whose_paper_it_is():
    site = make_site()
    make_patient(site, id_type="resident_id", id_number=make_id_number())
    account = ensure_account(actor=SYSTEM, phone="12100003482")
    facts = PatientFacts(name="李雷", id_type="resident_id", id_number=make_id_number())

    with pytest.raises(AlreadyRegistered) as refused:
        register_patient(actor=account_actor(account), site_id=site.pk, facts=facts)

    assert refused.value.params == {"patient_id": None}


def test_a_change_raises_the_version_and_names_the_fields_but_not_their_values():
    site = make_site()
    patient = make_patient(site, phone="12100003482")
    actor = make_actor(site)
    facts = PatientFacts(name="张大明", phone="12100009999")

    assert change_patient(actor=actor, patient_id=patient, facts=facts, version=1) == 2

    entry = AuditEntry.objects.get(action="patients.patient.changed")
    assert entry.details == {"changed": ["name", "phone"]}
    event = Event.objects.get(name="PatientChanged")
    assert (event.body["fields"], event.topics) == (["name", "phone"], [f"patient:{patient}"])
    ended, held = ContactPoint.objects.order_by("ended_at")
    assert (ended.value, held.value) == ("+8612100003482", "+8612100009999")
    assert [hit.id for hit in search_patients(actor, "张大明")] == [patient]
    assert search_patients(actor, "12100003482") == []


def test_a_change_made_while_looking_at_an_older_version_is_refused():
    site = make_site()
    patient = make_patient(site)
    actor = make_actor(site)
    change_patient(actor=actor, patient_id=patient, facts=PatientFacts(name="一"), version=1)
    before = everything()

    with pytest.raises(Stale):
        change_patient(actor=actor, patient_id=patient, facts=PatientFacts(name="二"), version=1)

    assert everything() == before
    assert Patient.objects.get().name == "一"


def test_saving_what_is_already_known_changes_nothing():
    site = make_site()
    patient = make_patient(site, phone="12100003482", insurance_card="A1")
    actor = make_actor(site)
    facts = editable_facts(actor, patient).facts
    before = everything()

    assert change_patient(actor=actor, patient_id=patient, facts=facts) == 1
    assert everything() == before


@pytest.mark.parametrize(
    ("grants", "refusal"),
    [((permissions.SEE,), NotAllowed), (("other",), UnknownPatient)],
)
def test_without_the_grant_nothing_changes(grants, refusal):
    site = make_site()
    patient = make_patient(site)
    actor = make_actor(site, grants=grants)
    before = everything()

    with pytest.raises(refusal):
        change_patient(actor=actor, patient_id=patient, facts=PatientFacts(name="x"))
    with pytest.raises(refusal):
        give_consent(actor=actor, patient_id=patient, kind="data_use", how="signed")
    with pytest.raises(NotAllowed):
        register_patient(actor=actor, site_id=site.pk, facts=PatientFacts(name="x"))

    assert everything() == before


@pytest.mark.covers("O08")
def test_patients_of_another_site_are_found_by_an_exact_number_only_and_veiled():
    other, mine = make_site(), make_site()
    patient = make_patient(other, "欧阳修文", phone="12100003482", born_on=date(1990, 1, 2))
    actor = make_actor(mine)

    assert search_patients(actor, "欧阳") == []
    assert search_patients(actor, "3482") == []
    [hit] = search_patients(actor, "12100003482")
    assert (hit.is_elsewhere, hit.patient.name.written, hit.patient.born_on) == (
        True, "欧**文", None,
    )  # fmt: skip
    with pytest.raises(UnknownPatient):
        patient_detail(actor, patient)


@pytest.mark.covers("O08")
def test_a_record_is_shared_after_consent_and_no_longer_when_it_is_withdrawn():
    other, mine = make_site(), make_site()
    patient = make_patient(other, phone="12100003482")
    actor = make_actor(mine)
    with pytest.raises(SharingNotAgreed):
        register_at_site(actor=actor, patient_id=patient, site_id=mine.pk)

    give_consent(actor=make_actor(other), patient_id=patient, kind="sharing", how="signed")
    assert patient_detail(actor, patient).brief.name.written == "张小明"
    withdraw_consent(actor=make_actor(other), patient_id=patient, kind="sharing")

    with pytest.raises(UnknownPatient):
        patient_detail(actor, patient)
    assert register_at_site(actor=actor, patient_id=patient, site_id=mine.pk, has_agreed=True)
    assert not register_at_site(actor=actor, patient_id=patient, site_id=mine.pk)
    assert patient_detail(actor, patient).can_change


def test_consent_to_the_same_words_is_kept_once():
    site = make_site()
    patient = make_patient(site)
    missing = patient_briefs(make_actor(site), [patient], "t")[patient].missing
    assert missing == ("phone", "id_number", "born_on", "sex", "consent")

    for _ in range(2):
        give_consent(actor=make_actor(site), patient_id=patient, kind="data_use", how="signed")

    assert Event.objects.filter(name="ConsentChanged").count() == 1
    missing = patient_briefs(make_actor(site), [patient], "t")[patient].missing
    assert missing == ("phone", "id_number", "born_on", "sex")


def test_candidates_share_paper_phone_or_birth_and_sound():
    site = make_site()
    born = date(1985, 3, 14)
    paper = make_patient(site, "甲", id_type="resident_id", id_number=make_id_number())
    phone = make_patient(site, "乙", phone="12100003482")
    sound = make_patient(site, "张晓明", born_on=born)
    make_patient(site, "张小明", born_on=date(1990, 1, 1))

    found = duplicate_candidates(
        make_actor(site), name="张小明", born_on=born, phone="121 0000 3482",
        id_number=make_id_number(), id_type="resident_id",
    )  # fmt: skip

    assert [(one.hit.id, one.reasons) for one in found] == [
        (paper, ("paper",)), (phone, ("phone",)), (sound, ("name",)),
    ]  # fmt: skip


def test_an_account_owns_what_it_registers_and_nothing_else():
    site = make_site()
    make_patient(site, phone="12100003482")
    account = ensure_account(actor=SYSTEM, phone="121 0000 3482")
    assert ensure_account(actor=SYSTEM, phone="+8612100003482").pk == account.pk
    assert account_actor(account).owns == frozenset()

    mine = register_patient(
        actor=account_actor(account), site_id=site.pk, facts=PatientFacts(name="李雷")
    )

    assert account_actor(account).owns == {mine}


def test_an_existing_record_is_linked_by_three_right_answers_only():
    site = make_site()
    patient = make_patient(site, id_type="resident_id", id_number=make_id_number())
    account = ensure_account(actor=SYSTEM, phone="12100003482")
    actor, born, end = account_actor(account), date(1985, 3, 14), make_id_number()[-4:]

    for wrong in (
        Proof("张大明", born, end), Proof("张小明", date(1985, 3, 15), end),
        Proof("张小明", born, "0000"), Proof("张小明", born, ""),
    ):  # fmt: skip
        with pytest.raises(NoMatch):
            link_account(actor=actor, user_id=account.pk, proof=wrong)
    with pytest.raises(NotAllowed):
        link_account(actor=actor, user_id=account.pk, patient_id=patient)
    assert account_actor(account).owns == frozenset()

    assert link_account(
        actor=actor, user_id=account.pk, proof=Proof(" 张 小明", born, end)
    ) == patient  # fmt: skip
    assert account_actor(account).owns == {patient}
    unlink_account(actor=make_actor(site), user_id=account.pk, patient_id=patient)
    assert account_actor(account).owns == frozenset()


def test_a_parent_acts_for_a_child_when_the_desk_says_so():
    site = make_site()
    parent, child = make_patient(site, "张父"), make_patient(site, "张小明")
    account = ensure_account(actor=SYSTEM, phone="12100003482")
    desk = make_actor(site)
    link_account(actor=desk, user_id=account.pk, patient_id=parent)
    assert account_actor(account).owns == {parent}

    relate(actor=desk, patient_id=child, kind="parent", relative_id=parent, may_act=True)

    assert account_actor(account).owns == {parent, child}
    assert editable_facts(account_actor(account), child).facts.name == "张小明"


def test_an_account_changes_how_it_is_reached_but_not_who_it_is():
    site = make_site()
    account = ensure_account(actor=SYSTEM, phone="12100003482")
    mine = register_patient(
        actor=account_actor(account), site_id=site.pk, facts=PatientFacts(name="李雷")
    )
    actor = account_actor(account)

    with pytest.raises(NotAllowed):
        change_patient(actor=actor, patient_id=mine, facts=PatientFacts(name="韩梅梅"))
    facts = PatientFacts(name="李雷", email="a@example.invalid")
    assert change_patient(actor=actor, patient_id=mine, facts=facts) == 2
    assert contact_of(mine).email == "a@example.invalid"


def test_an_account_gets_briefs_of_its_own_patients_only():
    site = make_site()
    patient = make_patient(site)
    actor = Actor(kind="patient", name="", owns=frozenset())

    assert patient_briefs(actor, [patient], "my") == {}


@pytest.mark.parametrize("count", [1, 12])
def test_reading_costs_the_same_for_one_and_for_twelve(count, django_assert_num_queries):
    site = make_site()
    ids = [make_patient(site, phone=make_phone()) for _ in range(count)]
    actor = make_actor(site)

    with django_assert_num_queries(2):  # One writes down who was seen.
        assert len(patient_briefs(actor, ids, "test")) == count
    with django_assert_num_queries(2):
        assert len(search_patients(actor, "张")) == count
    with django_assert_num_queries(1):
        assert contact_of(ids[0]) is not None
    with django_assert_num_queries(11):
        patient_detail(actor, ids[0])
