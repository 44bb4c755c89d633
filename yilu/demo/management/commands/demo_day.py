"""Play the rest of the demonstration's day, and account for every journey."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.plan import clinic_plan
from yilu.demo.selectors.account import Account, account_of, longest_called, time_to_the_door
from yilu.platform import clinic_clock, clock
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand

DIRECTOR = Actor.system("demo.day")
LOOKS_EVERY = 2.0
TELLS_EVERY = 30.0
AFTER_CLOSING = timedelta(hours=4)
EVENING_SPEED = 20.0
"""After closing nobody new comes; those who are here are not hurried past midnight."""
SLOWER, QUICKER, SLOWEST, FASTEST = 0.7, 1.15, 5.0, 240
USUAL, TOO_LONG = timedelta(minutes=4), timedelta(minutes=6)
BRISK, SLOW = timedelta(minutes=1.6), timedelta(minutes=1.9)
"""How long played patients take to the door while the players keep up, and when they do not."""
SETTLES_SECONDS = 60.0
GONE_SECONDS = 60.0
STARTS_SECONDS = 900.0


class Command(SpokenCommand):
    words = "demo day"
    help = gettext_noop(
        "Play the day from where its clock stands until everybody has left, and account for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--speed", type=float, default=60.0, help=_("how fast its clock runs, at most")
        )
        parser.add_argument(
            "--check", action="store_true", help=_("end with 1 when something is wrong")
        )

    def handle(self, *args: Any, speed: float, check: bool, **options: Any) -> None:
        if not SLOWEST <= speed <= FASTEST:
            said = _("Choose a speed from %(least)s to %(most)s.")
            raise CommandError(said % {"least": f"{SLOWEST:.0f}", "most": FASTEST})
        with self._running():
            before = clinic_clock.read()
            if before is None:
                raise CommandError(_("This is a real clinic: no day is played in it."))
            clinic_clock.set_speed(DIRECTOR, speed=speed)
            try:
                account = self._play(speed)
            finally:
                _set_back(before.speed)
        self.show(account)
        if check and not account.is_clean:
            sys.exit(1)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Everything, for the length of a block: what runs already, or what we start."""
        if _answers():
            yield
            return
        self.stdout.write(_("starting everything"))
        with subprocess.Popen([sys.executable, "-m", "yilu", "up"]) as stack:
            try:
                self._wait_for(stack)
                yield
            finally:
                stack.send_signal(signal.SIGINT)
                stack.wait()

    def _wait_for(self, stack: "subprocess.Popen[bytes]") -> None:
        until = clock.monotonic() + STARTS_SECONDS
        while not _answers():
            if stack.poll() is not None or clock.monotonic() > until:
                raise CommandError(_("It did not start; its reason stands above."))
            time.sleep(LOOKS_EVERY)
        connection.close()

    def _play(self, speed: float) -> Account:
        """Watch until everybody has left after closing, or it is far too late for that."""
        zone = ZoneInfo(clinic_plan().time_zone)
        clinic_clock.read()
        day = clock.now().astimezone(zone).date()
        closing = datetime.combine(day, clinic_plan().hours.closes, tzinfo=zone)
        tell_at, settled_by = 0.0, 0.0
        for account in self._accounts(day, clock.day_bounds(day, zone)):
            now = clock.now()
            _keep_pace(day, speed if now < closing else min(speed, EVENING_SPEED))
            if clock.monotonic() >= tell_at:
                tell_at = clock.monotonic() + TELLS_EVERY
                self._tell(now.astimezone(zone), account)
            if now < closing:
                continue
            # Everybody may have left a moment before the last event is delivered.
            settled_by = settled_by or (
                clock.monotonic() + SETTLES_SECONDS if account.left == account.came else 0.0
            )
            is_over = settled_by and clock.monotonic() > settled_by
            if account.is_clean or is_over or now > closing + AFTER_CLOSING:
                return account
        raise CommandError(_("The database went away and did not come back."))

    def _accounts(self, day: date, bounds: tuple[datetime, datetime]) -> Iterator[Account]:
        """The account now and then; ends when the database has been away for long."""
        seen = clock.monotonic()
        while clock.monotonic() < seen + GONE_SECONDS:
            time.sleep(LOOKS_EVERY)
            try:
                clinic_clock.read()
                account = account_of(day, bounds)
            except DatabaseError:
                connection.close()
                continue
            seen = clock.monotonic()
            yield account

    def _tell(self, local: datetime, account: Account) -> None:
        said = _(
            "%(at)s  came %(came)s · here %(here)s · left %(left)s · bills %(bills)s · "
            "taken %(taken)s · at %(speed)s×"
        )
        figures = asdict(account) | {
            "at": f"{local:%H:%M}",
            "here": account.came - account.left,
            "speed": f"{clock.pace().speed:.0f}",
        }
        self.stdout.write(said % figures)
        self.stdout.flush()

    def show(self, account: Account) -> None:
        """Say the account of a day that is over."""
        figures = asdict(account) | {"kept": account.came - account.walked_in}
        lines = (
            _(
                "%(booked)s bookings: %(kept)s kept, %(cancelled)s called off, %(missed)s missed; "
                "%(walked_in)s walked in"
            ),
            _("%(came)s came, %(left)s left; %(prescriptions)s prescriptions"),
            _("%(bills)s bills, %(receipts)s receipts; taken %(taken)s, given back %(given_back)s"),
            _("%(events)s events"),
        )
        self.stdout.write(_("The account of %(day)s:") % figures)
        for line in lines:
            self.stdout.write(f"  {line % figures}")
        for finding in account.wrong:
            said = _("wrong: %(finding)s") % {"finding": finding}
            self.stdout.write(f"  {said}")
        if account.is_clean:
            self.stdout.write("  " + _("nothing is wrong"))


def _set_back(speed: float) -> None:
    """Let the clock run as before; with the database away there is nothing to set."""
    try:
        clinic_clock.set_speed(DIRECTOR, speed=speed)
    except DatabaseError:
        connection.close()


def _keep_pace(day: date, wished: float) -> None:
    """Slow the clock while the players cannot keep up, and quicken it again up to a speed."""
    pace = clinic_clock.read()
    if pace is None:
        return
    called, came = longest_called(day), time_to_the_door(day)
    factor = 1.0
    if called > TOO_LONG or came > SLOW:
        factor = SLOWER
    elif called < USUAL and came < BRISK:
        factor = QUICKER
    speed = min(max(pace.speed * factor, SLOWEST), wished)
    if abs(speed - pace.speed) > 0.1:
        clinic_clock.set_speed(DIRECTOR, speed=speed)


def _answers() -> bool:
    port = os.environ.get("YILU_PORT") or "8000"
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True
