"""The scanned papers of a patient: beside the electronic record, one on its page, its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.facility.selectors.sites import open_sites, site_zone
from yilu.patients.selectors.detail import visible_brief
from yilu.patients.selectors.patients import PatientBrief
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.media import IMAGES
from yilu.platform.names import Localized, PersonName
from yilu.records import permissions
from yilu.records.models import LegalHold, Paper, PaperPage
from yilu.records.selectors.access import ground_of, require_record
from yilu.records.selectors.retention import Term, terms
from yilu.records.states import PaperKind
from yilu.workforce.selectors.staff import staff_names


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page, or a PDF of several."""

    id: UUID
    n: int
    is_picture: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper of a patient."""

    id: UUID
    patient_id: UUID
    site_id: UUID
    site: Localized
    visit_id: UUID | None
    kind: str
    title: str
    dated_on: date
    shelf: str
    filed_at: datetime
    filed_by: PersonName | None
    pages: tuple[PageLine, ...]
    version: int

    @property
    def kind_label(self) -> str:
        return str(PaperKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A legal hold in force, or one that was lifted."""

    id: UUID
    patient_id: UUID
    demanded_by: str
    reason: str
    review_on: date | None
    placed_at: datetime
    placed_by: PersonName | None
    version: int


@dataclass(frozen=True, slots=True)
class PapersPart:
    """The papers of a patient, newest first; only their number while the record is closed."""

    patient: PatientBrief
    filed: int
    papers: tuple[PaperLine, ...]
    holds: tuple[HoldLine, ...]
    term: Term | None
    is_open: bool
    can_file: bool
    can_keep: bool


def papers_part(actor: Actor, patient_id: UUID) -> PapersPart:
    """The papers of a patient as the reader may know them. Fifteen queries at most.

    Raises: UnknownPatient, NotAllowed.
    """
    patient = visible_brief(actor, patient_id)
    if not actor.may_anywhere(permissions.FILE):
        raise NotAllowed(permission=permissions.FILE)
    is_open = actor.may_anywhere(permissions.PAPERS) and ground_of(actor, patient.id) is not None
    if is_open:
        require_record(actor, permissions.PAPERS, site_id=None, patient_id=patient.id)
    can_keep = actor.may_anywhere(permissions.KEEP)
    standing = _standing(patient.id)
    return PapersPart(
        patient=patient,
        filed=standing.count(),
        papers=tuple(_lines(standing.order_by("-dated_on", "-filed_at"))) if is_open else (),
        holds=tuple(holds_of(patient.id)) if is_open or can_keep else (),
        term=terms([patient.id]).get(patient.id),
        is_open=is_open,
        can_file=actor.may_anywhere(permissions.FILE),
        can_keep=can_keep,
    )


def paper(actor: Actor, paper_id: UUID) -> PaperLine:
    """One paper to be read. Six queries at most. Raises: NotFound, OutsideCare."""
    return _lines([_opened(actor, paper_id)])[0]


def page_file(actor: Actor, paper_id: UUID, n: int) -> UUID:
    """The file of a page of a paper. Three queries at most. Raises: NotFound, OutsideCare."""
    row = _opened(actor, paper_id)
    found = PaperPage.objects.filter(paper=row, n=n).values_list("file_id", flat=True).first()
    if found is None:
        raise NotFound
    file_id: UUID = found
    return file_id


def holds_of(patient_id: UUID) -> list[HoldLine]:
    """The legal holds in force over a record. Two queries. It shows no patient."""
    return hold_lines(LegalHold.objects.filter(patient_id=patient_id, lifted_at=None))


def hold_lines(rows: Iterable[LegalHold]) -> list[HoldLine]:
    """Holds in words. One query, besides the rows."""
    found = list(rows)
    names = staff_names(one.placed_by_id for one in found)
    return [
        HoldLine(
            id=one.pk,
            patient_id=one.patient_id,
            demanded_by=one.demanded_by,
            reason=one.reason,
            review_on=one.review_on,
            placed_at=one.placed_at.astimezone(site_zone(one.site_id)),
            placed_by=names.get(one.placed_by_id) if one.placed_by_id else None,
            version=one.version,
        )
        for one in found
    ]


def hold_line(actor: Actor, hold_id: UUID) -> HoldLine:
    """One hold in force. Two queries. Raises: NotFound, NotAllowed."""
    row = LegalHold.objects.filter(pk=hold_id, lifted_at=None).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.KEEP, row.site_id)
    return hold_lines([row])[0]


def _standing(patient_id: UUID):  # type: ignore[no-untyped-def]
    return Paper.objects.filter(patient_id=patient_id, withdrawn_at=None, destroyed_at=None)


def _opened(actor: Actor, paper_id: UUID) -> Paper:
    row = Paper.objects.filter(pk=paper_id, withdrawn_at=None, destroyed_at=None).first()
    if row is None:
        raise NotFound
    require_record(actor, permissions.PAPERS, site_id=row.site_id, patient_id=row.patient_id)
    audit.seen(actor, [row.patient_id], "paper")
    return row


def _lines(rows: Iterable[Paper]) -> list[PaperLine]:
    found = list(rows)
    pages: dict[UUID, list[PageLine]] = {}
    for one in PaperPage.objects.filter(paper__in=found).order_by("n"):
        line = PageLine(one.pk, one.n, one.media_type in IMAGES, bytes(one.sha256).hex())
        pages.setdefault(one.paper_id, []).append(line)
    names = staff_names(one.filed_by_id for one in found)
    sites = {site.id: site.short_name or site.name for site in open_sites()}
    return [
        PaperLine(
            id=one.pk,
            patient_id=one.patient_id,
            site_id=one.site_id,
            site=sites.get(one.site_id, Localized()),
            visit_id=one.visit_id,
            kind=one.kind,
            title=one.title,
            dated_on=one.dated_on,
            shelf=one.shelf,
            filed_at=one.filed_at.astimezone(site_zone(one.site_id)),
            filed_by=names.get(one.filed_by_id) if one.filed_by_id else None,
            pages=tuple(pages.get(one.pk, ())),
            version=one.version,
        )
        for one in found
    ]
