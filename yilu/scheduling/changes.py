"""How a booking or resource is held, moved and written back. Only operations call this."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, loaded
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.money import ZERO
from yilu.scheduling import permissions
from yilu.scheduling.claims import Piece
from yilu.scheduling.errors import Archived, CannotUndo, ChangedSince
from yilu.scheduling.events import BookingChange
from yilu.scheduling.models import Booking, Resource
from yilu.scheduling.selectors.refusals import stands
from yilu.scheduling.selectors.topics import booking_topic, day_topic
from yilu.scheduling.states import BookingState, check_move

UNDO_FOR = timedelta(minutes=10)
JUST_MADE = 1


def hold_booking(
    actor: Actor, booking_id: UUID, *, version: int | None = None, or_owner: bool = False
) -> Booking:
    """The booking, locked until the deed ends, if the actor may change it.

    Read its state only after this. `or_owner` lets in the patient, or the holder of its link.
    Who may not even see it is told that there is none. One query.

    Raises:
        NotFound, NotAllowed, Stale.
        Archived: it is old and over, and was put away.
    """
    found = loaded(Booking, "id = %(id)s FOR NO KEY UPDATE", {"id": booking_id})
    if not found:
        raise NotFound
    booking = found[0]
    owned = actor.is_owner(booking.pk, booking.patient_id)
    if not actor.may(permissions.CHANGE, booking.site_id) and not (or_owner and owned):
        if not owned:
            actor.require_to_see(permissions.SEE, booking.site_id)
        raise NotAllowed(permission=permissions.CHANGE)
    if booking.archived_at is not None:
        raise Archived
    check_version(booking, version)
    return booking


def hold_resource(actor: Actor, resource_id: UUID) -> Resource:
    """The resource, locked until the deed ends, if the actor may change its roster. One query.

    Raises: NotFound, NotAllowed.
    """
    resource = Resource.objects.select_for_update(no_key=True).filter(pk=resource_id).first()
    if resource is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, resource.site_id)
    actor.require(permissions.ROSTER, resource.site_id)
    return resource


def is_staff_of(actor: Actor, booking: Booking) -> bool:
    """Whether the actor changes it by right of a post, not as its patient."""
    return actor.may(permissions.CHANGE, booking.site_id)


def remember(booking: Booking, deed: str, pieces: list[Piece], *, refund: Decimal = ZERO) -> None:
    """Keep what a deed replaces, so that it can be taken back. Call before changing anything.

    `refund` is what the deed gives back of a prepaid sum.
    """
    booking.undo = {
        "deed": deed,
        # What `keep` makes of it: by this, who did the deed takes back theirs and nobody else's.
        "version": booking.version + 1,
        # Real time: it is a person's second thought, however fast the clinic's clock runs.
        "until": (clock.machine_now() + UNDO_FOR).isoformat(),
        "state": booking.state,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "clinic_day": booking.clinic_day.isoformat(),
        "practitioner_id": str(booking.practitioner_id),
        "service_id": str(booking.service_id),
        "lane": booking.lane,
        "mode": booking.mode,
        "late": booking.running_late_minutes,
        "come_at": booking.come_at.isoformat() if booking.come_at else None,
        "confirmed_at": booking.confirmed_at.isoformat() if booking.confirmed_at else None,
        "refund": str(refund) if refund else None,
        "pieces": [
            [str(p.id), str(p.resource_id), p.starts_at.isoformat(), p.ends_at.isoformat()]
            for p in pieces
        ],
    }


def remembered(booking: Booking, deed: str, version: int | None = None) -> list[Piece]:
    """What the newest deed gave back, if it is this deed and can still be taken back.

    `version` is the one that the deed left: who names it takes back no other deed of its kind.
    What was told or noted since, which takes nothing back, does not hinder.

    Raises:
        CannotUndo: another deed is newer, or ten minutes have passed.
        ChangedSince: the deed that left this version is not the newest any more.
    """
    undo = booking.undo
    if version is not None and (undo is None or undo.get("version") != version):
        raise changed_since(booking)
    if undo is None or undo["deed"] != deed:
        raise CannotUndo
    if clock.machine_now() > datetime.fromisoformat(undo["until"]):
        raise CannotUndo
    return [
        Piece(UUID(one), UUID(of), datetime.fromisoformat(start), datetime.fromisoformat(end))
        for one, of, start, end in undo["pieces"]
    ]


def check_just_made(booking: Booking) -> None:
    """Refuse to take a new booking back that was changed since. Raises: ChangedSince."""
    if booking.version != JUST_MADE:
        raise changed_since(booking)


def changed_since(booking: Booking) -> CannotUndo:
    """Why a deed is not taken back: who did what since, and what stands now. Two queries."""
    now = stands(booking)
    return ChangedSince(**now) if now else CannotUndo()


def check_and_set(booking: Booking, target: BookingState) -> None:
    """Make one legal move."""
    check_move(booking.state, target)
    booking.state = target


def keep(booking: Booking, *names: str) -> None:
    """Write the changed columns back, with a new version. One query."""
    booking.version += 1
    booking.changed_at = clock.now()
    booking.save(update_fields=["version", "changed_at", "undo", *names])


def tell(
    actor: Actor,
    booking: Booking,
    event: type[BookingChange],
    before: str,
    **more: Any,
) -> None:
    """Publish a small change of a booking. One query."""
    change = event(
        booking_id=booking.pk,
        booking_version=booking.version,
        patient_id=booking.patient_id,
        clinic_day=booking.clinic_day,
        starts_at=booking.starts_at,
        before=before,
        after=booking.state,
        **more,
    )
    publish(actor, booking, change)


def publish(actor: Actor, booking: Booking, event: Any, *days: Any) -> None:
    """Publish an event of a booking; `days` are further clinic days whose views changed."""
    topics = {day_topic(booking.site_id, day) for day in (booking.clinic_day, *days)}
    outbox.publish(
        event,
        actor=actor,
        site_id=booking.site_id,
        subject=booking,
        topics=[*topics, booking_topic(booking.pk)],
    )


def write_down(actor: Actor, booking: Booking, action: str, **details: object) -> None:
    """One audit line about a booking. One query."""
    audit.record(
        actor,
        f"scheduling.booking.{action}",
        booking,
        site_id=booking.site_id,
        patient_id=booking.patient_id,
        **details,
    )
