from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from yilu.facility import rules
from yilu.facility.errors import (
    ClosedThatDay,
    ClosureEndsBeforeStart,
    HoursEndBeforeStart,
    HoursOverlap,
    NoHours,
)
from yilu.facility.models import Closure, OpeningHours, Site
from yilu.facility.operations.days import (
    SpecialDayFacts,
    change_closure,
    close_site,
    drop_special_day,
    forget_calendar_day,
    lift_closure,
    set_calendar_day,
    set_special_day,
)
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.rules import WeeklyHours, kind_of, opening_of
from yilu.facility.selectors.calendar import (
    day_kind,
    open_hours,
    open_hours_between,
    roster_weekdays,
    special_days,
    weekly_hours,
)
from yilu.facility.tests.factories import BUILDER, make_site, open_every_day, words
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import AuditEntry, Event

LONDON = ZoneInfo("Europe/London")
ALL_NIGHT = [WeeklyHours(6, time(0), time(6)), WeeklyHours(6, time(20), time(0))]


@pytest.mark.covers("A03")
@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 29), [5, 4]),  # One o'clock does not exist.
        (date(2026, 10, 25), [7, 4]),  # One o'clock comes twice.
        (date(2026, 6, 7), [6, 4]),
    ],
)
def test_hours_on_the_wall_are_shorter_or_longer_when_the_clocks_change(day, hours):
    stretches = opening_of(day, 6, ALL_NIGHT, LONDON)
    assert [(e - s).total_seconds() / 3600 for s, e in stretches] == hours


def test_a_stretch_inside_the_skipped_hour_is_left_out():
    skipped = [WeeklyHours(6, time(1, 15), time(1, 45))]
    assert opening_of(date(2026, 3, 29), 6, skipped, LONDON) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_neighbours_on_the_wall_never_overlap_when_the_clocks_change(day):
    quarters = [time(h, m) for h in range(4) for m in (0, 15, 30, 45)]
    hours = [WeeklyHours(6, a, b) for a, b in pairwise(quarters)]
    found = opening_of(day, 6, hours, LONDON)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


@pytest.mark.covers("A03")
@pytest.mark.parametrize(
    ("day", "kind", "name", "works_as"),
    [
        (date(2026, 10, 1), "holiday", "国庆节", 3),
        (date(2026, 10, 4), "holiday", "国庆节", 6),  # A Sunday between two holidays.
        (date(2026, 10, 10), "workday", "调休上班", 2),  # Saturday, as the Wednesday given free.
        (date(2026, 1, 4), "workday", "调休上班", 4),
        (date(2026, 2, 21), "holiday", "休息日", 5),
        (date(2026, 11, 21), "weekend", "", 5),
        (date(2026, 11, 23), "workday", "", 0),
    ],
)
def test_the_public_calendar_knows_holidays_and_make_up_workdays(day, kind, name, works_as):
    found = kind_of(day)
    assert (found.kind, found.name.get("zh-Hans", ""), found.works_as) == (kind, name, works_as)


def test_every_year_of_this_decade_has_a_calendar():
    assert all(len(rules.calendar_of(year)) >= 11 for year in range(2020, 2030))


@pytest.mark.django_db
@pytest.mark.covers("A03")
def test_a_site_that_keeps_holidays_is_closed_on_them_and_works_on_make_up_days():
    site = make_site(holiday_rule="closed")
    weekdays = [WeeklyHours(n, time(9), time(17)) for n in range(5)]
    set_opening_hours(actor=BUILDER, site_id=site, hours=weekdays)

    found = roster_weekdays(site, date(2026, 10, 1), date(2026, 10, 10))
    assert list(found.values()) == [None] * 7 + [3, 4, 2]
    assert open_hours(site, date(2026, 10, 10)) == [
        (datetime(2026, 10, 10, 1, tzinfo=UTC), datetime(2026, 10, 10, 9, tzinfo=UTC))
    ]


@pytest.mark.django_db
def test_a_site_that_works_as_usual_is_open_on_holidays_too():
    site = make_site()
    open_every_day(site)
    assert roster_weekdays(site, date(2026, 10, 1), date(2026, 10, 1)) == {date(2026, 10, 1): 3}


@pytest.mark.django_db
def test_the_group_may_differ_from_the_public_calendar():
    site = make_site(holiday_rule="closed")
    day = date(2026, 11, 21)
    set_calendar_day(
        actor=BUILDER, day=day, kind="workday", name=words("加班", "Extra"), works_as=0
    )
    assert roster_weekdays(site, day, day) == {day: 0}

    set_calendar_day(actor=BUILDER, day=day, kind="holiday", name=words("团建", "Outing"))
    assert (day_kind(day).kind, day_kind(day).name["zh-Hans"]) == ("holiday", "团建")

    forget_calendar_day(actor=BUILDER, day=day)
    assert day_kind(day).kind == "weekend"


@pytest.mark.django_db
def test_a_closure_shuts_the_site_until_it_is_lifted():
    site = make_site()
    open_every_day(site)
    first, last = date(2026, 12, 1), date(2026, 12, 2)
    reason = words("装修", "Works")
    closure = close_site(actor=BUILDER, site_id=site, starts_on=first, ends_on=last, reason=reason)
    assert [len(h) for h in open_hours_between(site, first, date(2026, 12, 3)).values()] == [
        0,
        0,
        1,
    ]

    lift_closure(actor=BUILDER, closure_id=closure)
    assert len(open_hours(site, first)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 28])
def test_hours_of_one_day_or_many_cost_the_same(django_assert_num_queries, days):
    site = make_site()
    open_every_day(site)
    open_hours(site, date(2026, 12, 1))
    with django_assert_num_queries(5):
        open_hours_between(site, date(2026, 12, 1), date(2026, 12, days))


