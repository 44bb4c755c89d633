"""Old bookings are put away: sealed, and found as before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock, timers
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, User
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.errors import Archived
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.archive import ARCHIVE, archive_step
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.changing import cancel_booking, undo_cancel_booking
from yilu.scheduling.selectors.bookings import booking_detail, bookings_of, find_bookings
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_actor
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A19")]
LATER = SUNDAY_EVENING + timedelta(days=740)
Queries = Callable[[int], Any]


def missed(clinic: Clinic, hour: int = 10, **facts: Any) -> Booking:
    """A booking of Monday whose patient never came."""
    booked = clinic.book(at(hour), **facts)
    with clock.at(at(hour) + timedelta(hours=1)):
        mark_no_show(actor=clinic.actor, booking_id=booked.id)
    return Booking.objects.get(pk=booked.id)


def put_away(clinic: Clinic, most: int = 500) -> int:
    return archive_step(actor=clinic.actor, site_id=clinic.site_id, most=most)


def refused(run: Callable[[], object]) -> str:
    with (
        pytest.raises((InternalError, OperationalError, ProgrammingError)) as error,
        transaction.atomic(),
    ):
        run()
    return str(error.value)


def test_only_what_is_over_and_older_than_the_age_is_put_away(clinic: Clinic):
    old = missed(clinic)
    forgotten = clinic.book(at(11))
    with clock.at(SUNDAY_EVENING + timedelta(days=730)):  # Monday is 729 days ago.
        assert put_away(clinic) == 0
    with clock.at(SUNDAY_EVENING + timedelta(days=732)):
        assert put_away(clinic) == 1
        assert put_away(clinic) == 0

    old.refresh_from_db()
    assert old.archived_at == SUNDAY_EVENING + timedelta(days=732)
    assert Booking.objects.get(pk=forgotten.id).archived_at is None
    line = AuditEntry.objects.get(action="scheduling.archive.put_away")
    assert line.details == {"bookings": 1, "first": "2031-03-03", "last": "2031-03-03"}


def test_it_goes_in_portions(clinic: Clinic):
    for hour in (9, 10, 11):
        missed(clinic, hour)
    with clock.at(LATER):
        assert put_away(clinic, most=2) == 2
        assert put_away(clinic, most=2) == 1


def test_the_nightly_job_puts_away_and_comes_again_the_next_night(clinic: Clinic):
    old = missed(clinic)
    drain(timers=False)  # A site that opens is given its nightly archiving.
    assert timers.is_waiting(ARCHIVE, clinic.site_id)
    with clock.at(LATER):
        timers.schedule(ARCHIVE, due_at=LATER, subject_id=clinic.site_id, site_id=clinic.site_id)
        drain()
    old.refresh_from_db()
    assert old.archived_at == LATER
    assert timers.is_waiting(ARCHIVE, clinic.site_id)


def test_raising_the_age_takes_back_what_is_younger(clinic: Clinic, settings: Any):
    old = missed(clinic)
    with clock.at(LATER):
        put_away(clinic)
        settings.ARCHIVED_AFTER_DAYS = 1000
        assert put_away(clinic) == 1
        assert put_away(clinic) == 0
    before = Booking.objects.get(pk=old.pk)
    assert (before.archived_at, before.version, before.state) == (None, old.version, "no_show")


def test_who_may_not_change_bookings_may_not_put_them_away(clinic: Clinic):
    old = missed(clinic)
    with clock.at(LATER), pytest.raises(NotAllowed):
        archive_step(actor=make_actor(clinic.site_id, permissions.SEE), site_id=clinic.site_id)
    assert Booking.objects.get(pk=old.pk).archived_at is None


def test_an_archived_booking_cannot_be_changed_by_anybody(clinic: Clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    with clock.at(LATER):
        put_away(clinic)
    before = Booking.objects.values().get(pk=booked.id)
    for deed in (
        lambda: undo_cancel_booking(actor=clinic.actor, booking_id=booked.id),
        lambda: cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="again"),
    ):
        with pytest.raises(Archived):
            deed()
    these = Booking.objects.filter(pk=booked.id)
    assert "is not changed" in refused(lambda: these.update(note="x"))
    assert "is not changed" in refused(lambda: these.update(note="x", archived_at=None))
    assert Booking.objects.values().get(pk=booked.id) == before


def test_the_database_archives_nothing_that_is_to_come(clinic: Clinic):
    booked = clinic.book(at(10))
    with pytest.raises(Exception, match="archived_when_over"), transaction.atomic():
        Booking.objects.filter(pk=booked.id).update(archived_at=LATER)


def test_it_is_found_by_number_name_and_phone_and_on_the_patients_page(clinic: Clinic):
    phone = make_phone()
    patient = make_patient(Site.objects.get(pk=clinic.site_id), "欧阳静", phone=phone)
    old = missed(clinic, patient_id=patient)
    viewer = make_actor(clinic.site_id, *clinic_rights(), "patients.see")
    with clock.at(LATER):
        put_away(clinic)
        for typed in (old.number, "欧阳静", "oyj", phone):
            (line,) = find_bookings(viewer, typed)
            assert (line.id, line.is_archived, line.may_change) == (old.pk, True, False)
            assert "archived" in line.flags
        assert [line.is_archived for line in bookings_of(viewer, patient)] == [True]
        assert booking_detail(viewer, old.pk).line.number == old.number


def test_a_patients_page_goes_back_to_the_first_booking(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("yilu.scheduling.web.views.MOST_FOUND", 2)
    patient = clinic.patient()
    made = [missed(clinic, hour, patient_id=patient).number for hour in (9, 10, 11, 14, 15)]
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    url, seen, pages = reverse("scheduling:of-patient", args=[patient]), [], 0
    while url:
        answer = client.get(url)
        seen += [line.number for line in answer.context["lines"]]
        url, pages = answer.context["earlier_url"], pages + 1
        assert ("更早的预约" in answer.content.decode()) is bool(url)
    assert (seen, pages) == (made[::-1], 3)
    for unread in (
        "x",
        "2031-01-01|x",
        f"9999-12-31T23:59:59-12:00|{patient}",
        "2031-01-01T00:00|",
    ):
        path = reverse("scheduling:of-patient", args=[patient])
        assert len(client.get(path, {"before": unread}).context["lines"]) == 2


def test_the_pages_of_the_desk_show_it_with_its_mark(client: Client, clinic: Clinic):
    old = missed(clinic)
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    with clock.at(LATER):
        put_away(clinic)
        found = client.get(reverse("scheduling:bookings"), {"q": old.number}).content.decode()
        of_patient = client.get(reverse("scheduling:of-patient", args=[old.patient_id]))
        page = client.get(reverse("scheduling:booking", args=[old.pk])).content.decode()
    for shown in (found, of_patient.content.decode(), page):
        assert "已归档" in shown
        assert "2031" in shown
    assert "取消预约" not in page


def test_all_that_refers_to_it_stays_valid(clinic: Clinic):
    old = missed(clinic)
    held = Allocation.objects.filter(booking=old).count()
    with clock.at(LATER):
        put_away(clinic)
    connection.check_constraints()
    assert held
    assert Allocation.objects.filter(booking__archived_at__isnull=False).count() == held


@pytest.mark.parametrize("count", [1, 12])
def test_a_portion_costs_the_same_for_one_and_for_twelve(
    clinic: Clinic, django_assert_num_queries: Queries, count: int
):
    for n in range(count):
        booked = clinic.book(at(9 if n < 6 else 14, 30 * (n % 6)))
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    with clock.at(LATER), django_assert_num_queries(5):  # Two are the test's savepoint.
        assert put_away(clinic) == count


@pytest.mark.parametrize("count", [1, 12])
def test_looking_back_costs_the_same_for_one_and_for_twelve(
    clinic: Clinic, django_assert_max_num_queries: Queries, count: int
):
    patient = clinic.patient("欧阳静")
    for n in range(count):
        missed_at = at(10, day=n % 7) if n < 7 else at(14, day=n % 7)
        booked = clinic.book(missed_at, patient_id=patient)
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    viewer = make_actor(clinic.site_id, *clinic_rights(), "patients.see")
    with clock.at(LATER):
        put_away(clinic)
        with django_assert_max_num_queries(7):
            assert len(find_bookings(viewer, "欧阳静")) == count


def clinic_rights() -> tuple[str, ...]:
    return (permissions.SEE, permissions.CHANGE)
