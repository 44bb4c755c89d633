"""What the nurse asks before the doctor sees the patient: versions, of which the last counts."""

from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical import permissions
from yilu.clinical.events import IntakeRecorded
from yilu.clinical.models import Intake, ScoreResult
from yilu.clinical.rules.falls import asked_items, fall_score
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.context import Setting, record_topics, setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import FieldError, Invalid, Stale

LIMITS = {"chief_complaint": 200, "history": 2000, "medication": 1000, "since": 60, "escort": 60}
PREGNANCY = ("yes", "no", "unknown")
MOST_WEEKS = 43


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """The intake as the form has it. `fall` are the answers of the fall scale, by item."""

    chief_complaint: str = ""
    since: str = ""
    history: str = ""
    medication: str = ""
    escort: str = ""
    pregnancy: str = "unknown"
    pregnancy_weeks: int | None = None
    fall: dict[str, str] = field(default_factory=dict)


@operation
def save_intake(
    *, actor: Actor, visit_id: UUID, facts: IntakeFacts, version: int | None = None
) -> int:
    """Keep the intake as a new version, and score the fall risk when all of it was answered.

    `version` is the number of the one that was being looked at; 0 for none.

    Raises:
        Stale: somebody saved another in the meantime.
        Invalid: a field cannot be kept.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    content = _content(facts, where.age)
    last = Intake.objects.filter(visit_id=visit_id).order_by("-n").first()
    n = last.n if last else 0
    if version is not None and version != n:
        raise Stale
    if last is not None and last.content == content:
        return n
    row = Intake(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        n=n + 1,
        content=content,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
    )
    with on_violation(clinical_intake_one_of_each=Stale):
        row.save(force_insert=True)
    _score_fall(actor, where, facts)
    audit.record(
        actor,
        "clinical.intake.recorded",
        row,
        site_id=where.site_id,
        patient_id=where.patient_id,
        n=row.n,
    )
    event = IntakeRecorded(where.visit_id, where.patient_id, row.n)
    topics = record_topics(where.visit_id, where.patient_id)
    outbox.publish(event, actor=actor, site_id=where.site_id, subject=row, topics=topics)
    return row.n


def _content(facts: IntakeFacts, age: int | None) -> dict[str, object]:
    words = clean_words(LIMITS, **{name: getattr(facts, name) for name in LIMITS})
    errors = []
    if facts.pregnancy not in PREGNANCY:
        errors.append(FieldError("pregnancy", "unknown_value", _("Choose one of those offered.")))
    weeks = facts.pregnancy_weeks
    if weeks is not None and not 0 <= weeks <= MOST_WEEKS:
        errors.append(FieldError("pregnancy_weeks", "implausible_value", _("At most 43 weeks.")))
    items = asked_items(age)
    wrong = [
        name
        for name, answer in facts.fall.items()
        if answer not in items.get(name, {}).get("options", {})
    ]
    errors += [
        FieldError(f"fall-{name}", "unknown_value", _("Choose one of those offered."))
        for name in wrong
    ]
    if errors:
        raise Invalid(*errors)
    return {**asdict(facts), **words}


def _score_fall(actor: Actor, where: Setting, facts: IntakeFacts) -> None:
    score = fall_score(facts.fall, where.age, where.patient.sex)
    if score is None:
        return
    ScoreResult(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        ruleset=score.ruleset,
        ruleset_version=score.version,
        inputs=score.inputs,
        points=score.points,
        total=score.total,
        band=score.band,
        computed_at=clock.now(),
        computed_by_id=actor.user_id,
        clinic_day=where.day,
    ).save(force_insert=True)
