"""Everything that is written to a procedure of risk: talk, checks, words, end, observations."""

from datetime import timedelta
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import (
    AlreadyRecorded,
    NotReady,
    NotUnderWay,
)
from yilu.clinical.events import (
    ObservationMade,
    ObservationOverdue,
    ProcedureAbandoned,
    ProcedureEnded,
    ProcedureStarted,
    RecordChanged,
)
from yilu.clinical.models import Observation, Procedure, ProcedureEntry
from yilu.clinical.operations.holding import hold_consents
from yilu.clinical.operations.reading import keep_reading
from yilu.clinical.operations.traces import change, record, tell, tell_work
from yilu.clinical.rules.procedures import (
    GRACE_MINUTES,
    SPEAKERS,
    as_kept,
    points,
    procedure_kinds,
)
from yilu.clinical.rules.texts import clean_words, required, the_reason
from yilu.clinical.selectors.context import practitioner, record_topics, setting
from yilu.clinical.selectors.plans import require_released
from yilu.clinical.selectors.procedures import lacking
from yilu.clinical.selectors.readiness import require_examined
from yilu.clinical.states import EntryKind, ProcedureState, check_procedure_move
from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotFound

OVERDUE = "clinical.observation_overdue"
LIMITS = {"what": 200, "text": 500}
OPEN = (ProcedureState.PLANNED, ProcedureState.RUNNING, ProcedureState.WATCHED)


