"""Which department? At the desk, on to a number, and decided otherwise."""

from collections.abc import Iterator

import pytest
from django.test import Client

from yilu.facility.selectors.sites import site_info
from yilu.intake.models import PreTriage
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.queueing.models import Ticket
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B05")]


@pytest.fixture
def clinic() -> Iterator[OpenClinic]:
    with clock.at(at(9)):
        yield open_clinic()


def signed_in(clinic: OpenClinic, post: str) -> Client:
    client = Client()
    staff = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=staff.user_id))
    return client


def page_of(clinic: OpenClinic) -> str:
    return f"/reception/{site_info(clinic.site_id).key}/where"


def asked(desk: Client, clinic: OpenClinic, **said: object) -> str:
    answer = desk.post(page_of(clinic), {"request_key": str(new_id()), **said})
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def test_the_desk_is_led_from_a_complaint_to_the_walk_in(clinic: OpenClinic):
    desk = signed_in(clinic, "front_desk")
    assert page_of(clinic) in desk.get(page_of(clinic)[:-5] + "walk-in").content.decode()
    answer = asked(desk, clinic, text="咳嗽三天", age="35")
    kept = PreTriage.objects.get()
    page = desk.get(answer).content.decode()
    assert "全科" in page
    assert f"pretriage={kept.pk}&amp;service={clinic.clinic.service_id}" in page


def test_a_walk_in_after_an_alarm_gets_its_level_and_the_reason(clinic: OpenClinic):
    desk = signed_in(clinic, "front_desk")
    patient = clinic.clinic.patient()
    answer = asked(desk, clinic, text="胸痛半小时，出冷汗", patient=str(patient))
    assert "120" in desk.get(answer).content.decode()
    kept = PreTriage.objects.get()
    typed = {
        "request_key": str(new_id()), "patient": str(patient), "pretriage": str(kept.pk),
        "service": str(clinic.clinic.service_id), "practitioner": str(clinic.clinic.doctors[0]),
    }  # fmt: skip
    done = desk.post(page_of(clinic)[:-5] + "walk-in", typed)
    assert done.status_code in {204, 302, 303}, done.content.decode()
    ticket, kept = Ticket.objects.get(), PreTriage.objects.get()
    assert (ticket.level, kept.visit_id) == (2, ticket.visit_id)
    assert "胸痛" in ticket.reason


def test_a_walk_in_with_the_answer_of_somebody_else_is_an_ordinary_one(clinic: OpenClinic):
    desk = signed_in(clinic, "front_desk")
    one, other = clinic.clinic.patient(), clinic.clinic.patient()
    asked(desk, clinic, text="胸痛", patient=str(one))
    typed = {
        "request_key": str(new_id()), "patient": str(other),
        "pretriage": str(PreTriage.objects.get().pk), "practitioner": str(clinic.clinic.doctors[0]),
        "service": str(clinic.clinic.service_id),
    }  # fmt: skip
    desk.post(page_of(clinic)[:-5] + "walk-in", typed)
    assert Ticket.objects.get().level == 4
    assert PreTriage.objects.get().visit_id is None


def test_the_desk_decides_otherwise_with_a_reason(clinic: OpenClinic):
    desk = signed_in(clinic, "front_desk")
    answer = asked(desk, clinic, text="咳嗽三天")
    typed = {"department": "ent", "reason": "声音嘶哑", "version": "1"}
    assert (
        desk.post(answer, typed | {"reason": "", "request_key": str(new_id())}).status_code == 422
    )
    stale = typed | {"version": "9", "request_key": str(new_id())}
    assert desk.post(answer, stale).status_code == 412
    assert PreTriage.objects.get().department == ""
    assert desk.post(answer, typed | {"request_key": str(new_id())}).status_code == 303
    page = desk.get(answer).content.decode()
    assert "声音嘶哑" in page
    assert "耳鼻喉科" in page


def test_whoever_may_not_ask_sees_no_page(clinic: OpenClinic):
    cashier = signed_in(clinic, "cashier")
    assert cashier.get(page_of(clinic)).status_code == 403
    pharmacist = signed_in(clinic, "pharmacist")
    assert pharmacist.get(page_of(clinic)).status_code == 404
