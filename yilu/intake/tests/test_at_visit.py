"""The questions of a visit, asked at the desk or by the nurse, of walk-ins and of who booked."""

from datetime import date
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.clinical import permissions as clinical
from yilu.clinical.models import Allergy, Intake
from yilu.intake import permissions
from yilu.intake.errors import (
    AnsweredAlready,
    AnswersIncomplete,
    ConsentMissing,
    NothingToTake,
    TooLateToAnswer,
)
from yilu.intake.models import Sheet
from yilu.intake.operations.asking import ask_questions
from yilu.intake.operations.at_visit import answer_at_visit, take_over
from yilu.intake.operations.sheets import Said, keep_draft, send_answers
from yilu.intake.selectors.at_visit import questions_at
from yilu.intake.tests.test_sheets import JOB, NO, holder, post, signed_in, staff, visit_of
from yilu.patients.models import Patient
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic, make_service
from yilu.scheduling.tests.test_races import at_once
from yilu.visits import permissions as visits
from yilu.visits.models import Visit
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B06")]
PART = {"HX-Request": "true"}
AGREED = Said({"latex": "yes"}, consent=True)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(service=make_service(key="extraction", specialty="dental"))


def came(clinic: Clinic, **facts: object) -> UUID:
    """Somebody walks in."""
    patient = clinic.patient("欧阳静")
    if facts:
        Patient.objects.filter(pk=patient).update(**facts)
    return open_visit(
        actor=Actor.system("clerk", visits.OPEN),
        patient_id=patient,
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        kind="walk_in",
    )


def nurse(clinic: Clinic) -> Actor:
    return make_staff("nurse", site_id=clinic.site_id).actor()


def asked(actor: Actor, visit: UUID) -> list[str]:
    return [one.question.key for one in questions_at(actor, visit).sheet.answers]


def test_a_walk_in_is_asked_what_the_specialty_asks_and_nothing_is_stored_by_looking(clinic):
    visit, who = came(clinic), nurse(clinic)
    seen = questions_at(who, visit)
    assert {"latex", "falls", "pregnant", "bone_drug", "heart_valve"} <= set(asked(who, visit))
    assert (seen.sheet.version, seen.is_begun, len(seen.lacking) > 5) == (0, False, True)
    assert not Sheet.objects.exists()


def test_a_nurse_keeps_half_of_it_and_then_the_rest(clinic: Clinic):
    visit, who = came(clinic), nurse(clinic)
    answer_at_visit(actor=who, visit_id=visit, said=AGREED, version=0)
    half = questions_at(who, visit)
    assert (half.sheet.state, half.sheet.version, "falls" in half.lacking) == ("draft", 1, True)
    assert [one.key for one in half.sheet.risks] == ["latex"]
    rest = Said({"latex": "yes", "falls": "yes"}, quick=True)
    answer_at_visit(actor=who, visit_id=visit, said=rest, version=1)
    whole = questions_at(who, visit)
    assert (whole.sheet.is_answered, whole.lacking, whole.sheet.version) == (True, frozenset(), 2)
    assert [one.key for one in whole.sheet.risks] == ["latex", "falls"]
    names = list(Event.objects.filter(subject_id=whole.sheet.id).values_list("name", flat=True))
    assert sorted(names) == ["AnswersKept", "QuestionsAnswered"]
    kept = AuditEntry.objects.filter(action__in=["intake.sheet.kept", "intake.sheet.answered"])
    assert kept.count() == 2


def test_children_are_asked_their_own_questions_whatever_they_come_for(clinic: Clinic):
    who = nurse(clinic)
    child = came(clinic, born_on=date(2029, 1, 1), sex="female")
    grown = came(clinic, born_on=date(1990, 1, 1), sex="female")
    assert {"guardian", "g6pd", "convulsion", "bone_drug"} <= set(asked(who, child))
    assert not {"pregnant", "falls"} & set(asked(who, child))
    assert {"pregnant", "falls"} <= set(asked(who, grown))
    assert "guardian" not in asked(who, grown)


