"""Two records of one person become one, and two again if that was wrong."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.patients import permissions
from yilu.patients.catalogue import as_written
from yilu.patients.errors import (
    AlreadyUndone,
    MergeClash,
    MergedAway,
    MergedOn,
    RecordedSince,
    SamePatient,
    UnknownMerge,
    UnknownPatient,
)
from yilu.patients.events import MergeUndone, PatientsMerged
from yilu.patients.merging import moving
from yilu.patients.models import Merge, Patient
from yilu.patients.operations.moving import Mover, put_back
from yilu.patients.rules.choices import CONTACTS, columns_of, takes_paper
from yilu.patients.rules.text import tidy
from yilu.patients.rules.words import sexes_differ
from yilu.patients.selectors.clashes import clashes, recorded_since
from yilu.patients.selectors.facts import may_see, sites_of
from yilu.patients.selectors.topics import patient_topic
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotAllowed, Stale
from yilu.platform.subjects import Subject

# No page that was filled in while the records were one fits either of them afterwards.
AHEAD = 1000
LONGEST_REASON = 300
# A deed that changed one of the rows between the look at the clashes and the merge.
BETWEEN = {
    "scheduling_booking_patient_once": Stale,
    "scheduling_waiting_once": Stale,
    "diagnostics_request_once": Stale,
}
SWAPPED = """(SELECT other."{0}" FROM patients_patient other
    WHERE other.id IN (%(survivor)s, %(merged)s) AND other.id <> mine.id)"""

YIELDS = """mine.patient_id = %(survivor)s AND mine.kind = %(kind)s AND mine.is_primary
    AND mine.ended_at IS NULL AND EXISTS (SELECT FROM patients_contactpoint theirs
        WHERE theirs.patient_id = %(merged)s AND theirs.kind = mine.kind AND theirs.is_primary
            AND theirs.ended_at IS NULL AND theirs.blind <> mine.blind)"""


@operation
def merge_patients(
    *,
    actor: Actor,
    survivor_id: UUID,
    merged_id: UUID,
    reason: str,
    sexes_reason: str = "",
    take: Iterable[str] = (),
    versions: tuple[int | None, int | None] = (None, None),
) -> UUID:
    """Make one record of two; gives back the merge, by which it can be taken back.

    Every row that names the merged record comes to name the survivor, as the rules of its table
    say. The facts named in `take` are swapped: the survivor gets the other's, and what nobody
    chose stays with the alias, under which it is still found. About 50 queries.

    Args:
        sexes_reason: why they are one person although the one is a woman's and the other a man's.
        versions: of the survivor and of the other, as the page showed them.

    Raises:
        SamePatient; MergedAway: one of the two was merged already.
        MergeClash: something has to be decided first.
        Invalid: without a reason, or without one for sexes that differ.
        Stale, UnknownPatient, NotAllowed.
    """
    reason = _reason(reason)
    survivor, merged = _hold_both(actor, survivor_id, merged_id)
    check_version(survivor, versions[0])
    check_version(merged, versions[1])
    found = clashes(survivor_id, merged_id)
    sexes_reason = _about_sexes(survivor, merged, sexes_reason)
    if found:
        raise MergeClash(clashes=" ".join(found))
    merge = Merge(
        survivor=survivor, merged=merged, reason=reason, sexes_reason=sexes_reason,
        made_at=clock.now(),
        made_by_id=actor.user_id, made_by_name=actor.name,
        survivor_version=survivor.version + AHEAD,
    )  # fmt: skip
    merge.save(force_insert=True)
    mover = Mover(merge.pk, survivor_id, merged_id)
    with on_violation(**BETWEEN), as_written():
        _take(mover, frozenset(take))
        for rule in moving():
            mover.follow(rule)
        mover.change(
            "patients_patient", {"merged_into_id": "%(survivor)s::uuid"}, "mine.id = %(merged)s"
        )
    _go_ahead(merge)
    _tell(actor, "merged", merge, took=sorted(take), moved=mover.moved)
    return merge.pk


@operation
def undo_merge(*, actor: Actor, merge_id: UUID, reason: str) -> None:
    """Make two records again of what was merged, every row as it was.

    What has been recorded of the survivor since stays with the survivor.

    Raises:
        AlreadyUndone; MergedOn: the survivor was merged into another since.
        RecordedSince: more hangs on a row that would go back.
        ChangedSince: a fact that the merge chose was changed since.
        Invalid: without a reason. UnknownMerge, NotAllowed.
    """
    reason = _reason(reason)
    merge = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if merge is None or not may_see(actor, merge.survivor_id):
        raise UnknownMerge
    _require(actor, merge.survivor_id)
    if merge.undone_at is not None:
        raise AlreadyUndone
    held = _locked(merge.survivor_id, merge.merged_id)
    if held[merge.survivor_id].merged_into_id is not None:
        raise MergedOn
    since = recorded_since(merge.pk, merge.survivor_id)
    if since:
        raise RecordedSince(what=pgettext("list", ", ").join(since))
    with as_written():
        put_back(merge.pk)
    _go_back(merge, held[merge.survivor_id])
    merge.undone_at, merge.undo_reason = clock.now(), reason
    merge.undone_by_id, merge.undone_by_name = actor.user_id, actor.name
    merge.save(update_fields=["undone_at", "undo_reason", "undone_by_id", "undone_by_name"])
    _tell(actor, "unmerged", merge)


def _reason(typed: str) -> str:
    reason = tidy(typed)[:LONGEST_REASON]
    if not reason:
        raise Invalid(FieldError("reason", "required", _("Please say why.")))
    return reason


def _about_sexes(one: Patient, other: Patient, typed: str) -> str:
    """Why a woman's and a man's record are of one person; nothing where that need not be said."""
    if not sexes_differ(one.sex, other.sex):
        return ""
    typed = tidy(typed)[:LONGEST_REASON]
    if not typed:
        says = _("Please say how you know that both are one person.")
        raise Invalid(FieldError("sexes_reason", "required", says))
    return typed


def _hold_both(actor: Actor, survivor_id: UUID, merged_id: UUID) -> tuple[Patient, Patient]:
    """Both records, locked in one order, if the actor may merge them."""
    if survivor_id == merged_id:
        raise SamePatient
    held = _locked(survivor_id, merged_id)
    if len(held) != 2 or not all(may_see(actor, one) for one in held):
        raise UnknownPatient
    for one in held.values():
        _require(actor, one.pk)
        if one.merged_into_id is not None:
            raise MergedAway(patient_id=one.merged_into_id)
    return held[survivor_id], held[merged_id]


def _locked(*ids: UUID) -> dict[UUID, Patient]:
    """Nothing that names one of them can be written until the deed ends."""
    both = Patient.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {patient.pk: patient for patient in both}


def _require(actor: Actor, patient_id: UUID) -> None:
    if permissions.MERGE in actor.permissions:
        return
    if not any(actor.may(permissions.MERGE, site_id) for site_id in sites_of(patient_id)):
        raise NotAllowed(permission=permissions.MERGE)


def _take(mover: Mover, names: frozenset[str]) -> None:
    """Swap the chosen facts of the two, so that what nobody chose is still found by the alias."""
    both = "mine.id IN (%(survivor)s, %(merged)s)"
    sets = {column: SWAPPED.format(column) for column in columns_of(names)}
    blinds = {}
    if takes_paper(names):
        # Two rows may not hold one paper, not even for a moment.
        held = Patient.objects.filter(pk__in=(mover.survivor, mover.merged))
        blinds = dict(held.values_list("pk", "id_blind"))
        mover.change("patients_patient", {"id_blind": "NULL::bytea"}, both)
        sets["id_blind"] = (
            "CASE WHEN mine.id = %(survivor)s THEN %(theirs)s::bytea ELSE %(own)s::bytea END"
        )
    if sets:
        mover.change(
            "patients_patient", sets, both,
            theirs=blinds.get(mover.merged), own=blinds.get(mover.survivor),
        )  # fmt: skip
    for kind in CONTACTS & names:
        mover.change("patients_contactpoint", {"is_primary": "false"}, YIELDS, kind=kind)


def _go_ahead(merge: Merge) -> None:
    Patient.objects.filter(pk__in=(merge.survivor_id, merge.merged_id)).update(
        version=F("version") + AHEAD
    )


def _go_back(merge: Merge, survivor: Patient) -> None:
    """A record that nobody changed since has its old version again; a changed one a new version."""
    Patient.objects.filter(pk=merge.merged_id).update(version=F("version") - AHEAD)
    is_as_merged = survivor.version == merge.survivor_version
    version = survivor.version - AHEAD if is_as_merged else survivor.version + 1
    Patient.objects.filter(pk=survivor.pk).update(version=version)


def _tell(actor: Actor, done: str, merge: Merge, **details: Any) -> None:
    """Both patients' histories say it."""
    for one in (merge.survivor_id, merge.merged_id):
        audit.record(
            actor, f"patients.patient.{done}", Subject("patients.patient", one),
            patient_id=one, merge_id=merge.pk, survivor_id=merge.survivor_id,
            merged_id=merge.merged_id, **details,
        )  # fmt: skip
    event = PatientsMerged if done == "merged" else MergeUndone
    outbox.publish(
        event(merge.survivor_id, merge.merged_id, merge.pk),
        actor=actor, site_id=None, subject=merge.survivor,
        topics=[patient_topic(merge.survivor_id), patient_topic(merge.merged_id)],
    )  # fmt: skip
