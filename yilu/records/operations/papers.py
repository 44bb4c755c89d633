"""Laying scanned papers into a record, and taking out what was filed by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from yilu.patients.errors import UnknownPatient
from yilu.patients.selectors.facts import may_see
from yilu.platform import audit, clock, files, outbox, pictures
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.media import IMAGES, JPEG, PDF, PNG, kind_of
from yilu.records import permissions
from yilu.records.errors import (
    AlreadyWithdrawn,
    NoPages,
    PaperIncomplete,
    PaperInFuture,
    ReasonMissing,
    TooManyPages,
    UnderHold,
    VisitOfAnother,
)
from yilu.records.events import PaperFiled, PaperWithdrawn
from yilu.records.models import Paper, PaperPage
from yilu.records.rules.access import LONGEST_REASON, SHORTEST_REASON
from yilu.records.rules.archive import LONGEST_SHELF, LONGEST_TITLE, MOST_PAGES, OLDEST
from yilu.records.selectors.access import require_record
from yilu.records.selectors.retention import held
from yilu.records.selectors.topics import archive_topic, papers_topic
from yilu.records.states import PaperKind
from yilu.visits.selectors.visits import visit_infos

KINDS = (PDF, JPEG, PNG)
PURPOSE = "records.paper"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was given: its bytes and what the file was called."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What its filer says of a paper, and its pages in order."""

    kind: str
    title: str
    dated_on: date
    pages: Sequence[Page]
    shelf: str = ""
    visit_id: UUID | None = None


@operation
def file_paper(*, actor: Actor, site_id: UUID, patient_id: UUID, scanned: Scanned) -> UUID:
    """Lay a scanned paper into a patient's record. It shows nothing of the record.

    Pictures are turned upright and keep their pixels alone; a PDF is kept as it is.

    Raises:
        NotAllowed: the post files nothing at this site. UnknownPatient.
        PaperIncomplete, PaperInFuture, NoPages, TooManyPages, VisitOfAnother.
        TooLarge, WrongContent, Unreadable: no PDF, JPEG or PNG.
    """
    actor.require(permissions.FILE, site_id)
    if not may_see(actor, patient_id):
        raise UnknownPatient
    title = " ".join(scanned.title.split())[:LONGEST_TITLE]
    if scanned.kind not in PaperKind.values or not title:
        raise PaperIncomplete(FieldError("title", "required", str(PaperIncomplete.message)))
    if not OLDEST <= scanned.dated_on <= clock.now().date() + timedelta(days=1):
        said = str(PaperInFuture.message)
        raise PaperInFuture(FieldError("dated_on", "implausible_value", said))
    if not scanned.pages:
        raise NoPages(FieldError("pages", "required", str(NoPages.message)))
    if len(scanned.pages) > MOST_PAGES:
        said = str(TooManyPages.message) % {"most": MOST_PAGES}
        raise TooManyPages(FieldError("pages", "too_many", said), most=MOST_PAGES)
    _check_visit(scanned.visit_id, patient_id, site_id)
    lock_name("records.keeping", patient_id)
    row = Paper(
        patient_id=patient_id,
        site_id=site_id,
        visit_id=scanned.visit_id,
        kind=scanned.kind,
        title=title,
        dated_on=scanned.dated_on,
        shelf=" ".join(scanned.shelf.split())[:LONGEST_SHELF],
        filed_at=clock.now(),
        filed_by_id=actor.user_id,
    )
    row.save(force_insert=True)
    for n, page in enumerate(scanned.pages, 1):
        _keep(actor, row, n, page)
    audit.record(
        actor, "records.paper.filed", row,
        site_id=site_id, patient_id=patient_id, kind=row.kind, pages=len(scanned.pages),
    )  # fmt: skip
    _tell(actor, row, PaperFiled(patient_id, row.pk, row.kind))
    return row.pk


@operation
def withdraw_paper(
    *, actor: Actor, paper_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a paper out of sight that was filed by mistake. It is kept, and the record says why.

    Raises:
        NotFound, OutsideCare, NotAllowed, Stale, AlreadyWithdrawn, ReasonMissing.
        UnderHold: nothing is taken out of a record that must be kept.
    """
    row = Paper.objects.select_for_update().filter(pk=paper_id, destroyed_at=None).first()
    if row is None:
        raise NotFound
    require_record(actor, permissions.PAPERS, site_id=row.site_id, patient_id=row.patient_id)
    actor.require(permissions.FILE, row.site_id)
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn
    check_version(row, version)
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    lock_name("records.keeping", row.patient_id)
    if held([row.patient_id]):
        raise UnderHold
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.user_id
    row.withdrawn_reason = said
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    audit.record(
        actor, "records.paper.withdrawn", row,
        site_id=row.site_id, patient_id=row.patient_id, reason=said,
    )  # fmt: skip
    _tell(actor, row, PaperWithdrawn(row.patient_id, row.pk))


def _check_visit(visit_id: UUID | None, patient_id: UUID, site_id: UUID) -> None:
    if visit_id is None:
        return
    found = visit_infos([visit_id]).get(visit_id)
    if found is None or (found.patient_id, found.site_id) != (patient_id, site_id):
        raise VisitOfAnother(FieldError("visit_id", "unknown_value", str(VisitOfAnother.message)))


def _keep(actor: Actor, row: Paper, n: int, page: Page) -> None:
    content, name = page.content, page.name
    known = kind_of(content)
    if known is not None and known.media_type in IMAGES and known.is_called(name):
        content, media_type = pictures.cleaned(content)
        name = f"{n}.png" if media_type == PNG else f"{n}.jpg"
    stored = files.store(
        actor, content, name=name, purpose=PURPOSE, kinds=KINDS, site_id=row.site_id
    )
    PaperPage.objects.create(
        paper=row, n=n, file_id=stored.id, media_type=stored.media_type, sha256=stored.sha256
    )


def _tell(actor: Actor, row: Paper, event: PaperFiled | PaperWithdrawn) -> None:
    topics = [papers_topic(row.patient_id), archive_topic(row.site_id)]
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
