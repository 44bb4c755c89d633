"""A patient feels worse: one press calls the nurse, and only a nurse closes the call."""

from dataclasses import dataclass
from uuid import UUID

from yilu.intake import permissions
from yilu.intake.errors import LevelNeedsReason, NotWithUs, SeenAlready
from yilu.intake.events import FeltWorseAnswered, FeltWorseSaidAgain, PatientFeltWorse
from yilu.intake.models import FeltWorse
from yilu.intake.rules import pretriage
from yilu.intake.rules.wording import LONGEST
from yilu.intake.selectors.topics import worse_topic
from yilu.intake.states import WorseState, check_worse_move
from yilu.messaging.operations.messages import send_message
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import LEVELS, change_level
from yilu.queueing.selectors.tickets import live_ticket
from yilu.queueing.states import TicketState
from yilu.visits.selectors.visits import VisitInfo, visit_info, visit_topic

LONGEST_REASON = 200
TELLER = Actor.system("intake.worse")
# A call may be answered between looking and writing: then it is called anew.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a press. `is_new`: it called the nurse; otherwise she is called already."""

    id: UUID
    is_new: bool


@operation
def say_worse(
    *,
    actor: Actor,
    visit_id: UUID,
    words: str = "",
    chosen: tuple[str, ...] = (),
    channel: str = "phone",
) -> Told:
    """Call the nurse to a patient who waits and feels worse. Twice pressed is one call.

    Anybody who waits may press: by account, link or ticket; staff press for somebody. A kiosk that
    knows the patient lends `intake.fill`. Words and choices are read for alarms, and suggest
    a level; nobody is re-ordered before a nurse has looked. Five queries, two more for the first.

    Raises:
        NotFound: not the actor's visit.
        NotWithUs: the visit is over.
    """
    visit = visit_info(visit_id)
    if not actor.is_owner(visit.patient_id, visit.id, visit.booking_id):
        actor.require_to_see(permissions.FILL, visit.site_id)
    if not visit.is_here:
        raise NotWithUs
    row = _row(actor, visit, words.strip()[:LONGEST], chosen, channel)
    held = _held(row)
    if held.pk != row.pk:
        _again(actor, held, row)
        return Told(held.pk, is_new=False)
    event = PatientFeltWorse(row.pk, visit.id, visit.patient_id)
    _write(actor, row, "said", event, channel=row.channel, suggested=row.suggested)
    _message(row)
    return Told(row.pk, is_new=True)


@operation
def answer_worse(
    *, actor: Actor, feltworse_id: UUID, level: int, reason: str, version: int | None = None
) -> None:
    """A nurse has looked: the level counts from now on, and the queue with it. The reason is kept.

    Raises:
        NotFound, NotAllowed.
        Stale: more was said since the version that was seen.
        SeenAlready: somebody has closed it.
        LevelNeedsReason: no level of the four, or no reason.
    """
    row = FeltWorse.objects.select_for_update().filter(pk=feltworse_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.ANSWER, row.site_id)
    check_worse_move(row.state, WorseState.ANSWERED)
    check_version(row, version)
    why = reason.strip()[:LONGEST_REASON]
    if level not in LEVELS or not why:
        field = "reason" if level in LEVELS else "level"
        raise LevelNeedsReason(FieldError(field, "required", str(LevelNeedsReason.message)))
    row.level_before = _move_queue(actor, row, level, why)
    row.state, row.level, row.reason = WorseState.ANSWERED, level, why
    row.answered_at, row.answered_by_id = clock.now(), actor.user_id
    row.version += 1
    row.save(
        update_fields=[
            "state", "level", "level_before", "reason", "answered_at", "answered_by", "version",
        ]
    )  # fmt: skip
    event = FeltWorseAnswered(row.pk, row.visit_id, row.patient_id, level)
    _write(actor, row, "answered", event, level=level, before=row.level_before, reason=why)


def _row(
    actor: Actor, visit: VisitInfo, words: str, chosen: tuple[str, ...], channel: str
) -> FeltWorse:
    """What was said, and what the rules make of it."""
    now = clock.now()
    found = pretriage.suggest(pretriage.Asked(text=words, chosen=frozenset(chosen)))
    return FeltWorse(
        site_id=visit.site_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        channel=("staff" if actor.is_staff else channel)[:8],
        words=words,
        alarms=list(found.alarms),
        rules_version=found.version,
        suggested=found.level,
        clinic_day=visit.clinic_day,
        said_at=now,
        pressed_at=now,
    )


def _held(row: FeltWorse) -> FeltWorse:
    """The one open call of the visit, locked: this one, or the one that was there before."""
    open_one = FeltWorse.objects.select_for_update().filter(
        visit_id=row.visit_id, state=WorseState.OPEN
    )
    for _each in range(TRIES):
        FeltWorse.objects.bulk_create([row], ignore_conflicts=True)
        held = open_one.first()
        if held is not None:
            return held
    raise SeenAlready


def _again(actor: Actor, held: FeltWorse, said: FeltWorse) -> None:
    """It was said once more: counted; new alarm signs and words are added to the one call.

    Then it is a new version: who answers must have seen them. Pressed again only, it is the same.
    """
    before = (held.words, held.alarms, held.suggested)
    held.presses += 1
    held.pressed_at = said.pressed_at
    held.words = "\n".join(dict.fromkeys(one for one in (held.words, said.words) if one))
    held.words = held.words[: 2 * LONGEST]
    held.alarms = sorted({*held.alarms, *said.alarms})
    levels = [one for one in (held.suggested, said.suggested) if one is not None]
    held.suggested = min(levels, default=None)
    held.version += (held.words, held.alarms, held.suggested) != before
    held.save(update_fields=["presses", "pressed_at", "words", "alarms", "suggested", "version"])
    event = FeltWorseSaidAgain(held.pk, held.visit_id, held.patient_id, held.presses)
    _write(actor, held, "pressed", event, presses=held.presses)


def _move_queue(actor: Actor, row: FeltWorse, level: int, reason: str) -> int | None:
    """Let the queue follow the level, where the patient still waits in one. The level before."""
    ticket = live_ticket(row.visit_id)
    if ticket is None or ticket.state != TicketState.WAITING:
        return None
    if ticket.level != level:
        able = actor.lent(queueing.SEE, queueing.MOVE)
        change_level(actor=able, ticket_id=ticket.id, level=level, reason=reason)
    return ticket.level


def _message(row: FeltWorse) -> None:
    """What happens now, also where the page is not open."""
    send_message(
        actor=TELLER,
        key=f"worse:{row.pk}",
        template="felt_worse",
        site_id=row.site_id,
        patient_id=row.patient_id,
        data={"minutes": str(row.promise_minutes)},
    )


def _write(actor: Actor, row: FeltWorse, deed: str, event: object, **details: object) -> None:
    audit.record(
        actor,
        f"intake.feltworse.{deed}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **details,
    )
    topics = [worse_topic(row.site_id), visit_topic(row.visit_id)]
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
