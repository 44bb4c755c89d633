"""The clock of a demonstration, and that a real clinic has none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from yilu.platform import clinic_clock, clock, guard, installation
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.platform.models import AuditEntry, ClinicClock

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
MORNING = datetime(2031, 3, 3, 9, 40, tzinfo=UTC)
REAL = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _may_be_a_demonstration(monkeypatch):
    monkeypatch.setenv("YILU_DEMO", "1")


def after(seconds: float) -> datetime:
    """Clinic time so many real seconds after the demonstration began, as any process reads it."""
    clinic_clock.read()
    return clock.pace().at(REAL + timedelta(seconds=seconds))


def really(seconds: float):
    """Do something so many real seconds after the beginning."""
    real = REAL + timedelta(seconds=seconds)
    return clock.at(clock.pace().at(real), machine=real)


@pytest.fixture
def demonstration() -> None:
    with clock.at(MORNING, machine=REAL):
        clinic_clock.mark_demonstration(SYSTEM, clinic=MORNING, speed=20)


@pytest.mark.usefixtures("demonstration")
def test_clinic_time_runs_as_fast_as_it_is_told():
    assert after(0) == MORNING
    assert after(3) == MORNING + timedelta(minutes=1)


@pytest.mark.usefixtures("demonstration")
def test_changing_the_speed_never_makes_time_jump():
    with really(30):
        clinic_clock.set_speed(SYSTEM, speed=0)
    assert after(30) == after(9999) == MORNING + timedelta(minutes=10)

    with really(90):
        clinic_clock.set_speed(SYSTEM, speed=1)
    assert after(100) == MORNING + timedelta(minutes=10, seconds=10)


@pytest.mark.usefixtures("demonstration")
def test_it_can_be_another_time_at_once():
    with really(30):
        clinic_clock.jump(SYSTEM, clinic=MORNING + timedelta(hours=3))

    assert after(33) == MORNING + timedelta(hours=3, minutes=1)
    assert AuditEntry.objects.filter(action="platform.clock.set").count() == 2


@pytest.mark.usefixtures("demonstration")
def test_after_a_night_without_power_the_morning_goes_on_where_it_was(settings):
    settings.READS_CLINIC_CLOCK = True
    with really(30):
        clinic_clock.keep()
    with really(30_000):
        clinic_clock.resume(SYSTEM)

    assert after(30_003) == MORNING + timedelta(minutes=11)


@pytest.mark.usefixtures("demonstration")
def test_whoever_starts_everything_lets_the_clock_go_on_where_it_was(settings, monkeypatch):
    settings.READS_CLINIC_CLOCK = True
    monkeypatch.setattr(guard, "require_safe", list)
    begun = []
    monkeypatch.setattr(installation, "prepare", lambda: begun.append(clock.pace()))
    with really(30):
        clinic_clock.keep()
    with really(30_000):
        call_command("prepare_database")

    assert after(30_003) == MORNING + timedelta(minutes=11)
    # What is planned at the start is planned by the clinic's time.
    assert [one.at(one.real) for one in begun] == [MORNING + timedelta(minutes=10)]
    assert begun[0].speed == 0


@pytest.mark.usefixtures("demonstration")
def test_writing_down_how_far_it_is_changes_nothing(settings):
    settings.READS_CLINIC_CLOCK = True
    before = after(100)
    with really(30):
        clinic_clock.keep()

    assert after(100) == before


def test_a_process_asks_twice_a_second_at_most(settings, monkeypatch, django_assert_num_queries):
    settings.READS_CLINIC_CLOCK = True
    monkeypatch.setattr(clinic_clock, "_next_look", 0.0)

    with django_assert_num_queries(1):
        for _ in range(100):
            clinic_clock.refresh()


@pytest.mark.parametrize(
    "change",
    [
        lambda: clinic_clock.set_speed(SYSTEM, speed=20),
        lambda: clinic_clock.jump(SYSTEM, clinic=MORNING),
    ],
)
def test_the_clock_of_a_real_clinic_cannot_be_set(change):
    written = AuditEntry.objects.count()

    with pytest.raises(NotADemonstration):
        change()

    assert not clinic_clock.is_demonstration()
    assert AuditEntry.objects.count() == written


def test_a_database_of_ones_own_does_not_become_a_demonstration_unasked(monkeypatch):
    monkeypatch.setenv("YILU_DEMO", "")
    monkeypatch.setenv("DATABASE_URL", "postgresql://clinic/real")

    with pytest.raises(NotADemonstration):
        clinic_clock.mark_demonstration(SYSTEM, clinic=MORNING, speed=20)

    assert not ClinicClock.objects.exists()