def test_the_quick_way_leaves_open_what_no_would_make_a_risk(clinic: Clinic):
    visit, who = came(clinic, born_on=date(2029, 1, 1)), nurse(clinic)
    said = Said({}, consent=True, quick=True)
    answer_at_visit(actor=who, visit_id=visit, said=said)
    assert questions_at(who, visit).lacking == {"guardian", "vaccines"}
    answers = {"guardian": "no", "vaccines": "yes"}
    answer_at_visit(actor=who, visit_id=visit, said=Said(answers, quick=True))
    assert [one.key for one in questions_at(who, visit).sheet.risks] == ["no_guardian"]


def test_what_the_patient_answered_is_corrected_and_stays_readable(clinic: Clinic):
    booking = clinic.book(at(9, day=3)).id
    ask_questions(actor=JOB, booking_id=booking)
    send_answers(actor=holder(booking), booking_id=booking, said=NO)
    visit, who = visit_of(booking), nurse(clinic)
    before = {one.question.key: one.said for one in questions_at(who, visit).sheet.answers}
    changed = Said(before | {"latex": "yes"})
    answer_at_visit(actor=who, visit_id=visit, said=changed, version=2)
    seen = questions_at(who, visit)
    assert {one.question.key: one.before for one in seen.sheet.answers if one.before} == {
        "latex": "no"
    }
    assert (seen.sheet.filled_by, [one.key for one in seen.sheet.risks]) == ("staff", ["latex"])
    with pytest.raises(AnswersIncomplete):
        answer_at_visit(actor=who, visit_id=visit, said=Said({"latex": "yes"}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT earlier FROM intake_sheet")
        assert b"latex" not in bytes(cursor.fetchone()[0])


def test_a_draft_of_the_patient_is_gone_on_with_at_the_visit(clinic: Clinic):
    booking = clinic.book(at(9, day=3)).id
    ask_questions(actor=JOB, booking_id=booking)
    keep_draft(actor=holder(booking), booking_id=booking, said=Said({"problem": "右下智齿疼"}))
    visit, who = visit_of(booking), nurse(clinic)
    assert [one.said for one in questions_at(who, visit).sheet.told] == ["右下智齿疼"]
    said = Said({"problem": "右下智齿疼"}, consent=True, quick=True)
    answer_at_visit(actor=who, visit_id=visit, said=said)
    assert Sheet.objects.get().state == "answered"


def test_what_a_patient_said_lately_is_filled_in_for_the_walk_in(clinic: Clinic):
    visit, who = came(clinic), nurse(clinic)
    said = Said({"diabetes": "yes", "alarm": "no"}, consent=True, quick=True)
    answer_at_visit(actor=who, visit_id=visit, said=said)
    patient = Visit.objects.get(pk=visit).patient_id
    again = open_visit(
        actor=Actor.system("clerk", visits.OPEN),
        patient_id=patient,
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        kind="walk_in",
    )
    seen = {one.question.key: one.said for one in questions_at(who, again).sheet.answers}
    assert (seen["diabetes"], seen["alarm"]) == ("yes", "")


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        (Said({"latex": "perhaps"}, consent=True), Invalid, "q-latex"),
        (Said({"problem": "x" * 501}, consent=True), Invalid, "q-problem"),
        (Said({"latex": "no"}), ConsentMissing, "consent"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_kept(clinic: Clinic, said, refusal, field):
    visit = came(clinic)
    with pytest.raises(refusal) as refused:
        answer_at_visit(actor=nurse(clinic), visit_id=visit, said=said)
    assert [one.field for one in refused.value.errors] == [field]
    assert not Sheet.objects.exists()


def test_who_may_not_and_what_is_over_is_refused(clinic: Clinic):
    visit = came(clinic)
    with pytest.raises(NotAllowed):
        answer_at_visit(actor=staff(clinic, permissions.SEE), visit_id=visit, said=AGREED)
    with pytest.raises(NotFound):
        answer_at_visit(actor=Actor("staff", "x"), visit_id=visit, said=AGREED)
    desk = staff(clinic, permissions.SEE, permissions.FILL)
    answer_at_visit(actor=desk, visit_id=visit, said=Said({}, consent=True, quick=True))
    seen = questions_at(desk, visit)
    assert (seen.may_fill, [one.said for one in seen.sheet.answers if one.said]) == (False, [])
    with pytest.raises(AnsweredAlready):
        answer_at_visit(actor=desk, visit_id=visit, said=AGREED)
    Visit.objects.update(state="left", left_at=SUNDAY_EVENING)
    with pytest.raises(TooLateToAnswer):
        answer_at_visit(actor=nurse(clinic), visit_id=visit, said=AGREED)


def test_answers_go_into_the_intake_and_the_allergies_by_one_press(clinic: Clinic):
    visit, who = came(clinic, sex="female"), nurse(clinic)
    told = {"problem": "牙疼 3 天", "medicines": "阿司匹林", "pregnant": "yes", "latex": "yes"}
    answer_at_visit(actor=who, visit_id=visit, said=Said(told, consent=True, quick=True))
    with pytest.raises(NotAllowed):
        take_over(actor=staff(clinic, permissions.SEE, clinical.SEE), visit_id=visit, key="problem")
    for key in told:
        take_over(actor=who, visit_id=visit, key=key)
    content = Intake.objects.filter(visit_id=visit).order_by("n").last().content
    assert [content[one] for one in ("chief_complaint", "medication", "pregnancy")] == [
        "牙疼 3 天", "阿司匹林", "yes",
    ]  # fmt: skip
    assert Allergy.objects.get().substance == "乳胶"
    with pytest.raises(NothingToTake):
        take_over(actor=who, visit_id=visit, key="problem")


def test_two_nurses_with_the_same_sheet_the_later_one_looks_again(clinic: Clinic):
    visit, who = came(clinic), nurse(clinic)
    answer_at_visit(actor=who, visit_id=visit, said=AGREED, version=0)
    with pytest.raises(Stale):
        answer_at_visit(actor=nurse(clinic), visit_id=visit, said=AGREED, version=0)
    assert Sheet.objects.get().version == 1


def test_the_questions_of_a_visit_cost_at_most_eleven_queries(clinic: Clinic):
    visit, who = came(clinic), nurse(clinic)
    with CaptureQueriesContext(connection) as seen:
        questions_at(who, visit)
    assert len(seen) <= 11
    answer_at_visit(actor=who, visit_id=visit, said=AGREED)
    with CaptureQueriesContext(connection) as seen:
        questions_at(who, visit)
    assert len(seen) <= 11


def test_desk_and_nurse_ask_on_their_pages(clinic: Clinic):
    visit = came(clinic)
    desk = signed_in(make_staff("front_desk", site_id=clinic.site_id).user_id)
    carer = signed_in(make_staff("nurse", site_id=clinic.site_id).user_id)
    url = reverse("intake:ask", args=[visit])
    page = desk.get(url).content.decode()
    assert 'name="q-bone_drug"' in page
    assert "<html" in page
    wrong = post(desk, url, version="0", consent="on", **{"q-latex": "maybe"})
    assert (wrong.status_code, "is-lacking" in wrong.content.decode()) == (422, True)
    assert post(desk, url, version="0", **{"q-latex": "no"}).status_code == 422
    kept = post(desk, url, version="0", consent="on", **{"q-latex": "yes"})
    assert (kept.status_code, 'data-risk="latex"' in kept.content.decode()) == (200, True)
    stale = post(carer, url, version="0", quick="1", **{"q-latex": "no"})
    assert stale.status_code == 412
    assert 'name="version" value="1"' in stale.content.decode()
    part = carer.get(url, headers=PART).content.decode()
    assert "<html" not in part
    assert "is-missing" in part
    done = post(carer, url, version="1", quick="1", **{"q-latex": "yes"})
    assert "转入过敏史" in done.content.decode()
    assert desk.get(url).content.decode().count("q-latex") == 0


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_nurses_who_begin_at_once_one_is_too_late(clinic: Clinic):
    visit = came(clinic)
    calls = [
        partial(answer_at_visit, actor=who, visit_id=visit, said=AGREED, version=0)
        for who in (nurse(clinic), nurse(clinic))
    ]
    assert at_once(calls) == {"done": 1, "stale": 1}
    assert Sheet.objects.count() == 1
