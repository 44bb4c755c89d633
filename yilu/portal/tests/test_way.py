"""Help on the way, asked for on the phone."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse

from yilu.guiding.models import GuideTask
from yilu.guiding.operations.leading import come_on_duty
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import Front, Someone
from yilu.reception.operations.arrivals import walk_in
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


@pytest.fixture
def here(front: Front, someone: Someone) -> Iterator[str]:
    """Where the pages of somebody who waits begin; a guide is on duty."""
    patient = someone.patient(front.clinic.site_id)
    with clock.at(at(9)):
        came = walk_in(
            actor=front.clinic.desk,
            site_id=front.clinic.site_id,
            patient_id=patient,
            service_id=front.clinic.clinic.service_id,
            practitioner_id=front.clinic.clinic.doctors[0],
        )
        guide = make_staff("guide", site_id=front.clinic.site_id, name="丁引路").actor()
        come_on_duty(actor=guide, site_id=front.clinic.site_id)
        someone.sign_in()
        yield f"/my/visit/{came.visit_id}"


def press(someone: Someone, here: str, **said: object) -> HttpResponse:
    return someone.client.post(f"{here}/way", {"request_key": str(new_id()), **said})


def test_one_press_asks_for_a_wheelchair_and_says_who_comes(someone: Someone, here: str):
    assert f'action="{here}/way"' in someone.client.get(here).content.decode()
    assert press(someone, here, help="wheelchair").status_code == 303
    task = GuideTask.objects.get()
    assert (task.help, task.is_asked, task.asked_by_id) == ("wheelchair", True, None)
    for page in (here, "/my"):
        text = someone.client.get(page).content.decode()
        assert "工作人员正过来接您" in text
        assert "丁引路" in text
    assert press(someone, here, help="escort").status_code == 409
    assert press(someone, here, help="none").status_code == 303
    assert GuideTask.objects.get().end == "not_needed"


@pytest.mark.parametrize("said", [{}, {"help": "stretcher"}, {"help": "lead"}, {"help": "\x00"}])
def test_what_is_not_offered_is_refused(someone: Someone, here: str, said: dict[str, object]):
    assert press(someone, here, **said).status_code == 400
    assert not GuideTask.objects.exists()


def test_nobody_else_asks_and_too_many_presses_are_stopped(someone: Someone, here: str):
    other = Someone()
    assert press(other, here, help="escort").status_code in {302, 303, 401}
    other.sign_in()
    assert press(other, here, help="escort").status_code == 404
    assert not GuideTask.objects.exists()
    said = [press(someone, here, help="none").status_code for _n in range(13)]
    assert said == [303] * 12 + [429]
