"""Answering the entry questions, and what a check-in asks of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.intake.rules.questions import missing, read_answers
from yilu.outbreak import permissions
from yilu.outbreak.errors import (
    AlreadySuspected,
    AnswersMissing,
    NothingAsked,
    ScreenedAlready,
    ScreeningMissing,
)
from yilu.outbreak.events import PatientScreened
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.holding import record, save, tell
from yilu.outbreak.operations.suspecting import send_apart
from yilu.outbreak.rules import book, findings_of, is_positive, questions_for
from yilu.outbreak.selectors.modes import Mode, mode_of
from yilu.outbreak.selectors.screenings import latest
from yilu.outbreak.states import VIA, AskedVia, ScreeningOutcome
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.visits.selectors.visits import visit_info


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is asked, and where. Without a patient only in a drill."""

    site_id: UUID
    patient_id: UUID | None
    booking_id: UUID | None = None
    visit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What the door says of who comes in: the queue apart, if they take the isolation route."""

    screening_id: UUID | None
    apart_queue_id: UUID | None


@operation
def answer_screening(
    *, actor: Actor, whom: Whom, answers: Mapping[str, str], via: str = ""
) -> bool:
    """Keep what was answered to the entry questions; true says that it makes a suspicion.

    Patients answer for their own, once; at the desk it can be asked again, and the latest
    counts. Who is here already and is suspected is sent apart.

    Raises:
        NotFound, NotAllowed.
        NothingAsked: outbreak mode is off; in a drill nobody asks but the desk.
        AnswersMissing: some question is open.
        ScreenedAlready: the patient has answered already.
        AlreadySuspected: answers do not lift a suspicion; who may, says so with a reason.
    """
    mode = mode_of(whom.site_id)
    via = via or VIA.get(actor.kind, AskedVia.DESK)
    _check_may_answer(actor, whom)
    if mode is None or (mode.is_drill and via != AskedVia.DESK):
        raise NothingAsked
    if whom.patient_id is None and not mode.is_drill:
        raise NothingAsked
    known = latest(mode, whom.patient_id) if whom.patient_id else None
    if known is not None and via != AskedVia.DESK:
        raise ScreenedAlready
    if known is not None and known.is_positive:
        raise AlreadySuspected
    row = _kept(actor, mode, whom, answers, via)
    positive = row.outcome == ScreeningOutcome.POSITIVE
    if positive and whom.visit_id is not None:
        send_apart(actor=actor, row=row, mode=mode)
    return positive


@operation
def pass_door(*, actor: Actor, whom: Whom, answers: Mapping[str, str] | None) -> Passed:
    """What checking in asks first: were the questions answered, and with what? Part of a deed.

    One query while nothing is on.

    Raises:
        ScreeningMissing: outbreak mode is on, and they were not answered.
        AnswersMissing: some of what was sent is open.
    """
    mode = mode_of(whom.site_id)
    if mode is None:
        return Passed(None, None)
    known = latest(mode, whom.patient_id) if whom.patient_id else None
    if mode.is_drill and not _is_whole(mode, answers):
        # A drill never keeps anybody at the door.
        answers = None
    if answers and (known is None or not known.is_positive):
        row = _kept(actor, mode, whom, answers, VIA.get(actor.kind, AskedVia.DESK))
        positive = row.outcome == ScreeningOutcome.POSITIVE
        screening_id = row.pk
    elif known is not None:
        screening_id, positive = known.id, known.is_positive
    elif mode.is_drill:
        return Passed(None, None)
    else:
        raise ScreeningMissing
    is_apart = positive and mode.binds_patients
    return Passed(screening_id, mode.plan.queue_id if is_apart else None)


@operation
def note_entered(*, actor: Actor, passed: Passed, visit_id: UUID) -> None:
    """Say with which visit somebody who was asked came in. Part of a deed. None if nobody was.

    Whoever came in with an earlier visit is still suspected there: this one gets its own.
    """
    if passed.screening_id is None:
        return
    row = Screening.objects.select_for_update(no_key=True).get(pk=passed.screening_id)
    if _came_in_before(row, visit_id):
        if row.outcome == ScreeningOutcome.POSITIVE and row.lifted_at is None:
            _suspect_again(actor, row, passed, visit_id)
        return
    row.visit_id = visit_id
    if passed.apart_queue_id is not None:
        row.apart_at = row.apart_at or clock.now()
    save(row, "visit", "apart_at")
    if row.outcome == ScreeningOutcome.POSITIVE:
        # The first telling named no visit: who is on the pages now has a number.
        tell(actor, row, _told(row))


def _came_in_before(row: Screening, visit_id: UUID) -> bool:
    """Whether it is about another visit that was one: a check-in taken back brought nobody in."""
    earlier = row.visit_id
    return earlier is not None and earlier != visit_id and not visit_info(earlier).is_withdrawn


def _suspect_again(actor: Actor, row: Screening, passed: Passed, visit_id: UUID) -> None:
    """Suspect at one more visit on the same answers: met, apart and lifted it is by itself."""
    visit, asked = visit_info(visit_id), row.pk
    row.first_id, row.pk, row.version = row.first_id or asked, new_id(), 1
    row.visit_id, row.booking_id, row.clinic_day = visit_id, visit.booking_id, visit.clinic_day
    row.apart_at = clock.now() if passed.apart_queue_id is not None else None
    row.met_at, row.met_by_id = None, None
    row.save(force_insert=True)
    record(actor, row, "patient.suspected_again", screening=asked, is_drill=row.is_drill)
    tell(actor, row, _told(row))


def _is_whole(mode: Mode, answers: Mapping[str, str] | None) -> bool:
    questions = questions_for(mode.illness)
    return not missing(questions, read_answers(questions, answers or {}))


def _check_may_answer(actor: Actor, whom: Whom) -> None:
    if whom.patient_id and actor.is_owner(whom.patient_id, whom.booking_id, whom.visit_id):
        return
    actor.require_to_see(permissions.SCREEN, whom.site_id)


def _kept(actor: Actor, mode: Mode, whom: Whom, answers: Mapping[str, str], via: str) -> Screening:
    questions = questions_for(mode.illness)
    said = read_answers(questions, answers)
    if missing(questions, said):
        raise AnswersMissing
    now = clock.now()
    positive = is_positive(findings_of(said))
    row = Screening(
        outbreak_id=mode.id,
        site_id=mode.site_id,
        is_drill=mode.is_drill,
        clinic_day=now.astimezone(site_zone(mode.site_id)).date(),
        patient_id=whom.patient_id,
        booking_id=whom.booking_id,
        visit_id=whom.visit_id,
        via=via,
        set_version=book().version,
        answers=json.dumps(said, ensure_ascii=False),
        why="",
        outcome=ScreeningOutcome.POSITIVE if positive else ScreeningOutcome.CLEAR,
        asked_by_id=actor.user_id if actor.kind == "staff" else None,
        answered_at=now,
    )
    row.save(force_insert=True)
    record(actor, row, "patient.screened", via=via, is_positive=positive, is_drill=row.is_drill)
    tell(actor, row, _told(row))
    return row


def _told(row: Screening) -> PatientScreened:
    return PatientScreened(
        screening_id=row.pk,
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        is_positive=row.outcome == ScreeningOutcome.POSITIVE,
        is_drill=row.is_drill,
    )
