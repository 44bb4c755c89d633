"""Which records were merged, and which may be doubles of one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from yilu.patients import permissions
from yilu.patients.errors import UnknownPatient
from yilu.patients.models import Merge, Patient, Registration
from yilu.patients.selectors import lines
from yilu.patients.selectors.comparing import may_merge
from yilu.patients.selectors.duplicates import Candidate, duplicate_candidates
from yilu.patients.selectors.facts import as_facts, held_parts, may_see
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName

SHOWN = 100


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One merge: who became whom, when, by whom and why, and whether it was taken back."""

    id: UUID
    survivor_id: UUID
    survivor: PersonName
    survivor_no: str
    merged: PersonName
    merged_no: str
    made_on: date
    made_by: str
    reason: str
    sexes_reason: str
    undone_on: date | None
    undone_by: str
    undo_reason: str


@dataclass(frozen=True, slots=True)
class Doubles:
    """What one patient's page says of doubles: those merged into it, and those there may be."""

    patient_id: UUID
    merged: list[MergeLine]
    candidates: list[Candidate]


def merges(actor: Actor) -> list[MergeLine]:
    """The latest merges of patients known where the actor may merge, newest first. Two queries.

    Raises:
        NotAllowed: the actor may merge nowhere.
    """
    actor.require_anywhere(permissions.MERGE)
    found = Merge.objects.all()
    sites = actor.sites(permissions.MERGE)
    if sites is not None:
        known = Registration.objects.filter(patient=OuterRef("survivor"), site__in=sites)
        found = found.filter(Exists(known))
    rows = [
        _line(one)
        for one in found.select_related("survivor", "merged").order_by("-made_at")[:SHOWN]
    ]
    audit.seen(actor, {row.survivor_id for row in rows}, "patients.merges")
    return rows


def doubles(actor: Actor, patient_id: UUID) -> Doubles:
    """The records merged into a patient's, and those that may be of the same person. Seven queries.

    Raises:
        UnknownPatient: there is none, or the actor may not see or not merge them.
    """
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None or not may_see(actor, patient_id) or not may_merge(actor, patient_id):
        raise UnknownPatient
    facts = as_facts(patient, held_parts(patient_id))
    candidates = duplicate_candidates(
        actor, name=facts.name, born_on=facts.born_on, phone=facts.phone,
        id_number=facts.id_number, id_type=facts.id_type, besides=patient_id,
    )  # fmt: skip
    found = Merge.objects.filter(Q(survivor=patient_id) | Q(merged=patient_id, undone_at=None))
    rows = found.select_related("survivor", "merged").order_by("-made_at")
    return Doubles(patient_id, [_line(one) for one in rows], candidates)


def merge_line(actor: Actor, merge_id: UUID) -> MergeLine:
    """One merge. Three queries at most. Raises: UnknownPatient."""
    found = Merge.objects.filter(pk=merge_id).select_related("survivor", "merged").first()
    if found is None or not may_see(actor, found.survivor_id):
        raise UnknownPatient
    if not may_merge(actor, found.survivor_id):
        raise UnknownPatient
    audit.seen(actor, [found.survivor_id], "patients.merges")
    return _line(found)


def _line(merge: Merge) -> MergeLine:
    undone = merge.undone_at
    return MergeLine(
        id=merge.pk,
        survivor_id=merge.survivor_id,
        survivor=PersonName(merge.survivor.name, merge.survivor.pinyin),
        survivor_no=merge.survivor.record_no,
        merged=PersonName(merge.merged.name, merge.merged.pinyin),
        merged_no=merge.merged.record_no,
        made_on=merge.made_at.astimezone(lines.CALENDAR).date(),
        made_by=merge.made_by_name,
        reason=merge.reason,
        sexes_reason=merge.sexes_reason,
        undone_on=undone.astimezone(lines.CALENDAR).date() if undone else None,
        undone_by=merge.undone_by_name,
        undo_reason=merge.undo_reason,
    )
