"""Virtual patients and staff: a day comes to its end, and people take posts over from them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from yilu.demo.models import Presence
from yilu.demo.players import habits
from yilu.demo.players.deciding import Due, Resting, due_deeds
from yilu.demo.players.hands import Hands
from yilu.demo.players.pages import forms_of
from yilu.demo.selectors.account import account_of
from yilu.demo.selectors.presence import VIRTUAL, present
from yilu.demo.selectors.sight import Bill, Coming, FollowUp, Seen, Station, Ticket, look
from yilu.demo.tests.small_day import (
    LONGEST,
    OPENS,
    SEED,
    TODAY,
    YESTERDAY,
    ZONE,
    load,
    play,
    waiting,
    without_hurry,
)
from yilu.platform import clock, ids
from yilu.platform.clock import Pace
from yilu.platform.db import rows
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import make_owing
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.covers("O10")
BOOKING = UUID(int=7)


@pytest.mark.django_db
def test_a_small_day_comes_to_its_end_and_leaves_the_rows_that_a_made_up_past_has(
    monkeypatch, settings, one_connection
):
    settings.ALLOWED_HOSTS = ["*"]
    without_hurry()
    monkeypatch.setattr(habits, "BY_CASH", 1.0)
    # What players do is drawn from the keys of rows: with these, always the same day.
    monkeypatch.setattr(ids.secrets, "randbits", Random(SEED).getrandbits)  # noqa: S311
    load(monkeypatch)

    end = play(OPENS + LONGEST)

    with clock.at(end):
        account = account_of(TODAY, clock.day_bounds(TODAY, ZONE))
    assert [str(one) for one in account.wrong] == []
    assert account.came == account.left > 5
    assert account.walked_in > 0
    assert account.prescriptions > 0
    assert account.taken > 0
    assert [one for table in TABLES for one in missing_in_the_past(table)] == []


TABLES = (
    "visits_visit",
    "queueing_ticket",
    "scheduling_booking",
    "billing_bill",
    "billing_charge",
    "billing_payment",
    "clinical_note",
    "clinical_vitalsigns",
    "clinical_diagnosis",
    "clinical_prescription",
    "pharmacy_dispense",
    "pathways_case",
    "pathways_step",
)


def missing_in_the_past(table: str) -> list[str]:
    """What every played row of a state has and a made-up row of the state has not."""
    played, made_up = by_state(table, TODAY), by_state(table, YESTERDAY)
    found = [f"{state} never happened" for state in made_up.keys() - played.keys() - RARE]
    for state in played.keys() & made_up.keys():
        found += [f"{state}: {column}" for column in sorted(played[state] - made_up[state])]
    return [f"{table} {one}" for one in found]


RARE = {"cancelled", "no_show", "skipped", "abandoned", "void"}
OF_CHANCE = {"undo", "tendered", "confirmed_at"}
"""What lasts ten minutes only, what only cash has (everybody pays in cash here), and what people
say of a day ahead or do not: the one who never came may have.
"""


def by_state(table: str, day: date) -> dict[str, set[str]]:
    """The columns that are filled in every row of a state."""
    found: dict[str, set[str]] = {}
    for row in rows(f"SELECT * FROM {table} WHERE clinic_day = %(day)s", {"day": day}):  # noqa: S608
        filled = {name for name, value in row.items() if value is not None} - OF_CHANCE
        state = str(row.get("state", ""))
        found[state] = found.get(state, filled) & filled
    return found


def test_what_somebody_does_is_decided_by_who_they_are_and_not_by_when_one_asks():
    first = habits.intent(BOOKING, OPENS)

    assert habits.intent(BOOKING, OPENS) == first
    assert habits.intent(BOOKING, OPENS, seed=8) != first
    came = [habits.intent(UUID(int=n), OPENS) for n in range(400)]
    assert 340 < sum(one.arrives_at is not None for one in came) < 390
    assert any(one.cancels_at is not None for one in came)


def seen(**parts: object) -> Seen:
    """A site where nothing goes on besides what is given."""
    empty = dict.fromkeys(("tickets", "stations", "bookings", "bills", "dispenses"), ())
    return Seen(site_id=new_id(), **(empty | parts))


def test_nobody_is_called_at_a_post_where_a_person_works():
    queue_id = new_id()
    window = Station(new_id(), None, queue_id, "cashier", None)
    place = seen(tickets=(waiting("cashier", queue_id),), stations=(window,))

    assert [due.what for due in due_deeds(place, OPENS, Resting())] == ["call"]
    assert due_deeds(place, OPENS, Resting(posts=frozenset({"cashier"}))) == []


def test_a_doctor_who_is_there_in_person_is_not_played_and_the_others_are():
    mine, other = new_id(), new_id()
    queue_id = new_id()
    room = Station(new_id(), mine, queue_id, "consultation", None)
    place = seen(tickets=(waiting("consultation", queue_id),), stations=(room,))

    assert due_deeds(place, OPENS, Resting(practitioners=frozenset({mine}))) == []
    assert len(due_deeds(place, OPENS, Resting(practitioners=frozenset({other})))) == 1


def test_patients_wait_at_the_desk_for_a_person_who_works_there():
    coming = next(
        one
        for one in (Coming(UUID(int=n), OPENS, 1) for n in range(20))
        if habits.intent(one.id, OPENS).arrives_at is not None
    )
    comes = habits.intent(coming.id, OPENS).arrives_at
    assert comes is not None
    soon, later = comes + timedelta(minutes=5), comes + timedelta(minutes=11)
    place, manned = seen(bookings=(coming,)), Resting(posts=frozenset({"front_desk"}))

    assert [due.what for due in due_deeds(place, soon, Resting())] == ["arrive"]
    assert due_deeds(place, soon, manned) == []
    assert [due.what for due in due_deeds(place, later, manned)] == ["arrive_alone"]


def test_patients_are_asked_how_they_are_one_after_the_other_unless_a_person_does_it():
    left = tuple(FollowUp(UUID(int=n), new_id(), OPENS, 0) for n in range(3))
    place, noon = seen(follow_ups=left), OPENS + timedelta(hours=4)

    asked = due_deeds(place, noon, Resting())
    assert [due.subject for due in asked] == [left[0].id]
    assert due_deeds(place, OPENS + timedelta(minutes=60), Resting()) == []
    assert due_deeds(place, OPENS + timedelta(hours=11), Resting()) == [], "nobody calls at night"
    assert due_deeds(place, noon, Resting(posts=frozenset({"care"}))) == []


def test_at_noon_a_doctor_sees_who_came_before_and_nobody_who_comes_then():
    doctor, queue_id = new_id(), new_id()
    room = Station(new_id(), doctor, queue_id, "consultation", None)
    noon, again = OPENS + timedelta(hours=4), OPENS + timedelta(hours=5, minutes=30)
    before = waiting("consultation", queue_id)
    after = replace(before, issued_at=noon + timedelta(minutes=10))

    def called(ticket: Ticket, now: datetime) -> list[str]:
        hours = {doctor: [(OPENS, noon), (again, again + timedelta(hours=4))]}
        place = seen(tickets=(ticket,), stations=(room,), hours=hours)
        return [due.what for due in due_deeds(place, now, Resting())]

    assert called(before, noon + timedelta(minutes=20)) == ["call"]
    assert called(after, noon + timedelta(minutes=20)) == []
    assert called(after, again) == ["call"]
    assert called(before, OPENS - timedelta(minutes=5)) == []


def test_a_bill_is_scanned_once_however_many_reasons_there_are():
    bill = Bill(new_id(), new_id(), OPENS, Decimal(10), 1, None)
    ticket = replace(waiting("cashier", new_id()), visit_id=bill.visit_id)

    assert (
        Due("scan", ticket.id, ticket=ticket, bill=bill).key == Due("scan", bill.id, bill=bill).key
    )
    assert (
        Due("cash", ticket.id, ticket=ticket, bill=bill).key != Due("scan", bill.id, bill=bill).key
    )


def test_several_hands_do_everything_and_tell_of_the_first_mistake():
    done: list[int] = []
    hands = Hands(3)
    hands.do(partial(done.append, n) for n in range(20))

    assert sorted(done) == list(range(20))
    with pytest.raises(ZeroDivisionError):
        hands.do([partial(done.append, 20), lambda: 1 // 0])
    hands.rest()
    assert 20 in done


def test_who_looks_at_their_phone_pays_their_own_bill_and_a_window_waits_ten_minutes_for_them():
    queue_id = new_id()
    here = replace(waiting("cashier", queue_id), state="in_room", started_at=OPENS)
    window = Station(new_id(), None, queue_id, "cashier", None)
    here = replace(here, station_id=window.id)
    played = Bill(new_id(), here.visit_id, OPENS, Decimal(10), 1, "weixin://asked-for")
    soon, late = OPENS + timedelta(minutes=9), OPENS + timedelta(minutes=11)

    def dues(bill: Bill, now: datetime) -> list[str]:
        place = seen(tickets=(here,), stations=(window,), bills=(bill,))
        return [due.what for due in due_deeds(place, now, Resting())]

    assert "scan" in dues(played, soon)
    assert dues(replace(played, is_theirs=True), soon) == []
    assert dues(replace(played, is_theirs=True), late) == ["cash"]


@pytest.mark.django_db
def test_a_bill_is_somebodys_own_while_they_look_at_their_phone(demonstration):
    owing = make_owing()

    def is_theirs() -> bool:
        day = clock.now().astimezone(ZONE).date()
        return look(owing.site_id, day).bills[0].is_theirs

    assert not is_theirs()
    client = Client()
    client.force_login(get_user_model().objects.get(pk=owing.who.account().user_id))
    client.get("/my")
    assert is_theirs()


@pytest.fixture
def demonstration():
    """A clinic clock that runs as in a demonstration."""
    real = clock.machine_now()
    clock.set_pace(Pace(clinic=real, real=real, speed=1.0))


@pytest.mark.django_db
def test_a_person_who_opens_pages_is_present_and_a_player_is_not(demonstration):
    person, player = make_staff(), make_staff()
    for somebody, is_player in ((person, False), (player, True)):
        client = Client()
        client.force_login(get_user_model().objects.get(pk=somebody.user_id))
        if is_player:
            session = client.session
            session[VIRTUAL] = True
            session.save()
        client.get("/patients/")

    assert present() == {person.user_id}


@pytest.mark.django_db
def test_in_a_real_clinic_nobody_is_watched():
    client = Client()
    client.force_login(get_user_model().objects.get(pk=make_staff().user_id))

    client.get("/patients/")

    assert not Presence.objects.exists()


@pytest.mark.django_db
def test_nobody_is_played_in_a_real_clinic():
    with pytest.raises(CommandError):
        call_command("players")


def test_a_form_is_read_as_a_browser_sends_it():
    html = """<form hx-post="/x/review"><input type="hidden" name="version" value="3">
    <input type="checkbox" name="ticked" value="a"><input type="checkbox" name="ticked" value="b">
    <input type="radio" name="mind" value="A" checked><input type="radio" name="mind" value="P">
    <select name="kind"><option value="first"></option><option value="return" selected></select>
    <textarea name="text">a &amp; b</textarea></form>"""

    (form,) = forms_of(html)

    assert form.action == "/x/review"
    assert form.fields == {"version": "3", "mind": "A", "kind": "return", "text": "a & b"}
    assert form.all_of("ticked") == ["a", "b"]
