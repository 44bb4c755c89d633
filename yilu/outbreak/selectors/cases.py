"""Reports of suspected cases, each with its clock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.models import CaseReport
from yilu.outbreak.states import CaseGroup, CaseOutcome, CaseState, CaseWay
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.workforce.selectors.staff import staff_names

WHY = "report of a suspected case"
LOOKS = {CaseState.OPEN: "soon", CaseState.SENT: "done", CaseState.WITHDRAWN: "blocked"}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """The report of one case. Times are local."""

    id: UUID
    number: str
    site_id: UUID
    screening_id: UUID
    is_drill: bool
    patient: PatientBrief | None
    group: CaseGroup
    disease: str
    limit_minutes: int
    suspected_at: datetime
    due_at: datetime
    state: CaseState
    opened_by: PersonName | None
    way: str
    receipt: str
    over_at: datetime | None
    over_by: PersonName | None
    withdrawn_why: str
    outcome: str
    outcome_at: datetime | None
    is_late: bool
    version: int

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN

    @property
    def is_sent(self) -> bool:
        return self.state == CaseState.SENT

    @property
    def look(self) -> str:
        """Its colour, by the vocabulary of the design system."""
        return "late" if self.is_open and self.is_late else LOOKS[self.state]

    @property
    def way_label(self) -> str:
        return str(CaseWay(self.way).label) if self.way else ""

    @property
    def outcome_label(self) -> str:
        return str(CaseOutcome(self.outcome).label) if self.outcome else ""


def cases(actor: Actor, site_id: UUID, *, limit: int = 100) -> list[CaseLine]:
    """The reports of a site, the latest first, practised ones too. Three queries.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.REPORT, site_id)
    return _lines(actor, list(CaseReport.objects.filter(site_id=site_id)[:limit]))


def case(actor: Actor, case_id: UUID) -> CaseLine:
    """One report, for those who write reports. Three queries. Raises: NotFound."""
    row = CaseReport.objects.filter(pk=case_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.REPORT, row.site_id)
    return _lines(actor, [row])[0]


def _lines(actor: Actor, rows: list[CaseReport]) -> list[CaseLine]:
    people = patient_briefs(actor, [one.patient_id for one in rows if one.patient_id], WHY)
    staff = staff_names([who for one in rows for who in (one.opened_by_id, one.over_by_id)])
    return [_line(one, people, staff) for one in rows]


def _line(
    row: CaseReport, people: dict[UUID, PatientBrief], staff: dict[UUID, PersonName]
) -> CaseLine:
    zone = site_zone(row.site_id)
    return CaseLine(
        id=row.pk,
        number=row.number,
        site_id=row.site_id,
        screening_id=row.screening_id,
        is_drill=row.is_drill,
        patient=people.get(row.patient_id) if row.patient_id else None,
        group=CaseGroup(row.group),
        disease=row.disease,
        limit_minutes=row.limit_minutes,
        suspected_at=row.suspected_at.astimezone(zone),
        due_at=row.due_at.astimezone(zone),
        state=CaseState(row.state),
        opened_by=staff.get(row.opened_by_id) if row.opened_by_id else None,
        way=row.way,
        receipt=row.receipt,
        over_at=row.over_at.astimezone(zone) if row.over_at else None,
        over_by=staff.get(row.over_by_id) if row.over_by_id else None,
        withdrawn_why=row.withdrawn_why,
        outcome=row.outcome,
        outcome_at=row.outcome_at.astimezone(zone) if row.outcome_at else None,
        is_late=(row.over_at or clock.now()) > row.due_at,
        version=row.version,
    )
