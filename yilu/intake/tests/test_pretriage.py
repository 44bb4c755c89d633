"""Where to go with a complaint: rules, what is kept, who may ask, and what a person decides."""

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.clinical.models import Problem
from yilu.clinical.states import ProblemStatus
from yilu.intake import permissions
from yilu.intake.errors import NothingSaid, OtherNeedsReason, UnknownFinding
from yilu.intake.models import PreTriage
from yilu.intake.operations.pretriage import Complaint, ask_where, decide_otherwise, tie_answer
from yilu.intake.rules.pretriage import (
    CERTAIN,
    EMERGENCY,
    UNSURE,
    Asked,
    Suggestion,
    rules,
    suggest,
)
from yilu.intake.selectors.pretriage import advice_of, choices
from yilu.patients.models import Patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.records.errors import OutsideCare
from yilu.records.rules.access import OF_THE_DAY
from yilu.scheduling.tests.factories import Clinic, at, make_clinic, make_service
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B05")]
STRANGER = Actor.nobody()


def told(text: str = "", **facts: object) -> Suggestion:
    return suggest(replace(Asked(text=text, age=35.0), **facts))  # type: ignore[arg-type]


def test_an_alarm_comes_before_every_department() -> None:
    found = told("牙痛，胸口像压着石头，出冷汗")
    assert found.outcome == EMERGENCY
    assert "chest" in found.alarms
    assert found.level == 2


def test_a_vague_complaint_is_answered_with_unsure_and_not_with_a_guess() -> None:
    assert [told(one).outcome for one in ("有点不舒服", "你好", "asdf", "几点开门")] == [UNSURE] * 4


def test_a_child_goes_to_paediatrics_where_a_grown_up_goes_to_general_practice() -> None:
    assert told("咳嗽三天").outcome == "general"
    assert told("咳嗽三天", age=5.0).outcome == "paediatrics"


def test_fever_of_a_young_baby_is_an_alarm_and_of_an_older_child_is_not() -> None:
    assert told("宝宝发烧38.5", age=0.1).outcome == EMERGENCY
    assert told("宝宝发烧38.5，精神好", age=2.0).outcome == "paediatrics"


def test_bleeding_is_an_alarm_in_pregnancy_whoever_says_that_she_is_pregnant() -> None:
    assert told("下面有点流血", pregnant=True).outcome == EMERGENCY
    assert told("怀孕八周，有点流血").outcome == EMERGENCY
    assert told("月经量多").outcome == "gynaecology"


def test_what_is_chosen_counts_as_what_is_said() -> None:
    assert told(chosen=frozenset({"chest_pain"})).outcome == EMERGENCY
    assert told(chosen=frozenset({"tooth_pain", "tooth"})).confidence == CERTAIN


def test_a_fall_on_the_head_is_an_alarm_for_whoever_takes_blood_thinners() -> None:
    assert told("撞到头了").outcome == "surgery"
    assert told("撞到头了", known=frozenset({"blood_thinner"})).outcome == EMERGENCY


def test_what_is_only_in_the_record_is_no_alarm_by_itself() -> None:
    assert told("咳嗽", known=frozenset({"blood_thinner"})).outcome == "general"


def test_fever_and_diarrhoea_are_led_to_their_own_clinics() -> None:
    assert "fever_clinic" in told("发烧38度").measures
    assert "bowel_clinic" in told("一天拉肚子五次").measures


def test_every_rule_names_findings_departments_and_advice_that_exist() -> None:
    book = rules()
    for one in book.findings.values():
        assert set(one.to) | set(one.child) <= set(book.departments), one.key
    for rule in (*book.alarms, *book.measures):
        assert rule.when, rule.key
        assert frozenset().union(*rule.when) | rule.unless <= set(book.findings), rule.key
    assert all(str(one.advice) and one.level in {1, 2} for one in book.alarms)
    assert {one.key for group in choices().values() for one in group} <= set(book.findings)
    assert len({one.key for one in book.alarms}) == len(book.alarms)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(service=make_service(key="general_first", specialty="general"))


@pytest.fixture
def desk(clinic: Clinic) -> Actor:
    return make_staff("front_desk", site_id=clinic.site_id).actor()


