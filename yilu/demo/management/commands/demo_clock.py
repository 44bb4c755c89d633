"""Show, stop, set or speed up the clinic's clock."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.plan import clinic_plan
from yilu.platform import clinic_clock, clock
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.platform.spoken import SpokenCommand, instant

KEEPER = Actor.system("demo.clock")


class Command(SpokenCommand):
    words = "demo clock"
    help = gettext_noop(
        "Show the clinic's clock, or change it: a speed of 0 stops it. Demonstrations only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--speed", type=float, help=_("how many times as fast as real time"))
        parser.add_argument("--jump", type=instant, help=_("set it to this instant"))

    def handle(
        self, *args: Any, speed: float | None, jump: datetime | None, **options: Any
    ) -> None:
        if speed is not None and not 0 <= speed <= clinic_clock.FASTEST:
            said = _("Choose a speed from 0 to %(most)s.")
            raise CommandError(said % {"most": f"{clinic_clock.FASTEST:g}"})
        try:
            if jump is not None:
                clinic_clock.jump(KEEPER, clinic=jump)
            if speed is not None:
                clinic_clock.set_speed(KEEPER, speed=speed)
        except NotADemonstration as refused:
            raise CommandError(str(refused)) from refused
        pace = clinic_clock.read()
        if pace is None:
            raise CommandError(_("This is a real clinic: its clock is the real one."))
        local = clock.now().astimezone(ZoneInfo(clinic_plan().time_zone))
        said = _("%(at)s at %(speed)s times real time")
        self.stdout.write(said % {"at": f"{local:%Y-%m-%d %H:%M:%S}", "speed": f"{pace.speed:g}"})
