"""What patients do at a kiosk by themselves: check in, register, take a number."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.kiosk import permissions
from yilu.kiosk.errors import HasNumber, KnownAlready, NothingToCheckIn
from yilu.kiosk.operations.visitors import Known
from yilu.patients import permissions as patients
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.holding import hold_patient
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.duplicates import duplicate_candidates
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.reception import permissions as reception
from yilu.reception.operations.arrivals import CheckedIn, check_in, walk_in
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.visits.selectors.visits import open_visits


@operation
def check_in_here(
    *,
    actor: Actor,
    site_id: UUID,
    known: Known,
    booking_id: UUID,
    needs: Iterable[str] = (),
    screening: Mapping[str, str] | None = None,
) -> CheckedIn:
    """Check somebody in for their own booking of today, as the desk would.

    The kiosk asks for few needs: those that were said when booking hold besides.

    Raises:
        NotAllowed.
        NothingToCheckIn: the booking is another person's, or at another site.
        NotToday: it is for another day.
        MoveRefused: it is not expected any more, or somebody else has just checked it in.
        NobodyOnDuty.
        ScreeningMissing, AnswersMissing: the entry questions come first.
    """
    actor.require(permissions.USE, site_id)
    booking = coming_patient(booking_id)
    if booking.patient_id != known.patient_id or booking.site_id != site_id:
        raise NothingToCheckIn
    able = actor.lent(scheduling.SEE, reception.CHECK_IN)
    both = {*needs, *booking.special_needs}
    return check_in(actor=able, booking_id=booking_id, needs=both, screening=screening)


@operation
def take_number(
    *,
    actor: Actor,
    site_id: UUID,
    patient_id: UUID,
    service_id: UUID,
    needs: Iterable[str] = (),
    screening: Mapping[str, str] | None = None,
) -> CheckedIn:
    """Give a number to somebody without a booking, for who has fewest waiting.

    Raises:
        NotAllowed, NotFound.
        HasNumber: they have a number here already.
        NobodyOnDuty: nobody who does this is here today.
        ScreeningMissing, AnswersMissing: the entry questions come first.
    """
    actor.require(permissions.USE, site_id)
    able = actor.lent(
        reception.WALK_IN, patients.REGISTER, patients.SEE, patients.SEE_ALL, patients.CHANGE
    )
    # Two kiosks, or two fingers, at once: the second finds what the first did.
    hold_patient(able, patient_id)
    today = clock.now().astimezone(site_zone(site_id)).date()
    if any(visit.patient_id == patient_id for visit in open_visits(site_id, today)):
        raise HasNumber
    return walk_in(
        actor=able, site_id=site_id, patient_id=patient_id, service_id=service_id, needs=needs,
        screening=screening,
    )  # fmt: skip


@operation
def register_here(*, actor: Actor, site_id: UUID, facts: PatientFacts) -> UUID:
    """Make a record for somebody new from the least that is needed, with their consent.

    Raises:
        NotAllowed.
        Invalid: a fact cannot be; each field is named.
        KnownAlready: somebody of this paper, or of this phone and birth date, is known.
    """
    actor.require(permissions.USE, site_id)
    able = actor.lent(patients.REGISTER, patients.SEE, patients.SEE_ALL, patients.CHANGE)
    if _is_known(able, facts):
        raise KnownAlready
    try:
        patient_id = register_patient(actor=able, site_id=site_id, facts=facts)
    except AlreadyRegistered as refused:
        raise KnownAlready from refused
    give_consent(
        actor=able, patient_id=patient_id, kind=ConsentKind.DATA_USE, how=ConsentHow.ONLINE
    )
    return patient_id


def _is_known(able: Actor, facts: PatientFacts) -> bool:
    same = duplicate_candidates(
        able, phone=facts.phone, id_number=facts.id_number, id_type=facts.id_type
    )
    return any(
        one.is_certain or ("phone" in one.reasons and one.hit.patient.born_on == facts.born_on)
        for one in same
    )