def patient(clinic: Clinic, **facts: object) -> UUID:
    found = clinic.patient()
    if facts:
        Patient.objects.filter(pk=found).update(**facts)
    return found


def test_the_answer_is_kept_with_its_inputs_and_the_version_of_the_rules(
    clinic: Clinic, desk: Actor
) -> None:
    who = patient(clinic)
    kept = ask_where(
        actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽三天，有痰"), patient_id=who
    )
    row = PreTriage.objects.get()
    assert (row.pk, row.patient_id, row.outcome) == (kept, who, "general")
    assert row.rules_version == rules().version
    assert json.loads(row.inputs)["text"] == "咳嗽三天，有痰"
    assert json.loads(row.answer)["reasons"] == ["cough"]


def test_of_a_stranger_the_findings_are_kept_and_not_the_words(clinic: Clinic) -> None:
    said = Complaint("我叫张三，咳嗽三天", age=30.0)
    ask_where(actor=STRANGER, site_id=clinic.site_id, complaint=said, channel="web")
    kept = json.loads(PreTriage.objects.get().inputs)
    assert kept["text"] == ""
    assert kept["chosen"] == ["cough"]
    # The same answer comes of what is kept.
    asked = Asked(chosen=frozenset(kept["chosen"]), age=kept["age"])
    assert suggest(asked).outcome == "general"


def test_nobody_is_asked_about_without_a_right(clinic: Clinic) -> None:
    guest = Actor(kind="staff", name="guest", user_id=new_id())
    for actor in (STRANGER, guest):
        with pytest.raises(NotFound):
            ask_where(
                actor=actor, site_id=clinic.site_id, complaint=Complaint("咳嗽"),
                patient_id=patient(clinic),
            )  # fmt: skip
    grants = frozenset({(permissions.SEE, clinic.site_id)})
    with pytest.raises(NotAllowed):
        ask_where(
            actor=replace(guest, grants=grants), site_id=clinic.site_id,
            complaint=Complaint("咳嗽"),
        )  # fmt: skip
    assert not PreTriage.objects.exists()


def test_nothing_said_and_unknown_choices_are_refused(clinic: Clinic, desk: Actor) -> None:
    with pytest.raises(NothingSaid):
        ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("   "))
    with pytest.raises(UnknownFinding):
        ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("", ("x' OR 1",)))
    assert not PreTriage.objects.exists()


def test_the_record_makes_an_alarm_of_a_fall(clinic: Clinic, desk: Actor) -> None:
    who = patient(clinic)
    complaint = Complaint("早上撞到头了")
    first = ask_where(actor=desk, site_id=clinic.site_id, complaint=complaint, patient_id=who)
    Problem.objects.create(
        patient_id=who, site_id=clinic.site_id, text="正在服用抗凝或抗血小板药",
        status=ProblemStatus.ACTIVE, recorded_at=at(8), clinic_day=at(8).date(),
    )  # fmt: skip
    second = ask_where(actor=desk, site_id=clinic.site_id, complaint=complaint, patient_id=who)
    found = dict(PreTriage.objects.values_list("pk", "outcome"))
    assert (found[first], found[second]) == ("surgery", EMERGENCY)


def test_the_answer_names_the_service_and_whoever_is_free_soonest(
    clinic: Clinic, desk: Actor
) -> None:
    kept = ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽三天"))
    found = advice_of(desk, kept)
    assert found.place.service is not None
    assert found.place.service.id == clinic.service_id
    assert found.doctor is not None
    assert found.doctor.id == clinic.doctors[0]
    assert found.doctor.why == "最早有空"
    assert [str(one) for one in found.reasons] == ["咳嗽"]


def test_where_a_department_is_missing_another_begins_and_says_so(
    clinic: Clinic, desk: Actor
) -> None:
    kept = ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("耳鸣半年"))
    found = advice_of(desk, kept)
    assert found.outcome == "ent"
    assert found.place.service is not None
    assert "耳鼻喉科" in found.place.instead


