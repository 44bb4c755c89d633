"""The made-up year: the same every time, and good enough for every constraint."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import translation

from yilu.billing.models import Bill, Payment, Receipt
from yilu.demo.operations import past
from yilu.demo.operations.clinic import BuiltClinic, build_clinic, publish
from yilu.demo.operations.courses import begin_courses, book_family
from yilu.demo.operations.examinations import add_answers, add_examinations
from yilu.demo.operations.past import Year, load_past
from yilu.demo.past.chapters import Telling, ToldDay, chapters
from yilu.demo.past.stepping import PATHWAY
from yilu.demo.past.telling import Known
from yilu.demo.people import make_people
from yilu.demo.plan import clinic_plan
from yilu.demo.reference import read_reference
from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.models import Trip
from yilu.diagnostics.selectors.requests import centre
from yilu.intake import permissions as intake
from yilu.intake.models import Sheet
from yilu.intake.selectors.sheets import sheet_of
from yilu.messaging.models import Message
from yilu.pathways.selectors.definitions import current_definitions, plan_by_id
from yilu.patients.models import ContactPoint
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.aside import aside
from yilu.platform.phones import normal_phone, shown_phone
from yilu.platform.timers import Due
from yilu.queueing.models import Ticket
from yilu.scheduling.models import Attempt, Booking, Series, Sitting
from yilu.scheduling.operations.planned import look_for_due as look
from yilu.scheduling.selectors.counting import Scope
from yilu.scheduling.selectors.requests_met import requests_met
from yilu.scheduling.series_jobs import ACTOR, place
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O09", "O10")]
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
"""Tuesday 09:40 in Shanghai."""
SMALL = {"DAYS_BEFORE": 6, "DAYS_AFTER": 2, "CHILDREN": 120, "ADULTS": 700}
YEAR, PEOPLE = past.DAYS_BEFORE, {"children": past.CHILDREN, "adults": past.ADULTS}
DEMO = Actor.system("demo")
PASSWORD = "of-no-importance"  # noqa: S105 (of people in tests)


@dataclass(frozen=True)
class Made:
    """The made-up clinic, and how many visits lie behind it."""

    clinic: BuiltClinic
    visits: int


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """The clinic with a few days behind it and one before it; what a test adds goes with it."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
        clock.at(NOW),
    ):
        for name, value in SMALL.items():
            patch.setattr(past, name, value)
        plan = clinic_plan()
        clinic = build_clinic(actor=DEMO, plan=plan, since=date(2026, 11, 1), password=PASSWORD)
        ahead = NOW.date() + timedelta(days=50)
        publish(actor=DEMO, clinic=clinic, from_day=date(2026, 11, 11), to_day=ahead)
        year = Year(seed=7, now=NOW, zone=ZoneInfo(plan.time_zone))
        visits = load_past(actor=DEMO, plan=plan, clinic=clinic, year=year)
        look_over()
        yield Made(clinic, visits)
        transaction.set_rollback(True)


