"""One proposal to a patient: what cannot be kept, what is kept instead, and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.scheduling.models import PlannedMove
from yilu.scheduling.states import ASKED, COMING, MoveState, PlanState
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that is kept for a patient, with the words that a message or page needs.

    Times are those on the wall of the site. `is_open`: it can be answered. `may_choose`: another
    time can be chosen, though perhaps none is kept.
    """

    id: UUID
    state: str
    round: int
    reason: str
    site_id: UUID
    booking_id: UUID
    service_id: UUID
    patient_id: UUID
    old_starts_at: datetime
    old_doctor: PersonName
    starts_at: datetime | None
    ends_at: datetime | None
    doctor: PersonName
    same_doctor: bool
    answer_by: datetime | None
    is_open: bool
    may_choose: bool
    service: Localized
    clinic: Localized
    address: Localized
    phone: str


def proposal(move_id: UUID) -> Proposal:
    """One proposal, for its patient. Five queries. Raises: NotFound."""
    found = PlannedMove.objects.select_related("booking", "plan").filter(pk=move_id).first()
    if found is None:
        raise NotFound
    booking, site = found.booking, site_info(found.site_id)
    who = found.practitioner_id
    names = practitioner_names({one for one in (found.old_practitioner_id, who) if one})
    stands = (
        found.plan.state == PlanState.CONFIRMED
        and booking.state in COMING
        and booking.starts_at == found.old_starts_at
    )
    ahead = found.starts_at is not None and found.starts_at > clock.now()

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(site.zone) if moment else None

    return Proposal(
        id=found.pk,
        state=found.state,
        round=found.round,
        reason=found.plan.reason,
        site_id=found.site_id,
        booking_id=booking.pk,
        service_id=booking.service_id,
        patient_id=booking.patient_id,
        old_starts_at=found.old_starts_at.astimezone(site.zone),
        old_doctor=names[found.old_practitioner_id],
        starts_at=local(found.starts_at),
        ends_at=local(found.ends_at),
        doctor=names[who] if who else PersonName(""),
        same_doctor=who == found.old_practitioner_id,
        answer_by=local(found.answer_by),
        is_open=found.state in ASKED and stands and ahead,
        may_choose=found.state in {*ASKED, MoveState.TO_CALL} and stands,
        service=service_info(booking.service_id).name,
        clinic=site.name,
        address=site.address,
        phone=site.phone,
    )
