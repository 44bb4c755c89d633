"""Notes: the draft being written, every version that was signed, and how they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yilu.clinical.models import Diagnosis, Note, NoteVersion
from yilu.clinical.rules import notes as rules
from yilu.clinical.rules.notes import Piece
from yilu.clinical.states import NoteKind, NoteState
from yilu.facility.selectors.sites import open_sites, site_zone
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """A diagnosis of a visit."""

    id: UUID | None
    code: str
    text: Localized
    is_primary: bool
    is_suspected: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """The note of a visit as it is now. `version` 0: nobody has begun. Times are local."""

    note_id: UUID | None
    kind: str
    state: str
    sections: dict[str, str]
    copied: dict[str, str]
    version: int
    saved_at: datetime | None
    author_id: UUID | None
    signed_n: int
    has_changes: bool

    @property
    def is_signed(self) -> bool:
        return self.state == NoteState.SIGNED

    @property
    def kind_label(self) -> str:
        return str(NoteKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class SignedSection:
    """One section of a signed version, with how it differs from the version before."""

    code: str
    title: Localized
    text: str
    pieces: tuple[Piece, ...]
    copied_from: str

    @property
    def is_changed(self) -> bool:
        return any(piece.what != "kept" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """A note as it was signed. Times are local."""

    n: int
    sections: tuple[SignedSection, ...]
    diagnoses: tuple[DiagnosisLine, ...]
    diagnoses_changed: bool
    signed_by: PersonName
    signed_at: datetime
    reason: str
    digest: str

    @property
    def seal(self) -> str:
        return " ".join(self.digest[n : n + 4] for n in range(0, 16, 4)).upper()


@dataclass(frozen=True, slots=True)
class PastNote:
    """The last signed version of an earlier visit, in short."""

    visit_id: UUID
    day: date
    kind: str
    sections: dict[str, str]
    diagnoses: tuple[DiagnosisLine, ...]
    signed_by: PersonName
    n: int
    site_id: UUID
    site: Localized

    @property
    def headline(self) -> str:
        """The diagnoses, or else the complaint."""
        named = [str(one.text) for one in self.diagnoses]
        return " · ".join(named[:2]) or self.sections.get("chief_complaint", "")


def visit_note(visit_id: UUID, *, fresh_kind: str = "first") -> NoteDraft:
    """The note of a visit; an empty one when nobody has begun. Two queries at most."""
    row = Note.objects.filter(visit_id=visit_id).first()
    if row is None:
        return NoteDraft(
            None, fresh_kind, NoteState.DRAFT, {}, {}, 0, None, None, 0, has_changes=False
        )
    signed = None
    if row.signed_n:
        versions = NoteVersion.objects.filter(note=row, n=row.signed_n)
        signed = versions.values_list("content", flat=True).first()
    return NoteDraft(
        note_id=row.pk,
        kind=row.kind,
        state=row.state,
        sections=row.draft,
        copied=row.copied,
        version=row.draft_version,
        saved_at=row.draft_saved_at and row.draft_saved_at.astimezone(site_zone(row.site_id)),
        author_id=row.author_id,
        signed_n=row.signed_n,
        has_changes=signed is None or signed != row.draft,
    )


def diagnoses_of(visit_ids: Iterable[UUID]) -> dict[UUID, list[DiagnosisLine]]:
    """The diagnoses of visits as they are now, the primary one first. One query."""
    rows = Diagnosis.objects.filter(visit_id__in=set(visit_ids), removed_at=None)
    found: dict[UUID, list[DiagnosisLine]] = {}
    for row in rows.order_by("-is_primary", "recorded_at", "code"):
        line = DiagnosisLine(
            row.pk, row.code, row.text, row.is_primary, row.is_suspected, row.remark
        )
        found.setdefault(row.visit_id, []).append(line)
    return found


def signed_versions(visit_id: UUID) -> list[SignedVersion]:
    """Every signed version of a visit's note, newest first, each against the one before.

    Two queries.
    """
    rows = list(
        NoteVersion.objects.filter(note__visit_id=visit_id).select_related("note").order_by("n")
    )
    names = practitioner_names([row.practitioner_id for row in rows])
    found = []
    before: NoteVersion | None = None
    for row in rows:
        found.append(_signed(row, before, _name(names, row.practitioner_id)))
        before = row
    return found[::-1]


def past_notes(patient_id: UUID, without: UUID | None = None, limit: int = 8) -> list[PastNote]:
    """The last signed notes of a patient's other visits, newest first, at whichever site they were.

    Three queries.
    """
    rows = Note.objects.filter(patient_id=patient_id, state=NoteState.SIGNED)
    if without is not None:
        rows = rows.exclude(visit_id=without)
    notes = {row.pk: row for row in rows.order_by("-clinic_day", "-id")[:limit]}
    versions = NoteVersion.objects.filter(note_id__in=notes).order_by("note_id", "-n")
    latest = {row.note_id: row for row in versions.distinct("note_id")}
    names = practitioner_names([row.practitioner_id for row in latest.values()])
    sites = {site.id: site.short_name or site.name for site in open_sites()}
    return [_past(note, latest[key], names, sites) for key, note in notes.items() if key in latest]


def _signed(row: NoteVersion, before: NoteVersion | None, by: PersonName) -> SignedVersion:
    zone = site_zone(row.note.site_id)
    was = before.content if before else {}
    titles = rules.section_titles()
    codes = [code for code in titles if code in row.content or code in was]
    return SignedVersion(
        n=row.n,
        sections=tuple(
            SignedSection(
                code=code,
                title=titles[code],
                text=row.content.get(code, ""),
                pieces=_pieces(before, was.get(code, ""), row.content.get(code, "")),
                copied_from=row.copied.get(code, ""),
            )
            for code in codes
        ),
        diagnoses=_diagnosis_lines(row.diagnoses),
        diagnoses_changed=before is not None and before.diagnoses != row.diagnoses,
        signed_by=by,
        signed_at=row.signed_at.astimezone(zone),
        reason=row.reason,
        digest=row.digest,
    )


def _pieces(before: NoteVersion | None, was: str, now: str) -> tuple[Piece, ...]:
    if before is None:
        return (Piece("kept", now),)
    return tuple(rules.difference(was, now))


def _diagnosis_lines(rows: list[dict[str, Any]]) -> tuple[DiagnosisLine, ...]:
    return tuple(
        DiagnosisLine(
            None,
            one["code"],
            Localized(one["text"]),
            one["is_primary"],
            one["is_suspected"],
            one.get("remark", ""),
        )
        for one in rows
    )


def _past(
    note: Note,
    version: NoteVersion,
    names: dict[UUID, PersonName],
    sites: dict[UUID, Localized],
) -> PastNote:
    return PastNote(
        visit_id=note.visit_id,
        day=note.clinic_day,
        kind=note.kind,
        sections=version.content,
        diagnoses=_diagnosis_lines(version.diagnoses),
        signed_by=_name(names, version.practitioner_id),
        n=version.n,
        site_id=note.site_id,
        site=sites.get(note.site_id, Localized()),
    )


def _name(names: dict[UUID, PersonName], practitioner_id: UUID | None) -> PersonName:
    return names.get(practitioner_id, PersonName("")) if practitioner_id else PersonName("")
