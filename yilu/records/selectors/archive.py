"""The archive of a site: papers lately filed, holds in force, what is due, and what was ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.facility.selectors.sites import group_name, site_info, site_zone
from yilu.patients.selectors.patients import PatientBrief, brief_rows, patient_briefs
from yilu.platform import clock, pdf
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.records import permissions
from yilu.records.models import Destroyed, Destruction, LegalHold, Paper
from yilu.records.rules.archive import MOST_AT_ONCE, after_years
from yilu.records.selectors.papers import HoldLine, hold_lines
from yilu.records.selectors.retention import Retention, Term, retention, terms, today
from yilu.records.states import DestructionState, Kept
from yilu.workforce.selectors.staff import staff_names

MOST = 50


@dataclass(frozen=True, slots=True)
class DueLine:
    """A record whose papers may be proposed for destruction, or would be but for something."""

    patient: PatientBrief
    papers: int
    term: Term
    kept: str

    @property
    def kept_label(self) -> str:
        return str(Kept(self.kept).label) if self.kept else ""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A hold, and whose record it is."""

    patient: PatientBrief
    hold: HoldLine


@dataclass(frozen=True, slots=True)
class DestructionLine:
    """A list of records and how far it is."""

    id: UUID
    site_id: UUID
    number: str
    state: str
    reason: str
    records: int
    kept: int
    proposed_at: datetime
    proposed_by: PersonName | None
    approved_at: datetime | None
    approved_by: PersonName | None
    not_before: datetime | None
    ended_at: datetime | None
    ended_by: PersonName | None
    end_note: str
    is_mine: bool
    is_ripe: bool
    version: int

    @property
    def state_label(self) -> str:
        return str(DestructionState(self.state).label)

    @property
    def look(self) -> str:
        """The colour of its state."""
        return {"proposed": "soon", "approved": "active", "done": "done"}.get(self.state, "blocked")

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Archive:
    """What a site keeps."""

    rule: Retention
    papers: int
    records: int
    holds: tuple[HeldLine, ...]
    due: tuple[DueLine, ...]
    lists: tuple[DestructionLine, ...]

    @property
    def ripe(self) -> int:
        return sum(1 for one in self.due if not one.kept)


@dataclass(frozen=True, slots=True)
class DestructionDetail:
    """One list with its records."""

    line: DestructionLine
    records: tuple[Destroyed, ...]


