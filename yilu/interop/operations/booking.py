"""What a partner does with times: keep one, let it go, book, move, cancel.

By the operations of every other channel, on the channel `partner`; here stand the partner's own
limits, and that it touches nothing but what it made.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.interop.errors import (
    DailyQuotaUsedUp,
    HoldDiffers,
    PartnerStopped,
    ReferenceUsed,
    TooManyHolds,
)
from yilu.interop.models import Partner, PartnerBooking, PartnerHold
from yilu.interop.operations.holding import locked
from yilu.interop.operations.people import Found, Visit, patient_for
from yilu.interop.selectors.offers import check_offered
from yilu.interop.states import PartnerState
from yilu.patients.rules.facts import PatientFacts
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.subjects import Subject
from yilu.scheduling.errors import EnoughBooked, PatientBusy, SlotTaken
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.holds import Held, hold_time, release_hold
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.states import Channel


@dataclass(frozen=True, slots=True)
class Choice:
    """A time of a service; no practitioner means any."""

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class PartnerWish:
    """A booking as a partner asks for it, under a reference of its own."""

    reference: str
    choice: Choice
    patient: PatientFacts
    has_agreed: bool
    hold_id: UUID | None = None
    reason: str = ""


@operation
def keep_for_partner(*, actor: Actor, partner_id: UUID, choice: Choice, minutes: int = 10) -> Held:
    """Keep a time while the partner's user decides. It counts to the partners' share.

    Raises:
        PartnerStopped, TooManyHolds, NotForPartners.
        NotFound: the partner does not book at this site.
        And what `hold_time` raises about the time.
    """
    partner = _active(actor, partner_id, choice)
    now = clock.now()
    kept = PartnerHold.objects.filter(partner=partner, is_open=True, expires_at__gt=now)
    if kept.count() >= partner.holds_at_once:
        first = min(kept.values_list("expires_at", flat=True), default=now)
        raise _later(TooManyHolds(), first)
    held = hold_time(
        actor=actor,
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        minutes=minutes,
        channel=Channel.PARTNER,
    )
    PartnerHold(
        hold_id=held.id,
        partner=partner,
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=held.practitioner_id,
        starts_at=held.starts_at,
        expires_at=held.expires_at,
    ).save(force_insert=True)
    return held


@operation
def let_go_for_partner(*, actor: Actor, partner_id: UUID, hold_id: UUID) -> None:
    """Let a kept time go. One that is over already stays as it is. Raises: NotFound."""
    kept = _kept(partner_id, hold_id)
    release_hold(actor=actor, hold_id=kept.pk)
    PartnerHold.objects.filter(pk=kept.pk).update(is_open=False)


@operation
def book_for_partner(*, actor: Actor, partner_id: UUID, wish: PartnerWish) -> Booked:
    """Book for a partner's user, who is recognised or registered without the partner knowing which.

    Raises:
        PartnerStopped, DailyQuotaUsedUp, ReferenceUsed, NotForPartners, HoldDiffers.
        ConsentNeeded, Invalid: the patient did not agree; a fact cannot be.
        NotFound: the partner does not book at this site, or keeps no such time.
        PatientBusy: the partner itself has booked for them at that time.
        SlotTaken: the time cannot be had – also for reasons that concern the patient alone.
        And what `book_appointment` raises about the time.
    """
    choice = wish.choice
    partner = _active(actor, partner_id, choice)
    made_on = clock.now().astimezone(site_zone(choice.site_id)).date()
    _check_new(partner, wish.reference)
    _check_quota(partner, choice, made_on)
    if wish.hold_id:
        choice = _held_choice(partner, wish)
    found = patient_for(actor, partner_id, wish.patient, _visit(choice), has_agreed=wish.has_agreed)
    booked = _booked(actor, wish, choice, found)
    with on_violation(interop_partnerbooking_one_reference=ReferenceUsed):
        PartnerBooking(
            partner=partner,
            booking_id=booked.id,
            patient_id=found.patient_id,
            site_id=choice.site_id,
            reference=wish.reference,
            person=found.person,
            made_on=made_on,
        ).save(force_insert=True)
    audit.record(
        actor, "interop.booking.made", Subject("scheduling.booking", booked.id),
        site_id=choice.site_id, patient_id=found.patient_id, partner=partner_id,
        reference=wish.reference,
    )  # fmt: skip
    return booked


@operation
def move_for_partner(
    *,
    actor: Actor,
    partner_id: UUID,
    booking_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID | None,
    version: int | None = None,
) -> Booked:
    """Move a booking of the partner's own to another time. Refused, it keeps its old one.

    Raises:
        NotFound: it is not the partner's.
        PartnerStopped, SlotTaken, and what `reschedule_booking` raises.
    """
    if locked(partner_id).state != PartnerState.ACTIVE:
        raise PartnerStopped
    owner = _owner(actor, partner_id, booking_id)
    try:
        return reschedule_booking(
            actor=owner,
            booking_id=booking_id,
            starts_at=starts_at,
            practitioner_id=practitioner_id,
            version=version,
        )
    except (PatientBusy, EnoughBooked) as hidden:
        raise SlotTaken from hidden


@operation
def cancel_for_partner(
    *, actor: Actor, partner_id: UUID, booking_id: UUID, reason: str, version: int | None = None
) -> None:
    """Cancel a booking of the partner's own; a stopped partner may too.

    Raises: NotFound, and what `cancel_booking` raises.
    """
    owner = _owner(actor, partner_id, booking_id)
    cancel_booking(actor=owner, booking_id=booking_id, reason=reason, version=version)


def _active(actor: Actor, partner_id: UUID, choice: Choice) -> Partner:
    """The partner, locked, if it may make something new of this. What it counts stays true."""
    partner = locked(partner_id)
    if partner.state != PartnerState.ACTIVE:
        raise PartnerStopped
    check_offered(actor, choice.site_id, choice.service_id)
    return partner


def _check_new(partner: Partner, reference: str) -> None:
    same = PartnerBooking.objects.filter(partner=partner, reference=reference)
    before = same.values_list("booking_id", flat=True).first()
    if before is not None:
        raise ReferenceUsed(before)


def _check_quota(partner: Partner, choice: Choice, made_on: date) -> None:
    """Refuse beyond the quota of a day. What was cancelled counts: it kept others from the time."""
    made = PartnerBooking.objects.filter(partner=partner, made_on=made_on).count()
    if made >= partner.bookings_per_day:
        _start, ends_at = clock.day_bounds(made_on, site_zone(choice.site_id))
        raise _later(DailyQuotaUsedUp(), ends_at)


def _later(refusal: TooManyHolds | DailyQuotaUsedUp, until: datetime) -> Exception:
    refusal.retry_after = max(int((until - clock.now()).total_seconds()), 1)
    return refusal


def _kept(partner_id: UUID, hold_id: UUID) -> PartnerHold:
    kept = PartnerHold.objects.filter(pk=hold_id, partner_id=partner_id).first()
    if kept is None:
        raise NotFound
    return kept


def _held_choice(partner: Partner, wish: PartnerWish) -> Choice:
    """The time that is kept, which must be the one that is asked for."""
    kept = _kept(partner.pk, wish.hold_id) if wish.hold_id else None
    asked = wish.choice
    if kept is None or (kept.site_id, kept.service_id, kept.starts_at) != (
        asked.site_id, asked.service_id, asked.starts_at,
    ):  # fmt: skip
        raise HoldDiffers
    if asked.practitioner_id not in {None, kept.practitioner_id}:
        raise HoldDiffers
    PartnerHold.objects.filter(pk=kept.pk).update(is_open=False)
    return replace(asked, practitioner_id=kept.practitioner_id)


def _visit(choice: Choice) -> Visit:
    lengths = service_facts(choice.service_id, choice.practitioner_id).lengths
    ends_at = choice.starts_at + timedelta(minutes=max(lengths, default=0))
    return Visit(choice.site_id, choice.starts_at, ends_at)


def _booked(actor: Actor, wish: PartnerWish, choice: Choice, found: Found) -> Booked:
    booking = BookingWish(
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        patient_id=found.patient_id,
        channel=Channel.PARTNER,
        reason_for_visit=wish.reason,
        hold_id=wish.hold_id,
    )
    try:
        return book_appointment(actor=actor, wish=booking)
    except (PatientBusy, EnoughBooked) as hidden:
        # It would say that the patient is known here, and what else they have.
        raise SlotTaken from hidden


def _owner(actor: Actor, partner_id: UUID, booking_id: UUID) -> Actor:
    """The partner as the owner of this one booking. Raises: NotFound, when it is not."""
    own = PartnerBooking.objects.filter(partner_id=partner_id, booking_id=booking_id)
    if not own.exists():
        raise NotFound
    return replace(actor, owns=frozenset({booking_id}))
