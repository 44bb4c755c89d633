"""The examination itself: expected, arrived, begun after its check, images in, called off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics import permissions
from yilu.diagnostics.errors import (
    CheckMissing,
    PartMissing,
    PatientNotIdentified,
    RecentResult,
    StudyBooked,
    StudyNotHere,
    StudyStopped,
)
from yilu.diagnostics.events import (
    ExamDone,
    StudyArrived,
    StudyBegun,
    StudyLeft,
    StudyTaken,
)
from yilu.diagnostics.models import ExamRequest, Study
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.tables import Profile, table
from yilu.diagnostics.selectors.study_before import has_recent_report
from yilu.diagnostics.states import (
    ExamState,
    Side,
    StudyState,
    Urgency,
    check_move,
    check_study_move,
)
from yilu.patients.rules.identity import is_enough, matching
from yilu.patients.selectors.identifying import known_of
from yilu.platform import clock, numbers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.ids import new_id
from yilu.visits.selectors.visits import visit_info


@dataclass(frozen=True, slots=True)
class Aim:
    """What of the body is examined; `again`: why, although there is a recent report."""

    part: str = ""
    side: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before an examination: who it is, answers, why anyway."""

    identifiers: Mapping[str, str]
    checks: Mapping[str, str] = field(default_factory=dict)
    override: str = ""


@operation
def open_study(*, actor: Actor, held: ExamRequest, profile: Profile, aim: Aim) -> None:
    """Expect an examination that was just asked for. Part of asking, not a deed itself.

    Raises:
        PartMissing: which part or side was not said.
        RecentResult: there is a recent report of the same, and no reason was given.
    """
    if not profile.modality:
        return
    part = aim.part or profile.part
    known = imaging_table().parts.get(part)
    if known is None or part not in profile.parts or aim.side not in ("", *Side.values):
        raise PartMissing(FieldError("part", "required", str(PartMissing.message)))
    if known.is_paired and not aim.side:
        raise PartMissing(FieldError("side", "required", str(PartMissing.message)))
    again = aim.again.strip()[:200]
    same = (held.patient_id, held.service_id, part, aim.side)
    if not again and has_recent_report(same):
        raise RecentResult(FieldError("again", "required", str(RecentResult.message)))
    study_id = new_id()
    number = numbers.take(f"accession:{held.clinic_day}")
    Study(
        id=study_id,
        site_id=held.site_id,
        patient_id=held.patient_id,
        visit_id=held.visit_id,
        clinic_day=held.clinic_day,
        request=held,
        accession=f"{held.clinic_day:%y%m%d}{number:04d}",
        uid=f"2.25.{study_id.int}",
        modality=profile.modality,
        part=part,
        side=aim.side,
        again=again,
        override="",
        ordered_at=held.requested_at,
    ).save(force_insert=True)


@operation
def arrive_study(*, actor: Actor, study_id: UUID, version: int | None = None) -> None:
    """Note that a patient has come for an examination, at the visit at which it was asked for.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        StudyBooked: it has a booking; who checks that in notes the arrival, too.
        StudyNotHere: the visit is over.
    """
    row = hold_study(
        actor=actor, study_id=study_id, permission=permissions.EXAMINE, version=version
    )
    request = ExamRequest.objects.select_for_update(no_key=True).get(pk=row.request_id)
    check_study_move(row.state, StudyState.ARRIVED)
    if request.state == ExamState.BOOKED:
        raise StudyBooked
    if not visit_info(row.visit_id).is_here:
        raise StudyNotHere
    if request.state != ExamState.HERE:
        check_move(request.state, ExamState.HERE)
        request.state = ExamState.HERE
        request.version += 1
        request.save(update_fields=["state", "version"])
    _arrive(actor, row, is_booked=False)


@operation
def arrive_with_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Note the arrival for an examination whose booking was checked in. Nothing for others."""
    found = Study.objects.select_for_update(no_key=True, of=("self",))
    row = found.filter(request__booking_id=booking_id, request__state=ExamState.BOOKED).first()
    if row is not None and row.state == StudyState.ORDERED:
        check_study_move(row.state, StudyState.ARRIVED)
        _arrive(actor, row, is_booked=True)


@operation
def leave_with_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Expect somebody again whose check-in was taken back, or whose booking is off."""
    found = Study.objects.select_for_update(no_key=True, of=("self",))
    row = found.filter(request__booking_id=booking_id, state=StudyState.ARRIVED).first()
    if row is None:
        return
    check_study_move(row.state, StudyState.ORDERED)
    row.state, row.arrived_at = StudyState.ORDERED, None
    row.version += 1
    row.save(update_fields=["state", "arrived_at", "version"])
    event = StudyLeft(row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="study.left", event=event)


