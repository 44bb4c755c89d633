"""Who may open whose record: by what they have to do with the patient, or for a stated reason."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.history import patient_summary
from yilu.clinical.tests.factories import another_doctor, make_room
from yilu.clinical.tests.test_pages import PART, browser
from yilu.facility.models import Site
from yilu.facility.tests.factories import make_department
from yilu.pathways.models import Step
from yilu.pathways.operations.definitions import publish_definitions
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry
from yilu.platform.testing import drain
from yilu.records.errors import (
    AlreadyClosed,
    AlreadyReviewed,
    NothingToOpen,
    OutOfBounds,
    OutsideCare,
    OwnOpening,
    ReasonMissing,
)
from yilu.records.models import Opening
from yilu.records.operations.openings import (
    close_record,
    open_record,
    review_opening,
    set_access_rule,
)
from yilu.records.rules.access import GLASS, REVIEW_WITHIN
from yilu.records.selectors.access import ground_of, says_of
from yilu.records.selectors.openings import openings
from yilu.records.selectors.readings import readings_of
from yilu.records.selectors.rule import access_rule
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C13")]
CLERK = Actor.system("clerk", visits.OPEN)
MONTHS = timedelta(days=200)


def seen_by(room, doctor, department_id=None):
    """A visit of the room's patient with somebody."""
    return open_visit(
        actor=CLERK, patient_id=room.patient_id, site_id=room.site_id, kind="walk_in",
        practitioner_id=doctor.practitioner_id, department_id=department_id,
    )  # fmt: skip


def manager_of(room, name="马经理"):
    return make_staff("manager", site_id=room.site_id, name=name).actor()


def opened(room, actor, text="病情突变，家属来电"):
    return open_record(actor=actor, patient_id=room.patient_id, reason="contact", text=text)


def test_a_patient_of_the_day_is_open_to_those_who_work_there_today_and_later_to_no_stranger():
    room = make_room()
    stranger = another_doctor(room).actor()

    assert setting(stranger, room.visit_id).patient_id == room.patient_id
    assert setting(room.nurse, room.visit_id).patient_id == room.patient_id
    with clock.at(clock.now() + timedelta(days=3)):
        for who in (stranger, room.nurse):
            with pytest.raises(OutsideCare):
                setting(who, room.visit_id)


def test_a_doctor_of_another_department_has_nothing_to_do_with_a_visit_of_this_one():
    room = make_room()
    there = make_department(room.site_id, key="skin")
    mine, other = make_doctor(room.site_id, department_id=there), make_doctor(room.site_id)
    patient_id = make_patient(Site.objects.get(pk=room.site_id), "白前胡")
    visit_id = open_visit(
        actor=CLERK, patient_id=patient_id, site_id=room.site_id, kind="walk_in",
        department_id=there,
    )  # fmt: skip

    assert ground_of(mine.actor(), patient_id).code == "here"
    assert ground_of(other.actor(), patient_id) is None
    with pytest.raises(OutsideCare):
        setting(other.actor(), visit_id)


def test_who_saw_a_patient_keeps_the_record_for_as_long_as_the_clinic_says():
    room = make_room()
    doctor = another_doctor(room).actor()
    seen_by(room, doctor)

    with clock.at(clock.now() + timedelta(days=80)):
        assert patient_summary(doctor, room.patient_id)
        set_access_rule(actor=manager_of(room), recent_days=30, glass_minutes=60)
        with pytest.raises(OutsideCare):
            patient_summary(doctor, room.patient_id)


def test_figures_that_no_clinic_can_mean_are_refused_and_an_old_form_too():
    room = make_room()
    chief = manager_of(room)
    with pytest.raises(OutOfBounds):
        set_access_rule(actor=chief, recent_days=1, glass_minutes=60)
    with pytest.raises(NotAllowed):
        set_access_rule(actor=room.doctor, recent_days=30, glass_minutes=60)
    set_access_rule(actor=chief, recent_days=30, glass_minutes=60)
    with pytest.raises(Stale):
        set_access_rule(actor=chief, recent_days=10, glass_minutes=60, version=0)
    assert access_rule().recent_days == 30


def test_a_stated_reason_opens_the_record_for_a_while_and_is_kept():
    room = make_room()
    with clock.at(clock.now() + MONTHS):
        opening_id = opened(room, room.doctor)
        assert ground_of(room.doctor, room.patient_id).code == GLASS
        assert setting(room.doctor, room.visit_id)
        with pytest.raises(NothingToOpen):
            opened(room, room.doctor)
        row = Opening.objects.get(pk=opening_id)
        assert (row.user_id, row.reason, row.text) == (
            room.doctor.user_id, "contact", "病情突变，家属来电",
        )  # fmt: skip
        line = AuditEntry.objects.get(action="records.record.opened")
        assert (line.patient_ids, line.details["reason"]) == ([room.patient_id], "contact")
        with clock.at(row.until), pytest.raises(OutsideCare):
            setting(room.doctor, room.visit_id)


def test_closing_ends_it_at_once():
    room = make_room()
    with clock.at(clock.now() + MONTHS):
        opening_id = opened(room, room.doctor)
    with clock.at(clock.now() + MONTHS + timedelta(minutes=1)):
        with pytest.raises(NotFound):
            close_record(actor=room.nurse, opening_id=opening_id)
        close_record(actor=room.doctor, opening_id=opening_id)
        with pytest.raises(OutsideCare):
            setting(room.doctor, room.visit_id)
        with pytest.raises(AlreadyClosed):
            close_record(actor=room.doctor, opening_id=opening_id)


