"""Everything that changes a note: drafting, signing, amending. Nothing signed is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import (
    AlreadySigned,
    DraftChanged,
    NoteIncomplete,
    NothingChanged,
    NothingToSign,
    NotSigned,
)
from yilu.clinical.events import NoteAmended, NoteSigned, RecordChanged
from yilu.clinical.models import Diagnosis, Note, NoteVersion
from yilu.clinical.operations.hearing import note_typed
from yilu.clinical.rules import notes as rules
from yilu.clinical.rules.texts import the_reason
from yilu.clinical.selectors.context import Setting, practitioner, record_topics, setting
from yilu.clinical.states import NoteKind, NoteState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import FieldError, Invalid

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as one window has it. `version` is the saved draft it was made from; 0 for none."""

    sections: Mapping[str, str]
    version: int
    kind: str = "first"
    copied: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft that is safe on the server."""

    note_id: UUID
    version: int
    saved_at: datetime


@operation
def save_draft(*, actor: Actor, visit_id: UUID, draft: Draft) -> Saved:
    """Keep the note as it is being written. Saving the same text again changes nothing.

    Raises:
        DraftChanged: another window saved a different text since this one read it.
        Invalid: a section is too long or cannot be kept.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    note = _held(visit_id) or _new(actor, where, draft.kind)
    content = rules.tidy(_kind(draft.kind), draft.sections)
    if _is_same(note, content, draft):
        return _saved(note)
    _store(actor, note, content, draft)
    _record(actor, note, "drafted", draft_version=note.draft_version)
    _tell(actor, note, RecordChanged(note.patient_id, note.visit_id, "draft"))
    return _saved(note)


@operation
def sign_note(*, actor: Actor, visit_id: UUID, draft: Draft | None = None) -> UUID:
    """Sign the note of a visit: the draft becomes version 1 and is never changed again.

    With a `draft`, that text is saved first.

    Raises:
        NothingToSign, AlreadySigned, NotAPractitioner.
        DraftChanged: another window saved a different text.
        NoteIncomplete: required sections are empty; each is named.
    """
    where = setting(actor, visit_id, permissions.WRITE, permissions.SIGN)
    by = practitioner(actor)
    note = _held(visit_id)
    if note is None:
        if draft is None:
            raise NothingToSign
        note = _new(actor, where, draft.kind)
    if note.state == NoteState.SIGNED:
        raise AlreadySigned
    _take_over(actor, note, draft)
    version = _sign(actor, note, by)
    _record(actor, note, "signed", n=version.n, digest=version.digest)
    _tell(actor, note, NoteSigned(note.visit_id, note.patient_id, note.pk, version.n))
    return version.pk


@operation
def amend_note(*, actor: Actor, visit_id: UUID, reason: str, draft: Draft | None = None) -> UUID:
    """Sign a changed text as a new version, with the reason. Earlier versions stay readable.

    Raises:
        NotSigned: there is no signed version to amend.
        ReasonMissing: nothing was said.
        NothingChanged: text and diagnoses are as they were signed.
        DraftChanged, NoteIncomplete, NotAPractitioner: as for signing.
    """
    setting(actor, visit_id, permissions.WRITE, permissions.SIGN)
    by = practitioner(actor)
    note = _held(visit_id)
    if note is None or note.state != NoteState.SIGNED:
        raise NotSigned
    words = the_reason(reason, LONGEST_REASON)
    _take_over(actor, note, draft)
    version = _sign(actor, note, by, words)
    _record(actor, note, "amended", n=version.n, digest=version.digest, reason=words)
    _tell(actor, note, NoteAmended(note.visit_id, note.patient_id, note.pk, version.n))
    return version.pk


def _held(visit_id: UUID) -> Note | None:
    return Note.objects.select_for_update().filter(visit_id=visit_id).first()


def _kind(kind: str) -> str:
    if kind not in NoteKind.values:
        raise Invalid(FieldError("kind", "unknown_value", str(Invalid.message)))
    return kind


def _new(actor: Actor, where: Setting, kind: str) -> Note:
    note = Note(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        kind=_kind(kind),
        author_id=actor.user_id,
    )
    # Two windows that begin at once: the second learns of the first like of any other change.
    with on_violation(clinical_note_one_per_visit=DraftChanged):
        note.save(force_insert=True)
    note_typed(where.visit_id)
    return note


def _is_same(note: Note, content: dict[str, str], draft: Draft) -> bool:
    return (
        note.draft == content
        and note.kind == draft.kind
        and note.copied == _copied(content, draft)
        and note.draft_version > 0
    )


def _store(actor: Actor, note: Note, content: dict[str, str], draft: Draft) -> None:
    if note.draft_version != draft.version:
        raise DraftChanged
    note.kind, note.draft, note.copied = draft.kind, content, _copied(content, draft)
    note.draft_version += 1
    note.draft_saved_at = clock.now()
    note.author_id = actor.user_id
    note.version += 1
    note.save()


def _copied(content: dict[str, str], draft: Draft) -> dict[str, str]:
    return {code: draft.copied[code] for code in content if draft.copied.get(code)}


def _take_over(actor: Actor, note: Note, draft: Draft | None) -> None:
    if draft is None:
        return
    content = rules.tidy(_kind(draft.kind), draft.sections)
    if not _is_same(note, content, draft):
        _store(actor, note, content, draft)


def _sign(actor: Actor, note: Note, by: UUID, reason: str = "") -> NoteVersion:
    diagnoses = _diagnoses(note.visit_id)
    errors = rules.missing(note.kind, note.draft, has_diagnosis=bool(diagnoses))
    if errors:
        raise NoteIncomplete(*errors)
    last = NoteVersion.objects.filter(note=note, n=note.signed_n).first()
    if last and (last.content, last.diagnoses) == (note.draft, diagnoses):
        raise NothingChanged
    now = clock.now()
    n = note.signed_n + 1
    seal = rules.digest(
        str(note.visit_id), str(note.patient_id), n, note.draft, diagnoses,
        str(by), now.isoformat(), reason, last.digest if last else "",
    )  # fmt: skip
    version = NoteVersion(
        note=note,
        n=n,
        content=note.draft,
        copied=note.copied,
        diagnoses=diagnoses,
        author_id=actor.user_id,
        practitioner_id=by,
        signed_at=now,
        reason=reason,
        digest=seal,
    )
    version.save(force_insert=True)
    note.state, note.signed_n = NoteState.SIGNED, n
    note.version += 1
    note.save(update_fields=["state", "signed_n", "version"])
    return version


def _diagnoses(visit_id: UUID) -> list[dict[str, Any]]:
    rows = Diagnosis.objects.filter(visit_id=visit_id, removed_at=None)
    return [
        {
            "code": row.code,
            "text": dict(row.text),
            "is_primary": row.is_primary,
            "is_suspected": row.is_suspected,
            "remark": row.remark,
        }
        for row in rows.order_by("-is_primary", "recorded_at", "code")
    ]


def _saved(note: Note) -> Saved:
    return Saved(note.pk, note.draft_version, note.draft_saved_at or clock.now())


def _record(actor: Actor, note: Note, what: str, **details: object) -> None:
    audit.record(
        actor,
        f"clinical.note.{what}",
        note,
        site_id=note.site_id,
        patient_id=note.patient_id,
        **details,
    )


def _tell(actor: Actor, note: Note, event: NoteSigned | NoteAmended | RecordChanged) -> None:
    topics = record_topics(note.visit_id, note.patient_id)
    outbox.publish(event, actor=actor, site_id=note.site_id, subject=note, topics=topics)
