"""Who stands before the kiosk: found by two identifiers, or by a code that only they have.

Call `recognise` outside a deed: each try is counted and kept, found or not.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.facility.selectors.sites import open_sites
from yilu.kiosk import permissions
from yilu.kiosk.errors import Several, Unknown, Unreadable
from yilu.kiosk.rules import Scan, ScanKind
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import PatientHit, search_patients
from yilu.platform import audit, throttle
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.subjects import Subject
from yilu.reception.passes import booking_of_pass
from yilu.scheduling.selectors.arriving import ComingPatient, coming_numbered, coming_patient

WHY = "kiosk"
A_DEVICE, A_NUMBER = 20, 5
SECONDS = 600
MATCHED = {ScanKind.PHONE: "phone", ScanKind.PAPER: "id_number", ScanKind.CARD: "card"}


@dataclass(frozen=True, slots=True)
class Known:
    """Who was recognised. `is_proved`: by two identifiers, so papers and bills may be shown."""

    patient_id: UUID
    booking_id: UUID | None
    is_proved: bool


def recognise(*, actor: Actor, site_id: UUID, scan: Scan, born_on: date | None = None) -> Known:
    """Find who a number, or a code, belongs to; all but a code and an ID card need the birth date.

    Raises:
        NotAllowed.
        TooMany: too many wrong tries at this kiosk, or for this number.
        Unknown: nobody has both; it is not said which of them is wrong.
        Several: two people have both, such as twins.
        Unreadable: the code is not one of ours.
    """
    actor.require(permissions.USE, site_id)
    buckets = (f"kiosk:device:{actor.user_id}", f"kiosk:number:{scan.value}")
    for bucket, limit in zip(buckets, (A_DEVICE, A_NUMBER), strict=True):
        throttle.take(bucket, limit, SECONDS)
    known = (
        _by_pass(scan) if scan.kind == ScanKind.BOOKING_CODE else _by_number(actor, scan, born_on)
    )
    for bucket in buckets:
        throttle.forget(bucket)
    _write_down(actor=actor, site_id=site_id, known=known, how=scan.kind)
    return known


def prove(*, actor: Actor, site_id: UUID, known: Known, born_on: date) -> Known:
    """The same person after their birth date was right. Raises: TooMany, Unknown."""
    actor.require(permissions.USE, site_id)
    buckets = (f"kiosk:device:{actor.user_id}", f"kiosk:proof:{known.patient_id}")
    for bucket, limit in zip(buckets, (A_DEVICE, A_NUMBER), strict=True):
        throttle.take(bucket, limit, SECONDS)
    brief = patient_briefs(actor, [known.patient_id], WHY).get(known.patient_id)
    if brief is None or brief.born_on != born_on:
        raise Unknown
    for bucket in buckets:
        throttle.forget(bucket)
    proved = Known(known.patient_id, known.booking_id, is_proved=True)
    _write_down(actor=actor, site_id=site_id, known=proved, how="birth_date")
    return proved


def _by_pass(scan: Scan) -> Known:
    booking_id = booking_of_pass(scan.value)
    if booking_id is None:
        raise Unreadable
    booking = coming_patient(booking_id)
    return Known(booking.patient_id, booking_id, is_proved=False)


def _by_number(actor: Actor, scan: Scan, born_on: date | None) -> Known:
    # An ID card that is held before the reader names its bearer and their birth date at once.
    if born_on is None and scan.kind != ScanKind.PAPER:
        raise Unknown
    if scan.kind == ScanKind.BOOKING:
        return _by_booking(actor, scan.value, born_on)
    seeing = actor.lent(patients.SEE, patients.SEE_ALL)
    hits = [one for one in search_patients(seeing, scan.value) if one.matched == MATCHED[scan.kind]]
    fitting = {one.id for one in hits if scan.kind == ScanKind.PAPER or _born(one, born_on)}
    return Known(_only(fitting), None, is_proved=True)


def _by_booking(actor: Actor, number: str, born_on: date | None) -> Known:
    found = coming_numbered(number, [site.id for site in open_sites()])
    briefs = patient_briefs(actor, {one.patient_id for one in found}, WHY)
    fitting: dict[UUID, ComingPatient] = {
        one.booking_id: one
        for one in found
        if one.patient_id in briefs and briefs[one.patient_id].born_on == born_on
    }
    booking = fitting[_only(set(fitting))]
    return Known(booking.patient_id, booking.booking_id, is_proved=True)


def _born(hit: PatientHit, born_on: date | None) -> bool:
    return born_on is not None and hit.patient.born_on == born_on


def _only(found: set[UUID]) -> UUID:
    if len(found) > 1:
        raise Several
    if not found:
        raise Unknown
    return found.pop()


@operation
def _write_down(*, actor: Actor, site_id: UUID, known: Known, how: str) -> None:
    audit.record(
        actor,
        "kiosk.visitor.recognised",
        Subject("patients.patient", known.patient_id),
        site_id=site_id,
        patient_id=known.patient_id,
        how=str(how),
    )
