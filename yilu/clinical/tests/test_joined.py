"""What merged records say together: every line with the record that it came from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.clinical.operations.allergies import AllergyFacts, add_allergy
from yilu.clinical.operations.history import add_problem, save_background
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.joined import joined_history
from yilu.clinical.tests.factories import make_room, make_second_patient, prescribed
from yilu.clinical.tests.test_pages import PART, browser, url
from yilu.facility.models import Site
from yilu.patients.models import Patient
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.tests.factories import MERGER, make_actor
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_info

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01")]


@pytest.fixture
def merged():
    """Two records of one person, each with a history, of which the first stays."""
    room = make_room()
    other = make_second_patient(room)
    for visit_id, substance, problem in (
        (room.visit_id, "青霉素", "高血压"),
        (other, "头孢曲松", "哮喘"),
    ):
        for one in (substance, "乳胶"):
            facts = AllergyFacts(substance=one, severity="severe" if visit_id == other else "mild")
            add_allergy(actor=room.nurse, visit_id=visit_id, facts=facts)
        add_problem(actor=room.doctor, visit_id=visit_id, text=problem)
        save_background(
            actor=room.doctor, visit_id=visit_id, content={"past": f"{problem}史"}, version=0
        )
    gone = visit_info(other).patient_id
    actor = make_actor(Site.objects.get(pk=room.site_id), grants=MERGER)
    made = merge_patients(
        actor=actor,
        survivor_id=room.patient_id,
        merged_id=gone,
        reason="重复建档",
        sexes_reason="性别录错",
    )
    return room, gone, made, actor


def numbers(*patients) -> list[str]:
    found = dict(Patient.objects.values_list("pk", "record_no"))
    return [found[one] for one in patients]


def test_both_histories_stand_together_with_their_record(merged):
    room, gone, _made, _actor = merged
    stays, came = numbers(room.patient_id, gone)
    seen = joined_history(room.doctor, room.patient_id)
    assert seen is not None
    said = {(one.text.split("(")[0].split("（")[0], one.record_no) for one in seen.allergies}
    assert said == {("青霉素", stays), ("头孢曲松", came), ("乳胶", stays), ("乳胶", came)}
    assert [one.record_no for one in seen.allergies if one.is_second] == [came]
    assert {(one.text, one.record_no) for one in seen.problems} == {
        ("高血压", stays), ("哮喘", came),
    }  # fmt: skip
    assert {(one.text, one.record_no) for one in seen.background} == {
        ("高血压史", stays), ("哮喘史", came),
    }  # fmt: skip
    assert {one.record_no for one in seen.visits} == {stays, came}
    assert [one.record_no for one in seen.aliases] == [came]


def test_medicines_of_the_other_record_are_there_too():
    room = make_room()
    prescribed(room)
    other = make_second_patient(room)
    survivor = visit_info(other).patient_id
    actor = make_actor(Site.objects.get(pk=room.site_id), grants=MERGER)
    merge_patients(
        actor=actor,
        survivor_id=survivor,
        merged_id=room.patient_id,
        reason="重复建档",
        sexes_reason="性别录错",
    )
    seen = joined_history(room.doctor, survivor)
    assert seen is not None
    assert [one.record_no for one in seen.medicines] == numbers(room.patient_id)


def test_taken_back_nothing_is_joined_and_each_has_its_own(merged):
    room, gone, made, actor = merged
    undo_merge(actor=actor, merge_id=made, reason="认错人")
    assert joined_history(room.doctor, room.patient_id) is None
    assert joined_history(room.doctor, gone) is None


def test_the_patients_page_and_the_room_show_it_and_others_show_nothing(merged):
    room, gone, _made, _actor = merged
    client = browser(room.doctor)
    part = reverse("clinical:joined", args=[room.patient_id])
    shown = client.get(part, headers=PART).text
    assert all(words in shown for words in ("头孢曲松", "哮喘史", *numbers(gone)))
    assert part in client.get(url("history", room), headers=PART).text
    page = client.get(reverse("patients:patient", args=[room.patient_id])).text
    assert 'pt-rare" id="slot-joined"' in page
    assert "clinical/clinical" in page
    plain = make_second_patient(room)
    where = setting(room.doctor, plain)
    empty = client.get(reverse("clinical:joined", args=[where.patient_id]), headers=PART)
    assert empty.text.strip() == ""


def test_it_costs_at_most_eleven_queries_and_four_for_nobody(merged):
    room, _gone, _made, _actor = merged
    with CaptureQueriesContext(connection) as seen:
        joined_history(room.doctor, room.patient_id)
    assert len(seen) <= 11
    plain = make_room(name="何青黛")
    with CaptureQueriesContext(connection) as seen:
        joined_history(plain.doctor, plain.patient_id)
    assert len(seen) <= 4


def test_who_may_read_no_record_is_told_of_none(merged):
    room, _gone, _made, actor = merged
    with pytest.raises(NotFound):
        joined_history(actor, room.patient_id)
