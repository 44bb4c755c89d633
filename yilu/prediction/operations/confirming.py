"""Asking once more those who may stay away, and writing down what they said."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from yilu.messaging.operations.messages import send_message
from yilu.platform import audit, clock, links, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.prediction import permissions
from yilu.prediction.errors import AnswerMissing, BookingOver
from yilu.prediction.events import ConfirmationAnswered
from yilu.prediction.models import Confirmation
from yilu.prediction.rules.policy import HIGH, LOW, Policy
from yilu.prediction.selectors.features import coming_bookings
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.scored import Scored, scored
from yilu.prediction.selectors.stored import usable_model
from yilu.prediction.selectors.topics import calls_topic, figures_topic
from yilu.prediction.states import ANSWERS, Arm, AskState, check_ask_move
from yilu.scheduling.operations.changing import confirm_booking, undo_confirm_booking
from yilu.scheduling.selectors.telling import telling

AHEAD = timedelta(days=2)
# Who booked later than this before their time has just said that they come.
JUST_BOOKED_DAYS = 1.0
MOST_TRIES = 2
LINK_STANDS = timedelta(days=30)
WAYS = ("sms", "wechat", "email")
ANSWERED = "prediction.confirmation.answered"


@operation
def decide_confirmations(*, actor: Actor, site_id: UUID, today: date) -> int:
    """Decide for the bookings of the next two days whom to ask once more; how many were asked.

    Those of a raised tier who have not said that they come. All of them are written to, those of
    the high tier are called as well; a share, drawn by the booking's key, is left alone so that
    the effect can be measured. Each booking is decided once. Four queries, and ten for each who
    is written to.

    Raises: NotAllowed.
    """
    actor.require(permissions.CALL, site_id)
    model = usable_model()
    if model is None:
        return 0
    bounds = policy()
    found = [
        one
        for one in coming_bookings(today + timedelta(days=1), today + AHEAD)
        if one.site_id == site_id
        and not (one.has_confirmed or one.is_decided)
        and one.lead_days >= JUST_BOOKED_DAYS
    ]
    chosen = [one for one in scored(model, found, bounds) if one.tier != LOW]
    rows = Confirmation.objects.bulk_create(
        [_decided(one, bounds) for one in chosen], ignore_conflicts=True
    )
    asked = [row for row in rows if row.arm == Arm.ASKED]
    for row in asked:
        _write_to(actor, row)
    if rows:
        audit.record_plain(
            actor, "prediction.confirmations.decided", site_id=site_id,
            asked=len(asked), left_alone=len(rows) - len(asked),
        )  # fmt: skip
    return len(asked)


@operation
def answer_confirmation(
    *, actor: Actor, confirmation_id: UUID, state: str, note: str = "", version: int | None = None
) -> UUID:
    """Write down what a patient said on the phone; gives back the offer to take it back.

    Who comes is noted on the booking as well. Who cannot is not cancelled by this: that is a deed
    of its own, which frees the time.

    Raises:
        NotFound, NotAllowed, Stale.
        AnswerMissing: it is not one of the answers.
        AlreadyAnswered: somebody else was faster, or it is no longer needed.
        BookingOver: the booking is not to come any more.
    """
    held = _hold(actor, confirmation_id, version)
    if state not in ANSWERS:
        raise AnswerMissing
    check_ask_move(held.state, AskState(state))
    if not telling(held.booking_id).is_coming:
        raise BookingOver
    held.note, held.tries = note.strip(), held.tries + 1
    left = None
    if state == AskState.COMES:
        left = confirm_booking(actor=actor, booking_id=held.booking_id)
    _end(actor, held, AskState(state))
    return undo.offer(actor, ANSWERED, held, site_id=held.site_id, booking_version=left)


@operation
def note_not_reached(*, actor: Actor, confirmation_id: UUID, version: int | None = None) -> int:
    """Nobody answered; after the second time it is left at that. How many tries are left.

    Raises: NotFound, NotAllowed, Stale, AlreadyAnswered.
    """
    held = _hold(actor, confirmation_id, version)
    check_ask_move(held.state, AskState.NOT_REACHED)
    held.tries += 1
    if held.tries >= MOST_TRIES:
        _end(actor, held, AskState.NOT_REACHED)
        return 0
    held.answered_by = actor.user_id
    _keep(actor, held, "not_reached")
    return MOST_TRIES - held.tries


@operation
def undo_answer(*, actor: Actor, undo_id: UUID) -> None:
    """Take an answer back: the patient is to be called again.

    What the patient said alone before stays.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon, ChangedSince.
    """
    offered = undo.take_back(actor, undo_id, ANSWERED)
    held = _hold(actor, offered.subject_id, None)
    offered.check(held)
    left = offered.body.get("booking_version")
    if left is not None:
        undo_confirm_booking(actor=actor, booking_id=held.booking_id, version=left)
    held.state, held.ended_at, held.note = AskState.CALL, None, ""
    held.tries = max(held.tries - 1, 0)
    _keep(actor, held, "taken_back")


@operation
def follow_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Nobody need be called any more who has said that they come, cancelled, moved or arrived.

    Twice changes nothing. One query, three when it was open.
    """
    held = (
        Confirmation.objects.select_for_update()
        .filter(booking_id=booking_id, state__in=(AskState.CALL, AskState.WRITTEN))
        .first()
    )
    if held is not None:
        _end(actor, held, AskState.OVER)


