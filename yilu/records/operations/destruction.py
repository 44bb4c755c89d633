"""Destroying papers whose term is over: proposed, approved by a second person, waited for, done.

There is no other way in the product by which a paper of a record ends.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, files, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import FieldError, NotAllowed, NotFound
from yilu.records import permissions
from yilu.records.errors import NothingDue, ReasonMissing, SecondPerson, StillWaiting
from yilu.records.events import DestructionMoved
from yilu.records.models import Destroyed, Destruction, Paper, PaperPage
from yilu.records.rules.access import LONGEST_REASON, SHORTEST_REASON
from yilu.records.rules.archive import MOST_AT_ONCE, manifest
from yilu.records.selectors.archive import record_numbers
from yilu.records.selectors.retention import retention, terms, today
from yilu.records.selectors.topics import archive_topic, papers_topic
from yilu.records.states import DestructionState, Kept, check_destruction_move


@operation
def propose_destruction(
    *, actor: Actor, site_id: UUID, patient_ids: Collection[UUID], reason: str
) -> UUID:
    """Propose that the papers of these records, which lie at a site, be destroyed.

    Raises:
        NotAllowed, ReasonMissing.
        NothingDue: one of them is not due, under a hold, or its patient is here.
    """
    actor.require(permissions.KEEP, site_id)
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    if actor.user_id is None:
        raise NotAllowed(permission=permissions.KEEP)
    wanted = sorted(set(patient_ids))[: MOST_AT_ONCE + 1]
    here = Paper.objects.filter(patient_id__in=wanted, site_id=site_id, destroyed_at=None)
    with_papers = set(here.values_list("patient_id", flat=True))
    found, day = terms(wanted), today()
    if (
        not wanted
        or len(wanted) > MOST_AT_ONCE
        or any(
            one not in with_papers or one not in found or found[one].keeps(day) for one in wanted
        )
    ):
        raise NothingDue
    now = clock.now()
    year = now.astimezone(site_zone(site_id)).year
    row = Destruction(
        site_id=site_id,
        number=f"{year}-{numbers.take(f'records.destruction:{site_id}:{year}'):03d}",
        reason=said,
        proposed_at=now,
        proposed_by_id=actor.user_id,
    )
    row.save(force_insert=True)
    written = record_numbers(wanted)
    Destroyed.objects.bulk_create(
        Destroyed(
            destruction=row,
            patient_id=one,
            record_no=written[one],
            last_on=found[one].last,
            due_on=found[one].due_on,
        )
        for one in wanted
    )
    _tell(actor, row, "proposed", records=len(wanted), reason=said)
    return row.pk


@operation
def approve_destruction(*, actor: Actor, destruction_id: UUID, version: int | None = None) -> None:
    """Approve a list that somebody else proposed; the waiting time begins.

    Raises: NotFound, NotAllowed, Stale, DestructionMoveRefused, SecondPerson.
    """
    row = _held(actor, destruction_id, version)
    check_destruction_move(row.state, DestructionState.APPROVED)
    if actor.user_id is None or row.proposed_by_id == actor.user_id:
        raise SecondPerson
    row.state = DestructionState.APPROVED
    row.approved_at, row.approved_by_id = clock.now(), actor.user_id
    row.not_before = row.approved_at + timedelta(days=retention().waiting_days)
    _save(row, "approved_at", "approved_by", "not_before")
    _tell(actor, row, "approved", not_before=row.not_before)


@operation
def take_back_destruction(
    *, actor: Actor, destruction_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a list back before it is carried out. Nothing is destroyed.

    Raises: NotFound, NotAllowed, Stale, DestructionMoveRefused, ReasonMissing.
    """
    row = _held(actor, destruction_id, version)
    check_destruction_move(row.state, DestructionState.WITHDRAWN)
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    row.state = DestructionState.WITHDRAWN
    row.ended_at, row.ended_by_id, row.end_note = clock.now(), actor.user_id, said
    _save(row, "ended_at", "ended_by", "end_note")
    _tell(actor, row, "taken_back", reason=said)


@operation
def carry_out_destruction(
    *, actor: Actor, destruction_id: UUID, note: str, version: int | None = None
) -> None:
    """Destroy the papers of a list for ever, but those that may no longer be.

    Each record is asked anew: under a hold, with a visit open, or seen again meanwhile, it is
    kept and the list says why. `note` says how the originals on paper were destroyed.

    Raises:
        NotFound, NotAllowed, Stale, DestructionMoveRefused, ReasonMissing.
        StillWaiting: the waiting time is not over.
    """
    row = _held(actor, destruction_id, version)
    check_destruction_move(row.state, DestructionState.DONE)
    now = clock.now()
    if row.not_before is None or now < row.not_before:
        until = row.not_before.astimezone(site_zone(row.site_id)) if row.not_before else None
        raise StillWaiting(until=f"{until:%Y-%m-%d %H:%M}" if until else "—")
    said = " ".join(note.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("note", "required", str(ReasonMissing.message)))
    lines = list(row.lines.order_by("patient_id"))
    for line in lines:
        lock_name("records.keeping", line.patient_id)
    found, day = terms([line.patient_id for line in lines]), today()
    for line in lines:
        term = found.get(line.patient_id)
        kept = Kept.NOTHING if term is None else term.keeps(day)
        if kept is None:
            kept = _destroy(actor, row, line)
        line.kept = kept or ""
        line.save(update_fields=["kept", "papers", "pages", "manifest"])
    row.state = DestructionState.DONE
    row.ended_at, row.ended_by_id, row.end_note = now, actor.user_id, said
    _save(row, "ended_at", "ended_by", "end_note")
    done = sum(1 for line in lines if not line.kept)
    _tell(actor, row, "carried_out", destroyed=done, kept=len(lines) - done, note=said)


def _destroy(actor: Actor, row: Destruction, line: Destroyed) -> Kept | None:
    """Destroy a record's papers at the site; those withdrawn too, for they lie there as well."""
    papers = Paper.objects.select_for_update().filter(
        patient_id=line.patient_id, site_id=row.site_id, destroyed_at=None
    )
    ids = list(papers.values_list("pk", flat=True))
    if not ids:
        return Kept.NOTHING
    pages = list(PaperPage.objects.filter(paper_id__in=ids))
    line.papers, line.pages = len(ids), len(pages)
    line.manifest = manifest((str(one.paper_id), one.n, bytes(one.sha256)) for one in pages)
    files.destroy([one.file_id for one in pages])
    Paper.objects.filter(pk__in=ids).update(title="", shelf="", destroyed_at=clock.now())
    audit.record(
        actor, "records.papers.destroyed", row,
        site_id=row.site_id, patient_id=line.patient_id,
        papers=line.papers, pages=line.pages, manifest=line.manifest,
    )  # fmt: skip
    return None


def _held(actor: Actor, destruction_id: UUID, version: int | None) -> Destruction:
    row = Destruction.objects.select_for_update().filter(pk=destruction_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.KEEP, row.site_id)
    check_version(row, version)
    return row


def _save(row: Destruction, *names: str) -> None:
    row.version += 1
    row.save(update_fields=["state", "version", *names])


def _tell(actor: Actor, row: Destruction, deed: str, **details: Any) -> None:
    audit.record(actor, f"records.destruction.{deed}", row, site_id=row.site_id, **details)
    topics = [archive_topic(row.site_id)]
    topics += [papers_topic(one) for one in row.lines.values_list("patient_id", flat=True)]
    event = DestructionMoved(row.pk, row.state)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
