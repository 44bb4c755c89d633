"""What the desk is offered to book: only what somebody at its site performs."""

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform.models import User
from yilu.scheduling import permissions
from yilu.scheduling.models import Resource
from yilu.scheduling.operations.resources import retire_resource
from yilu.scheduling.selectors.offered import offered_here
from yilu.scheduling.tests.factories import (
    Clinic,
    make_clinic,
    make_service,
    publish,
    work_week,
)
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def test_what_nobody_here_performs_is_told_apart(clinic: Clinic, django_assert_num_queries):
    nobodys = make_service()
    with django_assert_num_queries(4):
        there = offered_here(clinic.site_id)

    assert [one.id for one in there.performed] == [clinic.service_id]
    assert [one.id for one in there.by_nobody] == [nobodys]


def test_a_guest_from_another_site_performs_here_too(clinic: Clinic):
    for one in clinic.doctor_resources:
        retire_resource(actor=clinic.actor, resource_id=one)
    assert offered_here(clinic.site_id).performed == []

    guest = make_clinic(doctors=1, service=clinic.service_id)
    able = clinic.actor.lent(permissions.SEE, permissions.ROSTER)
    here = Clinic(clinic.site_id, clinic.department_id, clinic.service_id, able)
    work_week(here, guest.doctor_resources[0], ("14:00", "17:00"))
    publish(here)

    assert Resource.objects.get(pk=guest.doctor_resources[0]).site_id != clinic.site_id
    assert [one.id for one in offered_here(clinic.site_id).performed] == [clinic.service_id]


@pytest.mark.parametrize("page", ["new", "find"])
def test_the_desk_reads_why_it_cannot_be_chosen(desk: Client, clinic: Clinic, page: str):
    nobodys = make_service()
    address = f"{reverse(f'scheduling:{page}')}?site={clinic.site_id}"

    shown = desk.get(f"{address}&all=1").content.decode()
    assert f'<option value="{clinic.service_id}" selected' in shown
    assert '<optgroup label="本院区无人开展">' in shown
    assert f'<option value="{nobodys}" disabled' in shown
    assert "暂无人员开展此服务" not in shown

    # Asked for by an address of before, it is not taken for another service.
    asked = desk.get(f"{address}&all=1&service={nobodys}").content.decode()
    assert f'<option value="{nobodys}" selected' in asked
    assert "暂无人员开展此服务" in asked


def test_nobody_is_put_on_a_list_for_what_is_never_offered(desk: Client, clinic: Clinic):
    nobodys = make_service()

    dialog = desk.get(f"{reverse('scheduling:waiting-join')}?site={clinic.site_id}")

    assert f'value="{clinic.service_id}"' in dialog.content.decode()
    assert str(nobodys) not in dialog.content.decode()