@operation
def begin_study(
    *, actor: Actor, study_id: UUID, before: Before, version: int | None = None
) -> None:
    """Begin an examination: who it is and every question before it must be answered.

    An answer that speaks against it is overridden only with a reason, which is recorded and shown
    to the manager; who it is never is.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        PatientNotIdentified: fewer than two identifiers match, or one does not.
        CheckMissing: a question has no answer; each is named.
        StudyStopped: by an answer it may not begin, and no reason was given.
    """
    row = hold_study(
        actor=actor, study_id=study_id, permission=permissions.EXAMINE, version=version
    )
    check_study_move(row.state, StudyState.BEGUN)
    override = before.override.strip()[:300]
    answers, stopped = _answers(row, before.checks)
    if stopped and not override:
        raise StudyStopped(why=stopped)
    known = known_of(actor, row.patient_id, "examination")
    if not is_enough(known, before.identifiers):
        message = str(PatientNotIdentified.message)
        raise PatientNotIdentified(FieldError("identifiers", "not_matching", message))
    row.identity = {"matched": matching(known, before.identifiers)}
    row.checks = answers
    row.override, row.is_overridden = (override, True) if stopped else ("", False)
    row.state, row.begun_at, row.begun_by_id = StudyState.BEGUN, clock.now(), actor.user_id
    row.version += 1
    row.save(
        update_fields=[
            "identity", "checks", "override", "is_overridden", "state", "begun_at", "begun_by",
            "version",
        ]
    )  # fmt: skip
    event = StudyBegun(row.pk, row.visit_id, row.patient_id, row.is_overridden)
    details = {"is_overridden": row.is_overridden}
    trace(actor=actor, row=row, action="study.begun", event=event, details=details)


@operation
def finish_study(*, actor: Actor, study_id: UUID, version: int | None = None) -> None:
    """Note that the examination is done and its images are in: it can be reported.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
    """
    row = hold_study(
        actor=actor, study_id=study_id, permission=permissions.EXAMINE, version=version
    )
    request = ExamRequest.objects.select_for_update(no_key=True).get(pk=row.request_id)
    check_study_move(row.state, StudyState.TAKEN)
    now = clock.now()
    promised = imaging_table().urgent if request.urgency == Urgency.URGENT else _usual()
    row.state, row.taken_at, row.taken_by_id = StudyState.TAKEN, now, actor.user_id
    row.due_at = now + promised
    row.version += 1
    row.save(update_fields=["state", "taken_at", "taken_by", "due_at", "version"])
    event = StudyTaken(row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="study.taken", event=event)
    if request.state == ExamState.HERE:
        check_move(request.state, ExamState.DONE)
        request.state, request.ended_at = ExamState.DONE, now
        request.version += 1
        request.save(update_fields=["state", "ended_at", "version"])
        done = ExamDone(request.pk, request.patient_id, request.kind)
        trace(actor=actor, row=row, action="request.done", event=done)


@operation
def call_off_study(*, actor: Actor, request_id: UUID) -> None:
    """Expect no longer what was withdrawn. Part of withdrawing, not a deed itself.

    Raises: LabMoved: it is under way or done.
    """
    row = Study.objects.select_for_update(no_key=True).filter(request_id=request_id).first()
    if row is None:
        return
    check_study_move(row.state, StudyState.CANCELLED)
    row.state = StudyState.CANCELLED
    row.version += 1
    row.save(update_fields=["state", "version"])


@operation
def hold_study(
    *, actor: Actor, study_id: UUID, permission: str, version: int | None = None
) -> Study:
    """The study, locked until the deed ends, if the actor may do this there.

    Raises:
        NotFound, NotAllowed, Stale.
    """
    row = Study.objects.select_for_update(no_key=True).filter(pk=study_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permission, row.site_id)
    check_version(row, version)
    return row


def _usual() -> timedelta:
    return imaging_table().usual


def _arrive(actor: Actor, row: Study, *, is_booked: bool) -> None:
    row.state, row.arrived_at = StudyState.ARRIVED, clock.now()
    row.arrived_by_id = actor.user_id
    row.version += 1
    row.save(update_fields=["state", "arrived_at", "arrived_by", "version"])
    event = StudyArrived(row.pk, row.visit_id, row.patient_id, is_booked)
    trace(actor=actor, row=row, action="study.arrived", event=event)


def _answers(row: Study, given: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """What was answered, and the first that speaks against beginning."""
    request = row.request
    key = service_infos([request.service_id])[request.service_id].key
    asked = imaging_table().checks_for(table().profiles.get(key), row.modality, request.flags)
    left = [one.key for one in asked if given.get(one.key) not in {"yes", "no"}]
    if left:
        message = str(CheckMissing.message)
        raise CheckMissing(*(FieldError(f"check-{name}", "required", message) for name in left))
    stopped = [one for one in asked if given[one.key] == one.stops]
    return {one.key: given[one.key] for one in asked}, str(stopped[0].says) if stopped else ""
