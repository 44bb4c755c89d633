"""Predict no-shows in made-up worlds, and say how well: the figures of docs/prediction.md.

Needs an empty database that may become a demonstration. Each world is written, learnt from, and
taken back: nothing stays.
"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from math import log
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.operations.demonstration import load_demonstration
from yilu.demo.operations.past import Otherwise
from yilu.demo.staying_away import Behaviour
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand
from yilu.prediction.operations.training import Learnt
from yilu.prediction.selectors.features import decided_bookings
from yilu.prediction.teaching import learn

SEEDS = (7, 11, 13)
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
OTHERWISE = Otherwise(
    Behaviour(
        usual=-2.9,
        per_log_day=0.15,
        first_visit=0.0,
        channels={"web": log(0.7), "wechat": log(0.7), "my": log(0.7), "desk": log(1.4)},
    )
)
"""A month in which more stay away, for other reasons: the lead time hardly counts, those who
booked online come more often than others, first visits are like any."""


class Command(SpokenCommand):
    words = "manage evaluate_prediction"
    help = gettext_noop("Predict no-shows in made-up worlds and say how well.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seeds", nargs="*", type=int, default=list(SEEDS), help=_("one world for each")
        )
        parser.add_argument(
            "--no-shift", action="store_true", help=_("leave the shifted world out")
        )

    def handle(self, *, seeds: list[int], no_shift: bool, **_options: Any) -> None:
        """One row for each world."""
        if open_sites():
            raise CommandError(_("This database has a clinic already; give me an empty one."))
        worlds: list[tuple[int, Otherwise | None]] = [(seed, None) for seed in seeds]
        if not no_shift:
            worlds.append((seeds[0], OTHERWISE))
        for seed, otherwise in worlds:
            name = f"seed {seed}, shifted" if otherwise else f"seed {seed}"
            self._say(name, _learnt(seed, otherwise))

    def _say(self, name: str, learnt: Learnt) -> None:
        self.stdout.write(f"## {name}: {learnt.refusal or 'used'}")
        self.stdout.write(
            f"{learnt.bookings} bookings, {learnt.missed} missed, tested from {learnt.tested_from}"
            f" to {learnt.until_on}; {learnt.seconds} s, {learnt.peak_mb} MB"
        )
        for key, value in learnt.figures.items():
            self.stdout.write(f"{key}: {value:.4f}")
        for one in learnt.bins:
            self.stdout.write(" ".join(f"{key} {value:.3f}" for key, value in one.items()))
        self.stdout.write(f"replay: {learnt.replay}")


def _learnt(seed: int, otherwise: Otherwise | None) -> Learnt:
    """What is learnt of one world, which is taken back afterwards."""
    with transaction.atomic(), clock.at(NOW):
        load_demonstration(actor=Actor.system("demo"), seed=seed, now=NOW, otherwise=otherwise)
        learnt = learn(decided_bookings(NOW.date()))
        transaction.set_rollback(True)
    return learnt
