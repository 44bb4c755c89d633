"""Taking a place out of use and letting somebody leave, after a look at what is booked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform.ids import new_id
from yilu.platform.models import Event, User
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling.models import Booking, Plan, PlannedMove, Resource
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.workforce.models import Practitioner, StaffMember
from yilu.workforce.operations.practitioners import PractitionerFacts, change_practitioner
from yilu.workforce.operations.staff import end_employment
from yilu.workforce.tests.factories import HIRER, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def sign_in(clinic: Clinic, post: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def boss(clinic: Clinic) -> Client:
    return sign_in(clinic, "manager")


def send(client: Client, name: str, *args: Any, look: bool = False, **facts: Any) -> Any:
    """Post a form once, as htmx does; or only look what it would do."""
    address = reverse(f"scheduling:{name}", args=args) + ("?look=1" if look else "")
    body = {"request_key": str(new_id())} | facts
    return client.post(address, body, headers={"HX-Request": "true"})


@pytest.mark.covers("O01")
def test_a_place_is_closed_only_after_its_bookings_were_shown(boss: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    held = Resource.objects.get(pk__in=booked.resource_ids, kind="room")
    assert "close" in boss.get(f"/facility/{clinic.site_id}/").content.decode()
    close = ("close-place", "room", held.room_id)

    looked = send(boss, *close, look=True, version=1).content.decode()
    assert str(booked.id) in looked
    assert Resource.objects.get(pk=held.pk).is_active

    assert send(boss, *close, version=1).status_code == 200
    assert not Resource.objects.get(pk=held.pk).is_active
    assert "can no longer be booked" in boss.get(reverse("scheduling:to-move")).content.decode()


@pytest.mark.covers("O01")
def test_who_leaves_is_seen_with_their_bookings_first(clinic: Clinic):
    booked = clinic.book(at(10))
    admin = sign_in(clinic, "administrator")
    staff = Practitioner.objects.get(pk=clinic.doctors[0]).staff_id
    at_version = StaffMember.objects.get(pk=staff).version

    looked = send(admin, "leave", staff, look=True, version=at_version).content.decode()
    assert str(booked.id) in looked
    assert StaffMember.objects.get(pk=staff).is_active

    assert send(admin, "leave", staff, version=at_version).status_code == 200
    assert not Resource.objects.get(pk=clinic.doctor_resources[0]).is_active


@pytest.mark.covers("A14")
def test_what_was_booked_with_who_leaves_is_planned_anew_and_told_once_confirmed(clinic: Clinic):
    first, beyond = clinic.book(at(10)), clinic.book(at(11, day=2), overrule_reason="加号")
    admin, desk = sign_in(clinic, "administrator"), sign_in(clinic, "front_desk")
    staff = Practitioner.objects.get(pk=clinic.doctors[0]).staff_id
    at_version = StaffMember.objects.get(pk=staff).version

    said = send(admin, "leave", staff, look=True, version=at_version).content.decode()
    assert "2 bookings then need another time or place" in said
    done = send(admin, "leave", staff, version=at_version)
    drain()  # What the worker hears of it begins no second plan.
    assert run_jobs() == 1

    plan = Plan.objects.get()
    assert done["HX-Redirect"] == reverse("scheduling:replan", args=[plan.pk])
    assert admin.get(done["HX-Redirect"]).status_code == 200
    frozen = {one.booking_id: one for one in PlannedMove.objects.filter(plan=plan)}
    assert frozen.keys() == {first.id, beyond.id}
    assert {one.practitioner_id for one in frozen.values()} == {clinic.doctors[1]}
    prompt = desk.get(reverse("scheduling:attention")).content.decode()
    assert "a plan for 2 bookings waits to be confirmed" in prompt
    assert not Event.objects.filter(name="MoveOffered").exists()

    assert send(desk, "replan-confirm", plan.pk, version=plan.version).status_code < 300
    assert Event.objects.filter(name="MoveOffered").count() == 2


@pytest.mark.covers("A14")
@pytest.mark.parametrize("how", ["left", "sees nobody"])
def test_who_is_gone_by_whichever_way_has_their_bookings_planned_once(clinic: Clinic, how: str):
    booked = clinic.book(at(10))
    one = Practitioner.objects.get(pk=clinic.doctors[0])
    if how == "left":
        end_employment(actor=HIRER, staff_id=one.staff_id)
    else:
        facts = PractitionerFacts(
            kind=one.kind, department_id=clinic.department_id, is_bookable=False
        )
        change_practitioner(actor=HIRER, practitioner_id=one.pk, facts=facts)
    for _ in range(2):
        drain()
    assert run_jobs() == 1

    assert [move.booking_id for move in PlannedMove.objects.all()] == [booked.id]
    assert Plan.objects.get().state == "proposed"
    assert Booking.objects.get().practitioner_id == clinic.doctors[0]
