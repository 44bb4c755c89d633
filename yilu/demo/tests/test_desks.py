"""The desks of the demonstration: what a newcomer finds there, told by the deeds that people do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from yilu.aesthetics.models import Consultation, Course, Photo, Session
from yilu.billing.models import Bill
from yilu.clinical.models import (
    CaseDiscussion,
    Opinion,
    ProcedureEntry,
    TreatmentConsent,
    TreatmentPlan,
)
from yilu.demo.operations import past
from yilu.demo.operations.clinic import BuiltClinic, build_clinic, publish
from yilu.demo.operations.desks import tell_desks
from yilu.demo.operations.past import Year, load_past
from yilu.demo.operations.staff import acting
from yilu.demo.operations.teeth import MOUTHS
from yilu.demo.plan import clinic_plan
from yilu.demo.sandbox.accounts import telephone_key
from yilu.demo.selectors.morning import who_waits
from yilu.dental.models import PackUse, PerioVersion, PlanItem, ToothEntry, ToothImage
from yilu.diagnostics.models import LabReport, LabValue, Study, StudyImage
from yilu.diagnostics.rules.dicom import look_of
from yilu.downtime.models import Kit, PaperForm
from yilu.downtime.selectors.kits import outages
from yilu.intake.models import FeltWorse, PreTriage
from yilu.kiosk.models import Kiosk
from yilu.outbreak.selectors.modes import mode_of, plan_of
from yilu.outbreak.selectors.notices import notice
from yilu.outbreak.selectors.times import times
from yilu.patients.models import Card, Merge
from yilu.platform import clock, files
from yilu.platform.actors import Actor
from yilu.platform.models import Event, Timer
from yilu.queueing.models import LongWait
from yilu.queueing.operations.long_waits import TOO_LONG
from yilu.queueing.selectors.long_waits import long_wait_report
from yilu.queueing.visit_wait import Limits
from yilu.reception.models import Incident, IncidentEntry
from yilu.reception.selectors.calls import phone_desk
from yilu.reception.selectors.incidents import Wanted, incident_page, incidents
from yilu.scheduling.models import WaitingEntry
from yilu.scheduling.selectors.waiting_list import figures, waiting_list
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O09")]
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
"""Tuesday 09:40 in Shanghai."""
SMALL = {"DAYS_BEFORE": 2, "DAYS_AFTER": 3, "CHILDREN": 120, "ADULTS": 700}
DEMO = Actor.system("demo")
PASSWORD = "of-no-importance"  # noqa: S105 (of people in tests)


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """The clinic with a few days behind it and its desks told; what a test adds goes with it."""
    folder = tmp_path_factory.mktemp("desks")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
        clock.at(NOW),
    ):
        for name, value in SMALL.items():
            patch.setattr(past, name, value)
        patch.setattr("django.conf.settings.WECHATPAY_FILE", folder / "keys" / "wechatpay.json")
        patch.setattr("django.conf.settings.DOWNTIME_FOLDER", folder / "downtime")
        plan = clinic_plan()
        built = build_clinic(actor=DEMO, plan=plan, since=date(2026, 11, 1), password=PASSWORD)
        ahead = NOW.date() + timedelta(days=8)
        publish(actor=DEMO, clinic=built, from_day=date(2026, 11, 18), to_day=ahead)
        year = Year(seed=7, now=NOW, zone=ZoneInfo(plan.time_zone))
        load_past(actor=DEMO, plan=plan, clinic=built, year=year)
        tell_desks(actor=DEMO, clinic=built, plan=plan, seed=7)
        yield built
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def this_morning() -> Iterator[None]:
    """It is the morning at which the demonstration begins."""
    with clock.at(NOW):
        yield


def at(clinic: BuiltClinic, post: str) -> Actor:
    return acting(clinic, clinic_plan(), "south", post)


@pytest.mark.covers("B14")
def test_incidents_are_over_with_their_timelines_and_call_nobody(clinic):
    manager = at(clinic, "manager")
    lines = incidents(manager, clinic.sites["south"].id, Wanted())

    assert len(lines) == 7
    assert {str(one.state) for one in lines} == {"closed", "withdrawn"}
    latest = incident_page(manager, lines[0].id)
    assert latest.entries[0].minutes == 0
    assert {one.deed for one in latest.entries} >= {"coming", "called_120", "aed"}
    assert all(one.by for one in latest.entries)
    assert IncidentEntry.objects.filter(at__gt=NOW).count() == 0
    assert not Event.objects.filter(name__startswith="Incident").exists()
    assert len({one.number for one in Incident.objects.all()}) == 9


@pytest.mark.covers("B13")
def test_a_kiosk_stands_at_every_site_and_is_switched_on(clinic):
    kiosks = Kiosk.objects.filter(withdrawn_at=None)

    assert {one.site_id for one in kiosks} == {site.id for site in clinic.sites.values()}
    assert all(NOW - one.seen_at < timedelta(minutes=3) for one in kiosks)


@pytest.mark.covers("B17")
def test_yesterdays_paper_is_entered_with_its_times_but_for_one_number(clinic, settings):
    (line,) = outages(at(clinic, "manager"), clinic.sites["south"].id)

    assert line.is_open
    assert line.counts == {"open": 1, "used": 3, "unused": 19, "void": 1, "missing": 0}
    for form in PaperForm.objects.filter(state="used"):
        visit = Visit.objects.get(pk=form.visit_id)
        assert (visit.arrived_at, visit.in_care_at) == (form.arrived_at, form.called_at)
        assert form.entered_at == NOW - timedelta(minutes=75)
    kept = Kit.objects.get(dropped_at=None)
    assert (settings.DOWNTIME_FOLDER / "south" / kept.file_name).read_bytes()[:4] == b"%PDF"


@pytest.mark.covers("B16")
def test_the_telephone_has_had_a_morning_with_one_missed_and_one_promised(clinic):
    for key, site in clinic.sites.items():
        desk = phone_desk(at(clinic, "manager"), site.id)
        assert sorted(one.is_missed_call for one in desk.due) == [False, True], key
        assert [one.outcome for one in desk.over] == ["reached"]
        assert (desk.figures.answered, desk.figures.missed) == (5, 2)
        assert desk.figures.percent_in_time == 57
        assert not desk.ringing
        assert telephone_key(key) is not None


@pytest.mark.covers("A09")
def test_some_wait_for_a_time_and_two_were_given_one(clinic):
    lines = waiting_list(at(clinic, "front_desk"), clinic.sites["south"].id)
    counted = figures(at(clinic, "front_desk"), clinic.sites["south"].id)

    assert [one.urgency for one in lines[:1]] == ["soon"]
    assert (len(lines), sum(one.held_at is not None for one in lines)) == (6, 2)
    assert not any(one.offer for one in lines)
    assert (counted.freed, counted.filled, counted.minutes_to_fill) == (2, 2, 14)
    assert (counted.waiting, counted.never_asked) == (6, 0)
    met = WaitingEntry.objects.filter(state="met")
    assert all(one.booking.starts_at > NOW for one in met)


@pytest.mark.covers("B05", "B18")
def test_the_desk_has_asked_where_to_go_and_a_nurse_is_on_her_way(clinic):
    asked = PreTriage.objects.order_by("asked_at")

    assert asked.count() == 8
    assert set(asked.exclude(department="").values_list("outcome", flat=True)) >= {"ent"}
    assert "emergency" in set(asked.values_list("outcome", flat=True))
    assert list(FeltWorse.objects.order_by("said_at").values_list("state", flat=True)) == [
        "answered",
        "open",
    ]


@pytest.mark.covers("B11")
def test_long_waits_have_reasons_and_those_who_wait_now_are_looked_after(clinic):
    site_id = clinic.sites["south"].id
    first, last = date(2026, 11, 1), date(2026, 11, 24)
    report = long_wait_report(at(clinic, "manager"), site_id, first, last)

    assert report.waits > 10
    assert 0.7 < report.explained / report.waits < 1
    assert len(report.by_reason) > 2
    assert 0 < report.taken < report.offered < report.explained
    over = LongWait.objects.exclude(ended_at=None)
    assert all(one.ended_at - one.counted_from > Limits().longest for one in over)
    assert not over.filter(explained_at__gt=NOW).exists()

    waiting = {one.visit_id for one in who_waits(site_id, NOW)}
    watched = Timer.objects.filter(handler=TOO_LONG, state="waiting")
    assert set(watched.values_list("subject_id", flat=True)) >= waiting
    assert waiting


@pytest.mark.covers("B21", "B01")
def test_cards_are_given_out_lost_and_replaced_and_a_double_is_merged(clinic):
    assert Card.objects.filter(ended_at=None).count() == 7
    assert Card.objects.filter(ended_why="lost").count() == 2
    assert Card.objects.exclude(follows=None).count() == 1
    merge = Merge.objects.get()
    assert merge.merged.name == merge.survivor.name
    assert merge.made_by_name == str(at(clinic, "front_desk").name)


@pytest.mark.covers("B22")
def test_an_outbreak_is_planned_and_was_drilled_and_nothing_is_on(clinic):
    site_id = clinic.sites["south"].id
    plan = plan_of(site_id)
    (drill,) = times(at(clinic, "manager"), site_id)

    assert plan is not None
    assert (plan.online_per_day, mode_of(site_id)) == (40, None)
    assert (drill.is_drill, drill.screened, drill.positive, drill.minutes) == (True, 3, 2, 35)
    shown = notice(at(clinic, "nurse"), site_id)
    assert (list(shown.unmet), shown.drill_due) == ([], None)


@pytest.mark.covers("C09")
def test_dentists_have_charted_whom_they_saw_and_scanned_a_pack_each(clinic):
    entries = ToothEntry.objects.filter(recorded_at__lt=NOW)

    assert entries.values("patient").distinct().count() >= len(MOUTHS)
    assert set(entries.values_list("layer", flat=True)) == {"existing", "planned", "done"}
    assert PackUse.objects.count() == entries.values("visit").distinct().count()
    assert {one.recorded_by_id for one in entries} - {None}
    assert PerioVersion.objects.filter(signed_at__lt=NOW).exists()
    assert PlanItem.objects.filter(plan__isnull=False).exists()
    assert ToothImage.objects.exists()


@pytest.mark.covers("C10")
def test_who_came_for_looks_was_consulted_photographed_and_treated(clinic):
    done = Session.objects.filter(state="done", ended_at__lt=NOW)

    assert done.count() >= 1
    assert Consultation.objects.count() == done.values("patient").distinct().count()
    assert Photo.objects.exclude(points=None).count() >= done.count()
    assert set(Course.objects.values_list("state", flat=True)) == {"paid"}
    assert Course.objects.filter(used__gt=0).exists()
    assert not Bill.objects.filter(state="open", visit__in=Course.objects.values("visit")).exists()


@pytest.mark.covers("C07", "C08", "C20")
def test_dentists_have_proposed_plans_asked_colleagues_and_had_consents_signed(clinic):
    plans = set(TreatmentPlan.objects.values_list("state", flat=True))
    assert {"accepted", "declined", "proposed"} <= plans
    assert {"given", "refused"} <= set(TreatmentConsent.objects.values_list("state", flat=True))
    assert Opinion.objects.filter(state="given").exists()
    assert CaseDiscussion.objects.filter(state="signed").exists()
    assert ProcedureEntry.objects.filter(kind="said").exists()


def test_patients_who_come_again_have_values_over_time_and_scans_with_images(clinic: BuiltClinic):
    reports = LabReport.objects.select_related("specimen")
    assert reports.count() >= 20
    assert {one.state for one in reports} == {"released"}
    assert all(one.verified_by_id != one.entered_by_id for one in reports)
    assert LabValue.objects.filter(report=reports[0]).count() == 7
    studies = Study.objects.filter(state="released")
    assert studies.count() == 8
    assert StudyImage.objects.filter(study__in=studies).count() == 16
    assert look_of(files.read(StudyImage.objects.first().file_id)).rows > 100
    # Nobody is told of what is long over.
    assert not Event.objects.filter(name__in=("LabReportReleased", "StudyReleased")).exists()
