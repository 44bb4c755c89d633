"""Procedures of risk: nothing begins before its time, what is said is kept, nobody is forgotten."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.errors import (
    AlreadyRecorded,
    MoveRefused,
    NotExamined,
    NotReady,
    NotUnderWay,
    ReasonMissing,
)
from yilu.clinical.models import Exemption, Observation, Procedure, ProcedureEntry
from yilu.clinical.operations import procedures as deeds
from yilu.clinical.operations.notes import sign_note
from yilu.clinical.operations.procedures import OVERDUE, mark_overdue, observe
from yilu.clinical.operations.readiness import skip_examination
from yilu.clinical.rules.procedures import points, procedure_kinds
from yilu.clinical.selectors.procedures import (
    due_observations,
    procedure_page,
    said_at,
    visit_procedures,
)
from yilu.clinical.selectors.readiness import exemptions, readiness, require_examined
from yilu.clinical.states import PROCEDURE_MOVES, ProcedureState, check_procedure_move
from yilu.clinical.tests.consents import signed
from yilu.clinical.tests.factories import (
    Room,
    another_doctor,
    diagnosed,
    drafted,
    make_room,
    make_second_patient,
)
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.clinical.tests.test_races import together
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, Timer
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
]


def examined(room: Room) -> None:
    """The doctor has examined the patient and signed it."""
    diagnosed(room)
    drafted(room)
    sign_note(actor=room.doctor, visit_id=room.visit_id)


def planned(room: Room, kind: str = "tooth_extraction") -> UUID:
    return deeds.plan_procedure(
        actor=room.doctor, visit_id=room.visit_id, kind=kind, what="36 拔除"
    )


def prepared(room: Room, procedure_id: UUID) -> None:
    """Two have talked it over and every point is checked."""
    for who in (room.doctor, room.nurse):
        deeds.sign_talk(actor=who, procedure_id=procedure_id)
    for one in points(Procedure.objects.get(pk=procedure_id).steps, "checks"):
        deeds.check_point(actor=room.nurse, procedure_id=procedure_id, code=one.code)


def running(room: Room) -> UUID:
    examined(room)
    signed(room)
    procedure_id = planned(room)
    prepared(room, procedure_id)
    deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)
    return procedure_id


def ended(room: Room) -> tuple[UUID, Observation]:
    procedure_id = running(room)
    deeds.end_procedure(actor=room.nurse, procedure_id=procedure_id)
    return procedure_id, Observation.objects.get(procedure_id=procedure_id)


@pytest.mark.covers("C18")
def test_nothing_is_treated_before_examination_and_diagnosis_are_signed():
    room = make_room()
    signed(room)
    procedure_id = planned(room)
    prepared(room, procedure_id)

    with pytest.raises(NotExamined):
        deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)
    drafted(room)
    diagnosed(room)
    assert readiness(room.visit_id).missing == ("examination", "diagnosis")
    sign_note(actor=room.doctor, visit_id=room.visit_id)
    assert readiness(room.visit_id).may_begin
    deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)

    assert Procedure.objects.get().state == ProcedureState.RUNNING
    assert Event.objects.filter(name="ProcedureStarted").count() == 1


@pytest.mark.covers("C18")
def test_another_app_says_what_it_has_examined_itself():
    room = make_room()

    require_examined(room.visit_id, examined=True, diagnosed=True)
    with pytest.raises(NotExamined):
        require_examined(room.visit_id, examined=True)


@pytest.mark.covers("C18")
def test_beginning_without_it_needs_a_reason_and_is_reported_to_the_manager():
    room = make_room()
    manager = make_staff("manager", site_id=room.site_id).actor()

    with pytest.raises(ReasonMissing):
        skip_examination(actor=room.doctor, visit_id=room.visit_id, reason=" ")
    with pytest.raises(NotAllowed):
        skip_examination(actor=room.nurse, visit_id=room.visit_id, reason="急")
    skip_examination(actor=room.doctor, visit_id=room.visit_id, reason="牙龈大出血")
    with pytest.raises(AlreadyRecorded):
        skip_examination(actor=room.doctor, visit_id=room.visit_id, reason="again")

    require_examined(room.visit_id)
    [line] = exemptions(manager, room.site_id)
    assert (line.reason, line.missing) == ("牙龈大出血", ("已签的检查记录", "已签的诊断"))
    assert Event.objects.get(name="ExaminationSkipped").body["missing"] == [
        "examination",
        "diagnosis",
    ]
    with pytest.raises(NotFound):
        exemptions(room.doctor, room.site_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        Exemption.objects.update(reason="x")


@pytest.mark.covers("C16")
def test_consent_talk_and_checks_come_first_and_each_that_is_missing_is_named():
    room = make_room()
    examined(room)
    procedure_id = planned(room)

    with pytest.raises(NotReady) as refused:
        deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)
    assert refused.value.params["missing"] == "已签的同意书 · 双人沟通签名 · 8 项核查"
    prepared(room, procedure_id)
    with pytest.raises(NotReady) as refused:
        deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)
    assert refused.value.params["missing"] == "已签的同意书"
    assert Procedure.objects.get().state == ProcedureState.PLANNED


@pytest.mark.covers("C16")
def test_an_emergency_waits_for_no_consent_but_for_the_rest():
    room = make_room()
    skip_examination(actor=room.doctor, visit_id=room.visit_id, reason="休克", is_emergency=True)
    procedure_id = planned(room)
    prepared(room, procedure_id)

    deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id)

    assert Exemption.objects.get().missing == ["examination", "diagnosis", "consent"]


@pytest.mark.covers("C16")
def test_the_talk_is_signed_by_two_people_and_not_twice_by_one():
    room = make_room()
    procedure_id = planned(room)
    deeds.sign_talk(actor=room.doctor, procedure_id=procedure_id)

    with pytest.raises(AlreadyRecorded):
        deeds.sign_talk(actor=room.doctor, procedure_id=procedure_id)
    with pytest.raises(NotFound):
        deeds.check_point(actor=room.nurse, procedure_id=procedure_id, code="none")
    deeds.check_point(actor=room.nurse, procedure_id=procedure_id, code="site")
    with pytest.raises(AlreadyRecorded):
        deeds.check_point(actor=room.doctor, procedure_id=procedure_id, code="site")


@pytest.mark.covers("C20")
def test_what_is_said_is_kept_with_its_speaker_and_time_and_told_on():
    room = make_room()
    procedure_id = running(room)

    with pytest.raises(Invalid):
        deeds.note_said(actor=room.nurse, procedure_id=procedure_id, speaker="cat", text="x")
    with pytest.raises(Invalid):
        deeds.note_said(actor=room.nurse, procedure_id=procedure_id, speaker="patient", text=" ")
    deeds.note_said(actor=room.nurse, procedure_id=procedure_id, speaker="patient", text="有点麻")
    deeds.note_said(
        actor=room.doctor, procedure_id=procedure_id, speaker="doctor", text="加麻", is_deed=True
    )

    page = procedure_page(room.doctor, procedure_id)
    assert [(one.speaker, one.text, one.kind) for one in page.said] == [
        ("患者", "有点麻", "said"),
        ("医生", "加麻", "done"),
    ]
    [told] = said_at(room.doctor, [room.visit_id])[room.visit_id]
    assert (told.text, str(told.by)) == ("有点麻", "赵护士")
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureEntry.objects.update(text="x")


@pytest.mark.covers("C16")
def test_after_the_end_somebody_looks_in_time_or_the_pathway_is_told():
    room = make_room()
    _procedure_id, look = ended(room)
    timer = Timer.objects.get(handler=OVERDUE)
    assert timer.due_at - look.due_at == timedelta(minutes=5)

    with clock.at(timer.due_at):
        mark_overdue(actor=Actor.system("test"), observation_id=look.pk)
        mark_overdue(actor=Actor.system("test"), observation_id=look.pk)
        [line] = due_observations(room.nurse, room.site_id)

    assert line.is_late
    assert Event.objects.filter(name="ObservationOverdue").count() == 1


@pytest.mark.covers("C16")
def test_with_the_last_look_the_procedure_is_done_and_no_timer_waits():
    room = make_room()
    procedure_id, look = ended(room)

    with pytest.raises(Invalid):
        observe(actor=room.nurse, observation_id=look.pk, is_well=False, text="")
    observe(actor=room.nurse, observation_id=look.pk, is_well=True, text="无出血")
    mark_overdue(actor=Actor.system("test"), observation_id=look.pk)

    assert Procedure.objects.get().state == ProcedureState.DONE
    assert Timer.objects.get(handler=OVERDUE).state == "cancelled"
    assert not Event.objects.filter(name="ObservationOverdue").exists()
    with pytest.raises(NotUnderWay):
        observe(actor=room.nurse, observation_id=look.pk, is_well=True, text="")
    with pytest.raises(NotUnderWay):
        deeds.note_said(actor=room.nurse, procedure_id=procedure_id, speaker="nurse", text="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.update(text="x")


@pytest.mark.covers("C16")
def test_a_stop_needs_a_reason_and_an_old_page_is_refused():
    room = make_room()
    procedure_id = running(room)

    with pytest.raises(Stale):
        deeds.end_procedure(actor=room.nurse, procedure_id=procedure_id, version=1)
    with pytest.raises(ReasonMissing):
        deeds.abandon_procedure(actor=room.nurse, procedure_id=procedure_id, reason="")
    deeds.abandon_procedure(actor=room.nurse, procedure_id=procedure_id, reason="患者要求停止")

    assert Procedure.objects.get().state == ProcedureState.ABANDONED
    assert AuditEntry.objects.filter(action="clinical.procedure.abandoned").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Procedure.objects.update(reason="x")


def test_nobody_elsewhere_sees_or_changes_it():
    room = make_room()
    procedure_id = planned(room)
    elsewhere = make_room().doctor

    for deed in (
        lambda: procedure_page(elsewhere, procedure_id),
        lambda: deeds.sign_talk(actor=elsewhere, procedure_id=procedure_id),
        lambda: deeds.start_procedure(actor=elsewhere, procedure_id=procedure_id),
    ):
        with pytest.raises(NotFound):
            deed()
    assert said_at(elsewhere, [room.visit_id]) == {}


@pytest.mark.parametrize("many", [1, 5])
def test_the_list_costs_the_same_for_one_and_for_many(many, django_assert_num_queries):
    room = make_room()
    for _n in range(many):
        planned(room)

    with django_assert_num_queries(5):
        assert len(visit_procedures(room.doctor, room.visit_id)) == many


@pytest.mark.covers("C16")
def test_the_pages_lead_through_it():
    room = make_room()
    examined(room)
    signed(room)
    doctor, nurse = browser(room.doctor), browser(room.nurse)

    assert "Tooth extraction" in doctor.get(url("procedures", room), headers=PART).text
    lacking = doctor.post(
        url("procedures", room), sent(room, kind="implant", what=""), headers=PART
    )
    made = doctor.post(
        url("procedures", room), sent(room, kind="tooth_extraction", what="36"), headers=PART
    )
    procedure_id = Procedure.objects.get().pk
    assert (lacking.status_code, made.status_code) == (422, 200)
    press(doctor, room, procedure_id, "talk")
    press(nurse, room, procedure_id, "talk")
    for one in procedure_kinds()["tooth_extraction"].checks:
        press(nurse, room, procedure_id, "check", code=one.code)
    assert "Begin" in doctor.get(reverse("clinical:procedure", args=[procedure_id])).text
    press(doctor, room, procedure_id, "start", version="1")
    press(nurse, room, procedure_id, "said", speaker="patient", text="还好")
    page = press(nurse, room, procedure_id, "end", version="2")
    assert "还好" in page
    look = Observation.objects.get()
    answer = nurse.post(
        reverse("clinical:observed", args=[procedure_id, look.pk]),
        sent(room, is_well="1", text="可以离开"),
        headers=PART,
    )
    assert "可以离开" in answer.text
    assert Procedure.objects.get().state == ProcedureState.DONE
    assert "还好" in doctor.get(url("said", room)).text


@pytest.mark.covers("C18")
def test_the_page_of_the_manager_lists_what_began_without_examination():
    room = make_room()
    doctor = browser(room.doctor)
    manager = browser(make_staff("manager", site_id=room.site_id).actor())
    address = reverse("clinical:oversight") + f"?site={room.site_id}"

    lacking = doctor.post(url("exempt", room), sent(room, reason=""), headers=PART)
    noted = doctor.post(url("exempt", room), sent(room, reason="大出血"), headers=PART)

    assert (lacking.status_code, noted.status_code) == (422, 200)
    assert "大出血" in manager.get(address).text
    assert doctor.get(address).status_code == 404
    assert manager.get(reverse("clinical:oversight") + "?site=x").status_code == 404


def test_a_form_of_another_patient_writes_nothing():
    room = make_room()
    procedure_id = planned(room)
    other = Room(room.site_id, None, make_second_patient(room), room.nurse, room.doctor, None)

    answer = browser(room.doctor).post(
        reverse("clinical:procedure-talk", args=[procedure_id]), sent(other), headers=PART
    )

    assert answer.status_code == 409
    assert not ProcedureEntry.objects.exists()


@pytest.mark.parametrize("current", ProcedureState)
@pytest.mark.parametrize("target", ProcedureState)
def test_only_listed_moves_are_legal(current, target):
    if target in PROCEDURE_MOVES[current]:
        check_procedure_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_procedure_move(current, target)


@pytest.mark.races
@pytest.mark.covers("C16")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_does():
    room = make_room()
    other = another_doctor(room).actor()
    examined(room)
    signed(room)
    procedure_id = planned(room)
    prepared(room, procedure_id)

    found = together(
        lambda: deeds.start_procedure(actor=room.doctor, procedure_id=procedure_id),
        lambda: deeds.start_procedure(actor=other, procedure_id=procedure_id),
    )

    assert found.count(MoveRefused) == 1
    assert Event.objects.filter(name="ProcedureStarted").count() == 1


def sent(room: Room, **fields: str) -> dict:
    return sealed(room, request_key=str(new_id())) | fields


def press(who, room: Room, procedure_id: UUID, what: str, **fields: str) -> str:
    address = reverse(f"clinical:procedure-{what}", args=[procedure_id])
    answer = who.post(address, sent(room, **fields), headers=PART)
    assert answer.status_code == 200, answer.text
    return answer.text
