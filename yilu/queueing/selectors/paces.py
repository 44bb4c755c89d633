"""How long patients take at a site, learnt from its own past, and how true its forecasts were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.queueing import permissions
from yilu.queueing.models import Accuracy, Pace
from yilu.queueing.rules.lengths import PRIORS, Length, blend

# Practitioner, service, hour of the day; None is any.
Special = tuple[UUID | None, UUID | None, int | None]


@dataclass(frozen=True, slots=True)
class Paces:
    """What is known of a site's pace, from the general to the special."""

    known: Mapping[tuple[str, Special], tuple[int, Length]]
    widths: Mapping[str, float]

    def length(
        self, kind: str, practitioner_id: UUID | None, service_id: UUID | None, hour: int
    ) -> Length:
        """How long such a patient takes: each special case moves what the general one says."""
        found = PRIORS[kind]
        for special in _from_general(practitioner_id, service_id, hour):
            learnt = self.known.get((kind, special))
            if learnt is not None:
                found = blend(found, *learnt)
        return found

    def width(self, kind: str) -> float:
        """How much wider or narrower than computed the ranges must be to come true."""
        return self.widths.get(kind, 1.0)


@dataclass(frozen=True, slots=True)
class AccuracyLine:
    """How true the promised waits of one kind of queue were on one day."""

    clinic_day: date
    kind: str
    forecasts: int
    within: int
    too_late: int

    @property
    def percent(self) -> int:
        """The share that came true."""
        return round(100 * self.within / self.forecasts) if self.forecasts else 0


def paces(site_id: UUID) -> Paces:
    """What a site has learnt so far. Two queries."""
    known = {
        (p.kind, (p.practitioner_id, p.service_id, p.hour)): (
            p.cases,
            Length(p.mean_seconds / 60, p.spread_seconds / 60),
        )
        for p in Pace.objects.filter(site_id=site_id)
    }
    latest = Accuracy.objects.filter(site_id=site_id).order_by("kind", "-clinic_day")
    widths = {one.kind: float(one.width) for one in latest.distinct("kind")}
    return Paces(known, widths)


def accuracy(actor: Actor, site_id: UUID, since: date) -> list[AccuracyLine]:
    """How true the promised waits were, day by day, newest first. One query."""
    actor.require_to_see(permissions.SEE, site_id)
    found = Accuracy.objects.filter(site_id=site_id, clinic_day__gte=since)
    return [
        AccuracyLine(a.clinic_day, a.kind, a.forecasts, a.within, a.too_late)
        for a in found.order_by("-clinic_day", "kind")
    ]


def _from_general(
    practitioner_id: UUID | None, service_id: UUID | None, hour: int
) -> list[Special]:
    specials: list[Special] = [(None, None, None)]
    if service_id:
        specials.append((None, service_id, None))
    if practitioner_id:
        specials.append((practitioner_id, None, None))
        if service_id:
            specials.append((practitioner_id, service_id, None))
        specials.append((practitioner_id, None, hour))
    return specials