def test_for_an_emergency_no_time_is_offered(clinic: Clinic, desk: Actor) -> None:
    kept = ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("胸痛"))
    found = advice_of(desk, kept)
    assert found.is_emergency
    assert found.place.service is None
    assert [str(one.title) for one in found.alarms] == ["胸痛或胸闷伴出汗、放射痛"]
    assert all(str(one.do) for one in found.alarms)


def test_a_person_decides_otherwise_with_a_reason(clinic: Clinic, desk: Actor) -> None:
    kept = ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽"))
    with pytest.raises(OtherNeedsReason):
        decide_otherwise(actor=desk, pretriage_id=kept, department="ent", reason=" ")
    with pytest.raises(UnknownFinding):
        decide_otherwise(actor=desk, pretriage_id=kept, department="x", reason="?")
    assert PreTriage.objects.get().department == ""
    decide_otherwise(actor=desk, pretriage_id=kept, department="ent", reason="声音嘶哑", version=1)
    row = PreTriage.objects.get()
    assert (row.outcome, row.department, row.reason) == ("general", "ent", "声音嘶哑")
    with pytest.raises(Stale):
        decide_otherwise(actor=desk, pretriage_id=kept, department="tcm", reason="?", version=1)


def test_an_answer_is_tied_to_one_booking_of_the_same_patient(clinic: Clinic, desk: Actor) -> None:
    who = patient(clinic)
    booking = clinic.book(at(9, day=3), patient_id=who).id
    kept = ask_where(actor=STRANGER, site_id=clinic.site_id, complaint=Complaint("胸痛"))
    level = tie_answer(actor=desk, pretriage_id=kept, patient_id=who, booking_id=booking)
    assert level == 2
    row = PreTriage.objects.get()
    assert (row.patient_id, row.booking_id) == (who, booking)
    assert (
        tie_answer(actor=desk, pretriage_id=kept, patient_id=new_id(), booking_id=booking) is None
    )


def test_a_stranger_reads_only_what_was_asked_here(clinic: Clinic, desk: Actor) -> None:
    mine = ask_where(actor=STRANGER, site_id=clinic.site_id, complaint=Complaint("咳嗽"))
    assert advice_of(STRANGER, mine, asked_here=True).outcome == "general"
    with pytest.raises(NotFound):
        advice_of(STRANGER, mine)
    theirs = ask_where(
        actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽"), patient_id=patient(clinic)
    )
    with pytest.raises(NotFound):
        advice_of(STRANGER, theirs, asked_here=True)


@pytest.mark.covers("C13")
def test_staff_read_what_they_asked_today_and_that_of_whom_they_look_after(
    clinic: Clinic, desk: Actor
) -> None:
    who, asker, other = (
        patient(clinic),
        *(make_staff("front_desk", site_id=clinic.site_id).actor() for _n in range(2)),
    )
    kept = ask_where(
        actor=asker, site_id=clinic.site_id, complaint=Complaint("咳嗽"), patient_id=who
    )
    assert advice_of(asker, kept).said == "咳嗽"
    with pytest.raises(OutsideCare):
        advice_of(other, kept)
    with clock.at(clock.now() + OF_THE_DAY * 2), pytest.raises(OutsideCare):
        advice_of(asker, kept)
    clinic.book(patient_id=who)
    assert advice_of(other, kept).said == "咳嗽"


def test_an_answer_costs_the_same_for_one_practitioner_and_for_twelve(
    clinic: Clinic, desk: Actor
) -> None:
    kept = ask_where(
        actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽"), patient_id=patient(clinic)
    )
    with CaptureQueriesContext(
        connection,
    ) as one:
        advice_of(desk, kept)
    for _n in range(11):
        make_doctor(clinic.site_id, department_id=clinic.department_id)
    with CaptureQueriesContext(connection) as twelve:
        advice_of(desk, kept)
    assert len(twelve) == len(one) <= 14


def test_the_age_comes_from_the_record(clinic: Clinic, desk: Actor) -> None:
    who = patient(clinic, born_on=date(2022, 1, 1))
    ask_where(actor=desk, site_id=clinic.site_id, complaint=Complaint("咳嗽"), patient_id=who)
    assert PreTriage.objects.get().outcome == "paediatrics"