def record_numbers(patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The record numbers of several patients. One query. It shows no patient."""
    return {row["id"]: row["record_no"] for row in brief_rows(patient_ids)}


def archive(actor: Actor, site_id: UUID) -> Archive:
    """The archive of a site. Sixteen queries, however full. Raises: NotFound, NotAllowed."""
    actor.require_to_see(permissions.KEEP, site_id)
    rule = retention()
    kept = Paper.objects.filter(site_id=site_id, destroyed_at=None)
    in_force = LegalHold.objects.filter(site_id=site_id, lifted_at=None).order_by("-placed_at")
    holds = hold_lines(in_force[:MOST])
    due = _due(site_id, rule)
    ids = {one.patient_id for one in holds} | set(due)
    people = patient_briefs(actor, ids, "archive") if ids else {}
    counts = _papers_of(site_id, due)
    rows = Destruction.objects.filter(site_id=site_id).order_by("-proposed_at")[:MOST]
    on_a_list = _on_a_list(site_id)
    day = today()
    return Archive(
        rule=rule,
        papers=kept.count(),
        records=kept.order_by().values("patient_id").distinct().count(),
        holds=tuple(
            HeldLine(people[one.patient_id], one) for one in holds if one.patient_id in people
        ),
        due=tuple(
            DueLine(people[one], counts[one], term, term.keeps(day) or "")
            for one, term in due.items()
            if one in people and one not in on_a_list
        ),
        lists=tuple(_lines(actor, rows, site_id)),
    )


def destruction(actor: Actor, destruction_id: UUID) -> DestructionDetail:
    """One list with its records. Four queries. Raises: NotFound, NotAllowed."""
    row = Destruction.objects.filter(pk=destruction_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.KEEP, row.site_id)
    [line] = _lines(actor, [row], row.site_id)
    return DestructionDetail(line, tuple(row.lines.order_by("record_no")))


def certificate(actor: Actor, destruction_id: UUID, language: str) -> bytes:
    """The certificate of a list that was carried out, as PDF. Six queries.

    Raises: NotFound: nothing of the kind was carried out. NotAllowed.
    """
    found = destruction(actor, destruction_id)
    if found.line.state != DestructionState.DONE:
        raise NotFound
    with translation.override(language):
        return pdf.render("records/destruction", _paper(found))


def _paper(found: DestructionDetail) -> dict[str, object]:
    line = found.line
    stations = (
        (_("Proposed by"), line.proposed_by, line.proposed_at),
        (_("Approved by"), line.approved_by, line.approved_at),
        (_("Carried out by"), line.ended_by, line.ended_at),
    )
    return {
        "lang": "zh" if translation.get_language() != "en" else "en",
        "title": _("Certificate of destruction of medical papers"),
        "clinic": f"{group_name()} · {site_info(line.site_id).name}",
        "facts": [
            [pgettext("destruction", "Number"), line.number],
            [pgettext("destruction", "Reason"), line.reason],
            *([title, f"{who or ''} {at:%Y-%m-%d %H:%M}"] for title, who, at in stations if at),
            [_("How the originals were destroyed"), line.end_note],
        ],
        "heads": [
            _("Record no."),
            _("Last visit"),
            _("Term ended"),
            pgettext("paper", "Papers"),
            pgettext("paper", "Pages"),
            _("Outcome and SHA-256 of what there was"),
        ],
        "rows": [
            [
                one.record_no,
                f"{one.last_on}",
                f"{one.due_on}",
                str(one.papers),
                str(one.pages),
                _("Kept: %(why)s") % {"why": Kept(one.kept).label} if one.kept else one.manifest,
            ]
            for one in found.records
        ],
        "note": _(
            "The scanned pages were destroyed for ever and the originals as said above. The "
            "electronic record, kind and day of each paper and the hashes stay."
        ),
    }


def _due(site_id: UUID, rule: Retention) -> dict[UUID, Term]:
    """Records with papers at a site whose term is over, the longest first."""
    day = today()
    last = after_years(day, -rule.years)
    old = (
        Paper.objects.filter(site_id=site_id, destroyed_at=None, dated_on__lte=last)
        .order_by("dated_on")
        .values_list("patient_id", flat=True)[: 4 * MOST_AT_ONCE]
    )
    found = terms(dict.fromkeys(old))
    over = [(one, term) for one, term in found.items() if term.due_on <= day]
    return dict(sorted(over, key=lambda pair: (pair[1].due_on, pair[0]))[:MOST_AT_ONCE])


def _papers_of(site_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    kept = Paper.objects.filter(site_id=site_id, patient_id__in=list(patient_ids))
    for one in kept.filter(destroyed_at=None).values_list("patient_id", flat=True):
        counts[one] = counts.get(one, 0) + 1
    return counts


def _on_a_list(site_id: UUID) -> frozenset[UUID]:
    going = (DestructionState.PROPOSED, DestructionState.APPROVED)
    rows = Destroyed.objects.filter(destruction__site_id=site_id, destruction__state__in=going)
    return frozenset(rows.values_list("patient_id", flat=True))


def _lines(actor: Actor, rows: Iterable[Destruction], site_id: UUID) -> list[DestructionLine]:
    found, zone = list(rows), site_zone(site_id)
    counts: dict[UUID, list[int]] = {}
    of_these = Destroyed.objects.filter(destruction__in=found)
    for of, kept in of_these.values_list("destruction_id", "kept"):
        both = counts.setdefault(of, [0, 0])
        both[0] += 1
        both[1] += bool(kept)
    users = (u for one in found for u in (one.proposed_by_id, one.approved_by_id, one.ended_by_id))
    names, now = staff_names(users), clock.now()

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    def named(user_id: Any) -> PersonName | None:
        return names.get(user_id) if user_id else None

    return [
        DestructionLine(
            id=one.pk,
            site_id=one.site_id,
            number=one.number,
            state=one.state,
            reason=one.reason,
            records=counts.get(one.pk, [0, 0])[0],
            kept=counts.get(one.pk, [0, 0])[1],
            proposed_at=one.proposed_at.astimezone(zone),
            proposed_by=named(one.proposed_by_id),
            approved_at=local(one.approved_at),
            approved_by=named(one.approved_by_id),
            not_before=local(one.not_before),
            ended_at=local(one.ended_at),
            ended_by=named(one.ended_by_id),
            end_note=one.end_note,
            is_mine=one.proposed_by_id == actor.user_id,
            is_ripe=one.not_before is not None and one.not_before <= now,
            version=one.version,
        )
        for one in found
    ]
