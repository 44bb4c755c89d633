"""Procedures as those in the room, the consultant and the follow-up see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.clinical import permissions
from yilu.clinical.models import Observation, Procedure, ProcedureEntry, TreatmentConsent
from yilu.clinical.rules.procedures import TALKERS, points
from yilu.clinical.selectors.context import Setting, setting
from yilu.clinical.selectors.readiness import Readiness, readiness
from yilu.clinical.states import ConsentState, EntryKind, ProcedureState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

LOOKS = {
    ProcedureState.PLANNED: "soon",
    ProcedureState.RUNNING: "active",
    ProcedureState.WATCHED: "called",
    ProcedureState.DONE: "done",
    ProcedureState.ABANDONED: "blocked",
}


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure in one line."""

    id: UUID
    visit_id: UUID
    title: Localized
    what: str
    state: str
    doctor: PersonName | None
    planned_at: datetime

    @property
    def state_label(self) -> str:
        return str(ProcedureState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[ProcedureState(self.state)]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """Something that was said or done, by whom, when, and who wrote it down."""

    at: datetime
    kind: str
    kind_label: str
    speaker: str
    text: str
    by: PersonName | None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A point of the list, and when somebody ticked it."""

    code: str
    title: Localized
    at: datetime | None
    by: PersonName | None


@dataclass(frozen=True, slots=True)
class ObservationLine:
    """A look that is due, or was made."""

    id: UUID
    visit_id: UUID
    title: Localized
    due_at: datetime
    made_at: datetime | None
    is_well: bool | None
    text: str
    by: PersonName | None
    is_late: bool
    patient: PatientBrief | None = None


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """All of one procedure."""

    where: Setting
    line: ProcedureLine
    talk: tuple[Localized, ...]
    talked: tuple[EntryLine, ...]
    checks: tuple[CheckLine, ...]
    said: tuple[EntryLine, ...]
    looks: tuple[ObservationLine, ...]
    readiness: Readiness
    missing: tuple[str, ...]
    reason: str
    version: int
    has_talked: bool
    can_write: bool
    can_lead: bool

    @property
    def is_planned(self) -> bool:
        return self.line.state == ProcedureState.PLANNED

    @property
    def is_running(self) -> bool:
        return self.line.state == ProcedureState.RUNNING

    @property
    def is_open(self) -> bool:
        return self.line.state not in {ProcedureState.DONE, ProcedureState.ABANDONED}

    @property
    def may_start(self) -> bool:
        return self.is_planned and self.readiness.may_begin and not self.missing

    @property
    def may_end_early(self) -> bool:
        return self.is_planned or self.is_running


def speaker_names() -> dict[str, str]:
    """Who may have said something, in words."""
    return {
        "doctor": pgettext("speaker", "Doctor"),
        "nurse": pgettext("speaker", "Nurse"),
        "patient": pgettext("speaker", "Patient"),
        "companion": pgettext("speaker", "Companion"),
        "other": pgettext("speaker", "Somebody else"),
    }


def lacking(row: Procedure) -> list[str]:
    """What is missing before a procedure begins, besides the examination, in words. Three queries.

    Locked by the caller, so that what is found stays so.
    """
    entries = list(row.entries.filter(kind__in=[EntryKind.TALK, EntryKind.CHECK]))
    return [*_no_consent(row), *_undone(row, entries)]


def visit_procedures(actor: Actor, visit_id: UUID) -> list[ProcedureLine]:
    """The procedures of a visit, the newest first. Five queries. Raises: NotFound."""
    where = setting(actor, visit_id)
    rows = list(Procedure.objects.filter(visit_id=where.visit_id).order_by("-planned_at"))
    names = practitioner_names([one.practitioner_id for one in rows])
    return [_line(one, names.get(one.practitioner_id)) for one in rows]


def procedure_page(actor: Actor, procedure_id: UUID) -> ProcedurePage:
    """All of one procedure. Twelve queries. Raises: NotFound."""
    row = Procedure.objects.filter(pk=procedure_id).first()
    if row is None:
        raise NotFound
    where = setting(actor, row.visit_id)
    zone = site_zone(row.site_id)
    entries = list(row.entries.all())
    looks = list(row.observations.order_by("due_at"))
    names = staff_names([*(one.user_id for one in entries), *(one.made_by_id for one in looks)])
    ticked = {one.code: one for one in entries if one.kind == EntryKind.CHECK}
    lines = [entry_line(one, names, zone) for one in entries]
    doctor = practitioner_names([row.practitioner_id]).get(row.practitioner_id)
    talkers = {one.user_id for one in entries if one.kind == EntryKind.TALK}
    return ProcedurePage(
        where=where,
        line=_line(row, doctor),
        talk=tuple(one.title for one in points(row.steps, "talk")),
        talked=tuple(one for one in lines if one.kind == EntryKind.TALK),
        checks=tuple(
            _check(one.code, one.title, ticked.get(one.code), names, zone)
            for one in points(row.steps, "checks")
        ),
        said=tuple(one for one in lines if one.kind in {EntryKind.SAID, EntryKind.DONE}),
        looks=tuple(_look(one, names, zone) for one in looks),
        readiness=readiness(row.visit_id),
        missing=(*_no_consent(row), *_undone(row, entries)),
        reason=row.reason,
        version=row.version,
        has_talked=actor.user_id in talkers,
        can_write=actor.may(permissions.ASSESS, row.site_id),
        can_lead=actor.practitioner_id is not None and actor.may(permissions.SIGN, row.site_id),
    )


def said_at(actor: Actor, visit_ids: Iterable[UUID]) -> dict[UUID, list[EntryLine]]:
    """What was said during procedures, by visit, for who looks after the patient later.

    Of visits at sites where the actor may read the record. Three queries.
    """
    rows = ProcedureEntry.objects.filter(
        procedure__visit_id__in=set(visit_ids), kind=EntryKind.SAID
    ).select_related("procedure")
    found = [one for one in rows if actor.may(permissions.SEE, one.procedure.site_id)]
    names = staff_names([one.user_id for one in found])
    told: dict[UUID, list[EntryLine]] = {}
    for one in found:
        zone = site_zone(one.procedure.site_id)
        told.setdefault(one.procedure.visit_id, []).append(entry_line(one, names, zone))
    return told


def running_kinds(visit_id: UUID) -> frozenset[str]:
    """The kinds of procedures that run at a visit, for apps that treat. One query."""
    rows = Procedure.objects.filter(visit_id=visit_id, state=ProcedureState.RUNNING)
    return frozenset(rows.values_list("kind", flat=True))


def entry_line(one: ProcedureEntry, names: Any, zone: ZoneInfo) -> EntryLine:
    """A line of a procedure's record, as it is read. No query."""
    return EntryLine(
        one.at.astimezone(zone),
        one.kind,
        str(EntryKind(one.kind).label),
        speaker_names().get(one.speaker, ""),
        one.text,
        names.get(one.user_id),
    )


def due_observations(actor: Actor, site_id: UUID) -> list[ObservationLine]:
    """Who at a site is still to be looked at, the most urgent first. Three queries.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(Observation.objects.filter(site_id=site_id, made_at=None).order_by("due_at"))
    people = patient_briefs(actor, [one.patient_id for one in rows], "observations")
    zone = site_zone(site_id)
    return [_look(one, {}, zone, people.get(one.patient_id)) for one in rows]


def _no_consent(row: Procedure) -> list[str]:
    if not row.steps["consents"]:
        return []
    given = TreatmentConsent.objects.filter(
        visit_id=row.visit_id, state=ConsentState.GIVEN, template__in=row.steps["consents"]
    )
    if given.exists() or readiness(row.visit_id).is_emergency:
        return []
    return [_("a signed consent")]


def _undone(row: Procedure, entries: list[ProcedureEntry]) -> list[str]:
    talkers = {one.user_id for one in entries if one.kind == EntryKind.TALK}
    ticked = {one.code for one in entries if one.kind == EntryKind.CHECK}
    open_points = [one for one in points(row.steps, "checks") if one.code not in ticked]
    found = []
    if len(talkers) < TALKERS:
        found.append(_("two who have talked it over"))
    if open_points:
        found.append(_("%(n)s points of the list") % {"n": len(open_points)})
    return found


def _line(row: Procedure, doctor: PersonName | None) -> ProcedureLine:
    return ProcedureLine(
        row.pk,
        row.visit_id,
        Localized(row.steps["title"]),
        row.what,
        row.state,
        doctor,
        row.planned_at.astimezone(site_zone(row.site_id)),
    )


def _check(
    code: str, title: Localized, ticked: ProcedureEntry | None, names: Any, zone: ZoneInfo
) -> CheckLine:
    if ticked is None:
        return CheckLine(code, title, None, None)
    return CheckLine(code, title, ticked.at.astimezone(zone), names.get(ticked.user_id))


def _look(
    one: Observation, names: Any, zone: ZoneInfo, patient: PatientBrief | None = None
) -> ObservationLine:
    return ObservationLine(
        one.pk,
        one.visit_id,
        Localized(one.title),
        one.due_at.astimezone(zone),
        one.made_at.astimezone(zone) if one.made_at else None,
        one.is_well,
        one.text,
        names.get(one.made_by_id),
        one.made_at is None and one.due_at < clock.now(),
        patient,
    )
