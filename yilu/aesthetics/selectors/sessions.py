"""Sessions as the room shows them: those of a patient, and the one that runs, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yilu.aesthetics import permissions
from yilu.aesthetics.models import AdverseEvent, Pass, Session
from yilu.aesthetics.rules.areas import areas, in_words
from yilu.aesthetics.rules.skin import ROMAN
from yilu.aesthetics.rules.treatments import (
    Treatment,
    choices,
    described,
    treatments,
)
from yilu.aesthetics.selectors.context import treatment_room
from yilu.aesthetics.states import SessionState, TestSpot
from yilu.clinical.selectors.context import Setting
from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.staff import staff_names

LOOKS = {SessionState.RUNNING: "active", SessionState.DONE: "done", SessionState.STOPPED: "blocked"}
MOST = 40


@dataclass(frozen=True, slots=True)
class PassLine:
    """What was done once over an area, in words."""

    id: UUID
    area: str
    set: tuple[tuple[str, str], ...]
    values: dict[str, str]
    passes: int
    pulses: int | None
    confirmed: str
    senior_note: str
    at: datetime
    by: PersonName | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class AdverseLine:
    """What went wrong, in words."""

    id: UUID
    what: str
    grade: int
    onset_on: date
    action: str
    is_reported: bool
    by: PersonName | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with all that was written to it. Times are local."""

    id: UUID
    visit_id: UUID
    kind: Treatment
    areas: tuple[str, ...]
    areas_text: str
    device: Localized | str
    handpiece: str
    skin_type: str
    test_spot: str
    cooling: str
    numbing: str
    warnings: tuple[dict[str, str], ...]
    state: str
    day: date
    at: datetime
    ended_at: datetime | None
    by: PersonName | None
    endpoint: str
    reaction: str
    note: str
    version: int
    passes: tuple[PassLine, ...]
    adverse: tuple[AdverseLine, ...]

    @property
    def is_running(self) -> bool:
        return self.state == SessionState.RUNNING

    @property
    def state_label(self) -> str:
        return str(SessionState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[SessionState(self.state)]

    @property
    def standing(self) -> list[PassLine]:
        return [one for one in self.passes if not one.withdrawn_reason]

    @property
    def area_choices(self) -> list[tuple[str, str]]:
        return [(key, str(areas()[key].title)) for key in self.areas if key in areas()]


@dataclass(frozen=True, slots=True)
class SessionsPart:
    """The sessions of a visit's patient: the one that runs, those of today and before."""

    where: Setting
    running: SessionLine | None
    over: tuple[SessionLine, ...]
    can_assist: bool


def sessions_part(actor: Actor, visit_id: UUID) -> SessionsPart:
    """The sessions of a visit's patient, the newest first. Seven queries.

    Raises: NotFound.
    """
    where = treatment_room(actor, visit_id)
    rows = Session.objects.filter(patient_id=where.patient_id).order_by("-recorded_at")
    lines = session_lines(rows[:MOST])
    running = next((one for one in lines if one.is_running and one.visit_id == visit_id), None)
    return SessionsPart(
        where=where,
        running=running,
        over=tuple(one for one in lines if one is not running),
        can_assist=actor.may(permissions.ASSIST, where.site_id),
    )


def session_visit(session_id: UUID) -> UUID | None:
    """The visit of a session. One query."""
    found = Session.objects.filter(pk=session_id).values_list("visit_id", flat=True)
    return found.first()


def pass_visit(pass_id: UUID) -> UUID | None:
    """The visit of a line of a session. One query."""
    return Pass.objects.filter(pk=pass_id).values_list("visit_id", flat=True).first()


def session_lines(rows: Iterable[Session]) -> list[SessionLine]:
    """Sessions with all that was written to them. Five queries. Ask the right before."""
    found = list(rows)
    ids = [one.pk for one in found]
    passes = list(Pass.objects.filter(session__in=ids).order_by("recorded_at", "id"))
    adverse = AdverseEvent.objects.filter(session__in=ids, withdrawn_at=None)
    wrong = list(adverse.order_by("onset_on", "id"))
    names = staff_names({one.recorded_by_id for one in (*found, *passes, *wrong)})
    places = place_names(one.device_id for one in found)
    kinds = treatments()
    return [
        _line(
            row, names, places,
            [_pass(one, kinds[row.kind], names) for one in passes if one.session_id == row.pk],
            [_adverse(one, names) for one in wrong if one.session_id == row.pk],
        )
        for row in found
    ]  # fmt: skip


def _line(
    row: Session,
    names: dict[Any, PersonName],
    places: dict[UUID, Any],
    passes: list[PassLine],
    adverse: list[AdverseLine],
) -> SessionLine:
    zone = site_zone(row.site_id)
    return SessionLine(
        id=row.pk,
        visit_id=row.visit_id,
        kind=treatments()[row.kind],
        areas=tuple(row.areas),
        areas_text=in_words(row.areas),
        device=places[row.device_id].name if row.device_id in places else "",
        handpiece=row.handpiece,
        skin_type=ROMAN.get(row.skin_type, ""),
        test_spot=str(TestSpot(row.test_spot).label),
        cooling=str(choices("cooling").get(row.cooling, "")),
        numbing=row.numbing,
        warnings=tuple(row.warnings),
        state=row.state,
        day=row.clinic_day,
        at=row.recorded_at.astimezone(zone),
        ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
        by=names.get(row.recorded_by_id),
        endpoint=str(choices("endpoints").get(row.endpoint, "")),
        reaction=str(choices("reactions").get(row.reaction, "")),
        note=row.note,
        version=row.version,
        passes=tuple(passes),
        adverse=tuple(adverse),
    )


def _pass(row: Pass, kind: Treatment, names: dict[Any, PersonName]) -> PassLine:
    return PassLine(
        id=row.pk,
        area=in_words([row.area]),
        set=tuple(described(kind, row.parameters)),
        values=row.parameters,
        passes=row.passes,
        pulses=row.pulses,
        confirmed=row.confirmed,
        senior_note=row.senior_note,
        at=row.recorded_at.astimezone(site_zone(row.site_id)),
        by=names.get(row.recorded_by_id),
        withdrawn_reason=row.withdrawn_reason,
    )


def _adverse(row: AdverseEvent, names: dict[Any, PersonName]) -> AdverseLine:
    return AdverseLine(
        id=row.pk,
        what=str(choices("adverse").get(row.what, row.what)),
        grade=row.grade,
        onset_on=row.onset_on,
        action=row.action,
        is_reported=row.is_reported,
        by=names.get(row.recorded_by_id),
    )
