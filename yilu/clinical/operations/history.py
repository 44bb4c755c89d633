"""Everything that changes the problem list and the patient's background."""

from collections.abc import Mapping
from uuid import UUID

from yilu.catalogue.selectors.codes import diagnosis_names
from yilu.clinical import permissions
from yilu.clinical.errors import AlreadyRecorded, UnknownDiagnosis
from yilu.clinical.events import RecordChanged
from yilu.clinical.models import Background, Problem
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.context import record_topics, setting
from yilu.clinical.states import ProblemStatus
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import Invalid, NotFound, Stale

BACKGROUND = {"past": 2000, "family": 1000, "social": 1000, "immunisations": 1000}


@operation
def add_problem(
    *, actor: Actor, visit_id: UUID, text: str, code: str = "", onset: str = ""
) -> UUID:
    """Put something that stays with the patient on the problem list.

    Raises:
        AlreadyRecorded: it is on the list.
        UnknownDiagnosis: the code is in no list.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    words = clean_words({"text": 200, "code": 12, "onset": 40}, text=text, code=code, onset=onset)
    if words["code"] and words["code"] not in diagnosis_names([words["code"]]):
        raise UnknownDiagnosis
    if errors := required("text", text=words["text"]):
        raise Invalid(*errors)
    row = Problem(
        patient_id=where.patient_id,
        site_id=where.site_id,
        visit_id=where.visit_id,
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
        clinic_day=where.day,
        **words,
    )
    with on_violation(clinical_problem_once=AlreadyRecorded):
        row.save(force_insert=True)
    _record(actor, row, "clinical.problem.added", code=row.code)
    return row.pk


@operation
def resolve_problem(*, actor: Actor, problem_id: UUID, version: int | None = None) -> None:
    """Say that a problem is over. It stays readable."""
    row = Problem.objects.select_for_update().filter(pk=problem_id).first()
    if row is None or not actor.may_anywhere(permissions.SEE):
        raise NotFound
    actor.require_anywhere(permissions.WRITE)
    check_version(row, version)
    if row.status == ProblemStatus.RESOLVED:
        return
    row.status, row.resolved_at = ProblemStatus.RESOLVED, clock.now()
    row.version += 1
    row.save(update_fields=["status", "resolved_at", "version"])
    _record(actor, row, "clinical.problem.resolved", code=row.code)


@operation
def save_background(
    *, actor: Actor, visit_id: UUID, content: Mapping[str, str], version: int | None = None
) -> int:
    """Keep past, family and social history and immunisations as a new version.

    Raises:
        Stale: somebody saved another in the meantime.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    words = clean_words(BACKGROUND, **{name: content.get(name, "") for name in BACKGROUND})
    last = Background.objects.filter(patient_id=where.patient_id).order_by("-n").first()
    n = last.n if last else 0
    if version is not None and version != n:
        raise Stale
    if last is not None and last.content == words:
        return n
    row = Background(
        patient_id=where.patient_id,
        site_id=where.site_id,
        visit_id=where.visit_id,
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
        clinic_day=where.day,
        n=n + 1,
        content=words,
    )
    with on_violation(clinical_background_one_of_each=Stale):
        row.save(force_insert=True)
    _record(actor, row, "clinical.background.saved", n=row.n)
    return row.n


def _record(actor: Actor, row: Problem | Background, action: str, **details: object) -> None:
    audit.record(actor, action, row, site_id=row.site_id, patient_id=row.patient_id, **details)
    event = RecordChanged(row.patient_id, row.visit_id, action.split(".")[1])
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
