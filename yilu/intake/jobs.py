"""What intake does when it hears of something, and what it adds to messages about bookings."""

from collections.abc import Sequence

from yilu.intake.operations.asking import ask_questions, enclosed_questions
from yilu.platform import outbox
from yilu.platform.actors import Actor
from yilu.scheduling.enclosing import Enclosure, enclose
from yilu.scheduling.selectors.telling import Telling

ASKER = Actor.system("intake.ask")


@outbox.subscriber("intake.ask", "BookingMade")
def ask(told: outbox.Told) -> None:
    """The questions stand ready for the desk; the patient reads of them in the confirmation."""
    ask_questions(actor=ASKER, booking_id=told.subject_id)


def ask_along(actor: Actor, told: Sequence[Telling]) -> Enclosure | None:
    """A confirmation, or the reminder a day before, carries the link until it is answered."""
    return enclosed_questions(actor=ASKER, told=told)


enclose("intake.questions", ask_along)
