"""The number or address of a telephone or video visit, for the doctor who has it going on."""

from dataclasses import dataclass

from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.services import service_info
from yilu.patients.selectors.detail import revealed
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.selectors.telling import meeting_link
from yilu.visits.selectors.visits import VisitInfo
from yilu.workforce.selectors.practitioners import practitioner_info


@dataclass(frozen=True, slots=True)
class Call:
    """Where to reach the patient: a number in full, or the address of the video."""

    mode: Mode
    phone: str
    link: str


def call_of(actor: Actor, visit: VisitInfo) -> Call:
    """Where to reach the patient of a visit that is going on; that the number was read in full is
    recorded. Five queries by telephone, three by video.

    Raises: NotFound.
    """
    if visit.booking_id is None:
        raise NotFound
    booking = coming_patient(visit.booking_id)
    if booking.mode == Mode.TELEPHONE:
        return Call(booking.mode, revealed(actor, visit.patient_id, "phone"), "")
    service, doctor = service_info(booking.service_id), practitioner_info(booking.practitioner_id)
    return Call(booking.mode, "", meeting_link(booking.mode, service, doctor))
