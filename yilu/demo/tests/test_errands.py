"""What players do between patients: kiosks, the telephone, waits to explain, who feels worse."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler

from yilu.demo.operations.kiosks import set_up_kiosks
from yilu.demo.operations.telephone import NAME
from yilu.demo.players import habits, play
from yilu.demo.players.crew import Crew
from yilu.demo.players.deciding import Due, Resting, due_deeds
from yilu.demo.players.deeds import phone
from yilu.demo.players.errands import due_errands, lane_of
from yilu.demo.players.play import Play, Tired
from yilu.demo.players.wire import Wire
from yilu.demo.sandbox.accounts import SignKey, write_telephone_keys
from yilu.demo.selectors.errands import Errand
from yilu.demo.selectors.sight import Coming, Seen
from yilu.demo.tests.small_day import OPENS, PLAYED, SEED, load, waiting, without_hurry
from yilu.intake.models import FeltWorse
from yilu.kiosk.models import Kiosk
from yilu.platform import clock, ids
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry
from yilu.platform.testing import drain
from yilu.reception import permissions as reception
from yilu.reception.models import Call, CallBack
from yilu.reception.operations.lines import add_line

pytestmark = pytest.mark.covers("O10")
STEP = timedelta(minutes=2)
MORNING = timedelta(minutes=80)


def seen(*errands: Errand, **parts: object) -> Seen:
    """A site where nothing goes on besides what is given."""
    empty = dict.fromkeys(("tickets", "stations", "bookings", "bills", "dispenses"), ())
    return Seen(site_id=new_id(), **(empty | {"errands": errands} | parts))


def errand(what: str, n: int = 1, since: datetime = OPENS) -> Errand:
    return Errand(what, UUID(int=n), new_id(), since, 1)


def dues(place: Seen, now: datetime, *posts: str) -> list[str]:
    return [one.what for one in due_errands(place, now, Resting(posts=frozenset(posts)))]


@pytest.mark.parametrize(
    ("what", "post"),
    [
        ("explain", "front_desk"),
        ("tell", "front_desk"),
        ("look_after", "nurse"),
        ("hang_up", "front_desk"),
    ],
)
def test_an_errand_is_done_after_a_while_unless_a_person_holds_the_post(what, post):
    place, later = seen(errand(what)), OPENS + timedelta(minutes=5)

    assert dues(place, OPENS) == []
    assert dues(place, later) == [what]
    assert dues(place, later, post) == []


def test_a_ringing_telephone_is_picked_up_within_seconds_and_now_and_then_not_at_all():
    rang = [errand("pick_up", n) for n in range(200)]
    heard = dues(seen(*rang), OPENS + timedelta(seconds=16))

    assert dues(seen(*rang), OPENS + timedelta(seconds=2)) == []
    assert set(heard) == {"pick_up"}
    assert 165 < len(heard) < 195


def test_a_promised_call_is_made_before_its_time_and_some_are_out():
    owed = [errand("call_back", n, OPENS + timedelta(minutes=30)) for n in range(100)]

    done = dues(seen(*owed), OPENS + timedelta(minutes=29, seconds=30))
    assert set(done) == {"call_back", "call_in_vain"}
    assert len(done) == 100
    assert dues(seen(*owed), OPENS + timedelta(minutes=20)) == []


def test_whoever_goes_to_a_kiosk_goes_to_one_that_stands_there_and_one_after_the_other():
    people = tuple(Coming(UUID(int=n), OPENS, 1) for n in range(60))
    kiosk = errand("kiosk")
    now = OPENS + timedelta(minutes=20)

    with_kiosk = due_deeds(seen(kiosk, bookings=people), now, Resting())
    without = due_deeds(seen(bookings=people), now, Resting())

    there = [one for one in with_kiosk if one.what == "arrive_at_kiosk"]
    assert 5 < len(there) < 35
    assert {lane_of(one) for one in there} == {kiosk.id}
    assert {one.what for one in without if one.what.startswith("arrive")} == {"arrive"}
    assert len(without) == len(with_kiosk)


def test_a_kiosk_says_that_it_lives_and_each_time_is_another():
    silent = errand("kiosk")
    place, later = seen(silent), OPENS + timedelta(minutes=2)

    assert dues(place, OPENS + timedelta(seconds=30)) == []
    assert dues(place, later) == ["live"]
    keys = {Due("live", silent.id, errand=errand("kiosk", since=at)).key for at in (OPENS, later)}
    assert len(keys) == 2


def test_who_feels_worse_says_it_once(monkeypatch):
    monkeypatch.setattr(habits, "FEELS_WORSE", 1.0)
    ticket = waiting("consultation", new_id())
    later = OPENS + timedelta(minutes=17)

    assert dues(seen(tickets=(ticket,)), later) == ["say_worse"]
    assert dues(seen(tickets=(ticket,)), later, "nurse") == []
    told = Errand("looked_after", new_id(), ticket.visit_id, later, 2)
    assert dues(seen(told, tickets=(ticket,)), later) == []


@pytest.mark.django_db
def test_a_morning_in_which_everything_happens(monkeypatch, settings, tmp_path, one_connection):
    settings.ALLOWED_HOSTS = ["*"]
    settings.WECHATPAY_FILE = tmp_path / "keys" / "wechatpay.json"
    without_hurry()
    monkeypatch.setattr(habits, "BY_KIOSK", 0.6)
    monkeypatch.setattr(habits, "BY_CASH", 1.0)
    monkeypatch.setattr(habits, "errand_minutes", lambda errand, what, least, most: least)
    monkeypatch.setattr(habits, "feels_worse_after", lambda ticket: 1.0)
    monkeypatch.setattr(play, "CALLS", 0.2)
    monkeypatch.setattr(phone, "SOONEST_OF", 5)
    monkeypatch.setattr(ids.secrets, "randbits", Random(SEED).getrandbits)  # noqa: S311
    clinic = load(monkeypatch)
    with clock.at(OPENS):
        set_up_kiosks(actor=PLAYED, clinic=clinic)
        able = PLAYED.lent(reception.SET_UP_TELEPHONE)
        made = add_line(actor=able, site_id=clinic.sites["south"].id, name=NAME)
    write_telephone_keys({"south": SignKey(made.key, made.secret)})

    puzzled = played_until(OPENS + MORNING)

    assert puzzled == 0
    assert AuditEntry.objects.filter(action="kiosk.visitor.recognised").exists()
    kiosk = Kiosk.objects.order_by("created_at").first()
    assert kiosk is not None
    assert OPENS + MORNING - kiosk.seen_at < timedelta(minutes=4)
    ended = Call.objects.filter(state="ended", is_outgoing=False)
    assert ended.exclude(patient=None).exists()
    assert not Call.objects.filter(
        state="talking", begun_at__lt=OPENS + MORNING - STEP * 4
    ).exists()
    assert FeltWorse.objects.filter(state="answered").exists()
    assert not CallBack.objects.filter(due_at__lt=OPENS + MORNING - STEP * 3, state="due").exists()


def played_until(end: datetime) -> int:
    """Play minute by minute; how often players met what they do not know."""
    wire = Wire(
        "http://testserver", each_second=1e6, transport=httpx.WSGITransport(app=WSGIHandler())
    )
    tired = Tired(lambda: clock.now().timestamp() / 60)
    played = Play(wire=wire, crew=Crew(PLAYED), sandbox_port=0, told=lambda line: None, tired=tired)
    now = OPENS
    while now < end:
        now += STEP
        with clock.at(now, machine=datetime.now(UTC)):
            played.turn()
            drain()
    return played.done["puzzled"]
