"""A second site, opened by page until patients could be booked and called there."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yilu.facility.models import OpeningHours, Site
from yilu.facility.tests.factories import make_department, make_site, open_every_day
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.queueing.models import Queue, Station
from yilu.scheduling.models import Resource, Session
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O01")]
SECOND = {
    "name_zh": "一路口腔东区",
    "short_name_zh": "东区",
    "address_zh": "东路 8 号",
    "holiday_rule": "closed",
    "time_zone": "Asia/Shanghai",
}


@pytest.fixture
def site() -> UUID:
    made = make_site()
    open_every_day(made)
    return made


def sign_in(site: UUID, post: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    person = make_staff(post, site_id=site)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def send(client: Client, path: str, **facts: Any) -> Any:
    return client.post(path, {"request_key": str(new_id())} | facts)


def test_a_second_site_is_opened_furnished_and_can_be_used(site: UUID):
    admin = sign_in(site, "administrator")
    assert "New site" in admin.get("/facility/").content.decode()

    assert send(admin, "/sites/new", hours_of=site, **SECOND).status_code == 303

    second = Site.objects.exclude(pk=site).get()
    assert OpeningHours.objects.filter(site=second).count() == 7
    page = f"/facility/{second.pk}/"
    assert admin.get(page).status_code == 200
    department = make_department(second.pk, key="dental", specialty="dental")
    room = {"name_zh": "一诊室", "kind": "consulting", "department": department, "position": 0}
    assert send(admin, f"{page}room/new", **room).status_code == 303
    doctor = make_doctor(second.pk, department_id=department)
    drain()
    resource = Resource.objects.get(site=second, kind="room")
    assert Session.objects.filter(resource=resource, active=True).exists()

    assert "Queues and stations" in admin.get(page).content.decode()
    assert send(admin, "/queueing/set-up", site=second.pk).status_code == 303
    assert Queue.objects.filter(site=second).exists()
    assert Queue.objects.filter(site=second, practitioner_id=doctor.practitioner_id).exists()
    assert Station.objects.filter(site=second, room_id=resource.room_id).exists()
    queues = Queue.objects.count()
    send(admin, "/queueing/set-up", site=second.pk)
    assert Queue.objects.count() == queues


def test_nonsense_opens_no_site(site: UUID):
    admin = sign_in(site, "administrator")
    for wrong in (
        {"time_zone": "Mars/Base"},
        {"name_zh": ""},
        {"holiday_rule": "sometimes"},
        {"hours_of": str(new_id())},
    ):
        assert send(admin, "/sites/new", **(SECOND | wrong)).status_code == 422, wrong
    assert admin.get("/queueing/set-up", {"site": "moon"}).status_code == 404
    assert admin.get("/queueing/set-up", {"site": str(new_id())}).status_code == 404

    assert Site.objects.count() == 1


def test_only_who_looks_after_sites_and_staff_opens_one(site: UUID):
    boss = sign_in(site, "manager")

    assert "New site" not in boss.get("/facility/").content.decode()
    assert send(boss, "/sites/new", **SECOND).status_code == 403

    assert Site.objects.count() == 1
