"""Past outbreaks and drills of a site: who, how long, how many were asked, what was found."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.models import Outbreak
from yilu.outbreak.states import Illness, ScreeningOutcome
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.workforce.selectors.staff import staff_names

SERIOUS = "→"


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One outbreak or drill. Times are local; without an end it goes on."""

    id: UUID
    is_drill: bool
    is_withdrawn: bool
    illness: Illness
    reason: str
    began_at: datetime
    began_by: PersonName | None
    ended_at: datetime | None
    ended_by: PersonName | None
    end_note: str
    screened: int
    positive: int

    @property
    def minutes(self) -> int | None:
        """How long it took; None while it goes on."""
        if self.ended_at is None:
            return None
        return int((self.ended_at - self.began_at).total_seconds() // 60)

    @property
    def became_serious(self) -> bool:
        """Whether a drill ended because outbreak mode was switched on in earnest."""
        return self.end_note == SERIOUS


def times(actor: Actor, site_id: UUID, *, limit: int = 60) -> list[TimeLine]:
    """The outbreaks and drills of a site, the latest first. Two queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    answered = Q(screenings__first=None)
    positive = answered & Q(screenings__outcome=ScreeningOutcome.POSITIVE)
    rows = list(
        Outbreak.objects.filter(site_id=site_id).annotate(
            screened=Count("screenings", filter=answered),
            positive=Count("screenings", filter=positive),
        )[:limit]
    )
    staff = staff_names([who for one in rows for who in (one.began_by_id, one.ended_by_id)])
    zone = site_zone(site_id)
    return [
        TimeLine(
            id=one.pk,
            is_drill=one.is_drill,
            is_withdrawn=one.is_withdrawn,
            illness=Illness(one.illness),
            reason=one.reason,
            began_at=one.began_at.astimezone(zone),
            began_by=staff.get(one.began_by_id) if one.began_by_id else None,
            ended_at=one.ended_at.astimezone(zone) if one.ended_at else None,
            ended_by=staff.get(one.ended_by_id) if one.ended_by_id else None,
            end_note=one.end_note,
            screened=one.screened,
            positive=one.positive,
        )
        for one in rows
    ]
