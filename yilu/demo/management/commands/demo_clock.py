"""Show, stop, set or speed up the clinic's clock."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from yilu.demo.plan import clinic_plan
from yilu.platform import clinic_clock, clock
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration

KEEPER = Actor.system("demo.clock")


class Command(BaseCommand):
    help = "Show the clinic's clock, or change it: a speed of 0 stops it. Demonstrations only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--speed", type=float, help="how many times as fast as real time")
        parser.add_argument("--jump", type=datetime.fromisoformat, help="set it to this instant")

    def handle(
        self, *args: Any, speed: float | None, jump: datetime | None, **options: Any
    ) -> None:
        if jump is not None and jump.tzinfo is None:
            raise CommandError("Give the instant with its offset, such as 2026-11-20T14:00+08:00.")
        try:
            if jump is not None:
                clinic_clock.jump(KEEPER, clinic=jump)
            if speed is not None:
                clinic_clock.set_speed(KEEPER, speed=speed)
        except NotADemonstration as refused:
            raise CommandError(str(refused)) from refused
        pace = clinic_clock.read()
        if pace is None:
            raise CommandError("This is a real clinic: its clock is the real one.")
        local = clock.now().astimezone(ZoneInfo(clinic_plan().time_zone))
        self.stdout.write(f"{local:%Y-%m-%d %H:%M:%S} at {pace.speed:g} times real time")
