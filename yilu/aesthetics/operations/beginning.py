"""Beginning a session: nothing forbids it, somebody answers for each warning, consent stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import (
    ConsentMissing,
    Contraindicated,
    NotUnderstood,
    OneAtATime,
    ReasonsMissing,
    StepsMissing,
)
from yilu.aesthetics.events import SessionBegun
from yilu.aesthetics.models import Session
from yilu.aesthetics.operations.courses import count_down
from yilu.aesthetics.rules.areas import areas
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import Treatment, choices, treatments
from yilu.aesthetics.selectors.before import Before, before_session, require_plan
from yilu.aesthetics.selectors.context import looks_topics
from yilu.aesthetics.states import TestSpot
from yilu.clinical.rules.consents import shipped_words
from yilu.clinical.rules.procedures import procedure_kinds
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.context import Setting, setting
from yilu.clinical.selectors.readiness import require_examined
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, on_violation, operation
from yilu.platform.errors import FieldError

LIMITS = {"handpiece": 60, "numbing": 100, "reason": 200}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is about to be done. `reasons`: by the key of each warning; `unchanged`: was asked."""

    kind: str
    areas: tuple[str, ...]
    device_id: UUID | None = None
    handpiece: str = ""
    test_spot: str = TestSpot.NOT_NEEDED
    cooling: str = ""
    has_shield: bool = False
    numbing: str = ""
    unchanged: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)


@operation
def begin_session(*, actor: Actor, visit_id: UUID, wanted: Wanted) -> UUID:
    """Begin a treatment, by a doctor or by a nurse whom the consultation covers.

    Raises:
        NotFound, NotAllowed, VisitOver.
        NotUnderstood: a kind, area, device or detail that does not go together.
        NotExamined: nobody has consulted, and nobody has excused it.
        Contraindicated: something forbids it. ReasonsMissing: a warning has no reason.
        OrderHeld, PlanOpen: it belongs to a treatment plan that the patient has not accepted.
        ConsentMissing, StepsMissing: what has to come first. OneAtATime: another is running.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    kind = _checked(wanted)
    words = clean_words(LIMITS, handpiece=wanted.handpiece, numbing=wanted.numbing)
    lock_name("aesthetics", where.patient_id)
    before = before_session(where, kind, wanted.areas)
    _check_device(kind, wanted, before)
    consulted = before.consultation is not None
    require_examined(visit_id, examined=consulted, diagnosed=consulted)
    answered = _answered(before, wanted)
    require_plan(where, kind)
    _check_consent(kind, before)
    row = Session(
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        kind=kind.key,
        areas=list(dict.fromkeys(wanted.areas)),
        skin_type=before.consultation.skin_type if before.consultation else "",
        device_id=wanted.device_id,
        test_spot=wanted.test_spot,
        cooling=wanted.cooling,
        has_shield=wanted.has_shield,
        **words,
        warnings=answered,
        rules_version=" ".join(f"{name}:{table(name).version}" for name in RULES),
        practitioner_id=actor.practitioner_id,
    )
    with on_violation(aesthetics_session_one_running=OneAtATime):
        row.save(force_insert=True)
    count_down(actor=actor, session_id=row.pk)
    _tell(actor, where, row)
    return row.pk


RULES = ("screening", "sequences", "treatments")


def _checked(wanted: Wanted) -> Treatment:
    kind = treatments().get(wanted.kind)
    if kind is None:
        raise NotUnderstood(FieldError("kind", "unknown_value", _("Choose one of these.")))
    errors = []
    if not wanted.areas or not set(wanted.areas) <= set(areas()):
        errors.append(FieldError("areas", "unknown_value", _("Choose where.")))
    if wanted.test_spot not in TestSpot.values or (
        _needs_spot(kind) and wanted.test_spot == TestSpot.NOT_NEEDED
    ):
        errors.append(FieldError("test_spot", "unknown_value", _("Say whether a spot was tried.")))
    if wanted.cooling and wanted.cooling not in choices("cooling"):
        errors.append(FieldError("cooling", "unknown_value", _("Choose one of these.")))
    if kind.needs_shield and not wanted.has_shield:
        errors.append(FieldError("has_shield", "required", _("Eyes must be covered first.")))
    if errors:
        raise NotUnderstood(*errors)
    return kind


def _needs_spot(kind: Treatment) -> bool:
    return "laser" in kind.groups or kind.key == "ipl"


def _check_device(kind: Treatment, wanted: Wanted, before: Before) -> None:
    if kind.has_device != bool(wanted.device_id) or (
        kind.has_device and wanted.device_id not in {one.id for one in before.devices}
    ):
        raise NotUnderstood(FieldError("device_id", "unknown_value", _("Choose the device.")))


def _answered(before: Before, wanted: Wanted) -> list[dict[str, str]]:
    """Each warning with its reason. Raises: Contraindicated, ReasonsMissing."""
    if blocks := [str(one.says) for one in before.findings if one.is_block]:
        raise Contraindicated(why=pgettext("list", ", ").join(blocks))
    found = list(before.findings)
    reasons = {
        key: clean_words({"reason": LIMITS["reason"]}, reason=text)["reason"]
        for key, text in wanted.reasons.items()
    }
    open_ones = [one for one in found if not reasons.get(one.key)]
    said = [str(one.says) for one in open_ones]
    if wanted.test_spot == TestSpot.WAIVED and not reasons.get("test_spot"):
        said.append(_("no spot was tried"))
    if before.must_ask_anew and not wanted.unchanged:
        said.append(_("whether anything has changed since the consultation"))
    if said:
        errors = [FieldError(f"reason-{one.key}", "required", str(one.says)) for one in open_ones]
        raise ReasonsMissing(*errors, what=pgettext("list", ", ").join(said))
    answered = [
        {"key": one.key, "says": str(one.says), "reason": reasons[one.key]} for one in found
    ]
    if wanted.test_spot == TestSpot.WAIVED:
        words = _("no spot was tried")
        answered.append({"key": "test_spot", "says": words, "reason": reasons["test_spot"]})
    return answered


def _check_consent(kind: Treatment, before: Before) -> None:
    if not before.has_consent:
        known = shipped_words()
        which = [str(known[key].title) for key in kind.consents if key in known]
        raise ConsentMissing(which=pgettext("list", ", ").join(which))
    if not before.steps_run:
        raise StepsMissing(which=procedure_kinds()[kind.procedure].title)


def _tell(actor: Actor, where: Setting, row: Session) -> None:
    audit.record(
        actor, "aesthetics.session.begun", row,
        site_id=row.site_id, patient_id=row.patient_id, kind=row.kind, areas=row.areas,
        answered=[one["key"] for one in row.warnings],
    )  # fmt: skip
    outbox.publish(
        SessionBegun(row.pk, row.visit_id, row.patient_id, row.kind),
        actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(where.patient_id, where.visit_id),
    )  # fmt: skip
