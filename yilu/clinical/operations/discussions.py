"""Case discussions of several colleagues: planned, noted, signed by those who were there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import (
    AlreadyRecorded,
    ConsentChanged,
    MinutesSigned,
    NotPresent,
)
from yilu.clinical.events import (
    CaseDiscussionNoted,
    CaseDiscussionPlanned,
    CaseDiscussionSigned,
    RecordChanged,
)
from yilu.clinical.models import CaseDiscussion, DiscussionMember
from yilu.clinical.operations.traces import change, record, tell_work
from yilu.clinical.rules.consents import digest
from yilu.clinical.rules.texts import clean_words, required, the_reason
from yilu.clinical.selectors.context import practitioner, setting
from yilu.clinical.states import DiscussionState, check_discussion_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.workforce.selectors.practitioners import practitioners

LIMITS = {"title": 120, "question": 1000, "minutes": 5000, "decision": 2000, "others": 200}
FEWEST, MOST = 2, 20


@dataclass(frozen=True, slots=True)
class DiscussionPlan:
    """What several colleagues are to talk about, when, and who they are besides who asks."""

    title: str
    question: str
    starts_at: datetime | None
    members: Collection[UUID]


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said and decided, and who of those asked was there; `others` have no sign-in."""

    minutes: str
    decision: str
    present: Collection[UUID] = field(default_factory=tuple)
    others: str = ""


@operation
def plan_discussion(*, actor: Actor, visit_id: UUID, plan: DiscussionPlan) -> UUID:
    """Ask colleagues to talk about a patient together. Who asks leads it, and is one of them.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, VisitOver.
        Invalid: something is missing, or somebody does not work here; the fields are named.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    words = clean_words(LIMITS, title=plan.title, question=plan.question)
    everybody = {by, *plan.members}
    errors = [*required("title", "question", **words)]
    message = str(Invalid.message)
    starts_at = plan.starts_at
    if starts_at is None:
        errors.append(FieldError("starts_at", "required", message))
    if not FEWEST <= len(everybody) <= MOST:
        errors.append(FieldError("members", "required", message))
    elif everybody - {one.id for one in practitioners(where.site_id)} - {by}:
        errors.append(FieldError("members", "unknown_value", message))
    if errors or starts_at is None:
        raise Invalid(*errors)
    row = CaseDiscussion(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        starts_at=starts_at,
        led_by_id=by,
        planned_at=clock.now(),
        **words,
    )
    row.save(force_insert=True)
    DiscussionMember.objects.bulk_create(
        DiscussionMember(discussion=row, practitioner_id=one) for one in sorted(everybody)
    )
    record(actor, row, "discussion.planned", members=len(everybody))
    tell_work(actor, row, CaseDiscussionPlanned(row.pk, row.visit_id, row.patient_id))
    return row.pk


@operation
def note_minutes(
    *, actor: Actor, discussion_id: UUID, noted: Minutes, version: int | None = None
) -> None:
    """Write down what was said and decided, and who was there. They sign it next.

    Who leads it may write it anew until the first of them has signed.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, Stale, MoveRefused.
        NotPresent: somebody else leads it. MinutesSigned: it is too late.
        Invalid: something is missing, or fewer than two were there.
    """
    row = _held(actor, discussion_id, version)
    if practitioner(actor) != row.led_by_id:
        raise NotPresent
    check_discussion_move(row.state, DiscussionState.NOTED)
    members = list(row.members.order_by("practitioner_id"))
    if any(one.signed_at for one in members):
        raise MinutesSigned
    words = clean_words(LIMITS, minutes=noted.minutes, decision=noted.decision, others=noted.others)
    present = {row.led_by_id, *noted.present} & {one.practitioner_id for one in members}
    errors = required("minutes", "decision", **words)
    if len(present) < FEWEST:
        errors.append(FieldError("present", "required", str(Invalid.message)))
    if errors:
        raise Invalid(*errors)
    for one in members:
        one.was_present = one.practitioner_id in present
    DiscussionMember.objects.bulk_update(members, ["was_present"])
    sealed = _seal(row, words, present)
    change(row, state=DiscussionState.NOTED, noted_at=clock.now(), digest=sealed, **words)
    record(actor, row, "discussion.noted", digest=sealed, present=len(present))
    tell_work(actor, row, CaseDiscussionNoted(row.pk, row.visit_id, row.patient_id))


@operation
def sign_minutes(*, actor: Actor, discussion_id: UUID, digest: str) -> None:
    """Sign the minutes as one of those who were present. With the last signature they stand.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, MoveRefused.
        NotPresent. AlreadyRecorded: signed before. ConsentChanged: other minutes were read.
    """
    row = _held(actor, discussion_id, None)
    check_discussion_move(row.state, DiscussionState.SIGNED)
    own = row.members.filter(practitioner_id=practitioner(actor), was_present=True).first()
    if own is None:
        raise NotPresent
    if own.signed_at is not None:
        raise AlreadyRecorded
    if row.digest != digest:
        raise ConsentChanged
    own.signed_at, own.digest = clock.now(), row.digest
    own.save(update_fields=["signed_at", "digest"])
    record(actor, row, "discussion.signed", digest=row.digest)
    if row.members.filter(was_present=True, signed_at=None).exists():
        change(row)
        tell_work(actor, row, RecordChanged(row.patient_id, row.visit_id, "discussion"))
        return
    change(row, state=DiscussionState.SIGNED, ended_at=clock.now())
    tell_work(actor, row, CaseDiscussionSigned(row.pk, row.visit_id, row.patient_id))


@operation
def cancel_discussion(
    *, actor: Actor, discussion_id: UUID, reason: str, version: int | None = None
) -> None:
    """Say that a planned discussion does not take place, and why.

    Raises: NotFound, NotAllowed, NotAPractitioner, Stale, NotPresent, MoveRefused, ReasonMissing.
    """
    row = _held(actor, discussion_id, version)
    if practitioner(actor) != row.led_by_id:
        raise NotPresent
    check_discussion_move(row.state, DiscussionState.CANCELLED)
    change(row, state=DiscussionState.CANCELLED, reason=the_reason(reason), ended_at=clock.now())
    record(actor, row, "discussion.cancelled")
    tell_work(actor, row, RecordChanged(row.patient_id, row.visit_id, "discussion"))


def _held(actor: Actor, discussion_id: UUID, version: int | None) -> CaseDiscussion:
    row = CaseDiscussion.objects.select_for_update().filter(pk=discussion_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.WRITE)
    check_version(row, version)
    return row


def _seal(row: CaseDiscussion, words: dict[str, str], present: Iterable[UUID]) -> str:
    return digest(
        discussion=str(row.pk),
        title=row.title,
        question=row.question,
        present=sorted(map(str, present)),
        **words,
    )