@pytest.mark.parametrize(
    ("reason", "text"), [("", "急诊抢救"), ("nosy", "想看看病历"), ("other", " a ")]
)
def test_without_a_reason_nothing_opens(reason, text):
    room = make_room()
    with clock.at(clock.now() + MONTHS), pytest.raises(ReasonMissing):
        open_record(actor=room.doctor, patient_id=room.patient_id, reason=reason, text=text)
    assert not Opening.objects.exists()


def test_no_post_that_reads_no_records_opens_one():
    room = make_room()
    clerk = make_staff("front_desk", site_id=room.site_id).actor()
    with clock.at(clock.now() + MONTHS), pytest.raises(NotAllowed):
        opened(room, clerk)


def test_somebody_else_reviews_it_once_and_the_pathway_waits_for_that():
    room = make_room()
    publish_definitions(actor=Actor.system("loader", "pathways.publish"))
    chief = manager_of(room)
    with clock.at(clock.now() + MONTHS):
        opening_id, own_id = opened(room, room.doctor), opened(room, chief)
        drain(timers=False)
        step = Step.objects.get(case__subject_id=opening_id)
        assert (step.role, step.due_at) == ("manager", clock.now() + REVIEW_WITHIN)
        due = openings(chief, room.site_id).due
        assert [one.id for one in due] == [opening_id, own_id]
        with pytest.raises(OwnOpening):
            review_opening(actor=chief, opening_id=own_id, verdict="justified", note="")
        with pytest.raises(NotFound):
            review_opening(actor=room.doctor, opening_id=opening_id, verdict="justified", note="")
        with pytest.raises(ReasonMissing):
            review_opening(actor=chief, opening_id=opening_id, verdict="unjustified", note=" ")
        review_opening(actor=chief, opening_id=opening_id, verdict="unjustified", note="已约谈")
        with pytest.raises(AlreadyReviewed):
            review_opening(actor=chief, opening_id=opening_id, verdict="justified", note="")
        drain(timers=False)
        found = openings(chief, room.site_id)
        assert [one.id for one in found.due] == [own_id]
        assert (found.reviewed[0].note, found.reviewed[0].verdict) == ("已约谈", "unjustified")
        assert Step.objects.get(pk=step.pk).state == "closed"


@pytest.mark.parametrize("many", [1, 12])
def test_the_reviewers_list_costs_the_same_for_one_and_for_twelve(many, django_assert_num_queries):
    room = make_room()
    chief = manager_of(room)
    with clock.at(clock.now() + MONTHS):
        for _n in range(many):
            opened(room, another_doctor(room).actor())
        with django_assert_num_queries(5):  # One is the line of who was seen.
            assert len(openings(chief, room.site_id).due) == many


def test_what_was_said_is_never_changed():
    room = make_room()
    with clock.at(clock.now() + MONTHS):
        opening_id = opened(room, room.doctor)
    from_table = Opening.objects.filter(pk=opening_id)
    with pytest.raises(Exception, match="stays as it is"):
        from_table.update(text="别的")


def test_all_ties_are_asked_in_one_query(django_assert_num_queries):
    room = make_room()
    stranger = another_doctor(room).actor()
    with clock.at(clock.now() + MONTHS), django_assert_num_queries(1):
        assert ground_of(stranger, room.patient_id) is None


def test_the_patient_sees_who_opened_the_record_when_in_which_post_and_why():
    room = make_room()
    page = reverse("clinical:visit", args=[room.visit_id])
    assert browser(room.nurse).get(page).status_code == 200
    with clock.at(clock.now() + MONTHS):
        assert browser(room.doctor).get(page).status_code == 403
        opened(room, room.doctor)
        shown = browser(room.doctor).get(page)
        owner = Actor(kind="patient", name="account", owns=frozenset({room.patient_id}))
        with translation.override("zh-hans"):
            lines = readings_of(owner, room.patient_id)
            said = [str(one.by) for one in lines]
            held = [str(post) for one in lines for post in one.posts]
        assert readings_of(Actor(kind="patient", name="another"), room.patient_id) == []

    assert b"yl-stated" in shown.content
    assert (said, held) == (["陈谷雨", "赵护士"], ["医生", "护士"])
    assert [one.is_stated for one in lines] == [True, False]
    with translation.override("zh-hans"):
        assert lines[1].why == says_of("here")
    assert "患者或家属来电" in lines[0].why


def test_a_refused_page_leads_to_the_reason_and_back():
    room = make_room()
    page = reverse("clinical:visit", args=[room.visit_id])
    where = reverse("records:open", args=[room.patient_id])
    with clock.at(clock.now() + MONTHS):
        client: Client = browser(room.doctor)
        refused = client.get(page)
        assert f"{where}?next={page}".encode() in refused.content.replace(b"%2F", b"/")
        asked = client.get(where, {"next": page})
        assert "林*夏".encode() in asked.content
        assert "林半夏".encode() not in asked.content
        typed = {"reason": "contact", "text": "家属来电询问", "next": page}
        key = {"request_key": str(new_id())}
        empty = client.post(where, key | {"next": page}, headers=PART)
        assert (empty.status_code, Opening.objects.count()) == (422, 0)
        sent = client.post(where, key | typed, headers=PART)
        again = client.post(where, key | typed, headers=PART)
        assert (sent["HX-Redirect"], again["HX-Redirect"]) == (page, page)
        elsewhere = client.post(where, key | typed | {"next": "//evil.example"}, headers=PART)
        assert "evil" not in elsewhere.headers.get("HX-Redirect", "")
    assert Opening.objects.count() == 1


def test_a_patients_account_opens_no_record_by_the_guard_of_staff():
    room = make_room()
    for who in (Actor(kind="patient", name="x"), Actor.nobody()):
        with pytest.raises(NotFound):
            patient_summary(who, room.patient_id)
