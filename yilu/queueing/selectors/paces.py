"""How long patients take at a site, learnt from its own past, and how true its forecasts were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing import permissions
from yilu.queueing.models import Accuracy, Pace, WaitShape
from yilu.queueing.rules.lengths import PRIORS, Length, Shape, blend, blend_shape

USUAL_SHAPE = Shape()
# Practitioner, service, hour of the day; None is any.
Special = tuple[UUID | None, UUID | None, int | None]


@dataclass(frozen=True, slots=True)
class Paces:
    """What is known of a site's pace, from the general to the special."""

    known: Mapping[tuple[str, Special], tuple[int, Length]]
    shapes: Mapping[tuple[str, str], Shape]

    def knows(self, kind: str) -> bool:
        """Whether the site has learnt anything of its own about such queues."""
        return (kind, (None, None, None)) in self.known

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

    def usual(self, kind: str) -> Length:
        """How long anybody takes at such a queue, whoever sees them."""
        learnt = self.known.get((kind, (None, None, None)))
        return blend(PRIORS[kind], *learnt) if learnt else PRIORS[kind]

    def shape(self, kind: str, depth: str) -> Shape:
        """Where forecasts of this kind and depth must be cut to come true as often as they say."""
        return self.shapes.get((kind, depth), USUAL_SHAPE)


@dataclass(frozen=True, slots=True)
class AccuracyLine:
    """How true the promised waits of one kind of queue were on one day."""

    clinic_day: date
    kind: str
    forecasts: int
    within: int
    too_late: int
    scored: int = 0
    below_high: int = 0
    loss: float = 0.0
    place_loss: float = 0.0
    middle_loss: float = 0.0
    place_middle_loss: float = 0.0

    @property
    def percent(self) -> int:
        """The share that came true."""
        return round(100 * self.within / self.forecasts) if self.forecasts else 0


_remembered: dict[UUID, tuple[float, Paces]] = {}


def paces(site_id: UUID) -> Paces:
    """What a site has learnt so far: none or two queries.

    It is learnt once a night and remembered for `PACE_MEMORY_SECONDS`.
    """
    known = _remembered.get(site_id)
    if known is not None and known[0] > clock.monotonic():
        return known[1]
    found = _looked_up(site_id)
    if settings.PACE_MEMORY_SECONDS:
        _remembered[site_id] = (clock.monotonic() + settings.PACE_MEMORY_SECONDS, found)
    return found


def forget_paces() -> None:
    """Read anew what was learnt, in this process."""
    _remembered.clear()


def _looked_up(site_id: UUID) -> Paces:
    known = {
        (p.kind, (p.practitioner_id, p.service_id, p.hour)): (
            p.cases,
            Length(p.mean_seconds / 60, p.spread_seconds / 60),
        )
        for p in Pace.objects.filter(site_id=site_id)
    }
    shapes = {
        (one.kind, one.depth): blend_shape(one.cases, Shape(one.low, one.middle, one.high))
        for one in WaitShape.objects.filter(site_id=site_id)
    }
    return Paces(known, shapes)


def accuracy(actor: Actor, site_id: UUID, since: date) -> list[AccuracyLine]:
    """How true the promised waits were, day by day, newest first. One query."""
    actor.require_to_see(permissions.SEE, site_id)
    found = Accuracy.objects.filter(site_id=site_id, clinic_day__gte=since)
    return [
        AccuracyLine(
            clinic_day=a.clinic_day,
            kind=a.kind,
            forecasts=a.forecasts,
            within=a.within,
            too_late=a.too_late,
            scored=a.scored,
            below_high=a.below_high,
            loss=a.loss,
            place_loss=a.place_loss,
            middle_loss=a.middle_loss,
            place_middle_loss=a.place_middle_loss,
        )
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