def _decided(one: Scored, bounds: Policy) -> Confirmation:
    alone = bounds.leaves_alone(one.known.id)
    asked = AskState.CALL if one.tier == HIGH else AskState.WRITTEN
    return Confirmation(
        booking_id=one.known.id,
        site_id=one.known.site_id,
        patient_id=one.known.patient_id,
        clinic_day=one.known.clinic_day,
        starts_at=one.known.starts_at,
        tier=one.tier,
        chance=one.chance,
        arm=Arm.LEFT_ALONE if alone else Arm.ASKED,
        state=AskState.LEFT_ALONE if alone else asked,
        decided_at=clock.now(),
    )


def _write_to(actor: Actor, row: Confirmation) -> None:
    """Ask in writing, with the link under which they say yes, move or cancel."""
    told = telling(row.booking_id)
    reference = links.issue(
        "visit",
        subject_id=row.booking_id,
        expires_at=told.ends_at + LINK_STANDS,
        site_id=row.site_id,
    )
    send_message(
        actor=actor,
        key=f"booking:{row.booking_id}:ask_again",
        template="booking_ask_again",
        site_id=row.site_id,
        patient_id=row.patient_id,
        channels=WAYS,
        data={
            "starts_at": told.starts_at,
            "service": told.service,
            "doctor": told.doctor,
            "link": settings.VISIT_LINK.format(reference=reference),
        },
    )


def _hold(actor: Actor, confirmation_id: UUID, version: int | None) -> Confirmation:
    held = Confirmation.objects.select_for_update().filter(pk=confirmation_id).first()
    if held is None:
        raise NotFound
    actor.require_to_see(permissions.CALL, held.site_id)
    check_version(held, version)
    return held


def _end(actor: Actor, held: Confirmation, state: AskState) -> None:
    held.state, held.ended_at = state, clock.now()
    held.answered_by = actor.user_id or held.answered_by
    _keep(actor, held, "answered")


def _keep(actor: Actor, held: Confirmation, deed: str) -> None:
    held.version += 1
    held.save(force_update=True)
    audit.record(
        actor, f"prediction.confirmation.{deed}", held,
        site_id=held.site_id, patient_id=held.patient_id, state=held.state, tries=held.tries,
    )  # fmt: skip
    told = ConfirmationAnswered(held.pk, held.booking_id, held.state)
    topics = [calls_topic(held.site_id), figures_topic()]
    outbox.publish(told, actor=actor, site_id=held.site_id, subject=held, topics=topics)