@pytest.mark.django_db
def test_hours_that_overlap_are_refused_and_the_old_ones_stay():
    site = make_site()
    open_every_day(site)
    before = weekly_hours(site)
    twice = [WeeklyHours(0, time(9), time(12)), WeeklyHours(0, time(11), time(0))]
    with pytest.raises(HoursOverlap):
        set_opening_hours(actor=BUILDER, site_id=site, hours=twice)
    assert weekly_hours(site) == before


@pytest.mark.django_db
def test_hours_must_end_after_they_start():
    site = make_site()
    backwards = [WeeklyHours(0, time(9), time(9))]
    with pytest.raises(HoursEndBeforeStart):
        set_opening_hours(actor=BUILDER, site_id=site, hours=backwards)
    with pytest.raises(IntegrityError, match="end_after_start"):
        OpeningHours.objects.create(site_id=site, weekday=0, opens=time(9), closes=time(8))


@pytest.mark.django_db
def test_a_closure_must_not_end_before_it_starts():
    site = make_site()
    with pytest.raises(ClosureEndsBeforeStart):
        close_site(
            actor=BUILDER,
            site_id=site,
            starts_on=date(2026, 12, 2),
            ends_on=date(2026, 12, 1),
            reason=words("错", "Wrong"),
        )


@pytest.mark.django_db
def test_who_does_not_look_after_the_site_changes_nothing():
    site = make_site()
    open_every_day(site)
    events, lines, hours = Event.objects.count(), AuditEntry.objects.count(), weekly_hours(site)
    with pytest.raises(NotAllowed):
        set_opening_hours(actor=Actor.nobody(), site_id=site, hours=[])
    assert (events, lines) == (Event.objects.count(), AuditEntry.objects.count())
    assert weekly_hours(site) == hours
    assert Closure.objects.count() == 0


@pytest.mark.django_db
def test_the_time_zone_of_a_site_never_changes():
    site = make_site()
    with pytest.raises(IntegrityError, match="never changes"):
        Site.objects.filter(pk=site).update(time_zone="UTC")


@pytest.mark.django_db
@pytest.mark.covers("A03")
def test_a_day_with_other_hours_is_open_in_these_also_on_a_holiday():
    """1 October 2026 is a Thursday and a holiday."""
    site = make_site(holiday_rule="closed")
    open_every_day(site)
    day = date(2026, 10, 1)
    assert open_hours(site, day) == []

    give_hours(site, day, (time(10), time(12)), works_as=0)

    assert open_hours(site, day) == [
        (datetime(2026, 10, 1, 2, tzinfo=UTC), datetime(2026, 10, 1, 4, tzinfo=UTC))
    ]
    assert roster_weekdays(site, day, day) == {day: 0}
    drop_special_day(actor=BUILDER, site_id=site, day=day, version=1)
    assert open_hours(site, day) == []


def give_hours(site, day, *hours, version=None, **facts):
    said = SpecialDayFacts(hours=hours, reason=words("义诊", "Free clinic"), **facts)
    return set_special_day(actor=BUILDER, site_id=site, day=day, facts=said, version=version)


@pytest.mark.django_db
def test_other_hours_on_one_day_are_not_set_twice_unseen_nor_against_a_closure():
    site = make_site()
    open_every_day(site)
    day = date(2026, 12, 24)
    give_hours(site, day, (time(10), time(12)), version=0)

    with pytest.raises(Stale):
        give_hours(site, day, (time(8), time(9)), version=0)
    with pytest.raises(NoHours):
        give_hours(site, day, version=1)
    with pytest.raises(HoursOverlap):
        give_hours(site, day, (time(8), time(10)), (time(9), time(11)), version=1)
    close_site(actor=BUILDER, site_id=site, starts_on=day, ends_on=day, reason=words("停", "Off"))
    with pytest.raises(ClosedThatDay):
        give_hours(site, day, (time(8), time(9)), version=1)

    assert open_hours(site, day) == []
    (kept,) = special_days(site, day, day)
    assert (kept.hours, kept.version) == (((time(10), time(12)),), 1)


@pytest.mark.django_db
def test_a_closure_moves_to_other_days_once():
    site = make_site()
    open_every_day(site)
    first, second = date(2026, 12, 24), date(2026, 12, 25)
    reason = words("停电", "No power")
    closure = close_site(actor=BUILDER, site_id=site, starts_on=first, ends_on=first, reason=reason)

    def move() -> None:
        change_closure(
            actor=BUILDER,
            closure_id=closure,
            starts_on=second,
            ends_on=second,
            reason=reason,
            version=1,
        )

    move()
    with pytest.raises(Stale):
        move()

    assert open_hours(site, first) != []
    assert open_hours(site, second) == []
    event = Event.objects.get(name="SiteClosureChanged")
    assert event.body["old_starts_on"] == "2026-12-24"


@pytest.mark.django_db
def test_a_day_of_the_group_is_decided_by_who_looks_after_all_its_sites():
    here, there = make_site(), make_site()
    one = Actor(kind="staff", name="x", grants=frozenset({("facility.manage", here)}))
    both = Actor(
        kind="staff",
        name="y",
        grants=frozenset({("facility.manage", here), ("facility.manage", there)}),
    )
    facts = {"day": date(2026, 12, 24), "kind": "holiday", "name": words("节", "Feast")}

    with pytest.raises(NotAllowed):
        set_calendar_day(actor=one, **facts)
    set_calendar_day(actor=both, version=0, **facts)
    with pytest.raises(Stale):
        set_calendar_day(actor=both, version=0, **facts)

    assert day_kind(date(2026, 12, 24)).is_holiday
