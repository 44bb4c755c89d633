"""Everything that changes what is known of a patient's allergies."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical import permissions
from yilu.clinical.errors import AllergiesOnRecord, AlreadyRecorded
from yilu.clinical.events import AllergiesChanged
from yilu.clinical.models import Allergy, AllergyStatement
from yilu.clinical.rules.allergens import allergen, group_titles
from yilu.clinical.rules.texts import clean_words, the_reason
from yilu.clinical.selectors.context import Setting, record_topics, setting
from yilu.clinical.states import AllergyKind, AllergySeverity, AllergyStatus, Certainty
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotFound

LIMITS = {"substance": 120, "reaction": 200, "onset": 40, "source": 80}
LONGEST_REASON = 200
CHOICES = {
    "kind": AllergyKind.values,
    "severity": AllergySeverity.values,
    "certainty": Certainty.values,
}


@dataclass(frozen=True, slots=True)
class AllergyFacts:
    """An allergy as somebody tells it. Without a `group` the table of substances is asked."""

    substance: str
    kind: str = "allergy"
    reaction: str = ""
    severity: str = "moderate"
    certainty: str = "suspected"
    onset: str = ""
    source: str = ""
    group: str = ""


@operation
def add_allergy(*, actor: Actor, visit_id: UUID, facts: AllergyFacts) -> UUID:
    """Record an allergy. A statement that none are known ends with it.

    Raises:
        Invalid: a field is missing or cannot be kept.
        AlreadyRecorded: the same substance is on record.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    row = _allergy(actor, where, facts)
    with on_violation(clinical_allergy_once=AlreadyRecorded):
        row.save(force_insert=True)
    statements = AllergyStatement.objects.filter(patient_id=where.patient_id, ended_at=None)
    statements.filter(none_known=True).update(ended_at=row.recorded_at)
    _record(actor, row, "recorded", group=row.group, severity=row.severity)
    return row.pk


@operation
def verify_allergy(*, actor: Actor, allergy_id: UUID, version: int | None = None) -> None:
    """Say that an allergy that was told is certain."""
    row = _hold(actor, allergy_id, version)
    row.certainty = Certainty.CONFIRMED
    row.verified_by_id, row.verified_at = actor.user_id, clock.now()
    row.version += 1
    row.save(update_fields=["certainty", "verified_by", "verified_at", "version"])
    _record(actor, row, "verified")


@operation
def refute_allergy(
    *, actor: Actor, allergy_id: UUID, reason: str, version: int | None = None
) -> None:
    """Say that an allergy on record is none, and why. It stays readable.

    Raises:
        ReasonMissing: nothing was said.
    """
    row = _hold(actor, allergy_id, version)
    words = the_reason(reason, LONGEST_REASON)
    row.status, row.refuted_reason = AllergyStatus.REFUTED, words
    row.version += 1
    row.save(update_fields=["status", "refuted_reason", "version"])
    _record(actor, row, "refuted", reason=words)


@operation
def confirm_allergies(*, actor: Actor, visit_id: UUID, none_known: bool = False) -> None:
    """State at this visit that no allergies are known, or that those on record are still right.

    Raises:
        AllergiesOnRecord: some are on record, so they are not “none”.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    on_record = Allergy.objects.filter(patient_id=where.patient_id, status=AllergyStatus.ACTIVE)
    there = list(on_record.select_for_update().values_list("pk", flat=True))
    if bool(there) is none_known:
        raise AllergiesOnRecord if there else _nothing_to_confirm()
    row = AllergyStatement(
        patient_id=where.patient_id,
        site_id=where.site_id,
        visit_id=where.visit_id,
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
        clinic_day=where.day,
        none_known=none_known,
    )
    row.save(force_insert=True)
    _record(actor, row, "stated", none_known=none_known)


def _nothing_to_confirm() -> Invalid:
    return Invalid(FieldError("none_known", "required", _("No allergy is on record to confirm.")))


def _allergy(actor: Actor, where: Setting, facts: AllergyFacts) -> Allergy:
    typed = asdict(facts)
    words = clean_words(
        LIMITS, **{n: typed[n] for n in ("substance", "reaction", "onset", "source")}
    )
    errors = [
        FieldError(name, "unknown_value", _("Choose one of those offered."))
        for name, known in CHOICES.items()
        if typed[name] not in known
    ]
    if facts.group and facts.group not in group_titles():
        errors.append(FieldError("group", "unknown_value", _("Choose one of those offered.")))
    if not words["substance"]:
        errors.append(FieldError("substance", "required", _("To what is the patient allergic?")))
    if errors:
        raise Invalid(*errors)
    known = allergen(words["substance"])
    return Allergy(
        patient_id=where.patient_id,
        site_id=where.site_id,
        visit_id=where.visit_id,
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
        clinic_day=where.day,
        group=facts.group or known.group,
        atc=known.atc,
        kind=facts.kind,
        severity=facts.severity,
        certainty=facts.certainty,
        **words,
    )


def _hold(actor: Actor, allergy_id: UUID, version: int | None) -> Allergy:
    row = Allergy.objects.select_for_update().filter(pk=allergy_id).first()
    if row is None or not actor.may_anywhere(permissions.SEE):
        raise NotFound
    # An allergy belongs to the patient, not to a site: whoever may write somewhere may mend it.
    actor.require_anywhere(permissions.WRITE)
    check_version(row, version)
    if row.status != AllergyStatus.ACTIVE:
        raise NotFound
    return row


def _record(actor: Actor, row: Allergy | AllergyStatement, what: str, **details: object) -> None:
    noun = "allergy" if isinstance(row, Allergy) else "allergies"
    audit.record(
        actor,
        f"clinical.{noun}.{what}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **details,
    )
    event = AllergiesChanged(row.patient_id, row.visit_id)
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
