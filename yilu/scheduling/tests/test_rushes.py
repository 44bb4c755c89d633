"""The queue for a release: a fair draw, then first come, and one place for a person."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.facility.models import Site
from yilu.patients.operations.accounts import ensure_account, link_account
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import actors, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError, NotAllowed, NotFound, NotSignedIn
from yilu.platform.models import User
from yilu.scheduling import permissions, tickets
from yilu.scheduling.errors import (
    AdmissionOver,
    EnoughBooked,
    IdentityNeeded,
    NoQueue,
    PlaceElsewhere,
    QueueFirst,
    QueueNotOpen,
    SoldOut,
)
from yilu.scheduling.models import Booking, Rush, RushPlace
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.operations.rushes import QueueWish, call_up, leave_queue, take_place
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.selectors.rushes import queue_place
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import MONDAY, Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A21")]
DAY = MONDAY + timedelta(days=7)
OPENS = datetime(2031, 3, 2, 23, tzinfo=UTC)
"""Seven in the morning of Monday in Shanghai, seven days before."""
CALLER = Actor.system("tests")


def popular(amount: int = 2, **facts: Any) -> Clinic:
    """A doctor whose numbers are released at seven, a week ahead, to a queue."""
    clinic = make_clinic(days=14)
    shares = (Share("online", amount=amount, days_ahead=7, released_at=time(7)),)
    usual: dict[str, Any] = {"has_draw": True, "falls_hours": 2, "weekdays": (0,)}
    plan = PlanFacts(
        name="名医", shares=shares, resource_ids=tuple(clinic.doctor_resources), **usual | facts
    )
    set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=plan)
    return clinic


def account(patient_id: UUID | None = None, clinic: Clinic | None = None) -> Actor:
    """An account with one patient."""
    user = ensure_account(actor=Actor.system("tests"), phone=make_phone())
    if clinic is not None and patient_id is None:
        patient_id = make_patient(Site.objects.get(pk=clinic.site_id))
    desk = Actor.system("tests", "patients.change", "patients.see", "patients.see_all")
    link_account(actor=desk, user_id=user.pk, patient_id=patient_id)
    return actors.load(User.objects.get(pk=user.pk))


def stand(clinic: Clinic, who: Actor, **facts: Any) -> UUID:
    usual = {
        "site_id": clinic.site_id,
        "service_id": clinic.service_id,
        "practitioner_id": clinic.doctors[0],
        "clinic_day": DAY,
        "patient_id": next(iter(who.owns), None),
    }
    return take_place(actor=who, wish=QueueWish(**usual | facts))


@contextmanager
def a_moment(after: timedelta) -> Any:
    """Clinic time and real time, so long after the release."""
    with clock.at(OPENS + after, machine=OPENS + after):
        yield


def look(clinic: Clinic, who: Actor, place: UUID, after: timedelta = timedelta(seconds=1)) -> Any:
    with a_moment(after):
        seen = queue_place(who, place)
        if seen.is_due:
            call_up(actor=CALLER, rush_id=seen.rush_id)
        return queue_place(who, place)


def buy(clinic: Clinic, who: Actor, ticket: str, hour: int = 9, **facts: Any) -> Any:
    wish = clinic.wish(
        at(hour, day=7),
        patient_id=next(iter(who.owns)),
        channel="my",
        admission=tickets.place_of(ticket, who) if ticket else None,
        **facts,
    )
    return book_appointment(actor=who.lent(permissions.BOOK), wish=wish)


def refused(run: Callable[[], object], why: type[DomainError]) -> None:
    before = RushPlace.objects.count(), Booking.objects.count()
    with pytest.raises(why):
        run()
    assert (RushPlace.objects.count(), Booking.objects.count()) == before


def test_who_comes_before_the_release_is_drawn_and_who_comes_later_stands_behind():
    clinic = popular(amount=1)
    early = [account(clinic=clinic) for _ in range(6)]
    with clock.at(OPENS - timedelta(minutes=30)):
        places = [stand(clinic, who) for who in early]
        assert all(queue_place(w, p).number is None for w, p in zip(early, places, strict=True))
    with a_moment(timedelta(seconds=1)):
        late = stand(clinic, account(clinic=clinic))
        later = stand(clinic, account(clinic=clinic))

    numbers = [RushPlace.objects.get(pk=one).number for one in places]

    assert sorted(n for n in numbers if n) == [1, 2, 3, 4, 5, 6]
    assert [RushPlace.objects.get(pk=one).number for one in (late, later)] == [7, 8]


def test_the_draw_does_not_follow_the_order_of_coming():
    """Forty rooms of six: coming first is number one no more often than chance has it."""
    clinic = popular()
    people = [account(clinic=clinic) for _ in range(3)]
    firsts = 0
    with clock.at(OPENS - timedelta(minutes=30)):
        places = [stand(clinic, who) for who in people]
    for n in range(40):
        RushPlace.objects.update(number=None)
        Rush.objects.update(drawn_at=None, last_number=0, checked_at=None, seed=bytes([n] * 32))
        RushPlace.objects.update(state="waiting", admitted_until=None)
        with a_moment(timedelta(seconds=1)):
            call_up(actor=CALLER, rush_id=Rush.objects.get().pk)
        firsts += RushPlace.objects.get(pk=places[0]).number == 1
    assert 5 <= firsts <= 25


def test_only_as_many_may_choose_as_there_are_places_and_the_rest_learn_that_all_is_gone():
    clinic = popular(amount=1)
    # Morning and afternoon are two sessions with a share each.
    people = [account(clinic=clinic) for _ in range(4)]
    with clock.at(OPENS - timedelta(minutes=30)):
        places = [stand(clinic, who) for who in people]

    seen = [look(clinic, who, one) for who, one in zip(people, places, strict=True)]

    turns = [(who, one) for who, one in zip(people, seen, strict=True) if one.ticket]
    assert len(turns) == 2
    assert {one.places_left for one in seen} == {2}
    with a_moment(timedelta(minutes=1)):
        for hour, (who, one) in zip((9, 14), turns, strict=True):
            assert buy(clinic, who, one.ticket, hour).state == "confirmed"
    losers = [(w, p) for w, p, s in zip(people, places, seen, strict=True) if not s.ticket]
    ends = [look(clinic, who, one, timedelta(minutes=2)) for who, one in losers]
    assert [(one.is_sold_out, one.ticket) for one in ends] == [(True, "")] * 2
    with a_moment(timedelta(minutes=2, seconds=1)):
        refused(lambda: stand(clinic, account(clinic=clinic)), SoldOut)


def test_only_as_many_may_choose_however_the_database_goes_about_it():
    """A subquery that locks and skips finds others each time it is run: it may run once only."""
    clinic = popular(amount=1)
    many = [account(clinic=clinic) for _ in range(9)]
    with clock.at(OPENS - timedelta(minutes=5)):
        places = [stand(clinic, who) for who in many]
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    look(clinic, many[0], places[0])
    assert RushPlace.objects.filter(state="admitted").count() == 2


def test_whose_turn_passes_unused_makes_room_for_the_next():
    clinic = popular(amount=1)
    people = [account(clinic=clinic) for _ in range(3)]
    with clock.at(OPENS - timedelta(minutes=30)):
        places = [stand(clinic, who) for who in people]
    first = [look(clinic, who, one) for who, one in zip(people, places, strict=True)]
    waiting = next(n for n, one in enumerate(first) if not one.ticket)
    lapsed = next(n for n, one in enumerate(first) if one.ticket)

    seen = look(clinic, people[waiting], places[waiting], timedelta(minutes=5, seconds=2))

    assert seen.ticket
    assert look(clinic, people[lapsed], places[lapsed], timedelta(minutes=6)).state == "lapsed"
    # They may stand again, at the end.
    with a_moment(timedelta(minutes=6)):
        assert stand(clinic, people[lapsed]) == places[lapsed]
        assert queue_place(people[lapsed], places[lapsed]).number == 4


def test_coming_often_changes_nothing():
    clinic = popular()
    who, other = account(clinic=clinic), account(clinic=clinic)
    with a_moment(timedelta(seconds=1)):
        place = stand(clinic, who)
        stand(clinic, other)

        assert {stand(clinic, who) for _ in range(5)} == {place}

    assert RushPlace.objects.get(pk=place).number == 1
    assert RushPlace.objects.count() == 2


def test_a_patient_stands_once_whoever_stands_for_them():
    clinic = popular()
    patient = clinic.patient()
    mother, father = account(patient), account(patient)
    with a_moment(timedelta(seconds=1)):
        stand(clinic, mother)
        refused(lambda: stand(clinic, father), PlaceElsewhere)


def test_without_their_turn_nobody_online_can_book_or_even_see_the_times():
    clinic = popular()
    who = account(clinic=clinic)
    with a_moment(timedelta(seconds=1)):
        refused(lambda: buy(clinic, who, ""), QueueFirst)
        ask = {
            "site_id": clinic.site_id,
            "service_id": clinic.service_id,
            "starts_from": at(0, day=7),
            "starts_until": at(23, day=7),
        }
        assert free_slots(**ask, channel="web") == []
        assert len(free_slots(**ask, channel="web", is_admitted=True)) > 5
        assert len(free_slots(**ask, channel="desk")) > 5
        # The desk is not in the queue.
        assert clinic.book(at(9, day=7), channel="phone").state == "confirmed"


def test_a_ticket_is_good_once_for_its_account_its_patient_and_its_time():
    clinic = popular(per_person=2)
    who = account(clinic=clinic)
    with a_moment(timedelta(seconds=1)):
        place = stand(clinic, who)
    seen = look(clinic, who, place)
    assert seen.ticket
    thief = account(clinic=clinic)
    with a_moment(timedelta(minutes=1)):
        with pytest.raises(AdmissionOver):
            tickets.place_of(seen.ticket, thief)
        with pytest.raises(AdmissionOver):
            tickets.place_of(seen.ticket[:-2] + "xx", who)
        refused(
            lambda: book_appointment(
                actor=clinic.actor,
                wish=clinic.wish(at(9, day=7), channel="my", admission=place),
            ),
            AdmissionOver,
        )
        buy(clinic, who, seen.ticket)
        refused(lambda: buy(clinic, who, seen.ticket, hour=14), QueueFirst)
    with a_moment(timedelta(minutes=6)), pytest.raises(AdmissionOver):
        tickets.place_of(seen.ticket, who)


def test_a_patient_who_has_a_booking_with_the_doctor_that_day_gets_no_second():
    clinic = popular()
    patient = clinic.patient()
    who = account(patient)
    clinic.book(at(14, day=7), patient_id=patient)
    with a_moment(timedelta(seconds=1)):
        place = stand(clinic, who)
    seen = look(clinic, who, place)
    with a_moment(timedelta(seconds=2)):
        refused(lambda: buy(clinic, who, seen.ticket), EnoughBooked)


def test_names_that_are_not_known_by_a_number_are_refused_where_the_plan_says_so():
    clinic = popular(needs_id=True)
    who = account(clinic=clinic)
    with a_moment(timedelta(seconds=1)):
        refused(lambda: stand(clinic, who), IdentityNeeded)


def test_a_place_is_taken_only_where_and_when_there_is_a_queue_and_for_oneself():
    clinic = popular()
    who = account(clinic=clinic)
    refused(lambda: stand(clinic, who), QueueNotOpen)
    with a_moment(timedelta(seconds=1)):
        refused(lambda: stand(clinic, who, clinic_day=DAY + timedelta(days=1)), NoQueue)
        refused(lambda: stand(clinic, who, patient_id=clinic.patient()), NotAllowed)
        refused(lambda: stand(clinic, clinic.actor, patient_id=clinic.patient()), NotSignedIn)
        place = stand(clinic, who)
        with pytest.raises(NotFound):
            queue_place(account(clinic=clinic), place)
        leave_queue(actor=who, place_id=place)
        assert queue_place(who, place).state == "left"


def test_looking_at_a_place_is_one_query_for_one_who_waits_and_for_twelve():
    clinic = popular()
    who = account(clinic=clinic)
    with a_moment(timedelta(seconds=1)):
        place = stand(clinic, who)

        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                queue_place(who, place)
            return len(caught)

        before = queries()
        for _ in range(11):
            stand(clinic, account(clinic=clinic))
        assert (before, queries()) == (1, 1)
