"""What staff are to tell who waits, and what was told and missed in a period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.queueing import permissions
from yilu.queueing.models import ProgressNotice
from yilu.queueing.states import NoticeState, NoticeWay

_COUNTED = """
SELECT way, count(*) FILTER (WHERE state = 'given') AS given,
    count(*) FILTER (WHERE state = 'missed') AS missed
FROM queueing_progressnotice
WHERE site_id = %(site)s AND clinic_day BETWEEN %(first)s AND %(last)s AND kind = 'progress'
GROUP BY way
"""


@dataclass(frozen=True, slots=True)
class ToTell:
    """Somebody who waits, whom staff are to tell how it goes. Times on the site's wall clock."""

    id: UUID
    number: str
    patient: PatientBrief | None
    due_at: datetime
    low_at: datetime
    high_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class WayCount:
    """How many notices of one way were given, and how many were missed."""

    way: str
    given: int
    missed: int

    @property
    def label(self) -> str:
        return str(NoticeWay(self.way).label)


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """What those who waited in a period were told."""

    by_way: tuple[WayCount, ...]

    @property
    def given(self) -> int:
        return sum(one.given for one in self.by_way)

    @property
    def missed(self) -> int:
        return sum(one.missed for one in self.by_way)


def to_tell(actor: Actor, site_id: UUID) -> list[ToTell]:
    """Whom staff are to tell how it goes, the longest due first. Three queries; none, one."""
    actor.require_to_see(permissions.SEE, site_id)
    found = list(
        ProgressNotice.objects.filter(site_id=site_id, state=NoticeState.ASKED).order_by("due_at")
    )
    if not found:
        return []
    briefs = patient_briefs(actor, [one.patient_id for one in found], "progress notices")
    return [_to_tell(one, briefs.get(one.patient_id)) for one in found]


def notice_counts(actor: Actor, site_id: UUID, first: date, last: date) -> NoticeCounts:
    """How many progress notices of a period were given and missed, by way. One query."""
    actor.require_to_see(permissions.REPORT, site_id)
    found = rows(_COUNTED, {"site": site_id, "first": first, "last": last})
    order = {way: n for n, way in enumerate(NoticeWay.values)}
    return NoticeCounts(
        tuple(
            WayCount(one["way"], one["given"], one["missed"])
            for one in sorted(found, key=lambda row: order[row["way"]])
        )
    )


def _to_tell(one: ProgressNotice, patient: PatientBrief | None) -> ToTell:
    zone, at = site_zone(one.site_id), one.made_at
    return ToTell(
        id=one.pk,
        number=one.number,
        patient=patient,
        due_at=one.due_at.astimezone(zone),
        low_at=(at + timedelta(minutes=one.low_minutes)).astimezone(zone),
        high_at=(at + timedelta(minutes=one.high_minutes)).astimezone(zone),
        version=one.version,
    )
