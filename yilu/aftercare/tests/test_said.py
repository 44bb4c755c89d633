"""What was said during a procedure is in the list of who calls afterwards."""

import pytest
from django.urls import reverse

from yilu.aftercare.operations.follow_ups import plan_follow_up
from yilu.aftercare.selectors.follow_ups import worklist
from yilu.aftercare.tests.factories import CLERK, carer
from yilu.clinical.operations.procedures import note_said, plan_procedure
from yilu.clinical.tests.factories import make_room, make_second_patient
from yilu.clinical.tests.test_pages import browser
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C20")]


def gone_after(room, visit_id, *said: tuple[str, str]) -> None:
    """The visit had a procedure with these words, and is over."""
    begin_care(actor=CLERK, visit_id=visit_id)
    procedure_id = plan_procedure(
        actor=room.doctor, visit_id=visit_id, kind="tooth_extraction", what="36 拔除"
    )
    for speaker, text in said:
        note_said(actor=room.nurse, procedure_id=procedure_id, speaker=speaker, text=text)
    close_visit(actor=CLERK, visit_id=visit_id)
    plan_follow_up(actor=CLERK, visit_id=visit_id)


def test_who_calls_reads_it_in_the_list_and_in_the_call():
    room = make_room()
    gone_after(room, room.visit_id, ("patient", "有点麻"), ("doctor", "马上就好"))
    gone_after(room, make_second_patient(room))

    due = worklist(carer(room.site_id), room.site_id).due
    by_visit = {one.visit.id: [(e.speaker, e.text) for e in one.said] for one in due}
    told = by_visit.pop(room.visit_id)
    assert told == [("患者", "有点麻"), ("医生", "马上就好")]
    assert list(by_visit.values()) == [[]]
    caller = browser(make_staff("care", site_id=room.site_id).actor())
    page = caller.get(reverse("aftercare:worklist", args=[room.site_id]))
    assert "马上就好" in page.text
    assert "2 entries" in page.text
