"""A kit every hour: what stands in it, where it lies, and for how long."""

import stat
from datetime import timedelta

import pytest
from django.test import Client

from yilu.clinical import permissions as clinical
from yilu.clinical.operations.allergies import AllergyFacts, add_allergy
from yilu.downtime import permissions
from yilu.downtime.jobs import PRINTER
from yilu.downtime.models import Kit
from yilu.downtime.operations.kits import drop_old_kits, make_kit, schedule_next_kit
from yilu.downtime.selectors.content import kit_content
from yilu.downtime.selectors.kits import folder_of
from yilu.facility.selectors.sites import site_info
from yilu.kiosk.tests.factories import make_guest
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Timer, User
from yilu.platform.testing import drain
from yilu.reception.tests.factories import OpenClinic, nobody_at, open_clinic
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B17")]
SEEING = PRINTER.lent("scheduling.see", "patients.see")


@pytest.fixture
def opened(settings, tmp_path):
    """An open clinic with a booking today and one tomorrow, at nine."""
    settings.DOWNTIME_FOLDER = tmp_path
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
        clinic.clinic.book(at(10), patient_id=make_guest(clinic).patient_id)
        clinic.clinic.book(at(11, day=1), patient_id=make_guest(clinic, "白术").patient_id)
    with clock.at(at(9)):
        yield clinic


def content(opened: OpenClinic):
    return kit_content(SEEING, site_info(opened.site_id), clock.now())


def test_a_kit_holds_today_tomorrow_allergies_prices_and_numbered_forms(opened):
    patient_id = make_guest(opened, "甘草").patient_id
    opened.clinic.book(at(15), patient_id=patient_id)
    clerk = Actor.system("nurse", clinical.SEE, clinical.ASSESS, visits.OPEN, visits.SEE)
    visit_id = open_visit(
        actor=clerk, patient_id=patient_id, site_id=opened.site_id, kind="walk_in"
    )
    add_allergy(actor=clerk, visit_id=visit_id, facts=AllergyFacts(substance="青霉素"))
    found = content(opened)
    today, tomorrow = found.paper["days"]
    assert [line[0] for line in today["lines"]] == ["10:00", "15:00"]
    assert [(line[0], line[1]) for line in tomorrow["lines"]] == [("11:00", "白术")]
    assert today["lines"][0][1:4:2] == ["沈白芷", today["lines"][0][3]]
    assert "1988-04-12" in today["lines"][0]
    assert [line[2] for line in found.paper["allergies"]] == ["青霉素"]
    assert "25.00" in str(found.paper["prices"])
    assert found.paper["forms"][0] == "0303-0900-01"
    assert len(set(found.paper["forms"])) == 24


def test_who_cancelled_is_not_in_the_kit(opened):
    booked = opened.clinic.book(at(15))
    before = content(opened).bookings
    cancel_booking(actor=opened.clinic.actor, booking_id=booked.id, reason="ill")
    assert content(opened).bookings == before - 1


def test_a_kit_is_one_pdf_that_can_be_read_without_us(opened):
    make_kit(actor=PRINTER, site_id=opened.site_id)
    kit = Kit.objects.get()
    folder = folder_of(site_info(opened.site_id).key)
    made = folder / kit.file_name
    assert made.read_bytes().startswith(b"%PDF")
    assert (folder / "latest.pdf").read_bytes() == made.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == sorted([kit.file_name, "latest.pdf"])
    assert stat.S_IMODE(made.stat().st_mode) & 0o007 == 0
    assert (kit.size, kit.bookings, kit.code) == (made.stat().st_size, 2, "0303-0900")


def test_asked_for_twice_in_a_minute_it_is_one_kit(opened):
    first = make_kit(actor=PRINTER, site_id=opened.site_id)
    assert make_kit(actor=PRINTER, site_id=opened.site_id) == first
    assert Kit.objects.count() == 1


def test_every_hour_there_is_another_one(opened):
    drain()
    schedule_next_kit(actor=PRINTER, site_id=opened.site_id)
    for hour in (10, 11):
        with clock.at(at(hour)):
            drain()
    assert [kit.code for kit in Kit.objects.order_by("made_at")] == ["0303-1000", "0303-1100"]
    assert Timer.objects.get(handler="downtime.kit").due_at == at(12)


def test_an_hour_that_fails_does_not_end_those_after(opened, settings, tmp_path):
    blocked = tmp_path / "full"
    blocked.write_text("no folder")
    drain()
    settings.DOWNTIME_FOLDER = blocked
    schedule_next_kit(actor=PRINTER, site_id=opened.site_id)
    with clock.at(at(10)), pytest.raises(OSError, match="full"):
        drain()
    assert not Kit.objects.exists()
    settings.DOWNTIME_FOLDER = tmp_path
    with clock.at(at(11)):
        drain()
    assert Kit.objects.get().code == "0303-1100"


def test_after_two_days_a_kit_is_taken_away(opened):
    make_kit(actor=PRINTER, site_id=opened.site_id)
    old = folder_of(site_info(opened.site_id).key) / Kit.objects.get().file_name
    with clock.at(at(9) + timedelta(hours=47)):
        assert drop_old_kits(actor=PRINTER, site_id=opened.site_id) == 0
    with clock.at(at(9) + timedelta(hours=49)):
        assert drop_old_kits(actor=PRINTER, site_id=opened.site_id) == 1
    assert not old.exists()
    assert Kit.objects.get().dropped_at is not None


def test_a_kit_is_taken_by_who_may_and_that_is_written_down(opened):
    kit_id = make_kit(actor=PRINTER, site_id=opened.site_id)
    desk = Client()
    desk.force_login(User.objects.get(pk=make_staff("front_desk", site_id=opened.site_id).user_id))
    answer = desk.get(f"/downtime/kits/{kit_id}.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="downtime.kit.taken").count() == 1
    nurse = Client()
    nurse.force_login(User.objects.get(pk=make_staff("nurse", site_id=opened.site_id).user_id))
    assert nurse.get(f"/downtime/kits/{kit_id}.pdf").status_code == 404
    assert nurse.get("/downtime/").status_code == 403
    Kit.objects.update(dropped_at=clock.now())
    assert desk.get(f"/downtime/kits/{kit_id}.pdf").status_code == 404


def test_who_may_not_makes_no_kit(opened):
    with pytest.raises(NotAllowed):
        make_kit(actor=nobody_at(opened.site_id), site_id=opened.site_id)
    assert not Kit.objects.exists()
    assert permissions.SEE == "downtime.see"


@pytest.mark.parametrize("many", [1, 12])
def test_a_kit_costs_the_same_for_one_booking_and_for_twelve(
    opened, many: int, django_assert_max_num_queries
):
    starts = [at(h, m, day=1) for h in (9, 14, 15, 16) for m in (0, 30)]
    starts += [at(h, m) for h in (14, 15) for m in (0, 30)]
    for start in starts[:many]:
        opened.clinic.book(start)
    with django_assert_max_num_queries(12):
        assert content(opened).bookings == many + 2
