"""What becomes of an item of a dental plan: booked, done, taken back."""

from datetime import datetime
from uuid import UUID

from yilu.clinical.selectors.context import setting
from yilu.dental import permissions
from yilu.dental.errors import ItemMoveRefused, NotTheirBooking
from yilu.dental.events import PlannedToothDone, PlannedToothTakenBack
from yilu.dental.items import (
    held_item,
    move,
    publish,
    reason_of,
    record,
    require_emergency,
    tell,
)
from yilu.dental.models import PlanItem, ToothEntry
from yilu.dental.operations.charting import Charted, chart_teeth, withdraw_entry
from yilu.dental.rules.plans import EFFECTS
from yilu.dental.selectors.services import service_key
from yilu.dental.states import ItemState, Layer, check_item_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.states import COMING, HOLDS_TIME


@operation
def book_item(
    *, actor: Actor, item_id: UUID, practitioner_id: UUID | None, starts_at: datetime
) -> Booked:
    """Book the service of an accepted item; the item stands on that booking.

    Raises: NotFound, NotAllowed, ItemMoveRefused; and what `book_appointment` raises.
    """
    row = held_item(actor, item_id)
    check_item_move(row.state, ItemState.BOOKED)
    booked = book_appointment(
        actor=actor,
        wish=BookingWish(
            site_id=row.site_id,
            service_id=row.service_id,
            practitioner_id=practitioner_id,
            starts_at=starts_at,
            patient_id=row.patient_id,
            channel="room",
            note=f"{row.name} {row.tooth}".strip()[:200],
        ),
    )
    _book(actor, row, booked.id)
    return booked


@operation
def join_booking(*, actor: Actor, item_id: UUID, booking_id: UUID) -> None:
    """Have an accepted item done at a booking that the patient has already.

    Raises: NotFound, NotAllowed, ItemMoveRefused, NotTheirBooking.
    """
    row = held_item(actor, item_id)
    check_item_move(row.state, ItemState.BOOKED)
    booking = coming_patient(booking_id)
    is_theirs = (booking.patient_id, booking.site_id) == (row.patient_id, row.site_id)
    if not is_theirs or booking.state not in COMING:
        raise NotTheirBooking
    _book(actor, row, booking_id)


@operation
def follow_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Have items stand on a booking for as long as it stands: it was cancelled, or missed, or not
    after all. Said again it changes nothing.
    """
    stands = coming_patient(booking_id).state in HOLDS_TIME
    before, after = (
        (ItemState.ACCEPTED, ItemState.BOOKED) if stands else (ItemState.BOOKED, ItemState.ACCEPTED)
    )
    rows = PlanItem.objects.select_for_update().filter(booking_id=booking_id, state=before)
    for row in rows.order_by("pk"):
        move(row, after)
        record(actor, row, "booked" if stands else "unbooked", booking=str(booking_id))
        tell(actor, row, "booked" if stands else "unbooked")


@operation
def finish_item(*, actor: Actor, item_id: UUID, visit_id: UUID, version: int | None = None) -> None:
    """Say that an item was done at a visit: the chart shows it, and it is charged.

    What the patient has not accepted is done only where its plan was released in an emergency.

    Raises: NotFound, NotAllowed, Stale, ItemMoveRefused, NotAccepted, PlanOpen.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    row = held_item(actor, item_id, version)
    if row.patient_id != where.patient_id:
        raise NotFound
    check_item_move(row.state, ItemState.DONE)
    if row.state == ItemState.PLANNED:
        require_emergency(actor, row)
    effect = EFFECTS.get(service_key(row.service_id))
    if effect and row.tooth:
        said = Charted(row.tooth, effect.finding, row.surfaces, effect.detail, Layer.DONE)
        [row.done_entry_id] = chart_teeth(actor=actor, visit_id=visit_id, said=[said])
    move(
        row, ItemState.DONE,
        done_visit_id=visit_id, done_at=clock.now(), done_by_id=actor.user_id,
        done_entry_id=row.done_entry_id,
    )  # fmt: skip
    record(actor, row, "done", visit=str(visit_id))
    publish(actor, row, PlannedToothDone(visit_id, row.patient_id, row.pk), visit_id)


@operation
def take_back_item(*, actor: Actor, item_id: UUID, reason: str, version: int | None = None) -> None:
    """Say that an item was not done after all: the chart and the bill lose it again.

    Raises: NotFound, NotAllowed, Stale, ItemMoveRefused, WhyMissing.
    """
    row = held_item(actor, item_id, version)
    words = reason_of(reason)
    visit_id = row.done_visit_id
    if row.state != ItemState.DONE or visit_id is None:
        raise ItemMoveRefused(state=ItemState(row.state).label)
    entry_id = row.done_entry_id
    move(
        row, ItemState.ACCEPTED,
        done_visit_id=None, done_at=None, done_by_id=None, done_entry_id=None,
    )  # fmt: skip
    _withdraw(actor, entry_id, words)
    record(actor, row, "taken_back", reason=words)
    publish(actor, row, PlannedToothTakenBack(visit_id, row.patient_id, row.pk), visit_id)


def _book(actor: Actor, row: PlanItem, booking_id: UUID) -> None:
    move(row, ItemState.BOOKED, booking_id=booking_id)
    record(actor, row, "booked", booking=str(booking_id))
    tell(actor, row, "booked")


def _withdraw(actor: Actor, entry_id: UUID | None, words: str) -> None:
    if entry_id and ToothEntry.objects.filter(pk=entry_id, withdrawn_at=None).exists():
        withdraw_entry(actor=actor, entry_id=entry_id, reason=words)
