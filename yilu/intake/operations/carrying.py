"""Nobody is asked the same twice: answers go on to the other bookings of their patient."""

from collections.abc import Mapping

from yilu.intake.models import Sheet
from yilu.intake.operations.keeping import sealed, tell_answered
from yilu.intake.rules.questions import carried, missing
from yilu.intake.selectors.sheets import answers_in, asked_in
from yilu.intake.states import SheetState
from yilu.platform.actors import Actor
from yilu.scheduling.selectors.telling import telling

MOST = 20


def carry_on(actor: Actor, held: Sheet, answers: Mapping[str, str]) -> None:
    """Give the answers of one sheet to the others of its patient that are open.

    Those of the same day are answered along when nothing is missing; in others they are filled in
    and can still be changed. A sheet that somebody holds at this moment is left to them.
    """
    others = Sheet.objects.select_for_update(no_key=True, skip_locked=True).filter(
        patient_id=held.patient_id, site_id=held.site_id
    )
    others = others.exclude(pk=held.pk).exclude(state=SheetState.ANSWERED)
    # A visit has its own sheet and is answered there.
    others = others.filter(visit=None)
    day = telling(held.booking_id).starts_at.date() if held.booking_id else held.clinic_day
    for other in others.order_by("asked_at", "id")[:MOST]:
        booking = telling(other.asked_for)
        if booking.is_coming:
            is_same_day = booking.starts_at.date() == day
            _give(actor, held, other, answers, is_same_day=is_same_day)


def _give(
    actor: Actor, held: Sheet, other: Sheet, answers: Mapping[str, str], *, is_same_day: bool
) -> None:
    questions, typed = asked_in(other), answers_in(other)
    said = carried(questions, answers, is_same_day=is_same_day)
    whole = typed | said if is_same_day else said | typed
    other.answers = sealed(whole)
    if not is_same_day or missing(questions, whole):
        other.save(update_fields=["answers"])
        return
    other.state, other.filled_by = SheetState.ANSWERED, held.filled_by
    other.answered_at, other.consent_at = held.answered_at, held.consent_at
    other.version += 1
    other.save(
        update_fields=["answers", "state", "filled_by", "answered_at", "consent_at", "version"]
    )
    tell_answered(actor, other, whole)
