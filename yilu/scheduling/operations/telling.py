"""Telling patients about their bookings, and reminding them."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings

from yilu.messaging.operations.messages import send_message
from yilu.patients.selectors.patients import contact_of
from yilu.platform import clock, links, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.scheduling.enclosing import enclosed, is_reminded_together
from yilu.scheduling.patient_rules import bar_on, rule_book
from yilu.scheduling.rules import (
    NO_SHOW,
    REMIND_DAY,
    REMIND_HOURS,
    day_before,
    hours_before,
    timers_of,
)
from yilu.scheduling.selectors.offers import asking
from yilu.scheduling.selectors.prepaying import due_for
from yilu.scheduling.selectors.stranded import cannot_be_kept
from yilu.scheduling.selectors.telling import Telling, for_newcomers, telling, written_calendar
from yilu.scheduling.states import Channel, Consequence
from yilu.scheduling.terms import ToPay

LINK_STANDS = timedelta(days=30)
LOOK_AGAIN = timedelta(minutes=15)
REQUESTED, TO_PAY = "booking_requested", "booking_to_pay"
RULE_TEMPLATES = {Consequence.ASK: "no_show_rule", Consequence.BLOCK: "no_show_block"}
# By telephone or video there is no address and nobody comes early: other words.
REMOTE = (
    "booking_confirmed",
    "booking_changed",
    "booking_reminder_day",
    "booking_reminder_hours",
    "sitting_booked",
)
TWO_WAYS = ("sms", "wechat", "email")
# These carry what other apps have to ask, so that it needs no message of its own.
CONFIRMED, REMINDER = ENCLOSING = ("booking_confirmed", "booking_reminder_day")
# By which timer each reminder goes out.
REMINDS = {REMINDER: REMIND_DAY, "booking_reminder_hours": REMIND_HOURS}


@operation
def tell_patient(*, actor: Actor, booking_id: UUID, template: str, version: int) -> None:
    """Tell the patient what became of a booking, once for each of its versions.

    With time, department, doctor, fee, place and a link under which they confirm, move or
    cancel it; an e-mail carries the calendar file. Who walked in is standing here already.
    """
    told = telling(booking_id)
    if told.channel == Channel.WALK_IN:
        return
    asked = due_for(booking_id) if template in {REQUESTED, TO_PAY} else None
    if asked is not None:
        template = TO_PAY
    elif template == TO_PAY:
        return
    key = f"booking:{booking_id}:{template}:{version}"
    _send(actor, told, template, key, asked)


@operation
def remind_patient(*, actor: Actor, booking_id: UUID, template: str) -> None:
    """Remind the patient, over two channels, if the booking still stands.

    What belongs together, as examinations of one trip do, is reminded of in one message. Nobody is
    reminded of what cannot be kept, such as a visit to a doctor who is ill: until it is moved, or
    can be kept again, it is looked at anew.
    """
    told = telling(booking_id)
    if not told.is_coming or told.starts_at <= clock.now():
        return
    if cannot_be_kept(booking_id):
        _look_again(told, template)
        return
    if not is_reminded_together(actor, told, template):
        key = f"booking:{booking_id}:{template}:{told.starts_at.timestamp():.0f}"
        _send(actor, told, template, key)


@operation
def set_timers(*, actor: Actor, booking_id: UUID) -> None:
    """Set the reminders and the end of waiting of a booking that is to come; else drop them."""
    told = telling(booking_id)
    timers.cancel(booking_id, REMIND_DAY, REMIND_HOURS, NO_SHOW)
    if not told.is_coming:
        return
    for name, due_at in timers_of(told.starts_at, told.ends_at, clock.now(), told.come_at):
        timers.schedule(name, due_at=due_at, subject_id=booking_id, site_id=told.site_id)


@operation
def tell_of_sitting(*, actor: Actor, booking_id: UUID, number: int, of: int) -> None:
    """Tell the patient once that the next sitting of a treatment was booked, if it still stands."""
    told = telling(booking_id)
    if told.is_coming:
        key = f"sitting:{booking_id}"
        _send(actor, told, "sitting_booked", key, sitting=number, of=of)


@operation
def tell_of_offer(*, actor: Actor, offer_id: UUID) -> None:
    """Ask one of those who wait whether they take a time that is kept for them, once."""
    asked = asking(offer_id)
    reference = links.issue(
        "offer",
        subject_id=offer_id,
        expires_at=asked.starts_at,
        site_id=asked.site_id,
    )
    send_message(
        actor=actor,
        key=f"offer:{offer_id}",
        template="waiting_offer",
        site_id=asked.site_id,
        patient_id=asked.patient_id,
        channels=TWO_WAYS,
        data={
            "starts_at": asked.starts_at,
            "until": asked.expires_at,
            "service": asked.service,
            "doctor": asked.doctor,
            "link": settings.OFFER_LINK.format(reference=reference),
        },
    )


@operation
def tell_of_rule(*, actor: Actor, booking_id: UUID) -> None:
    """Tell a patient once what follows from visits they missed, when something does."""
    told = telling(booking_id)
    bar = bar_on(told.patient_id, rule_book())
    if bar is None:
        return
    zone = told.starts_at.tzinfo
    send_message(
        actor=actor,
        key=f"patient-rule:{told.patient_id}:{bar.until.timestamp():.0f}",
        template=RULE_TEMPLATES[Consequence(bar.consequence)],
        site_id=told.site_id,
        patient_id=told.patient_id,
        channels=TWO_WAYS,
        data={
            "count": bar.missed,
            "months": bar.months,
            "until": f"{bar.until.astimezone(zone):%Y-%m-%d}",
        },
    )


def _send(
    actor: Actor,
    told: Telling,
    template: str,
    key: str,
    asked: ToPay | None = None,
    **more: object,
) -> None:
    contact = contact_of(told.patient_id)
    besides = enclosed(actor, [told]) if template in ENCLOSING else {}
    if told.mode.is_remote and template in REMOTE:
        template += "_remote"
    reference = links.issue(
        "visit",
        subject_id=told.id,
        expires_at=told.ends_at + LINK_STANDS,
        site_id=told.site_id,
    )
    send_message(
        actor=actor,
        key=key,
        template=template,
        site_id=told.site_id,
        patient_id=told.patient_id,
        channels=TWO_WAYS,
        data={
            "starts_at": told.starts_at,
            "ends_at": told.ends_at,
            "service": told.service,
            "department": told.department,
            "doctor": told.doctor,
            "number": told.number,
            "fee": told.fee,
            "address": told.address,
            "preparation": told.preparation,
            "first_visit": _first_visit(told, template),
            "amount": asked.amount if asked else None,
            "pay_by": asked.pay_by if asked else None,
            "how": told.how,
            "link": settings.VISIT_LINK.format(reference=reference),
            "calendar_file": written_calendar(told, contact.language if contact else ""),
            **more,
            **besides,
        },
    )


def _look_again(told: Telling, template: str) -> None:
    """See in a while whether it can be kept; as late as for the second reminder only that goes."""
    again = clock.now() + LOOK_AGAIN
    if template == REMINDER and again >= hours_before(told.starts_at):
        return
    timers.schedule(REMINDS[template], due_at=again, subject_id=told.id, site_id=told.site_id)


def _first_visit(told: Telling, template: str) -> Localized:
    """What newcomers should know: the day before, or at once where that is over."""
    is_soon = day_before(told.starts_at) <= clock.now()
    if template != REMINDER and not (template == CONFIRMED and is_soon):
        return Localized()
    return for_newcomers(told, settings.GUIDE_LINK.format(site=told.site_key))
