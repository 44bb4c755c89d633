"""Who stands behind an address about one booking or visit: an account, or the holder of a link."""

from dataclasses import dataclass, replace
from uuid import UUID

from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.links import OpenLink
from yilu.portal.errors import BirthDateUnknown
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.visits.selectors.visits import VisitInfo, visit_infos, visit_of_booking

PURPOSE = "visit"
# Compares an answer with the record; nobody is shown.
COMPARER = Actor.system("portal.birth_date", patients.SEE)


@dataclass(frozen=True, slots=True)
class About:
    """What an address is about: a booking, the visit it became, or a visit without booking."""

    patient_id: UUID
    site_id: UUID
    booking_id: UUID | None
    visit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Door:
    """Who may pass, to what; `link` is None for an account that is signed in.

    A link's holder owns the booking and its visit. `may_read` says whether papers are shown:
    at once to an account, to a link's holder after the birth date.
    """

    actor: Actor
    about: About
    link: OpenLink | None = None
    may_read: bool = True

    def proved(self) -> "Door":
        """The same door after the birth date was right: its holder may read papers."""
        owner = replace(self.actor, owns=self.actor.owns | {self.about.patient_id})
        return replace(self, actor=owner, may_read=True)


def about(subject_id: UUID) -> About:
    """What a booking's or visit's id is about. Two queries. Raises: NotFound."""
    visit: VisitInfo | None = visit_infos([subject_id]).get(subject_id)
    if visit is not None:
        return About(visit.patient_id, visit.site_id, visit.booking_id, visit.id)
    booking = coming_patient(subject_id)
    visit = visit_of_booking(subject_id)
    return About(booking.patient_id, booking.site_id, subject_id, visit.id if visit else None)


def door_of_link(reference: str, *, actor: Actor) -> Door:
    """What a reference from a message opens. Looking changes nothing. Four queries.

    Raises:
        NotFound: it was never given out.
        LinkOver: it was withdrawn, or its time is over.
    """
    link = links.look_up(PURPOSE, reference)
    meant = about(link.subject_id)
    owns = frozenset(one for one in (meant.booking_id, meant.visit_id) if one is not None)
    holder = Actor(kind="patient", name="link", owns=owns, correlation_id=actor.correlation_id)
    return Door(actor=holder, about=meant, link=link, may_read=False)


def door_of_account(actor: Actor, subject_id: UUID) -> Door:
    """An account's way to one of its own bookings or visits. Three queries.

    Raises:
        NotFound: it is not the account's own.
    """
    meant = about(subject_id)
    if actor.kind != "patient" or not actor.is_owner(meant.patient_id):
        raise NotFound
    return Door(actor=actor, about=meant)


def is_birth_date(patient_id: UUID, answer: object) -> bool:
    """Whether a day is the patient's birth date. One query.

    Raises:
        BirthDateUnknown: nobody wrote it down.
    """
    patient = patient_briefs(COMPARER, [patient_id], "portal.birth_date").get(patient_id)
    if patient is None or patient.born_on is None:
        raise BirthDateUnknown
    return patient.born_on == answer
