"""What helps to enter a form: the bookings that its patient had on that day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.downtime import permissions
from yilu.patients import permissions as patients
from yilu.platform import wording
from yilu.platform.actors import Actor
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import bookings_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A booking that a form may be about."""

    id: UUID
    label: str
    service_id: UUID
    practitioner_id: UUID


def candidates(actor: Actor, site_id: UUID, day: date, patient: str) -> list[Candidate]:
    """The bookings still expected of a patient here on a day. Four queries, none for nobody.

    Raises: NotAllowed.
    """
    actor.require(permissions.ENTER, site_id)
    try:
        patient_id = UUID(patient)
    except ValueError:
        return []
    able = actor.lent(scheduling.SEE, patients.SEE)
    return [
        Candidate(
            line.id,
            f"{wording.clock_time(line.starts_at)} {line.practitioner_name} · {line.service_name}",
            line.service_id,
            line.practitioner_id,
        )
        for line in bookings_of(able, patient_id)
        if line.clinic_day == day and line.site_id == site_id and line.is_coming
    ]
