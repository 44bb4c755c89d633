"""Consultations: the last one, those before it, and what stands against which treatment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yilu.aesthetics import permissions
from yilu.aesthetics.models import Consultation
from yilu.aesthetics.rules.areas import in_words
from yilu.aesthetics.rules.screening import (
    Finding,
    asked_of,
    screen,
    stands_until,
)
from yilu.aesthetics.rules.skin import FITZPATRICK, GLOGAU
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.context import treatment_room
from yilu.clinical.selectors.context import Setting
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.workforce.selectors.staff import staff_names


@dataclass(frozen=True, slots=True)
class Consulted:
    """One consultation as it was written. Times are local."""

    id: UUID
    visit_id: UUID
    n: int
    wish: str
    expects: str
    history: str
    areas: tuple[str, ...]
    kinds: tuple[str, ...]
    skin_type: str
    ageing: str
    answers: dict[str, dict[str, str]]
    day: date
    at: datetime
    by: PersonName | None
    rules_version: str

    @property
    def areas_text(self) -> str:
        return in_words(self.areas)

    @property
    def kinds_text(self) -> list[str]:
        return [str(treatments()[key].title) for key in self.kinds if key in treatments()]

    @property
    def skin_label(self) -> str:
        return str(FITZPATRICK.get(self.skin_type, ""))

    @property
    def ageing_label(self) -> str:
        return str(GLOGAU.get(self.ageing, ""))

    @property
    def yes(self) -> list[str]:
        """What was answered with yes, with its day and note."""
        found = []
        for one in asked_of(""):
            said = self.answers.get(one.key, {})
            if said.get("answer") == "yes":
                more = " ".join(said[name] for name in ("on", "note") if said.get(name))
                found.append(f"{one.ask} {more}".strip())
        return found


@dataclass(frozen=True, slots=True)
class ConsultingPart:
    """The consultation of a visit: what was said last, and all that was written before.

    `seen` is the count of what a form made from it has seen.
    """

    where: Setting
    last: Consulted | None
    is_of_today: bool
    earlier: tuple[Consulted, ...]
    findings: tuple[tuple[str, tuple[Finding, ...]], ...]
    seen: int
    can_write: bool


def consulting_part(actor: Actor, visit_id: UUID) -> ConsultingPart:
    """What was wished and answered, the newest first. Four queries.

    Raises: NotFound.
    """
    where = treatment_room(actor, visit_id)
    rows = list(
        Consultation.objects.filter(patient_id=where.patient_id).order_by("-recorded_at", "-n")[:50]
    )
    names = staff_names({one.recorded_by_id for one in rows})
    lines = [_line(one, names) for one in rows]
    last = lines[0] if lines else None
    found = _findings(last, where) if last else {}
    return ConsultingPart(
        where=where,
        last=last,
        is_of_today=bool(last and last.visit_id == visit_id),
        earlier=tuple(lines[1:]),
        findings=tuple((str(treatments()[k].title), tuple(f)) for k, f in found.items()),
        seen=max((one.n for one in rows if one.visit_id == visit_id), default=0),
        can_write=actor.may(permissions.WRITE, where.site_id),
    )


def standing_consultation(patient_id: UUID, day: date) -> Consulted | None:
    """The last consultation of a patient, if it still counts on a day. One query."""
    rows = Consultation.objects.filter(patient_id=patient_id, clinic_day__lte=day)
    row = rows.order_by("-recorded_at", "-n").first()
    if row is None or day > stands_until(row.clinic_day):
        return None
    return _line(row, {})


def _findings(last: Consulted, where: Setting) -> dict[str, list[Finding]]:
    return screen(
        last.answers, [kind for kind in last.kinds if kind in treatments()],
        day=where.day, age=where.age, sex=where.patient.sex,
    )  # fmt: skip


def _line(row: Consultation, names: dict[Any, PersonName]) -> Consulted:
    return Consulted(
        id=row.pk,
        visit_id=row.visit_id,
        n=row.n,
        wish=row.wish,
        expects=row.expects,
        history=row.history,
        areas=tuple(row.areas),
        kinds=tuple(row.kinds),
        skin_type=row.skin_type,
        ageing=row.ageing,
        answers=row.answers,
        day=row.clinic_day,
        at=row.recorded_at.astimezone(site_zone(row.site_id)),
        by=names.get(row.recorded_by_id),
        rules_version=row.rules_version,
    )
