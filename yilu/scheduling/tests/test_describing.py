"""What a booking says of its visit, said otherwise afterwards: at the desk and over the API."""

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import AuditEntry, Event, User
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyCome
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.changing import reschedule_booking, undo_reschedule_booking
from yilu.scheduling.operations.describing import describe_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.history import booking_history
from yilu.scheduling.tests.factories import Clinic, at, make_actor, make_clinic
from yilu.scheduling.tests.test_pages import send
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A02", "A12")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=1, rooms=1)


@pytest.fixture
def booked(clinic: Clinic) -> Booked:
    return clinic.book(
        at(10), reason_for_visit="牙痛", special_needs=("child",), answers={"medication": "华法林"}
    )


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def test_only_what_is_named_changes_and_is_written_down(clinic: Clinic, booked: Booked):
    said = {"special_needs": ["wheelchair", "child"], "medication": "", "note": "轮椅从侧门进"}

    left = describe_booking(actor=clinic.actor, booking_id=booked.id, details=said, version=1)

    kept = Booking.objects.get()
    assert (left, kept.version, kept.reason_for_visit) == (2, 2, "牙痛")
    assert (kept.special_needs, kept.answers) == (["child", "wheelchair"], {})
    line = AuditEntry.objects.get(action="scheduling.booking.described")
    assert line.details["changes"] == {
        "special_needs": [["child"], ["child", "wheelchair"]],
        "medication": ["华法林", ""],
        "note": ["", "轮椅从侧门进"],
    }
    told = Event.objects.get(name="BookingDescribed")
    assert told.body["changed"] == ["special_needs", "medication", "note"]
    read = booking_history(booked.id, clinic.site_id)[-1]
    assert "儿童 → 儿童、轮椅" in read.why
    assert "华法林 → —" in read.why


def test_the_same_again_changes_nothing(clinic: Clinic, booked: Booked):
    said = {"reason_for_visit": "牙痛", "special_needs": ["child"]}

    assert describe_booking(actor=clinic.actor, booking_id=booked.id, details=said) == 1

    assert not Event.objects.filter(name="BookingDescribed").exists()


def test_who_has_come_and_who_may_not_change_nothing(clinic: Clinic, booked: Booked):
    said = {"note": "x"}
    reader = make_actor(clinic.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        describe_booking(actor=reader, booking_id=booked.id, details=said)
    with pytest.raises(Stale):
        describe_booking(actor=clinic.actor, booking_id=booked.id, details=said, version=7)
    mark_arrived(actor=clinic.actor, booking_id=booked.id)
    with pytest.raises(AlreadyCome):
        describe_booking(actor=clinic.actor, booking_id=booked.id, details=said)

    assert Booking.objects.get().note == ""


def test_a_move_before_it_can_still_be_taken_back(clinic: Clinic, booked: Booked):
    moved = reschedule_booking(
        actor=clinic.actor,
        booking_id=booked.id,
        starts_at=at(11),
        practitioner_id=clinic.doctors[0],
    )
    describe_booking(actor=clinic.actor, booking_id=booked.id, details={"note": "x"})

    undo_reschedule_booking(actor=clinic.actor, booking_id=booked.id, version=moved.version)

    kept = Booking.objects.get()
    assert (kept.starts_at, kept.note) == (at(10), "x")


def test_the_desk_changes_it_in_a_dialog_and_reads_what_it_was(desk: Client, booked: Booked):
    page = reverse("scheduling:booking", args=[booked.id])
    address = reverse("scheduling:details", args=[booked.id])
    assert address in desk.get(page).content.decode()
    assert "牙痛" in desk.get(address).content.decode()
    typed = {"channel": "phone", "reason_for_visit": "牙龈肿痛", "special_needs": ["child"]}

    first = send(desk, "details", [booked.id], version=1, **typed)
    old = send(desk, "details", [booked.id], version=1, **typed | {"reason_for_visit": "别的"})

    assert first.status_code == 204
    assert old.status_code == 412
    assert "别的" in old.content.decode()
    assert Booking.objects.get().reason_for_visit == "牙龈肿痛"
    assert "牙痛 → 牙龈肿痛" in desk.get(page).content.decode()


def test_who_booked_online_is_not_said_to_have_phoned(desk: Client, clinic: Clinic):
    online = clinic.book(at(11), channel="web")

    assert (
        'name="channel"'
        not in desk.get(reverse("scheduling:details", args=[online.id])).content.decode()
    )
    send(desk, "details", [online.id], version=1, channel="phone", note="x")

    assert Booking.objects.get(pk=online.id).channel == "web"


@pytest.mark.parametrize(
    "typed", [{"special_needs": ["money"]}, {"companion": "x" * 81}, {"channel": "pigeon"}]
)
def test_what_cannot_be_kept_is_asked_for_again(desk: Client, booked: Booked, typed):
    answer = send(desk, "details", [booked.id], **{"version": 1, "channel": "phone"} | typed)

    assert answer.status_code == 422
    assert Booking.objects.get().version == 1


def test_nobody_elses_booking_is_found(desk: Client):
    theirs = make_clinic().book(at(10))
    assert desk.get(reverse("scheduling:details", args=[theirs.id])).status_code == 404
