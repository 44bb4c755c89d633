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

from yilu.demo.management.commands.evaluate_waits import world_name
from yilu.demo.operations.demonstration import load_demonstration
from yilu.demo.operations.past import FULLER, Otherwise
from yilu.demo.staying_away import Behaviour
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand
from yilu.prediction.operations.training import Learnt
from yilu.prediction.selectors.features import decided_bookings
from yilu.prediction.states import Refusal
from yilu.prediction.teaching import learn

SEEDS = (7, 11, 13)
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
FIGURES = {
    "cases": gettext_noop("tested bookings"),
    "missed": gettext_noop("missed of these"),
    "base": gettext_noop("share of all that are missed"),
    "brier": gettext_noop("Brier score"),
    "base_brier": gettext_noop("Brier score of the average"),
    "log_loss": gettext_noop("log loss"),
    "base_log_loss": gettext_noop("log loss of the average"),
    "auc": gettext_noop("AUC"),
    "slope": gettext_noop("calibration slope"),
    "intercept": gettext_noop("calibration intercept"),
}
SIDES = {
    "without": gettext_noop(
        "without them: %(seen)s seen, %(idle)s idle minutes, nine in ten wait at most %(wait)s min,"
        " %(beyond)s %% wait longer than promised"
    ),
    "with_extra": gettext_noop(
        "with them: %(seen)s seen, %(idle)s idle minutes, nine in ten wait at most %(wait)s min,"
        " %(beyond)s %% wait longer than promised"
    ),
}
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
            self._say(world_name(seed, otherwise), _learnt(seed, otherwise))

    def _say(self, name: str, learnt: Learnt) -> None:
        verdict = Refusal(learnt.refusal).label or _("the model is used")
        self.stdout.write(f"## {name}: {verdict}")
        facts: dict[str, object] = {"bookings": learnt.bookings, "missed": learnt.missed}
        self.stdout.write(_("%(bookings)s bookings, %(missed)s missed") % facts)
        if learnt.tested_from:
            tested = _("tested from %(from)s to %(until)s; %(seconds)s s, %(memory)s MB")
            facts = {"from": learnt.tested_from, "until": learnt.until_on}
            facts |= {"seconds": learnt.seconds, "memory": learnt.peak_mb}
            self.stdout.write(tested % facts)
        for key, words in FIGURES.items():
            if key in learnt.figures:
                self.stdout.write(f"{_(words)}: {learnt.figures[key]:.4f}")
        for one in learnt.bins:
            figures: dict[str, object] = {"cases": one["cases"]}
            figures |= {key: f"{100 * one[key]:.1f}" for key in ("predicted", "observed")}
            said = _("%(cases)s bookings: %(predicted)s %% predicted, %(observed)s %% missed")
            self.stdout.write(said % figures)
        if learnt.replay:
            said = _("played again: %(sessions)s sessions, %(extra_places)s extra places")
            self.stdout.write(said % learnt.replay)
            for key, words in SIDES.items():
                self.stdout.write(_(words) % _side(learnt.replay[key]))


def _side(totals: dict[str, Any]) -> dict[str, str]:
    """The sums of sessions that were played, as they are said."""
    return {
        "seen": str(totals["seen"]),
        "idle": str(totals["idle_minutes"]),
        "wait": f"{totals['wait']:.1f}",
        "beyond": f"{100 * totals['beyond_share']:.2f}",
    }


def _learnt(seed: int, otherwise: Otherwise | None) -> Learnt:
    """What is learnt of one world, which is taken back afterwards."""
    with transaction.atomic(), clock.at(NOW):
        load_demonstration(
            actor=Actor.system("demo"), seed=seed, now=NOW, otherwise=otherwise, older=FULLER
        )
        learnt = learn(decided_bookings(NOW.date()))
        transaction.set_rollback(True)
    return learnt
