"""The play itself: look, decide, act; and again, for as long as somebody wants to watch."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event, Lock
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DatabaseError, close_old_connections, connection

from yilu.demo.plan import clinic_plan
from yilu.demo.players import habits
from yilu.demo.players.crew import POSTS, Crew
from yilu.demo.players.deciding import Due, Resting, due_deeds
from yilu.demo.players.deeds import (
    asking,
    care,
    coming,
    desk,
    errands,
    guiding,
    kiosk,
    laboratory,
    medicine,
    money,
    partner,
    phone,
)
from yilu.demo.players.errands import due_errands, lane_of
from yilu.demo.players.hands import Hands
from yilu.demo.players.stage import Place, Stage
from yilu.demo.players.wire import Away, Refused, Wire
from yilu.demo.selectors.presence import present
from yilu.demo.selectors.sight import look
from yilu.facility.selectors.sites import SiteInfo, open_sites
from yilu.platform import clinic_clock, clock

log = logging.getLogger(__name__)
LOOKS_EVERY = 0.4
MOST_EARLY = timedelta(seconds=60)
"""What is due until half way to the next look is done at this one: so nothing is late on average,
however fast the clock runs, and delays do not add up in the rooms. But by no more than this."""
AWAY_SECONDS = 2.0
ACCOUNT_EVERY = 60.0
SLOT_MINUTES = 5
MOST_SLOTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
SETTLES = 8.0
MOST_TRIES = 4
WRITING = ("measure", "treat")
AFTER_WRITING = {"consultation": "treat", "assessment": "measure"}
# How many of each come in one slot, for each doctor of a site.
WALK_INS, BOOKS_TODAY, BOOKS_LATER, BOOKS_THROUGH = 0.018, 0.012, 0.05, 0.004
CALLS = 0.035
LAST_WALK_IN_MINUTES = 45

Deed = Callable[[Stage, Due], None]
DEEDS: dict[str, Deed] = {
    "arrive": desk.arrive,
    "arrive_alone": desk.arrive_alone,
    "arrive_at_kiosk": kiosk.arrive_at_kiosk,
    "live": kiosk.live,
    "cancel": desk.cancel,
    "call": desk.call,
    "start": desk.start,
    "skip": desk.skip,
    "requeue": desk.requeue,
    "finish": desk.finish,
    "measure": care.measure,
    "treat": care.treat,
    "cash": money.cash,
    "scan": money.scan,
    "review": medicine.review,
    "pick": medicine.pick,
    "check": medicine.check,
    "hand_over": medicine.hand_over,
    "sample": laboratory.sample,
    "lab_receive": laboratory.receive,
    "lab_enter": laboratory.enter,
    "lab_verify": laboratory.verify,
    "ask": asking.ask,
    "no_answer": asking.no_answer,
    "explain": errands.explain,
    "tell": errands.tell,
    "say_worse": errands.say_worse,
    "look_after": errands.look_after,
    "pick_up": phone.pick_up,
    "hang_up": phone.hang_up,
    "call_back": phone.call_back,
    "call_in_vain": phone.call_in_vain,
    "duty": guiding.duty,
    "take": guiding.take,
    "there": guiding.there,
    "receive": guiding.receive,
}


@dataclass
class Tired:
    """Which deeds were refused, and when each may be tried again: later each time.

    `second` tells the time by which people rest, in seconds: real ones, for what they wait for
    is the machine.
    """

    second: Callable[[], float] = clock.monotonic
    until: dict[str, float] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)

    def rests(self, key: str) -> bool:
        """Whether it is too early."""
        return self.until.get(key, 0.0) > self.second()

    def did(self, key: str) -> None:
        """What was done is not done again before its effect can be seen."""
        self.until[key] = self.second() + SETTLES

    def refused(self, key: str) -> None:
        """Wait, twice as long each time."""
        self.tries[key] += 1
        pause = min(FIRST_PAUSE * 2.0 ** (self.tries[key] - 1), LONGEST_PAUSE)
        self.until[key] = self.second() + pause


@dataclass
class Play:
    """One process of players. `told` gets a line for people now and then, and never a name."""

    wire: Wire
    crew: Crew
    sandbox_port: int
    told: Callable[[str], None]
    hands: Hands = field(default_factory=Hands)
    stopping: Event = field(default_factory=Event)
    sites: list[SiteInfo] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    tired: Tired = field(default_factory=Tired)
    written: set[str] = field(default_factory=set)
    resting: frozenset[str] = frozenset()
    _day: date | None = None
    _slots: dict[UUID, int] = field(default_factory=dict)
    _account_due: float = 0.0
    _looked_at: datetime | None = None
    _counting: Lock = field(default_factory=Lock)

    def run(self) -> None:
        """Play until asked to stop. A database or product that is away is waited for."""
        self._account_due = clock.monotonic() + ACCOUNT_EVERY
        while not self.stopping.is_set():
            pause = LOOKS_EVERY
            try:
                close_old_connections()
                clinic_clock.refresh()
                self.turn()
            except DatabaseError:
                connection.close()
                pause = AWAY_SECONDS
            except Away:
                pause = AWAY_SECONDS
            self._account()
            self.stopping.wait(pause)
        self.hands.rest()
        self.wire.close()

    def turn(self) -> None:
        """Look at every site once, and do what is due there."""
        now = clock.now()
        until = now + self._early_by(now)
        self._begin_day(now)
        people = present()
        for site in self.sites:
            day = now.astimezone(site.zone).date()
            seen = look(site.id, day)
            place = Place(site.id, site.key)
            stage = Stage(self.wire, self.crew, self.sandbox_port, place, day, seen)
            resting = self._resting(site, people)
            lanes: dict[object, list[Due]] = {}
            for due in (*due_deeds(seen, until, resting), *due_errands(seen, until, resting)):
                lanes.setdefault(lane_of(due), []).append(due)
            self.hands.do(partial(self._lane, stage, dues) for dues in lanes.values())
            if self.stopping.is_set():
                return
            self._strangers(stage, now, site.zone, resting)

    def _early_by(self, now: datetime) -> timedelta:
        before, self._looked_at = self._looked_at or now, now
        return min(max((now - before) / 2, timedelta(0)), MOST_EARLY)

    def _lane(self, stage: Stage, dues: list[Due]) -> None:
        """What is due at one place, one deed after the other."""
        for due in dues:
            if not self.stopping.is_set():
                self._do(stage, due)

    def _begin_day(self, now: datetime) -> None:
        day = now.date()
        if self._day == day:
            return
        self.sites = open_sites()
        self.crew.gather([site.id for site in self.sites], day)
        self.written.clear()
        self._day = day

    def _resting(self, site: SiteInfo, people: frozenset[UUID]) -> Resting:
        """Where somebody real works now; told once when it changes."""
        posts = frozenset(post for post in POSTS if self.crew.holders(post, site.id) & people)
        doctors = frozenset(
            one for one in self.crew.doctors_at(site.id) if self.crew.doctor(one) in people
        )
        now = {f"{post} at {site.key}" for post in posts}
        now |= {f"a doctor at {site.key}"} if doctors else set()
        before = {one for one in self.resting if one.endswith(f" at {site.key}")}
        for one in sorted(now - before):
            self.told(f"steps back: {one}")
        for one in sorted(before - now):
            self.told(f"takes over again: {one}")
        self.resting = (self.resting - before) | now
        return Resting(posts, doctors)

    def _do(self, stage: Stage, due: Due) -> None:
        if self.tired.rests(due.key) or due.key in self.written or self._is_early(due):
            return
        done = self._try(due.what, due.key, partial(DEEDS[due.what], stage, due))
        gave_up = self.tired.tries[due.key] >= MOST_TRIES
        if due.what in WRITING and (done or gave_up):
            self.written.add(due.key)

    def _is_early(self, due: Due) -> bool:
        """Nobody is let go before what must be written is written."""
        if due.what != "finish" or due.ticket is None:
            return False
        writing = AFTER_WRITING.get(due.ticket.kind)
        return writing is not None and replace(due, what=writing).key not in self.written

    def _try(self, what: str, key: str, run: Callable[[], None]) -> bool:
        try:
            run()
        except Refused as refused:
            self._count("refused", refused=key)
            extra = {"kind": what, "status": refused.status, "error": refused.code}
            log.info("refused", extra=extra)
            if refused.status == 401:
                self.crew.forget()
            return False
        except LookupError as puzzled:
            # A page or row that is not as players know it: one deed fails, and the rest goes on.
            self._count("puzzled", refused=key)
            log.warning("puzzled", extra={"kind": what, "error": type(puzzled).__name__})
            return False
        self._count(what, did=key)
        return True

    def _count(self, what: str, *, did: str = "", refused: str = "") -> None:
        with self._counting:
            self.done[what] += 1
            if did:
                self.tired.did(did)
            if refused:
                self.tired.refused(refused)

    def _strangers(self, stage: Stage, now: datetime, zone: ZoneInfo, resting: Resting) -> None:
        """Those who come or book by chance. What was missed while nobody played stays missed."""
        slot = int(now.timestamp() // (SLOT_MINUTES * 60))
        last = self._slots.get(stage.place.id, slot)
        self._slots[stage.place.id] = slot
        minutes = _minutes_left(now.astimezone(zone))
        if minutes is None:
            return
        many = len(self.crew.doctors_at(stage.place.id))
        for one in range(max(last, slot - MOST_SLOTS) + 1, slot + 1):
            if minutes > LAST_WALK_IN_MINUTES and "front_desk" not in resting.posts:
                self._some(stage, "walk_in", one, many * WALK_INS, coming.walk_in)
            for what, rate, today in (("book", BOOKS_TODAY, True), ("ahead", BOOKS_LATER, False)):
                book = partial(coming.book, now=now, today=today)
                self._some(stage, what, one, many * rate, book)
            through = partial(partner.book, now=now)
            self._some(stage, "through", one, many * BOOKS_THROUGH, through)
            self._some(stage, "ring", one, many * CALLS, phone.ring)

    def _some(
        self,
        stage: Stage,
        what: str,
        slot: int,
        rate: float,
        run: Callable[..., None],
    ) -> None:
        for n in range(habits.happen(what, stage.place.id, slot, rate)):
            subject = f"{what}:{stage.place.id}:{slot}:{n}"
            self._try(what, subject, partial(run, stage, subject))

    def _account(self) -> None:
        if clock.monotonic() < self._account_due:
            return
        self._account_due = clock.monotonic() + ACCOUNT_EVERY
        zone = ZoneInfo(clinic_plan().time_zone)
        words = " · ".join(f"{what} {n}" for what, n in sorted(self.done.items()))
        self.told(f"{clock.now().astimezone(zone):%H:%M}  {words or 'quiet'}")
        self.done.clear()


def _minutes_left(local: datetime) -> int | None:
    """How long the morning or afternoon still lasts, 0 at noon; None when the clinic is closed."""
    hours, minute = clinic_plan().hours, local.hour * 60 + local.minute
    stretches = hours.minutes.get(local.weekday(), ())
    if not stretches or not stretches[0][0] <= minute < stretches[-1][1]:
        return None
    return next((ends - minute for begins, ends in stretches if begins <= minute < ends), 0)
