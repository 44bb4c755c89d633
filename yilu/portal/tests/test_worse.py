"""I feel worse: one press on the page of the visit."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from yilu.facility.selectors.sites import site_info
from yilu.intake.models import FeltWorse
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone, make_owing
from yilu.reception.operations.arrivals import walk_in
from yilu.scheduling.tests.factories import at
from yilu.visits.operations.visits import close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B18")]


@pytest.fixture
def here(front: Front, someone: Someone) -> Iterator[str]:
    """Where the pages of somebody who waits begin."""
    patient = someone.patient(front.clinic.site_id)
    with clock.at(at(9)):
        came = walk_in(
            actor=front.clinic.desk,
            site_id=front.clinic.site_id,
            patient_id=patient,
            service_id=front.clinic.clinic.service_id,
            practitioner_id=front.clinic.clinic.doctors[0],
        )
        someone.sign_in()
        yield f"/my/visit/{came.visit_id}"


def press(someone: Someone, here: str, **said: object) -> HttpResponse:
    typed = {"request_key": str(new_id()), **said}
    return someone.client.post(f"{here}/worse", typed)


def test_one_press_calls_the_nurse_and_the_page_says_what_comes(someone: Someone, here: str):
    before = someone.client.get(here).content.decode()
    assert f'action="{here}/worse"' in before
    assert press(someone, here).status_code == 303
    page = someone.client.get(here).content.decode()
    assert "已通知护士" in page
    assert "tel:120" in page
    assert f'action="{here}/worse"' not in page
    assert "已通知护士" in someone.client.get("/my").content.decode()
    assert press(someone, here).status_code == 303
    assert FeltWorse.objects.get().presses == 2


def test_what_is_said_after_is_added_with_what_to_do_now(someone: Someone, here: str):
    press(someone, here)
    assert "胸痛" in someone.client.get(f"{here}/worse").content.decode()
    press(someone, here, chosen=["chest_pain"], words="左胳膊发麻")
    row = FeltWorse.objects.get()
    assert (row.suggested, row.words) == (2, "左胳膊发麻")
    assert "不要自己开车" in someone.client.get(here).content.decode()


def test_what_is_not_offered_is_refused_and_calls_nobody(someone: Someone, here: str):
    assert press(someone, here, chosen=["x"]).status_code == 422
    assert press(someone, here, words="\x00").status_code == 400
    assert not FeltWorse.objects.exists()


def test_nobody_else_presses_and_too_many_presses_are_stopped(someone: Someone, here: str):
    other = Someone()
    assert press(other, here).status_code in {302, 401, 303}
    other.sign_in()
    assert press(other, here).status_code == 404
    assert not FeltWorse.objects.exists()
    said = [press(someone, here).status_code for _n in range(13)]
    assert said == [303] * 12 + [429]
    assert FeltWorse.objects.count() == 1


def test_after_the_visit_the_page_says_to_call_120(front: Front, someone: Someone, here: str):
    visit = UUID(here.rsplit("/", 1)[1])
    close_visit(actor=Actor.system("test", "visits.see", "visits.close"), visit_id=visit)
    assert f"{here}/worse" not in someone.client.get(here).content.decode()
    refused = press(someone, here)
    assert refused.status_code == 409
    assert "120" in refused.content.decode()


def test_the_nurse_and_the_desk_see_it_and_only_the_nurse_can_answer(
    front: Front, someone: Someone, here: str
):
    press(someone, here, chosen=["chest_pain"])
    row = FeltWorse.objects.get()
    nurse, desk = (signed_in(front, post) for post in ("nurse", "front_desk"))
    address = f"/intake/worse/{front.clinic.site_id}"
    for who in (nurse, desk):
        assert f"worse-{row.pk}" in who.get(address).content.decode()
    answer = f"/intake/worse/call/{row.pk}"
    assert answer in nurse.get(address).content.decode()
    assert answer not in desk.get(address).content.decode()
    typed = {"level": "2", "reason": "面色苍白", "version": "1", "request_key": str(new_id())}
    assert desk.post(answer, typed).status_code == 403
    assert nurse.post(answer, typed | {"reason": " "}).status_code == 422
    assert nurse.post(answer, typed | {"level": "9"}).status_code == 422
    stale = typed | {"version": "7", "request_key": str(new_id())}
    assert nurse.post(answer, stale).status_code == 412
    assert FeltWorse.objects.get().state == "open"
    assert "Ⅱ级" in nurse.get(answer).content.decode()
    assert nurse.post(answer, typed).status_code == 200
    assert FeltWorse.objects.get().level == 2
    assert f"worse-{row.pk}" not in nurse.get(address).content.decode()
    again = typed | {"request_key": str(new_id()), "version": "2"}
    assert nurse.post(answer, again).status_code == 409
    assert "护士已于" in someone.client.get(here).content.decode()


def signed_in(front: Front, post: str) -> Client:
    client = Client()
    staff = make_staff(post, site_id=front.clinic.site_id)
    client.force_login(User.objects.get(pk=staff.user_id))
    return client


def test_the_card_of_somebody_who_is_here_for_no_doctor_begins_with_the_place():
    owing = make_owing()
    owing.who.sign_in()
    page = owing.who.client.get(owing.base).content.decode()
    card = page.partition('yl-ph-now">')[2]
    where = card.partition('translate="no">')[2].partition("</span>")[0]
    assert where == str(site_info(owing.site_id).name)
