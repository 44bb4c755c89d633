"""Making bookings. Nothing else in the product makes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_exists
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import NotAllowed
from yilu.scheduling import advance, permissions
from yilu.scheduling.asking import counted, way
from yilu.scheduling.claims import Claimed, Owner, claim, open_choices
from yilu.scheduling.errors import PatientBusy, ReasonMissing, ResourceAway, UnknownPatient
from yilu.scheduling.events import BookingMade
from yilu.scheduling.models import Booking
from yilu.scheduling.numbering import insert_numbered, insert_unnumbered
from yilu.scheduling.operations.holds import use_hold
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.patient_rules import Wanted
from yilu.scheduling.rationing import use_admission
from yilu.scheduling.rules import check_policy, check_start, choices
from yilu.scheduling.selectors.blocks import is_absent
from yilu.scheduling.selectors.candidates import Asked, candidates
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.topics import booking_topic, day_topic
from yilu.scheduling.states import BookingState
from yilu.scheduling.things import with_thing


@dataclass(frozen=True, slots=True)
class BookingWish:
    """What somebody would like to book. No practitioner means any who performs the service.

    `overrule_reason` and `lane` count only for `overbook_appointment`; lane 0 leaves the choice
    to us. `hold_id` is a time kept for this booking before. `admission` is the place in the
    queue for a release whose turn it is. `is_sitting`: of a treatment in series, which may be
    planned beyond the service's booking window. `is_told_apart`: whoever books tells the patient.
    `group_id`: of people who come together, who are numbered together when all are booked.
    `thing_id`: a room, chair or device that it must have.
    """

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime
    patient_id: UUID
    channel: str
    note: str = ""
    reason_for_visit: str = ""
    is_first_visit: bool = False
    companion: str = ""
    special_needs: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    overrule_reason: str = ""
    lane: int = 0
    hold_id: UUID | None = None
    admission: UUID | None = None
    is_sitting: bool = False
    is_told_apart: bool = False
    group_id: UUID | None = None
    thing_id: UUID | None = None


@operation
@counted
def book_appointment(*, actor: Actor, wish: BookingWish) -> Booked:
    """Book a service for a patient: the practitioner and everything needed with them, or nothing.

    With no practitioner named, the least loaded of the day who is free is chosen. Seven queries;
    three to five more where a release plan rules the session, and two for whom the rules for
    patients bind. Who has to pay first is given a requested booking, which lapses unpaid.

    Raises:
        NotAllowed: neither staff who may book here, nor the patient's own account.
        UnknownService, UnknownPractitioner, UnknownPatient: there is none.
        StartsInPast, NotWholeMinutes, OutOfCalendar: no clinic can mean that time.
        TooSoon, TooFarAhead: the service's notice or booking window forbids it.
        OutsideSessions: nobody is in session then.
        PlaceUnsuited: the service does not use the thing that it must have.
        SlotTaken: somebody else has the time, or all of what is needed with it.
        PatientBusy: the patient has another booking at that time.
        NotYetReleased, ShareUsedUp, QueueFirst, EnoughBooked, AdmissionOver: a release plan
        rules the session and says no.
        TooManyThatDay, TooManyInDepartment, TooManyWithDoctor, TooManyOpen, OnlineBlocked,
        OneAtATime: the rules for patients, which never bind staff.
    """
    facts = _facts(wish)
    _check_may_book(actor, wish, facts)
    if wish.is_sitting:
        facts = facts.far_ahead()
    check_policy(wish.starts_at, clock.now(), facts.service)
    booking = _booking(actor, wish)
    found = open_choices(facts, _asked(wish))
    if wish.thing_id:
        found = with_thing(found, facts, wish.thing_id)
    if wish.hold_id:
        use_hold(actor=actor, hold_id=wish.hold_id)
    claimed = claim(Owner(booking_id=booking.pk), found)
    asked = _asked_first(actor, wish, claimed, facts)
    if asked:
        booking.state = BookingState.REQUESTED
    booked = _made(actor, booking, claimed, facts, is_told_apart=wish.is_told_apart)
    if asked and asked.terms:
        booked = replace(booked, to_pay=advance.begin(booking, asked.due, asked.terms))
    if wish.admission:
        use_admission(wish.admission, booking)
    return booked


@operation
@counted
def overbook_appointment(*, actor: Actor, wish: BookingWish) -> Booked:
    """Book what policy forbids (加号): too soon, too far ahead, outside a session, or beside
    somebody else in a further lane. Needs its own right and a reason.

    Raises:
        NotAllowed: the actor may not overrule policy here.
        ReasonMissing: no reason is given.
        ResourceAway: the practitioner is absent then.
        SlotTaken: every lane is taken.
        And what `book_appointment` raises about unknown things, the time and the patient.
    """
    actor.require(permissions.OVERRULE, wish.site_id)
    if not wish.overrule_reason.strip():
        raise ReasonMissing
    facts = _facts(wish)
    booking = _booking(actor, wish)
    found = choices(
        candidates(facts, Asked(wish.site_id, wish.starts_at)), len(facts.needs), may_extend=True
    )
    if wish.lane:
        found = [one for one in found if one.practitioner.free_lane == wish.lane]
    claimed = claim(Owner(booking_id=booking.pk), found)
    if is_absent(
        claimed.practitioner.resource_id,
        claimed.practitioner.starts_at,
        claimed.practitioner.ends_at,
    ):
        raise ResourceAway
    return _made(actor, booking, claimed, facts)


def _facts(wish: BookingWish) -> Facts:
    """What the service needs, once it is clear that the wish can be meant at all."""
    check_start(wish.starts_at, clock.now())
    day = wish.starts_at.astimezone(site_zone(wish.site_id)).date()
    facts = service_facts(wish.service_id, wish.practitioner_id, day=day)
    if not patient_exists(wish.patient_id):
        raise UnknownPatient
    return facts


def _check_may_book(actor: Actor, wish: BookingWish, facts: Facts) -> None:
    """Staff who may book here may book for anyone; a patient only for their own, and online."""
    if actor.may(permissions.BOOK, wish.site_id):
        return
    if not (actor.is_owner(wish.patient_id) and facts.service.online):
        raise NotAllowed(permission=permissions.BOOK)


def _asked_first(
    actor: Actor, wish: BookingWish, claimed: Claimed, facts: Facts
) -> advance.Asked | None:
    """What is asked before the booking stands: of patients and partners, never of staff."""
    who = claimed.practitioner
    if wish.is_sitting or who.practitioner_id is None or who.clinic_day is None:
        return None
    wanted = Wanted(wish.patient_id, wish.service_id, who.practitioner_id, who.clinic_day)
    return advance.asked_of(actor, wish.channel, wanted, facts.service.fee)


def _asked(wish: BookingWish) -> Asked:
    return Asked(
        wish.site_id,
        wish.starts_at,
        wish.hold_id,
        channel=wish.channel,
        patient_id=wish.patient_id,
        is_kept=wish.hold_id is not None,
        admission=wish.admission,
    )


def _booking(actor: Actor, wish: BookingWish) -> Booking:
    return Booking(
        site_id=wish.site_id,
        service_id=wish.service_id,
        patient_id=wish.patient_id,
        starts_at=wish.starts_at,
        state=BookingState.CONFIRMED,
        channel=wish.channel,
        note=wish.note,
        reason_for_visit=wish.reason_for_visit,
        is_first_visit=wish.is_first_visit,
        companion=wish.companion,
        special_needs=list(wish.special_needs),
        answers=dict(wish.answers),
        overrule_reason=wish.overrule_reason,
        made_by=actor.user_id,
        group_id=wish.group_id,
    )


def _made(
    actor: Actor,
    booking: Booking,
    claimed: Claimed,
    facts: Facts,
    *,
    is_told_apart: bool = False,
) -> Booked:
    """Write the booking down under a number, once everything it needs is held."""
    who = claimed.practitioner
    booking.practitioner_id = who.practitioner_id or booking.practitioner_id
    booking.ends_at = booking.starts_at + timedelta(minutes=who.minutes)
    booking.clinic_day = who.clinic_day or _local_day(booking)
    booking.lane = claimed.lane
    booking.price, booking.mode = facts.service.fee, facts.service.mode
    with on_violation(scheduling_booking_patient_once=PatientBusy):
        insert = insert_unnumbered if booking.group_id else insert_numbered
        booking.number = insert(booking)
    overbooked = bool(booking.overrule_reason)
    audit.record(
        actor,
        "scheduling.booking.overbooked" if overbooked else "scheduling.booking.made",
        booking,
        site_id=booking.site_id,
        patient_id=booking.patient_id,
        channel=booking.channel,
        resources=claimed.resource_ids,
        **({"reason": booking.overrule_reason, "lane": booking.lane} if overbooked else {}),
    )
    made = BookingMade(
        booking_id=booking.pk,
        booking_version=booking.version,
        patient_id=booking.patient_id,
        practitioner_id=booking.practitioner_id,
        service_id=booking.service_id,
        clinic_day=booking.clinic_day,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        channel=booking.channel,
        is_overbooked=overbooked,
        way=way(),
        is_told_apart=is_told_apart,
        is_requested=booking.state == BookingState.REQUESTED,
    )
    topics = [day_topic(booking.site_id, booking.clinic_day), booking_topic(booking.pk)]
    outbox.publish(made, actor=actor, site_id=booking.site_id, subject=booking, topics=topics)
    return Booked.of(booking, claimed.resource_ids)


def _local_day(booking: Booking) -> date:
    return booking.starts_at.astimezone(site_zone(booking.site_id)).date()
