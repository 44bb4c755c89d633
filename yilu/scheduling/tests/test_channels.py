"""Shares of channels: what each may sell, from when, and when it falls to all."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.platform import clock
from yilu.platform.errors import DomainError, NotAllowed, NotFound, Stale
from yilu.scheduling.errors import (
    AlreadyRuled,
    EnoughBooked,
    NotYetReleased,
    ShareIncomplete,
    ShareUsedUp,
)
from yilu.scheduling.models import Booking, ChannelShare, Hold, PlanUse, ReleasePlan, Resource
from yilu.scheduling.operations.booking import book_appointment, overbook_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.operations.plans import PlanFacts, foresee_plan, retire_plan, set_plan
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.selectors.shares import shared_of_day, shared_sessions
from yilu.scheduling.shares import Plan, Selling, Share, Shared, Sold
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_actor,
    make_clinic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]


def ruled(clinic: Clinic, *shares: Share, **facts: Any) -> UUID:
    """A plan over the first doctor."""
    usual: dict[str, Any] = {"falls_hours": 2, "resource_ids": tuple(clinic.doctor_resources[:1])}
    return set_plan(
        actor=clinic.actor,
        site_id=clinic.site_id,
        facts=PlanFacts(name="专家号", shares=shares, **usual | facts),
    )


def free(clinic: Clinic, channel: str, *, day: int = 0) -> list[datetime]:
    found = free_slots(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        starts_from=at(0, day=day),
        starts_until=at(23, day=day),
        channel=channel,
    )
    return [slot.starts_at for slot in found]


def refused(run: Callable[[], object], why: type[DomainError]) -> None:
    before = Booking.objects.count(), Hold.objects.count()
    with pytest.raises(why):
        run()
    assert (Booking.objects.count(), Hold.objects.count()) == before


def test_a_channel_sells_its_share_of_a_session_and_no_more():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=2))
    clinic.book(at(9), channel="web")
    clinic.book(at(9, 30), channel="wechat")

    refused(lambda: clinic.book(at(10), channel="my"), ShareUsedUp)

    assert at(10) not in free(clinic, "web")
    # The afternoon is another session, and the desk has no share to keep to.
    assert free(clinic, "web")[0] == at(14)
    assert at(10) in free(clinic, "desk")
    assert clinic.book(at(10), channel="desk").state == "confirmed"


def test_the_installed_app_draws_on_the_online_share_and_keeps_to_its_release():
    clinic = make_clinic(days=14)
    ruled(clinic, Share("online", amount=1, days_ahead=7, released_at=time(7)))
    clinic.book(at(9), channel="web")

    refused(lambda: clinic.book(at(10), channel="app"), ShareUsedUp)
    refused(lambda: clinic.book(at(9, day=8), channel="app"), NotYetReleased)

    assert at(10) not in free(clinic, "app")
    assert free(clinic, "app") == free(clinic, "web")
    assert at(9, day=8) not in free(clinic, "app", day=8)
    assert clinic.book(at(14), channel="app").state == "confirmed"


def test_a_share_in_minutes_counts_what_each_visit_takes():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=45), unit="minutes")
    clinic.book(at(9), channel="web")

    refused(lambda: clinic.book(at(10), channel="web"), ShareUsedUp)


def test_nothing_is_sold_before_its_release_which_the_refusal_names():
    clinic = make_clinic(days=14)
    ruled(clinic, Share("online", amount=5, days_ahead=7, released_at=time(7)))
    far = at(9, day=8)

    with pytest.raises(NotYetReleased) as refusal:
        clinic.book(far, channel="web")

    assert refusal.value.at.isoformat() == "2031-03-04T07:00:00+08:00"
    assert "2031-03-04 07:00" in str(refusal.value)
    assert far not in free(clinic, "web", day=8)
    assert far in free(clinic, "desk", day=8)
    with clock.at(datetime(2031, 3, 3, 23, tzinfo=UTC)):
        assert clinic.book(far, channel="web").state == "confirmed"


def test_what_a_share_has_not_sold_falls_to_all_before_it_is_lost():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=0), Share("desk", amount=0), falls_hours=2)
    refused(lambda: clinic.book(at(10), channel="web"), ShareUsedUp)
    refused(lambda: clinic.book(at(10), channel="desk"), ShareUsedUp)

    with clock.at(at(7)):
        assert at(10) in free(clinic, "web")
        assert clinic.book(at(10), channel="web").state == "confirmed"
        # The afternoon has not fallen yet.
        assert at(14) not in free(clinic, "web")


def test_a_cancelled_booking_gives_its_share_back():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=1))
    booked = clinic.book(at(9), channel="web")
    refused(lambda: clinic.book(at(10), channel="web"), ShareUsedUp)

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="x")

    assert clinic.book(at(10), channel="web").state == "confirmed"


def test_a_kept_time_counts_until_it_is_over_and_can_always_be_used():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=1))

    def keep(hour: int) -> UUID:
        return hold_time(
            actor=clinic.actor,
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=clinic.doctors[0],
            starts_at=at(hour),
            channel="web",
        ).id

    held = keep(9)
    refused(lambda: keep(10), ShareUsedUp)
    assert clinic.book(at(9), channel="web", hold_id=held).state == "confirmed"
    with clock.at(SUNDAY_EVENING + timedelta(minutes=11)):
        refused(lambda: keep(10), ShareUsedUp)


def test_moving_into_a_session_keeps_to_its_share_for_patients_not_for_the_desk():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=1))
    clinic.book(at(9), channel="web")
    patient = clinic.patient()
    mine = clinic.book(at(14), channel="web", patient_id=patient)
    owner = make_actor(clinic.site_id, "scheduling.see")

    def move(actor: Any) -> object:
        return reschedule_booking(
            actor=actor, booking_id=mine.id, starts_at=at(10), practitioner_id=clinic.doctors[0]
        )

    as_patient = type(owner)(kind="patient", name="p", owns=frozenset({patient}))
    refused(lambda: move(as_patient), ShareUsedUp)
    # Within the same session it takes its own place.
    reschedule_booking(
        actor=as_patient, booking_id=mine.id, starts_at=at(15), practitioner_id=clinic.doctors[0]
    )
    assert move(clinic.actor).starts_at == at(10)  # type: ignore[attr-defined]


def test_any_doctor_is_one_whose_share_is_not_used_up():
    clinic = make_clinic(doctors=2, rooms=2)
    ruled(clinic, Share("online", amount=0))

    booked = clinic.book(at(9), channel="web", practitioner_id=None)

    assert booked.practitioner_id == clinic.doctors[1]


def test_a_patient_has_no_more_with_a_doctor_a_day_than_the_plan_allows():
    clinic = make_clinic()
    ruled(clinic, per_person=1)
    patient = clinic.patient()
    clinic.book(at(9), patient_id=patient)

    refused(lambda: clinic.book(at(14), patient_id=patient), EnoughBooked)

    assert clinic.book(at(9, day=1), patient_id=patient).state == "confirmed"


def test_whoever_may_overrule_is_bound_by_no_share():
    clinic = make_clinic()
    ruled(clinic, Share("desk", amount=0))
    refused(lambda: clinic.book(at(9)), ShareUsedUp)

    wish = clinic.wish(at(9), overrule_reason="急")
    assert overbook_appointment(actor=clinic.actor, wish=wish).state == "confirmed"


def test_a_plan_rules_only_the_weekdays_it_names():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=0), weekdays=(1,))

    assert at(9) in free(clinic, "web")
    assert free(clinic, "web", day=1) == []


def test_sessions_without_a_plan_cost_no_query_more():
    clinic = make_clinic(doctors=2, rooms=2)

    def queries(run: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            run()
        return len(caught)

    def look(channel: str) -> int:
        return queries(lambda: free(clinic, channel))

    look("web")
    assert look("web") == look("") == 2
    book_appointment(actor=clinic.actor, wish=clinic.wish(at(9)))
    wish = clinic.wish(at(9, 30), channel="web")
    plain = queries(lambda: book_appointment(actor=clinic.actor, wish=wish))
    ruled(clinic, Share("online", amount=9))
    assert look("web") == 3
    wish = clinic.wish(at(10), channel="web")
    assert queries(lambda: book_appointment(actor=clinic.actor, wish=wish)) == plain + 3


def test_reading_shares_is_one_query_for_one_session_and_for_twelve():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=3), Share("desk", amount=4))
    clinic.book(at(9), channel="web")
    clinic.book(at(9, 30), channel="phone")
    with CaptureQueriesContext(connection) as caught:
        day = shared_of_day(clinic.site_id, MONDAY)
    assert len(caught) == 1
    assert [(one.left("online"), one.left("desk"), one.left("room")) for one in day] == [
        (2, 3, None),
        (3, 4, None),
    ]
    with CaptureQueriesContext(connection) as caught:
        week = shared_sessions(site_id=clinic.site_id, first=at(0), until=at(0) + timedelta(days=6))
    assert (len(caught), len(week)) == (1, 12)


def test_what_a_plan_would_do_is_seen_before_it_is_kept():
    clinic = make_clinic()
    facts = PlanFacts(
        name="试", shares=(Share("online", amount=3),), resource_ids=tuple(clinic.doctor_resources)
    )

    def plan() -> UUID:
        return set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=facts)

    seen = foresee_plan(actor=clinic.actor, site_id=clinic.site_id, try_out=plan)

    assert len(seen) == 14
    assert (ReleasePlan.objects.count(), PlanUse.objects.count()) == (0, 0)
    assert not Resource.objects.filter(is_shared=True).exists()


def test_a_plan_is_changed_in_turn_and_retired():
    clinic = make_clinic()
    plan_id = ruled(clinic, Share("online", amount=0))
    facts = PlanFacts(
        name="新", shares=(Share("desk", amount=7),), resource_ids=tuple(clinic.doctor_resources)
    )

    def change(version: int) -> UUID:
        return set_plan(
            actor=clinic.actor,
            site_id=clinic.site_id,
            facts=facts,
            plan_id=plan_id,
            version=version,
        )

    change(1)
    with pytest.raises(Stale):
        change(1)
    assert [(s.group, s.amount) for s in ChannelShare.objects.all()] == [("desk", 7)]

    retire_plan(actor=clinic.actor, site_id=clinic.site_id, plan_id=plan_id)

    assert not PlanUse.objects.exists()
    assert not Resource.objects.filter(is_shared=True).exists()
    with pytest.raises(NotFound):
        change(3)


def test_a_plan_is_refused_whole():
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=0))
    with pytest.raises(AlreadyRuled):
        ruled(clinic, Share("online", amount=1))
    assert ReleasePlan.objects.count() == 1


@pytest.mark.parametrize(
    ("shares", "grants", "why"),
    [
        ((Share("online", days_ahead=7),), (), ShareIncomplete),
        ((Share("online"),), ("scheduling.see", "scheduling.book"), NotAllowed),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    shares: tuple[Share, ...], grants: tuple[str, ...], why: type[DomainError]
):
    clinic = make_clinic()
    with pytest.raises(why):
        set_plan(
            actor=make_actor(clinic.site_id, *grants),
            site_id=clinic.site_id,
            facts=PlanFacts(name="x", shares=shares),
        )
    assert not ReleasePlan.objects.exists()


def test_release_keeps_to_the_clock_on_the_wall_when_clocks_change():
    """07:00 in Berlin seven days before Wednesday 2 April 2031 is before the clocks go on."""
    zone = ZoneInfo("Europe/Berlin")
    share = Share("online", amount=1, days_ahead=7, released_at=time(7))
    plan = Plan(
        id=UUID(int=1),
        name="x",
        unit="bookings",
        falls_hours=0,
        per_person=1,
        has_draw=False,
        needs_id=False,
        shares={"online": share},
    )
    starts = datetime(2031, 4, 2, 7, tzinfo=UTC)
    session = Shared(
        UUID(int=2), UUID(int=3), None, starts, starts + timedelta(hours=3), starts.date(),
        plan, {"online": Sold(1, 30)}, zone,
    )  # fmt: skip

    assert session.released_at("online") == datetime(2031, 3, 26, 6, tzinfo=UTC)
    before = Selling("web", 30, datetime(2031, 3, 26, 5, 59, tzinfo=UTC))
    assert isinstance(session.refusal(before), NotYetReleased)
    after = Selling("web", 30, datetime(2031, 3, 26, 6, tzinfo=UTC))
    assert isinstance(session.refusal(after), ShareUsedUp)
    assert session.refusal(Selling("desk", 30, before.now)) is None
