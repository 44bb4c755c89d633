"""Booking from outside: a time is kept for whoever is choosing, then booked for a patient."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.patients import permissions as patients
from yilu.patients.errors import AlreadyRegistered, CardWasOthers, NoMatch
from yilu.patients.operations.accounts import Proof, link_account
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import register_patient
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.rules.facts import PatientFacts, checked
from yilu.patients.selectors.duplicates import duplicate_candidates
from yilu.patients.selectors.patients import patient_briefs, today
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed, NotFound, NotSignedIn
from yilu.platform.subjects import Subject
from yilu.portal.errors import CardKnown, ConsentMissing, IdentityDiffers, NotOnline
from yilu.scheduling import permissions as scheduling
from yilu.scheduling import tickets
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.holds import Held, hold_time, release_hold
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.states import Channel

KEPT_MINUTES = 10
KEEPER = Actor.system("portal.time_keeper", scheduling.BOOK)
# Finds out whether an identity number is known here; nobody is shown.
RECOGNISER = Actor.system("portal.recogniser", patients.SEE, patients.SEE_ALL, patients.REGISTER)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose on the way: no practitioner means any."""

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """For whom it is: one of the account's patients, or the facts of somebody new to it."""

    patient_id: UUID | None = None
    facts: PatientFacts | None = None
    has_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """What else is asked for about one visit."""

    reason: str = ""
    is_first_visit: bool = True
    companion: str = ""
    special_needs: tuple[str, ...] = ()
    channel: str = Channel.WEB
    ticket: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@operation
def keep_time(
    *,
    actor: Actor,
    choice: Choice,
    instead_of: UUID | None = None,
    ticket: str = "",
    channel: str = Channel.WEB,
) -> Held:
    """Keep a time for somebody who is still typing; the one kept before is let go.

    `ticket` says that it is their turn in the queue for a release.

    Nobody need be signed in: count the tries (`throttle`) before calling.

    Raises:
        NotOnline: the service is not offered to the public.
        And what `hold_time` raises about the time.
    """
    service = service_info(choice.service_id)
    if not (service.online and service.is_active):
        raise NotOnline
    keeper = replace(KEEPER, correlation_id=actor.correlation_id)
    if instead_of is not None:
        release_hold(actor=keeper, hold_id=instead_of)
    return hold_time(
        actor=keeper,
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        minutes=KEPT_MINUTES,
        channel=channel,
        admission=tickets.place_of(ticket, actor) if ticket else None,
    )


@operation
def let_go(*, actor: Actor, hold_id: UUID) -> bool:
    """Let a kept time go, because somebody turned back; gives back whether it was kept still."""
    return release_hold(actor=replace(KEEPER, correlation_id=actor.correlation_id), hold_id=hold_id)


@operation
def book_online(
    *, actor: Actor, choice: Choice, person: Person, details: Details, hold_id: UUID | None = None
) -> Booked:
    """Book for a patient of the account that is signed in; somebody new is registered first.

    Raises:
        NotSignedIn: nobody proved a phone.
        NotOnline, NotAllowed, ConsentMissing, IdentityDiffers.
        CardKnown: the card that somebody new gives is, or was, a patient's.
        Invalid: a fact about the person cannot be; each field is named.
        And what `book_appointment` raises about the time: HoldExpired, SlotTaken, PatientBusy ….
    """
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    service = service_info(choice.service_id)
    if not (service.online and service.is_active):
        raise NotOnline
    patient_id = _patient(actor, choice.site_id, person)
    owner = replace(actor, owns=actor.owns | {patient_id})
    if person.patient_id is not None:
        register_at_site(actor=owner, patient_id=patient_id, site_id=choice.site_id)
    else:
        give_consent(
            actor=owner, patient_id=patient_id,
            kind=ConsentKind.DATA_USE, how=ConsentHow.ONLINE,
        )  # fmt: skip
    wish = BookingWish(
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        patient_id=patient_id,
        channel=details.channel,
        reason_for_visit=details.reason,
        is_first_visit=details.is_first_visit,
        companion=details.companion,
        special_needs=details.special_needs,
        answers=details.answers,
        hold_id=hold_id,
        admission=tickets.place_of(details.ticket, actor) if details.ticket else None,
    )
    # Taking up a kept time is the desk's right; this deed lends it to whoever kept it.
    booked = book_appointment(actor=owner.lent(scheduling.BOOK), wish=wish)
    audit.record(
        actor, "portal.booking.made", Subject("scheduling.booking", booked.id),
        site_id=choice.site_id, patient_id=patient_id, channel=details.channel,
    )  # fmt: skip
    return booked


def _patient(actor: Actor, site_id: UUID, person: Person) -> UUID:
    """The patient meant: the account's own, one it proves to be, or a new record."""
    if person.patient_id is not None:
        if not actor.is_owner(person.patient_id):
            raise NotAllowed
        return person.patient_id
    if person.facts is None:
        raise NotFound
    if not person.has_agreed:
        raise ConsentMissing
    facts = checked(person.facts, today())
    known = _of_account(actor, facts.name, facts.born_on)
    if known is not None:
        return known
    if facts.id_number and _is_known(facts):
        return _proved(actor, facts)
    try:
        return register_patient(actor=actor, site_id=site_id, facts=facts)
    except (AlreadyRegistered, CardWasOthers) as refused:
        # A card alone proves nobody: who holds it says who they are, or books without it.
        raise CardKnown from refused


def _of_account(actor: Actor, name: str, born_on: date | None) -> UUID | None:
    """The account's patient of this name and birth date: who books twice is one person."""
    mine = patient_briefs(actor, actor.owns, "portal.booking") if actor.owns else {}
    same = (p.id for p in mine.values() if p.name.written == name and p.born_on == born_on)
    return next(same, None)


def _is_known(facts: PatientFacts) -> bool:
    same = duplicate_candidates(RECOGNISER, id_number=facts.id_number, id_type=facts.id_type)
    return any(one.is_certain for one in same)


def _proved(actor: Actor, facts: PatientFacts) -> UUID:
    """The existing record, when name, birth date and number are those in it."""
    if facts.born_on is None or actor.user_id is None:
        raise IdentityDiffers
    proof = Proof(name=facts.name, born_on=facts.born_on, id_tail=facts.id_number[-4:])
    try:
        return link_account(actor=actor, user_id=actor.user_id, proof=proof)
    except NoMatch as none:
        raise IdentityDiffers from none