def look_over() -> None:
    """Let PostgreSQL know the rows, as it comes to do by itself: it plans badly without."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [(role,)] = cursor.fetchall()
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("ANALYZE")
        cursor.execute(f"SET LOCAL ROLE {role}")


def test_the_past_holds_every_constraint_and_adds_up(made):
    assert made.visits == Visit.objects.count() > 600
    assert Bill.objects.filter(state="settled").exclude(paid=F("total")).count() == 0
    paid = Payment.objects.aggregate(total=Sum("amount"))["total"]
    assert paid == Bill.objects.filter(state="settled").aggregate(total=Sum("total"))["total"]
    for site in Receipt.objects.values_list("site_id", flat=True).distinct():
        numbers = Receipt.objects.filter(site_id=site).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, numbers.count() + 1))


@pytest.mark.covers("A22")
def test_some_were_refused_at_first_and_the_promise_is_kept(made):
    attempts = Attempt.objects.all()
    assert attempts.filter(booking__isnull=False).exists()
    assert len(set(attempts.values_list("code", flat=True))) > 3
    assert not attempts.filter(last_at__gt=NOW).exists()
    sites = Booking.objects.values_list("site_id", flat=True).distinct()
    with clock.at(NOW):
        for site_id in sites:
            scope = Scope((site_id,), date(2026, 11, 1), date(2026, 11, 22))
            total = requests_met(Actor.system("boss", "scheduling.see"), scope).total
            assert total.unmet > 0
            assert total.share is not None
            assert 0.95 <= total.share < 1


def telling(made: Made, days: list[ToldDay], *, people: dict[str, int]) -> Telling:
    """What the made-up clinic has to tell of such days."""
    plan, today, site = clinic_plan(), NOW.date(), made.clinic.sites["south"].id
    definition = next(one for one in current_definitions() if one.key == PATHWAY)
    with clock.at(NOW):
        reference = read_reference(plan, made.clinic, today)
    return Telling(
        seed=7,
        now=NOW,
        zone=ZoneInfo(plan.time_zone),
        days=days,
        reference=reference,
        people={
            pool: [Known(uuid5(site, one.phone), one) for one in some]
            for pool, some in make_people(seed=7, today=today, **people).items()
        },
        definition_id=definition.id,
        steps=plan_by_id(definition.id),
    )


def test_the_same_seed_tells_the_same_rows_in_any_process_and_language(made):
    ago = [NOW.date() - timedelta(days=days) for days in range(9, 2, -1)]
    days = [ToldDay(day, past.THIN, in_full=day == ago[-1]) for day in ago]
    told = telling(made, days, people={"children": 120, "adults": 700})

    with aside() as make:
        elsewhere = list(make(chapters, told))
    with translation.override("en"):
        in_english = list(chapters(told))

    assert [one.days for one in elsewhere] == [6, 1]
    assert elsewhere == in_english


@pytest.mark.parametrize("today", [date(2026, 3, 31), date(2026, 11, 24)])
def test_a_year_has_twenty_thousand_visits_and_its_last_days_180(made, today, monkeypatch):
    """Also where holidays are among the full days: at New Year, and in October."""
    monkeypatch.setattr(past, "DAYS_BEFORE", YEAR)
    year = Year(seed=7, now=datetime.combine(today, NOW.timetz()), zone=ZoneInfo("Asia/Shanghai"))
    days = [day for day in past._open_days(clinic_plan(), year) if day <= today]
    recent = [day for day in days if year.is_recent(day)]
    sample = [day for day in days if day < NOW.date()][:: len(days) // 7][:6]
    one_day = [ToldDay(recent[0], past.FULL, in_full=False)]
    some_days = [ToldDay(day, past.THIN, in_full=False) for day in sample]
    (full,) = chapters(telling(made, one_day, people=PEOPLE))
    (thin,) = chapters(telling(made, some_days, people=PEOPLE))

    assert full.visits >= 200
    expected = full.visits * len(recent) + thin.visits / len(sample) * (len(days) - len(recent))
    assert expected > 20_000


def test_the_morning_is_under_way(made):
    today = Booking.objects.filter(clinic_day=date(2026, 11, 24))
    states = set(today.values_list("state", flat=True))
    assert {"confirmed", "arrived", "in_consultation", "finished"} <= states
    waiting = Ticket.objects.filter(clinic_day=date(2026, 11, 24), state="waiting")
    assert waiting.exists()
    assert not Visit.objects.filter(arrived_at__gt=NOW).exists()
    assert not Visit.objects.filter(left_at__gt=NOW).exists()


def test_the_phones_of_made_up_people_are_kept_in_the_form_in_which_they_are_sought(made):
    phones = list(ContactPoint.objects.filter(kind="phone")[:50])
    assert {one.value for one in phones} == {normal_phone(one.value) for one in phones}
    assert {len(one.value) for one in phones} == {14}
    assert search_patients(
        Actor.system("desk", "patients.see", "patients.see_all"), shown_phone(phones[0].value)
    )


@pytest.mark.covers("A17", "A18")
def test_treatments_are_half_done_and_two_children_come_together(made):
    with clock.at(NOW):
        begun = begin_courses(actor=DEMO, clinic=made.clinic)
        together = book_family(actor=DEMO, clinic=made.clinic)
        for site in made.clinic.sites.values():
            look(actor=ACTOR, site_id=site.id)
        for series_id in begun:
            place(Due("", series_id, None, NOW, {}))

    at_work = Series.objects.filter(pk__in=begun).values_list("site_id", flat=True)
    assert set(at_work) == {site.id for site in made.clinic.sites.values()}
    for series_id in begun:
        states = list(
            Sitting.objects.filter(series_id=series_id).values_list("booking__state", flat=True)
        )
        assert states[0] == "finished"
        assert "confirmed" in states
    assert any(
        None in Sitting.objects.filter(series_id=one).values_list("booking_id", flat=True)
        for one in begun
    )
    assert together == 2
    group = Booking.objects.exclude(group_id=None)
    assert group.count() == 2
    assert all(one.companion for one in group)


@pytest.mark.covers("A15", "A23")
def test_the_morning_has_a_trip_a_late_request_and_a_flagged_risk(made):
    with clock.at(NOW):
        add_examinations(actor=DEMO, clinic=made.clinic)
        add_answers(actor=DEMO, clinic=made.clinic)

        site_id = made.clinic.sites["south"].id
        seen = centre(DEMO.lent(diagnostics.SEE), site_id)
        sheets = [sheet_of(DEMO.lent(intake.SEE), one.booking_id) for one in Sheet.objects.all()]

    waits = [int((NOW - one.requested_at).total_seconds() // 3600)
             for many in seen.wanted for one in many.lines]  # fmt: skip
    assert sorted(waits) == [0, 0, 41, 51]
    assert seen.late == 1
    assert (Trip.objects.count(), len(seen.booked)) == (1, 3)
    assert sorted(one.state for one in sheets) == ["answered", "answered", "asked"]
    flagged = [[risk.key for risk in one.risks] for one in sheets if one.is_answered]
    assert flagged == [["bleeding"], ["bleeding"]]
    assert Message.objects.filter(template="questions_asked").exists()