@operation
def plan_procedure(*, actor: Actor, visit_id: UUID, kind: str, what: str) -> UUID:
    """Write down which procedure is to be done; its steps are those of its kind today.

    Raises: NotFound, NotAllowed, NotAPractitioner, VisitOver; Invalid: nothing says what.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    known = procedure_kinds().get(kind)
    if known is None:
        raise NotFound
    words = clean_words(LIMITS, what=what)
    if errors := required("what", **words):
        raise Invalid(*errors)
    row = Procedure(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        kind=known.key,
        kind_version=known.version,
        steps=as_kept(known),
        what=words["what"],
        practitioner_id=by,
        planned_at=clock.now(),
    )
    row.save(force_insert=True)
    record(actor, row, "procedure.planned", kind=kind)
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "procedure"))
    return row.pk


@operation
def sign_talk(*, actor: Actor, procedure_id: UUID) -> None:
    """Say that one has talked it over with the other, by one's own sign-in. Two have to.

    Raises: NotFound, NotAllowed, NotUnderWay, AlreadyRecorded.
    """
    row = _held(actor, procedure_id, ProcedureState.PLANNED)
    speaker = "doctor" if actor.practitioner_id else "nurse"
    _enter(actor, row, EntryKind.TALK, speaker=speaker)
    record(actor, row, "procedure.talked_over")


@operation
def check_point(*, actor: Actor, procedure_id: UUID, code: str) -> None:
    """Tick a point of the list before the first cut.

    Raises: NotFound, NotAllowed, NotUnderWay, AlreadyRecorded.
    """
    row = _held(actor, procedure_id, ProcedureState.PLANNED)
    if code not in {one.code for one in points(row.steps, "checks")}:
        raise NotFound
    _enter(actor, row, EntryKind.CHECK, code=code)
    record(actor, row, "procedure.checked", code=code)


@operation
def start_procedure(*, actor: Actor, procedure_id: UUID, version: int | None = None) -> None:
    """Begin. The examination and diagnosis are signed, the consent stands, two have talked it
    over and every point is checked.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused, NotAPractitioner.
        NotExamined: examination or diagnosis is missing and nobody excused it.
        PlanOpen: a plan of the visit waits for the patient.
        NotReady: consent, talk or a check is missing; each is named.
    """
    row = _held(actor, procedure_id, *OPEN)
    practitioner(actor)
    check_version(row, version)
    check_procedure_move(row.state, ProcedureState.RUNNING)
    require_examined(row.visit_id)
    require_released(row.visit_id)
    hold_consents(row.visit_id)
    if missing := lacking(row):
        raise NotReady(missing=" · ".join(missing))
    change(row, state=ProcedureState.RUNNING, started_at=clock.now())
    record(actor, row, "procedure.started")
    tell(actor, row, ProcedureStarted(row.pk, row.visit_id, row.patient_id, row.kind))


@operation
def note_said(
    *, actor: Actor, procedure_id: UUID, speaker: str, text: str, is_deed: bool = False
) -> None:
    """Write down what somebody said, or with `is_deed` what was done, at this moment.

    Raises: NotFound, NotAllowed, NotUnderWay, Invalid.
    """
    row = _held(actor, procedure_id, *OPEN)
    words = clean_words(LIMITS, text=text)
    errors = required("text", **words)
    if speaker not in SPEAKERS:
        errors.append(FieldError("speaker", "unknown_value", str(Invalid.message)))
    if errors:
        raise Invalid(*errors)
    kind = EntryKind.DONE if is_deed else EntryKind.SAID
    _enter(actor, row, kind, speaker=speaker, text=words["text"])
    record(actor, row, "procedure.noted")


@operation
def read_said(*, actor: Actor, procedure_id: UUID) -> None:
    """Say that one has read what was said so far; what is said later is unread again.

    Raises: NotFound, NotAllowed.
    """
    row = Procedure.objects.filter(pk=procedure_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id)
    keep_reading(actor, row.pk)
    record(actor, row, "procedure.read")
    event = RecordChanged(row.patient_id, row.visit_id, "procedure")
    tell_work(actor, row, event)


@operation
def end_procedure(*, actor: Actor, procedure_id: UUID, version: int | None = None) -> None:
    """Say that it is done. The looks at the patient afterwards become due, each with its timer.

    Raises: NotFound, NotAllowed, Stale, MoveRefused.
    """
    row = _held(actor, procedure_id, *OPEN)
    check_version(row, version)
    looks = points(row.steps, "observe")
    target = ProcedureState.WATCHED if looks else ProcedureState.DONE
    check_procedure_move(row.state, target)
    now = clock.now()
    change(row, state=target, ended_at=now)
    for one in looks:
        due_at = now + timedelta(minutes=one.after_minutes)
        look = Observation(
            procedure=row,
            visit_id=row.visit_id,
            patient_id=row.patient_id,
            site_id=row.site_id,
            clinic_day=row.clinic_day,
            code=one.code,
            title=dict(one.title),
            due_at=due_at,
        )
        look.save(force_insert=True)
        timers.schedule(
            OVERDUE,
            due_at=due_at + timedelta(minutes=GRACE_MINUTES),
            subject_id=look.pk,
            site_id=row.site_id,
        )
    record(actor, row, "procedure.ended", observations=len(looks))
    ended = ProcedureEnded(row.pk, row.visit_id, row.patient_id, row.kind, len(looks))
    tell(actor, row, ended)


@operation
def abandon_procedure(
    *, actor: Actor, procedure_id: UUID, reason: str, version: int | None = None
) -> None:
    """Stop before the end, or do not begin at all.

    Raises: NotFound, NotAllowed, Stale, MoveRefused, ReasonMissing.
    """
    row = _held(actor, procedure_id, *OPEN)
    check_version(row, version)
    check_procedure_move(row.state, ProcedureState.ABANDONED)
    words = the_reason(reason)
    change(row, state=ProcedureState.ABANDONED, reason=words, ended_at=clock.now())
    record(actor, row, "procedure.abandoned")
    tell(actor, row, ProcedureAbandoned(row.pk, row.visit_id, row.patient_id, row.kind))


@operation
def observe(*, actor: Actor, observation_id: UUID, is_well: bool, text: str) -> None:
    """Write down how the patient is. With the last look the procedure is done.

    Raises:
        NotFound, NotAllowed, NotUnderWay, AlreadyRecorded.
        Invalid: somebody is not well and nothing says how.
    """
    found = Observation.objects.filter(pk=observation_id).values_list("procedure_id", flat=True)
    procedure_id = found.first()
    if procedure_id is None:
        raise NotFound
    row = _held(actor, procedure_id, ProcedureState.WATCHED)
    look = Observation.objects.select_for_update().get(pk=observation_id)
    if look.made_at is not None:
        raise AlreadyRecorded
    words = clean_words(LIMITS, text=text)
    if not is_well and (errors := required("text", **words)):
        raise Invalid(*errors)
    look.made_at, look.made_by_id = clock.now(), actor.user_id
    look.is_well, look.text = is_well, words["text"]
    look.version += 1
    look.save(update_fields=["made_at", "made_by_id", "is_well", "text", "version"])
    timers.cancel(look.pk, OVERDUE)
    if not row.observations.filter(made_at=None).exists():
        change(row, state=ProcedureState.DONE)
    record(actor, row, "procedure.observed", code=look.code, is_well=is_well)
    made = ObservationMade(look.pk, row.visit_id, row.patient_id, is_well)
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(made, actor=actor, site_id=row.site_id, subject=look, topics=topics)


@operation
def mark_overdue(*, actor: Actor, observation_id: UUID) -> None:
    """Tell that nobody has looked in time, once; nothing when somebody has."""
    look = Observation.objects.select_for_update().filter(pk=observation_id).first()
    if look is None or look.made_at is not None or look.overdue_at is not None:
        return
    look.overdue_at = clock.now()
    look.version += 1
    look.save(update_fields=["overdue_at", "version"])
    audit.record(
        actor, "clinical.observation.overdue", look,
        site_id=look.site_id, patient_id=look.patient_id,
    )  # fmt: skip
    event = ObservationOverdue(look.pk, look.visit_id, look.patient_id)
    topics = record_topics(look.visit_id, look.patient_id)
    outbox.publish(event, actor=actor, site_id=look.site_id, subject=look, topics=topics)


def _held(actor: Actor, procedure_id: UUID, *states: ProcedureState) -> Procedure:
    row = Procedure.objects.select_for_update().filter(pk=procedure_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.ASSESS)
    if row.state not in states:
        raise NotUnderWay
    return row


def _enter(
    actor: Actor, row: Procedure, kind: EntryKind, *, code: str = "", speaker: str = "",
    text: str = "",
) -> None:  # fmt: skip
    entry = ProcedureEntry(
        procedure=row,
        kind=kind,
        code=code,
        speaker=speaker or ("doctor" if actor.practitioner_id else "nurse"),
        text=text,
        user_id=actor.user_id,
        at=clock.now(),
    )
    with on_violation(
        clinical_procedureentry_talked_once=AlreadyRecorded,
        clinical_procedureentry_checked_once=AlreadyRecorded,
    ):
        entry.save(force_insert=True)
    event = RecordChanged(row.patient_id, row.visit_id, "procedure")
    tell_work(actor, row, event)
