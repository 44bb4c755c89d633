"""Who feels worse while waiting: for the nurse, and for the patient to know what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical.selectors.context import require_patient
from yilu.facility.selectors.sites import site_zone
from yilu.intake import permissions
from yilu.intake.models import FeltWorse
from yilu.intake.rules import pretriage
from yilu.intake.selectors.pretriage import Alarm
from yilu.intake.states import WorseState
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.queueing.selectors.tickets import Waiter, waiters


@dataclass(frozen=True, slots=True)
class WorseLine:
    """One call for the nurse, as her board shows it. Times are local."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    patient: PatientBrief | None
    number: str
    queue: Localized
    level: int | None
    suggested: int | None
    alarms: tuple[Localized, ...]
    words: str
    presses: int
    channel: str
    said_at: datetime
    promise_minutes: int
    version: int


@dataclass(frozen=True, slots=True)
class WorseNow:
    """How a patient's own call stands, and what to do meanwhile."""

    id: UUID
    state: str
    is_open: bool
    said_at: datetime
    answered_at: datetime | None
    promise_minutes: int
    alarms: tuple[Alarm, ...]

    @property
    def state_label(self) -> str:
        return str(WorseState(self.state).label)


def open_calls(actor: Actor, site_id: UUID) -> list[WorseLine]:
    """Who feels worse at a site and was not seen yet, the most urgent first. Four queries."""
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(FeltWorse.objects.filter(site_id=site_id, state=WorseState.OPEN))
    return sorted(_lines(actor, rows), key=lambda one: (one.suggested or 5, one.said_at))


def call_detail(actor: Actor, feltworse_id: UUID) -> WorseLine:
    """One call, to be answered. Four queries. Raises: NotFound."""
    row = FeltWorse.objects.filter(pk=feltworse_id).first()
    if row is None:
        raise NotFound
    require_patient(actor, row.patient_id, row.site_id, permissions.SEE)
    return _lines(actor, [row])[0]


def worse_of(visit_id: UUID) -> WorseNow | None:
    """The latest call of a visit, for its patient. One query."""
    row = FeltWorse.objects.filter(visit_id=visit_id).order_by("-said_at").first()
    if row is None:
        return None
    zone = site_zone(row.site_id)
    known = {one.key: one for one in pretriage.rules().alarms}
    return WorseNow(
        id=row.pk,
        state=row.state,
        is_open=row.state == WorseState.OPEN,
        said_at=row.said_at.astimezone(zone),
        answered_at=row.answered_at.astimezone(zone) if row.answered_at else None,
        promise_minutes=row.promise_minutes,
        alarms=tuple(
            Alarm(known[key].title, known[key].advice) for key in row.alarms if key in known
        ),
    )


def _lines(actor: Actor, rows: Sequence[FeltWorse]) -> list[WorseLine]:
    people = patient_briefs(actor, [one.patient_id for one in rows], "feels worse")
    places = waiters([one.visit_id for one in rows])
    return [_line(one, people.get(one.patient_id), places.get(one.visit_id)) for one in rows]


def _line(row: FeltWorse, patient: PatientBrief | None, place: Waiter | None) -> WorseLine:
    known = {one.key: one.title for one in pretriage.rules().alarms}
    return WorseLine(
        id=row.pk,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        patient=patient,
        number=place.number if place else "",
        queue=place.queue if place else Localized(),
        level=place.level if place else None,
        suggested=row.suggested,
        alarms=tuple(known[key] for key in row.alarms if key in known),
        words=row.words,
        presses=row.presses,
        channel=row.channel,
        said_at=row.said_at.astimezone(site_zone(row.site_id)),
        promise_minutes=row.promise_minutes,
        version=row.version,
    )
