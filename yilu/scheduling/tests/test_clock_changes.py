"""Nights in which the clocks change: the grid keeps to how long they are, not to the wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from yilu.facility.tests.factories import open_every_day
from yilu.platform import clock
from yilu.platform.daygrid import place
from yilu.platform.models import Timer, TimerState
from yilu.platform.testing import drain
from yilu.scheduling.models import Session
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.scheduling.selectors.day_grid import DayGrid, day_grid
from yilu.scheduling.selectors.telling import calendar_file
from yilu.scheduling.selectors.week_grid import week_grid
from yilu.scheduling.tests.factories import Clinic, make_clinic, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A02")]
AUTUMN, SPRING = date(2026, 10, 24), date(2027, 3, 27)
NIGHTS = pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 9), (SPRING, 7)])


def night_clinic(day: date) -> Clinic:
    """A doctor in Berlin who works from ten in the evening of `day` to six in the morning."""
    clinic = make_clinic(time_zone="Europe/Berlin", service=make_service(needs=[]), days=1)
    open_every_day(clinic.site_id, "00:00", "00:00")
    set_week(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        site_id=clinic.site_id,
        stretches=[Stretch(weekday, time(22), time(6)) for weekday in range(7)],
        valid_from=day - timedelta(days=1),
    )
    publish_sessions(actor=clinic.actor, site_id=clinic.site_id, from_day=day, to_day=day)
    return clinic


def wall(hours: tuple[datetime, ...]) -> list[int]:
    return [hour.hour for hour in hours]


@pytest.fixture
def clinic(day: date):
    with clock.at(datetime.combine(day, time(8), tzinfo=UTC) - timedelta(days=4)):
        yield night_clinic(day)


def grid(clinic: Clinic, day: date) -> DayGrid:
    return day_grid(clinic.actor, clinic.site_id, day)


@NIGHTS
def test_the_grid_is_as_high_as_the_night_is_long(clinic: Clinic, day: date, hours: int):
    shown = grid(clinic, day)
    (column,) = shown.columns

    assert shown.steps == hours * 12
    assert [(one.at, one.steps, one.minutes) for one in column.gaps] == [
        (0, hours * 12, hours * 60)
    ]
    assert column.off == ()
    nights = {9: [22, 23, 0, 1, 2, 2, 3, 4, 5], 7: [22, 23, 0, 1, 3, 4, 5]}
    assert wall(shown.hours) == nights[hours]
    at = [place(one, one, shown.opens_at).split()[0] for one in shown.hours]
    assert at == [f"at-{n * 12}" for n in range(hours)]
    assert week_grid(clinic.actor, clinic.doctor_resources[0], day).steps >= hours * 12


@NIGHTS
def test_bookings_around_the_change_stand_where_they_are(clinic: Clinic, day: date, hours: int):
    change = datetime.combine(day + timedelta(days=1), time(1), tzinfo=UTC)
    starts = [change + timedelta(minutes=30 * n) for n in (-2, -1, 0, 1)]
    for one in starts:
        clinic.book(one)

    shown = grid(clinic, day)
    (column,) = shown.columns

    top = int((starts[0] - shown.opens_at.astimezone(UTC)) / timedelta(minutes=5))
    found = [(one.place.at, one.place.steps, one.line.minutes) for one in column.bookings]
    assert found == [(top + 6 * n, 6, 30) for n in range(4)]
    assert [place(b.line.starts_at, b.line.ends_at, shown.opens_at) for b in column.bookings] == [
        f"at-{top + 6 * n} for-6" for n in range(4)
    ]


@pytest.mark.parametrize("day", [AUTUMN])
def test_the_calendar_file_tells_the_second_two_oclock_from_the_first(clinic: Clinic):
    second = datetime(2026, 10, 25, 1, tzinfo=UTC)
    starts = [second - timedelta(hours=1), second - timedelta(minutes=30), second]
    for one in starts:
        file = Calendar.from_ical(calendar_file(clinic.book(one).id))
        (event,) = file.walk("VEVENT")
        assert event.decoded("DTSTART").astimezone(UTC) == one
        assert event.decoded("DTEND").astimezone(UTC) == one + timedelta(minutes=30)


@pytest.mark.covers("A03")
@pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 25), (SPRING, 23)])
def test_what_is_open_around_the_clock_is_there_on_the_day_of_the_change(
    clinic: Clinic, day: date, hours: int
):
    change = day + timedelta(days=1)
    publish_sessions(actor=clinic.actor, site_id=clinic.site_id, from_day=change, to_day=change)

    room = Session.objects.filter(
        resource_id=clinic.room_resources[0], clinic_day=change, active=True
    )
    lengths = [one.during.upper - one.during.lower for one in room.order_by("during")]
    assert sum(lengths, timedelta()) == timedelta(hours=hours)
    assert max(lengths) <= timedelta(hours=24)


@pytest.mark.covers("A10")
@NIGHTS
def test_a_day_before_is_the_same_time_on_the_wall(clinic: Clinic, day: date, hours: int):
    starts_at = datetime.combine(day + timedelta(days=1), time(5), tzinfo=ZoneInfo("Europe/Berlin"))
    due = reminders(clinic, starts_at.astimezone(UTC))

    assert due["scheduling.remind_day"] == datetime.combine(day, time(5), tzinfo=starts_at.tzinfo)
    assert starts_at.astimezone(UTC) - due["scheduling.remind_day"] == timedelta(hours=hours + 16)


@pytest.mark.covers("A10")
@NIGHTS
def test_two_hours_before_are_two_hours_in_the_night_of_the_change(
    clinic: Clinic, day: date, hours: int
):
    change = datetime.combine(day + timedelta(days=1), time(1), tzinfo=UTC)
    due = reminders(clinic, change + timedelta(minutes=30))

    assert due["scheduling.remind_hours"] == change - timedelta(minutes=90)
    assert due["scheduling.no_show"] == change + timedelta(minutes=90)


def reminders(clinic: Clinic, starts_at: datetime) -> dict[str, datetime]:
    """When the patient of a new booking is reminded, and how long waited for."""
    booked = clinic.book(starts_at)
    drain(timers=False)
    waiting = Timer.objects.filter(subject_id=booked.id, state=TimerState.WAITING)
    return dict(waiting.values_list("handler", "due_at"))
