"""Extra places: opened where they are advised, booked once, or withdrawn."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.prediction import permissions
from yilu.prediction.errors import PlaceNotAdvised, PlaceTaken
from yilu.prediction.events import ExtraPlaceEnded, ExtraPlaceOpened
from yilu.prediction.models import ExtraPlace
from yilu.prediction.selectors.advice import session_advice
from yilu.prediction.selectors.topics import calls_topic
from yilu.prediction.states import PlaceState
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.booking import BookingWish, overbook_appointment
from yilu.scheduling.operations.results import Booked

REASON = "有限加号：预计有人不来"
"""Kept with the booking as the reason for the exception; what a clinic reads is Chinese first."""


@dataclass(frozen=True, slots=True)
class ForWhom:
    """Whom an extra place is given to, and how they asked."""

    patient_id: UUID
    channel: str
    is_first_visit: bool = False


@operation
def open_extra_place(
    *, actor: Actor, site_id: UUID, practitioner_id: UUID, day: date, starts_at: datetime
) -> UUID:
    """Open the extra place that is advised at this time, as it is calculated now.

    The calculation is kept with it. Twelve queries.

    Raises:
        NotFound, NotAllowed.
        PlaceNotAdvised: nothing is advised there (any more).
        PlaceTaken: somebody else opened it at the same moment.
    """
    actor.require(permissions.OPEN_PLACES, site_id)
    session = next(
        (
            one
            for one in session_advice(actor, site_id, day)
            if one.practitioner_id == practitioner_id
            and one.next is not None
            and one.next.starts_at == starts_at
        ),
        None,
    )
    if session is None or session.next is None or starts_at <= clock.now():
        raise PlaceNotAdvised
    place = ExtraPlace(
        site_id=site_id,
        practitioner_id=practitioner_id,
        service_id=session.next.service_id,
        clinic_day=day,
        session_starts_at=session.starts_at,
        starts_at=session.next.starts_at,
        nth=len(session.opened) + 1,
        calculation=asdict(session.advice),
        opened_by=actor.user_id,
        opened_at=clock.now(),
    )
    with on_violation(prediction_place_once=PlaceTaken):
        place.save(force_insert=True)
    audit.record(
        actor, "prediction.place.opened", place, site_id=site_id,
        expected=f"{session.next.step.expected:.1f}", wait=round(session.next.step.wait),
    )  # fmt: skip
    told = ExtraPlaceOpened(place.pk, practitioner_id, day, place.starts_at)
    topics = [calls_topic(site_id)]
    outbox.publish(told, actor=actor, site_id=site_id, subject=place, topics=topics)
    return place.pk


@operation
def book_extra_place(*, actor: Actor, place_id: UUID, whom: ForWhom) -> Booked:
    """Book an open extra place for a patient: beside another, with the right that opened it.

    Raises:
        NotFound, NotAllowed.
        PlaceTaken: it was booked or withdrawn meanwhile.
        PatientBusy, SlotTaken, ResourceAway, StartsInPast: as any booking beyond the rules.
    """
    place = _hold(actor, place_id)
    actor.require(scheduling.BOOK, place.site_id)
    wish = BookingWish(
        site_id=place.site_id,
        service_id=place.service_id,
        practitioner_id=place.practitioner_id,
        starts_at=place.starts_at,
        patient_id=whom.patient_id,
        channel=whom.channel,
        is_first_visit=whom.is_first_visit,
        overrule_reason=REASON,
    )
    # Whoever opened the place held the right; it is lent for this one time beside another.
    booked = overbook_appointment(actor=actor.lent(scheduling.OVERRULE), wish=wish)
    place.booking_id = booked.id
    _end(actor, place, PlaceState.FILLED)
    return booked


@operation
def withdraw_extra_place(*, actor: Actor, place_id: UUID, version: int | None = None) -> None:
    """Withdraw an extra place that nobody has booked.

    Raises:
        NotFound, NotAllowed, Stale.
        PlaceTaken: it was booked or withdrawn meanwhile.
    """
    place = _hold(actor, place_id)
    actor.require(permissions.OPEN_PLACES, place.site_id)
    check_version(place, version)
    _end(actor, place, PlaceState.WITHDRAWN)


@operation
def follow_place(*, actor: Actor, booking_id: UUID) -> None:
    """An extra place whose patient cancelled or moved is withdrawn: the reckoning has changed.

    It may be advised and opened anew. Twice changes nothing. One query, four when there is one.
    """
    place = ExtraPlace.objects.select_for_update().filter(booking_id=booking_id).first()
    if place is not None:
        place.booking_id = None
        _write(actor, place, PlaceState.WITHDRAWN)


def _hold(actor: Actor, place_id: UUID) -> ExtraPlace:
    place = ExtraPlace.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise NotFound
    actor.require_to_see(permissions.CALL, place.site_id)
    return place


def _end(actor: Actor, place: ExtraPlace, state: PlaceState) -> None:
    if place.state != PlaceState.OPEN:
        raise PlaceTaken
    _write(actor, place, state)


def _write(actor: Actor, place: ExtraPlace, state: PlaceState) -> None:
    place.state = state
    place.version += 1
    place.save(force_update=True)
    audit.record(
        actor, f"prediction.place.{state}", place, site_id=place.site_id,
        booking=place.booking_id,
    )  # fmt: skip
    told = ExtraPlaceEnded(place.pk, state, place.booking_id)
    topics = [calls_topic(place.site_id)]
    outbox.publish(told, actor=actor, site_id=place.site_id, subject=place, topics=topics)
