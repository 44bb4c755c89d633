"""What two merged records say together, on the patient's page and in the consulting room."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.clinical.operations.allergies import AllergyFacts, add_allergy
from yilu.clinical.operations.history import add_problem, save_background
from yilu.clinical.tests.factories import make_room, make_second_patient, prescribed
from yilu.facility.models import Site
from yilu.patients.operations.merges import merge_patients
from yilu.patients.tests.factories import MERGER, make_actor
from yilu.platform.models import User
from yilu.visits.selectors.visits import visit_info

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B01")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_both_histories_stand_together_where_they_are_read(visit, looks_right, language, size):
    room = make_room()
    prescribed(room)
    other = make_second_patient(room)
    for visit_id, substance, problem in (
        (room.visit_id, "青霉素", "高血压"),
        (other, "头孢曲松", "哮喘"),
    ):
        for one in (substance, "乳胶"):
            facts = AllergyFacts(substance=one, reaction="皮疹")
            add_allergy(actor=room.nurse, visit_id=visit_id, facts=facts)
        add_problem(actor=room.doctor, visit_id=visit_id, text=problem)
        save_background(
            actor=room.doctor, visit_id=visit_id, content={"past": f"{problem}史"}, version=0
        )
    merge_patients(
        actor=make_actor(Site.objects.get(pk=room.site_id), grants=MERGER),
        survivor_id=room.patient_id, merged_id=visit_info(other).patient_id, reason="重复建档",
        sexes_reason="性别录错",
    )  # fmt: skip
    doctor = User.objects.get(pk=room.doctor.user_id)
    for name, path in (
        ("patient", f"/patients/{room.patient_id}/"),
        ("visit", f"/clinical/visit/{room.visit_id}/"),
    ):
        page = visit(path, user=doctor, language=language, size=size)
        expect(page.locator(".cl-joined")).to_contain_text("头孢曲松")
        looks_right(page, language)
        page.locator(".cl-joined").scroll_into_view_if_needed()
        picture(page, f"joined-{name}-{size}-{language}")
        page.close()
    alone = make_room(name="何青黛")
    reader = User.objects.get(pk=alone.doctor.user_id)
    page = visit(f"/patients/{alone.patient_id}/", user=reader, language=language, size=size)
    expect(page.locator("#slot-bookings, #slot-messages").first).to_be_visible()
    expect(page.locator("#slot-joined")).to_be_hidden()
