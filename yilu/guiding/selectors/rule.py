"""Which next steps become guides' tasks at a site, and what stands ready there."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from yilu.facility.selectors.sites import site_zone
from yilu.guiding.models import GuideRule, GuideTask
from yilu.guiding.rules import more_of
from yilu.guiding.states import Destination, Help, TaskState
from yilu.platform import clock


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of a site. `version` is 0 while nobody has set one."""

    for_all: tuple[str, ...]
    for_needs: tuple[str, ...]
    pickup_minutes: int
    wheelchairs: int | None
    stretchers: int | None
    version: int

    @property
    def pickup(self) -> timedelta:
        """How soon a task is to be taken up."""
        return timedelta(minutes=self.pickup_minutes)

    def wants(self, destination: str, *, is_needed: bool) -> bool:
        """Whether somebody is brought there, with a need on the way or without one."""
        return destination in self.for_all or (is_needed and destination in self.for_needs)


@dataclass(frozen=True, slots=True)
class Out:
    """A wheelchair or stretcher with which somebody is on the way, or still sits in."""

    task_id: UUID
    visit_id: UUID
    patient_id: UUID
    help: str


@dataclass(frozen=True, slots=True)
class Stock:
    """How many of one thing a site has, and how many are out."""

    help: str
    total: int
    out: int

    @property
    def label(self) -> str:
        return str(Help(self.help).label)

    @property
    def free(self) -> int:
        return max(self.total - self.out, 0)

    @property
    def are_all_out(self) -> bool:
        return self.out >= self.total


def guide_rule(site_id: UUID) -> Rule:
    """The rule of a site; the usual one while nobody has set any. One query."""
    found = GuideRule.objects.filter(site_id=site_id).first() or GuideRule(version=0)
    return Rule(
        for_all=tuple(found.for_all),
        for_needs=tuple(found.for_needs),
        pickup_minutes=found.pickup_minutes,
        wheelchairs=found.wheelchairs,
        stretchers=found.stretchers,
        version=found.version,
    )


def equipment_out(site_id: UUID) -> list[Out]:
    """Each wheelchair and stretcher that was taken today and is not back. One query.

    Of several ways of one visit the last counts: the patient stays in the same chair.
    """
    today = clock.now().astimezone(site_zone(site_id)).date()
    taken = GuideTask.objects.filter(
        site_id=site_id,
        clinic_day=today,
        help__in=[Help.WHEELCHAIR, Help.STRETCHER],
        taken_at__isnull=False,
        is_back=False,
    ).exclude(state=TaskState.WITHDRAWN)
    latest = taken.annotate(
        turn=Window(RowNumber(), partition_by=F("visit_id"), order_by=F("asked_at").desc())
    )
    return [
        Out(one.pk, one.visit_id, one.patient_id, one.help)
        for one in latest.filter(turn=1).order_by("taken_at", "id")
    ]


def stock(rule: Rule, out: list[Out]) -> list[Stock]:
    """What a site counts, and how many of it are out. No query."""
    counted = {Help.WHEELCHAIR: rule.wheelchairs, Help.STRETCHER: rule.stretchers}
    return [
        Stock(str(kind), total, sum(1 for one in out if one.help == kind))
        for kind, total in counted.items()
        if total is not None
    ]


def help_asked(visit_id: UUID) -> tuple[str, str]:
    """The most help that was asked for in a visit, and the language last asked for. One query."""
    asked = GuideTask.objects.filter(visit_id=visit_id, is_asked=True).exclude(end="mistake")
    found = list(asked.order_by("asked_at", "id").values_list("help", "language"))
    if not found:
        return "", ""
    return more_of(*(help_ for help_, _ in found)), found[-1][1]


def is_way_out(destination: str) -> bool:
    """Whether somebody is brought there when their visit is over. No query."""
    return destination in {Destination.EXIT, Destination.OTHER}
