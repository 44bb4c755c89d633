"""Forecast waits in made-up worlds, and say how well: the figures of docs/prediction.md.

Needs an empty database that may become a demonstration. Each world is written with the nights that
it has lived through (`operations/nights.py`), read, and taken back: nothing stays.
"""

from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.operations.demonstration import load_demonstration
from yilu.demo.operations.past import FULLER, Otherwise
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand
from yilu.queueing import permissions
from yilu.queueing.selectors.paces import AccuracyLine, accuracy, forget_paces

SEEDS = (7, 11, 13)
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
READER = Actor.system("evaluation", permissions.SEE)
HELD_OUT = timedelta(days=30)
KIND = "consultation"
LOSS = gettext_noop(
    "pinball loss of P20, P50, P80: %(mine)s s, place × mean %(place)s s, better by %(better)s %%"
)
MIDDLE_LOSS = gettext_noop(
    "pinball loss of P50 alone: %(mine)s s, place × mean %(place)s s, better by %(better)s %%"
)
OTHERWISE = Otherwise(slowness=1.3, walk_ins=0.36, come_late=0.24)
"""A month in which doctors take three tenths longer, twice as many walk in, and twice as many of
those who booked come late."""


@dataclass(slots=True)
class Scores:
    """What the held-out days of all sites of a world add up to."""

    lines: list[AccuracyLine] = field(default_factory=list)

    def total(self, name: str) -> float:
        return float(sum(getattr(one, name) for one in self.lines))

    def share(self, name: str) -> float:
        """In percent of the forecasts that were scored."""
        return 100 * self.total(name) / max(self.total("scored"), 1)

    def better(self, own: str, other: str) -> float:
        """By how many percent a loss is below another."""
        return 100 * (1 - self.total(own) / max(self.total(other), 1e-9))


class Command(SpokenCommand):
    words = "manage evaluate_waits"
    help = gettext_noop("Forecast waits in made-up worlds and say how well.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seeds", nargs="*", type=int, default=list(SEEDS), help=_("one world for each")
        )
        parser.add_argument(
            "--no-shift", action="store_true", help=_("leave the shifted world out")
        )

    def handle(self, *, seeds: list[int], no_shift: bool, **_options: Any) -> None:
        """One paragraph for each world."""
        if open_sites():
            raise CommandError(_("This database has a clinic already; give me an empty one."))
        worlds: list[tuple[int, Otherwise | None]] = [(seed, None) for seed in seeds]
        if not no_shift:
            worlds.append((seeds[0], OTHERWISE))
        for seed, otherwise in worlds:
            self._say(world_name(seed, otherwise), scores_of(seed, otherwise))

    def _say(self, name: str, scores: Scores) -> None:
        scored = scores.total("scored")
        head = _("%(world)s: %(scored)s forecasts on %(days)s days of a site")
        days = len(scores.lines)
        self.stdout.write("## " + head % {"world": name, "scored": f"{scored:.0f}", "days": days})
        coverage = _("called before the 80th percentile: %(share)s %%")
        self.stdout.write(coverage % {"share": f"{scores.share('below_high'):.1f}"})
        told = 100 * scores.total("within") / max(scores.total("forecasts"), 1)
        came_true = _("the range that was told came true: %(share)s %% of %(all)s")
        forecasts = f"{scores.total('forecasts'):.0f}"
        self.stdout.write(came_true % {"share": f"{told:.1f}", "all": forecasts})
        for words, own, other in (
            (LOSS, "loss", "place_loss"),
            (MIDDLE_LOSS, "middle_loss", "place_middle_loss"),
        ):
            shown = {
                "mine": f"{scores.total(own) / scored:.1f}",
                "place": f"{scores.total(other) / scored:.1f}",
                "better": f"{scores.better(own, other):.1f}",
            }
            self.stdout.write(_(words) % shown)


def world_name(seed: int, otherwise: Otherwise | None) -> str:
    """What a world is called, in the reader's language."""
    name = _("seed %(seed)s, shifted") if otherwise else _("seed %(seed)s")
    return name % {"seed": seed}


def scores_of(seed: int, otherwise: Otherwise | None) -> Scores:
    """One world, its days forecast one after another, each by what was learnt until then."""
    with transaction.atomic(), clock.at(NOW):
        load_demonstration(
            actor=Actor.system("demo"), seed=seed, now=NOW, otherwise=otherwise, older=FULLER
        )
        scores, today = Scores(), NOW.date()
        for site in open_sites():
            found = accuracy(READER, site.id, today - HELD_OUT)
            scores.lines += [one for one in found if one.kind == KIND]
        transaction.set_rollback(True)
    forget_paces()
    return scores
