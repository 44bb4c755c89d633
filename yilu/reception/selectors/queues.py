"""Which queue a patient waits in next, and who has fewest waiting."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.catalogue.selectors.services import performers
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.names import Localized, PersonName
from yilu.queueing.selectors.points import queue_for
from yilu.queueing.states import QueueKind
from yilu.reception.errors import NobodyOnDuty
from yilu.scheduling.selectors.duty import here_today
from yilu.visits.selectors.visits import VisitInfo, open_visits
from yilu.workforce.selectors.practitioners import practitioner_infos


def first_queue(visit: VisitInfo, *, wants_assessment: bool) -> UUID:
    """Where somebody who has just come waits: to be assessed, or for their practitioner.

    Two queries at most. Raises: NobodyOnDuty.
    """
    if wants_assessment:
        assessment = queue_for(visit.site_id, QueueKind.ASSESSMENT)
        if assessment is not None:
            return assessment.id
    return consultation_queue(visit)


def consultation_queue(visit: VisitInfo) -> UUID:
    """The queue of a visit's practitioner, else of the department. Raises: NobodyOnDuty."""
    found = queue_for(
        visit.site_id,
        QueueKind.CONSULTATION,
        practitioner_id=visit.practitioner_id,
        department_id=visit.department_id,
    )
    if found is None:
        raise NobodyOnDuty
    return found.id


def least_busy_performer(site_id: UUID, service_id: UUID) -> UUID | None:
    """Who of those that do a service and are here today has fewest patients. Three queries."""
    now = clock.now().astimezone(site_zone(site_id))
    able = {practitioner_id for practitioner_id, _minutes in performers(service_id)}
    here = sorted(able & here_today(site_id, now))
    load = Counter(visit.practitioner_id for visit in open_visits(site_id, now.date()))
    return min(here, key=lambda one: load[one], default=None)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """Somebody who sees patients here today, and how many of theirs are with us."""

    practitioner_id: UUID
    name: PersonName
    title: Localized
    patients: int

    @property
    def label(self) -> str:
        """As a list to choose from says it."""
        words = {"name": self.name, "title": self.title, "number": self.patients}
        return _("%(name)s · %(title)s · %(number)s here") % words


def on_duty_lines(site_id: UUID) -> list[DutyLine]:
    """Who sees patients at a site today, those with fewest first. Three queries."""
    now = clock.now().astimezone(site_zone(site_id))
    people = practitioner_infos(here_today(site_id, now))
    load = Counter(visit.practitioner_id for visit in open_visits(site_id, now.date()))
    lines = [DutyLine(p.id, p.name, p.title, load[p.id]) for p in people.values() if p.is_bookable]
    return sorted(lines, key=lambda one: (one.patients, one.name.written))
