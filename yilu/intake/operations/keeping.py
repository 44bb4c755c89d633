"""What the operations on sheets share: holding one that is open, sealing, recording, telling."""

import json
from collections.abc import Mapping
from uuid import UUID

from yilu.intake import permissions
from yilu.intake.errors import AnsweredAlready, TooLateToAnswer
from yilu.intake.events import QuestionsAnswered
from yilu.intake.models import Sheet
from yilu.intake.rules.questions import risks_of
from yilu.intake.selectors.topics import sheet_topic
from yilu.intake.states import SheetState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling.selectors.telling import telling


def hold_open(actor: Actor, booking_id: UUID) -> Sheet:
    """The sheet of a booking that can still be answered, locked.

    Raises: NotFound, NotAllowed, AnsweredAlready, TooLateToAnswer.
    """
    held = Sheet.objects.select_for_update(no_key=True).filter(booking_id=booking_id).first()
    if held is None:
        raise NotFound
    if not actor.is_owner(held.patient_id, held.booking_id):
        actor.require_to_see(permissions.SEE, held.site_id)
        actor.require(permissions.FILL, held.site_id)
    if held.state == SheetState.ANSWERED:
        raise AnsweredAlready
    booking = telling(booking_id)
    if not booking.is_coming or clock.now() >= booking.ends_at:
        raise TooLateToAnswer
    return held


def sealed(answers: Mapping[str, str]) -> str:
    """Answers as they are stored."""
    return json.dumps(dict(answers), ensure_ascii=False)


def tell_answered(actor: Actor, held: Sheet, answers: Mapping[str, str]) -> None:
    """Record and tell that a sheet is answered, and how much stands out."""
    risks = len(risks_of(answers, held.service_key, held.specialty))
    event = QuestionsAnswered(held.pk, held.booking_id, held.patient_id, risks)
    write(actor, held, "answered", event)


def write(actor: Actor, held: Sheet, deed: str, event: object) -> None:
    """Record and tell what became of a sheet."""
    audit.record(
        actor,
        f"intake.sheet.{deed}",
        held,
        site_id=held.site_id,
        patient_id=held.patient_id,
    )
    outbox.publish(
        event,
        actor=actor,
        site_id=held.site_id,
        subject=held,
        topics=[sheet_topic(held.asked_for)],
    )
