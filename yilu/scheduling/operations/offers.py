"""Offering freed time to those who wait: asked in waves, kept while they think, first come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from yilu.facility.selectors.sites import site_info, site_zone
from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.errors import NotFree, OfferOver, UnknownPractitioner, UnknownService
from yilu.scheduling.events import OfferAnswered, TimeOffered
from yilu.scheduling.fit import MOST_WAVES, Fit, asking_from, fit, ranked, wave_for
from yilu.scheduling.keeping import keep_time
from yilu.scheduling.models import Booking, Hold, Offer, Opening, WaitingEntry
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.holds import release_hold
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.topics import day_topic, offer_topic, waiting_topic
from yilu.scheduling.selectors.waiters import Freed, waiters
from yilu.scheduling.states import (
    COMING,
    HOLDS_TIME,
    OfferState,
    OpeningState,
    WaitingState,
)

END, ASK = "scheduling.end_opening", "scheduling.ask_waiting"


@operation
def offer_freed_time(*, actor: Actor, freed: Freed) -> UUID | None:
    """Keep a freed time and ask those of the waiting list whom it fits best. None: nobody.

    In the quiet hours of the site nobody is asked: it is tried again after them. Asked are only
    people who have not been asked about this freed time before and have nothing else at that time.
    About six queries, and two for each further service that people wait for.
    """
    now = clock.now()
    asked_before = list(
        Offer.objects.filter(opening__freed_id=freed.id).values_list("entry_id", "opening_id")
    )
    waves = len({opening_id for _, opening_id in asked_before})
    wave = wave_for(freed.ends_at - now)
    if wave is None or waves >= MOST_WAVES or _is_offered_now(freed):
        return None
    morning = asking_from(now, site_info(freed.site_id))
    if morning > now:
        _ask_at(freed, morning)
        return None
    found = _fits(freed, [entry_id for entry_id, _ in asked_before], now)
    return _opened(actor, freed, found, waves + 1, now)


@operation
def accept_offer(*, actor: Actor, offer_id: UUID, channel: str) -> Booked:
    """Take an offered time: it becomes a booking, or the earlier time of the one that they hold.

    Accepting twice gives the same booking. The old place is given up only with the new one.

    Raises:
        NotFound: there is no such offer, or it is not the actor's to answer.
        OfferOver: the time is over, somebody else was faster, or they have something earlier.
        PatientBusy: the patient has something else at that time.
        And what booking raises when the clinic changed meanwhile.
    """
    opening, offer, entry = _hold(actor, offer_id)
    if offer.state == OfferState.ACCEPTED and entry.booking_id:
        return Booked.of(Booking.objects.get(pk=entry.booking_id), [])
    is_open = opening.state == OpeningState.OPEN and offer.state == OfferState.OPEN
    if not is_open or opening.expires_at <= clock.now() or entry.state != WaitingState.WAITING:
        raise OfferOver
    booked = _taken(actor, opening, entry, channel)
    entry.state, entry.booking_id, entry.ended_at = WaitingState.MET, booked.id, clock.now()
    entry.version += 1
    entry.save(update_fields=["state", "booking_id", "ended_at", "version"])
    _answer(actor, opening, offer, OfferState.ACCEPTED, booked.id)
    others = Offer.objects.select_for_update().filter(opening=opening, state=OfferState.OPEN)
    for other in others:
        _answer(actor, opening, other, OfferState.MISSED)
    _end(opening, OpeningState.TAKEN)
    return booked


@operation
def decline_offer(*, actor: Actor, offer_id: UUID) -> None:
    """Leave an offered time to others; the patient stays on the list. Twice changes nothing.

    Raises: NotFound.
    """
    _leave(actor, offer_id, OfferState.DECLINED)


@operation
def end_opening(*, actor: Actor, opening_id: UUID) -> None:
    """The time to think is over: let the kept time go, and ask the next. Twice changes nothing."""
    opening = Opening.objects.select_for_update(no_key=True).get(pk=opening_id)
    if opening.state != OpeningState.OPEN or opening.expires_at > clock.now():
        return
    for offer in Offer.objects.select_for_update().filter(opening=opening, state=OfferState.OPEN):
        _answer(actor, opening, offer, OfferState.EXPIRED)
    _close(actor, opening)


@operation
def end_offers_of(*, actor: Actor, entry_id: UUID) -> None:
    """Whoever left the list is asked no longer. Twice changes nothing."""
    found = Offer.objects.filter(entry_id=entry_id, state=OfferState.OPEN)
    for offer_id in found.values_list("id", flat=True):
        _leave(actor, offer_id, OfferState.WITHDRAWN)


@operation
def end_outdone_offers(*, actor: Actor, entry_id: UUID) -> None:
    """Whoever has a booking no later than what they are asked about is asked no longer, and stays
    on the list. Twice changes nothing."""
    outdone = Offer.objects.filter(
        entry_id=entry_id,
        state=OfferState.OPEN,
        entry__instead_of__state__in=COMING,
        entry__instead_of__starts_at__lte=F("opening__starts_at"),
    )
    for offer_id in outdone.values_list("id", flat=True):
        _leave(actor, offer_id, OfferState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class _Fits:
    """Of one freed time: what could be done in it, best first, and the facts of each service."""

    best: list[Fit]
    facts: dict[UUID, Facts]


def _fits(freed: Freed, but: Sequence[UUID], now: datetime) -> _Fits:
    """Each who waits with the first of the possible starts that would do."""
    zone = site_zone(freed.site_id)
    people = waiters(freed, but)
    facts: dict[UUID, Facts] = {}
    starts: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for service_id in dict.fromkeys(one.service_id for one in people):
        try:
            facts[service_id] = service_facts(service_id, freed.practitioner_id)
        except (UnknownService, UnknownPractitioner):
            continue
        starts[service_id] = _starts(freed, facts[service_id], now)
    found = []
    for one in people:
        for starts_at, ends_at in starts.get(one.service_id, ()):
            if one.takes(starts_at, now, zone):
                whole = starts_at == freed.starts_at and ends_at == freed.ends_at
                found.append(fit(one, starts_at, now, is_whole=whole))
                break
    return _Fits(ranked(found), facts)


def _starts(freed: Freed, facts: Facts, now: datetime) -> list[tuple[datetime, datetime]]:
    """The free times for a service that begin in the freed one and can be thought about."""
    rows = free_rows(facts, freed.site_id, freed.starts_at, freed.ends_at)
    found = []
    for starts_at, ends_at, _ in rows:
        wave = wave_for(starts_at - now)
        if wave and starts_at >= facts.earliest(now + wave.keeps):
            found.append((starts_at, ends_at))
    return found


def _opened(actor: Actor, freed: Freed, found: _Fits, number: int, now: datetime) -> UUID | None:
    """Keep the best time that can be had, and ask those whom the same time suits."""
    askable = _askable(found.best)
    able = [one for one in found.best if one.waiter.entry_id in askable]
    for best in able:
        wave = wave_for(best.starts_at - now)
        if wave is None:
            continue
        facts = found.facts[best.waiter.service_id]
        try:
            # What a refusal had taken already must not stay behind: the deed goes on.
            with transaction.atomic():
                asked = Asked(freed.site_id, best.starts_at)
                hold = keep_time(actor, facts, asked, now + wave.keeps)
        except NotFree:
            continue
        same = [
            one
            for one in able
            if one.waiter.service_id == best.waiter.service_id and one.starts_at == best.starts_at
        ]
        return _ask(actor, freed, hold, same[: wave.people], number)
    return None


def _askable(found: Sequence[Fit]) -> set[UUID]:
    """Entries that nobody else is asking just now and whose patients are free then; locked until
    the deed ends. Two queries."""
    wanted = {one.waiter.entry_id: one.starts_at for one in found}
    asking = Offer.objects.filter(entry=OuterRef("pk"), state=OfferState.OPEN)
    entries = (
        WaitingEntry.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(~Exists(asking), pk__in=wanted, state=WaitingState.WAITING)
        .order_by("pk")
    )
    held = {entry.pk: (entry.patient_id, entry.instead_of_id) for entry in entries}
    patients = [patient_id for patient_id, _ in held.values()]
    bookings = defaultdict(list)
    rows = Booking.objects.filter(patient_id__in=patients, state__in=HOLDS_TIME)
    for booking in rows.only("patient_id", "starts_at", "ends_at"):
        bookings[booking.patient_id].append(booking)
    return {
        entry_id
        for entry_id, (patient_id, instead_of) in held.items()
        if not any(
            one.pk != instead_of and one.starts_at <= wanted[entry_id] < one.ends_at
            for one in bookings[patient_id]
        )
    }


def _ask(actor: Actor, freed: Freed, hold: Hold, fits: Sequence[Fit], wave: int) -> UUID:
    opening = Opening(
        freed_id=freed.id,
        wave=wave,
        site_id=freed.site_id,
        service_id=hold.service_id,
        practitioner_id=hold.practitioner_id,
        hold=hold,
        freed_from=freed.starts_at,
        freed_until=freed.ends_at,
        starts_at=hold.during.lower,
        ends_at=hold.during.upper,
        clinic_day=hold.clinic_day,
        expires_at=hold.expires_at,
    )
    opening.save(force_insert=True)
    audit.record(
        actor,
        "scheduling.opening.offered",
        opening,
        site_id=opening.site_id,
        starts_at=opening.starts_at,
        people=len(fits),
        wave=wave,
        until=opening.expires_at,
    )
    for one in fits:
        offer = Offer(opening=opening, entry_id=one.waiter.entry_id, score=one.score)
        offer.save(force_insert=True)
        offered = TimeOffered(
            offer.pk,
            opening.pk,
            WaitingEntry.objects.values_list("patient_id", flat=True).get(pk=offer.entry_id),
            opening.starts_at,
            opening.expires_at,
        )
        _publish(actor, opening, offer, offered)
    timers.schedule(END, due_at=opening.expires_at, subject_id=opening.pk, site_id=opening.site_id)
    return opening.pk


def _is_offered_now(freed: Freed) -> bool:
    live = (OpeningState.OPEN, OpeningState.TAKEN)
    return Opening.objects.filter(freed_id=freed.id, state__in=live).exists()


def _ask_at(freed: Freed, moment: datetime) -> None:
    timers.schedule(
        ASK,
        due_at=moment,
        subject_id=freed.id,
        site_id=freed.site_id,
        site=str(freed.site_id),
        practitioner=str(freed.practitioner_id),
        starts_at=freed.starts_at.isoformat(),
        ends_at=freed.ends_at.isoformat(),
        given_up_by=str(freed.given_up_by or ""),
    )


def _hold(actor: Actor, offer_id: UUID) -> tuple[Opening, Offer, WaitingEntry]:
    """Opening, offer and entry, locked in the order in which all deeds lock them."""
    offer = Offer.objects.select_related("entry").filter(pk=offer_id).first()
    if offer is None:
        raise NotFound
    if not actor.is_owner(offer.pk, offer.entry.patient_id):
        actor.require_to_see(permissions.BOOK, offer.entry.site_id)
    opening = Opening.objects.select_for_update(no_key=True).get(pk=offer.opening_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    entry = WaitingEntry.objects.select_for_update(no_key=True).get(pk=offer.entry_id)
    return opening, offer, entry


def _taken(actor: Actor, opening: Opening, entry: WaitingEntry, channel: str) -> Booked:
    """The booking that the kept time becomes."""
    able = actor.lent(permissions.BOOK, permissions.CHANGE)
    held = _held(entry)
    if held is not None and held.starts_at <= opening.starts_at:
        raise OfferOver
    if held is None:
        wish = BookingWish(
            site_id=opening.site_id,
            service_id=opening.service_id,
            practitioner_id=opening.practitioner_id,
            starts_at=opening.starts_at,
            patient_id=entry.patient_id,
            channel=channel,
            note=entry.note,
            hold_id=opening.hold_id,
        )
        return book_appointment(actor=able, wish=wish)
    # In one deed: nobody can take the time between letting it go and taking it.
    release_hold(actor=able, hold_id=opening.hold_id)
    return reschedule_booking(
        actor=able,
        booking_id=held.pk,
        starts_at=opening.starts_at,
        practitioner_id=opening.practitioner_id,
        service_id=opening.service_id,
    )


def _held(entry: WaitingEntry) -> Booking | None:
    """The booking to come that they would give up; locked, so that nobody moves it before."""
    if entry.instead_of_id is None:
        return None
    found = Booking.objects.select_for_update(no_key=True).filter(pk=entry.instead_of_id)
    return found.filter(state__in=COMING).first()


def _leave(actor: Actor, offer_id: UUID, state: OfferState) -> None:
    """End an offer that is open; the time goes to the next unless others still think."""
    opening, offer, _ = _hold(actor, offer_id)
    if offer.state != OfferState.OPEN:
        return
    _answer(actor, opening, offer, state)
    if not Offer.objects.filter(opening=opening, state=OfferState.OPEN).exists():
        _close(actor, opening)


def _close(actor: Actor, opening: Opening) -> None:
    """Nobody took it: the time is free again, and the next are asked by the event of that."""
    release_hold(actor=actor.lent(permissions.BOOK), hold_id=opening.hold_id)
    _end(opening, OpeningState.ENDED)
    freed = Freed(
        opening.freed_id,
        opening.site_id,
        opening.practitioner_id,
        opening.freed_from,
        opening.freed_until,
    )
    _ask_at(freed, clock.now())


def _end(opening: Opening, state: OpeningState) -> None:
    opening.state, opening.ended_at = state, clock.now()
    opening.version += 1
    opening.save(update_fields=["state", "ended_at", "version"])


def _answer(
    actor: Actor, opening: Opening, offer: Offer, state: OfferState, booking_id: UUID | None = None
) -> None:
    offer.state, offer.answered_at = state, clock.now()
    offer.version += 1
    offer.save(update_fields=["state", "answered_at", "version"])
    patient_id = WaitingEntry.objects.values_list("patient_id", flat=True).get(pk=offer.entry_id)
    audit.record(
        actor,
        f"scheduling.offer.{state}",
        offer,
        site_id=opening.site_id,
        patient_id=patient_id,
    )
    answered = OfferAnswered(offer.pk, opening.pk, patient_id, state, booking_id)
    _publish(actor, opening, offer, answered)


def _publish(actor: Actor, opening: Opening, offer: Offer, event: object) -> None:
    topics = [
        waiting_topic(opening.site_id),
        offer_topic(offer.pk),
        day_topic(opening.site_id, opening.clinic_day),
    ]
    outbox.publish(event, actor=actor, site_id=opening.site_id, subject=offer, topics=topics)
