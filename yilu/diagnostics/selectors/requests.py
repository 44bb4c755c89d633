"""Examinations as the centre sees them: what is asked for, what is booked, how long it took."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_patient, require_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.selectors.offered import flag_labels
from yilu.diagnostics.states import PENDING, TO_FIT, ExamKind, ExamState, Urgency
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.intake.rules.questions import Risk
from yilu.intake.selectors.sheets import risks_by_patient
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.names import Localized, PersonName
from yilu.visits.selectors.visits import visit_info
from yilu.workforce.selectors.practitioners import practitioner_names

RANKS = {Urgency.URGENT: 0, Urgency.SOON: 1, Urgency.USUAL: 2}
FIGURES_OVER = timedelta(days=30)
MOST = 300
# What is left of a promise when the screen begins to warn: eight hours of 48.
NEAR = 1 / 6


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One request, its instants on the wall clock of the site.

    `reason` is empty for whoever may not read records. `is_late`: our promise is broken, or will
    be by the time that is booked. `is_near`: not booked, and little of it is left.
    """

    id: UUID
    patient_id: UUID
    patient: PatientBrief | None
    service_id: UUID
    service_key: str
    specialty: str
    service: Localized
    icon: str
    doctor: PersonName | None
    kind: str
    urgency: str
    flags: tuple[str, ...]
    reason: str
    state: str
    requested_at: datetime
    wanted_by: date | None
    due_at: datetime | None
    starts_at: datetime | None
    booking_id: UUID | None
    trip_id: UUID | None
    visit_id: UUID
    is_late: bool
    is_near: bool
    version: int

    @property
    def kind_label(self) -> str:
        return str(ExamKind(self.kind).label)

    @property
    def urgency_label(self) -> str:
        return str(Urgency(self.urgency).label)

    @property
    def state_label(self) -> str:
        return str(ExamState(self.state).label)

    @property
    def flag_labels(self) -> list[str]:
        return flag_labels(self.flags)

    @property
    def is_open(self) -> bool:
        return self.state == ExamState.OPEN

    @property
    def can_withdraw(self) -> bool:
        return self.state in {ExamState.OPEN, ExamState.HERE}

    @property
    def promised_minutes(self) -> int:
        """How long we promised it would take at most."""
        return int(((self.due_at or self.requested_at) - self.requested_at).total_seconds() // 60)

    @property
    def look(self) -> str:
        """Its colour, by the vocabulary of the design system."""
        if self.is_late:
            return "late"
        if self.is_open:
            return "soon" if self.is_near or self.urgency != Urgency.USUAL else ""
        looks = {ExamState.BOOKED: "booked", ExamState.HERE: "waiting"}
        return looks.get(ExamState(self.state), "done")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The open requests of one patient: what one trip could do."""

    patient_id: UUID
    patient: PatientBrief | None
    lines: tuple[ExamLine, ...]
    risks: tuple[Risk, ...]

    @property
    def look(self) -> str:
        looks = {one.look for one in self.lines}
        return "late" if "late" in looks else "soon" if "soon" in looks else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How long examinations of a kind took that were asked for in thirty days."""

    kind: str
    asked: int
    median_hours: float | None
    within: float | None
    promised_hours: int | None

    @property
    def kind_label(self) -> str:
        return str(ExamKind(self.kind).label)

    @property
    def percent(self) -> int | None:
        return None if self.within is None else round(self.within * 100)


@dataclass(frozen=True, slots=True)
class Centre:
    """All that the centre's screen shows."""

    site: SiteInfo
    wanted: tuple[Wanted, ...]
    booked: tuple[ExamLine, ...]
    figures: tuple[Figures, ...]
    late: int
    near: int


def centre(actor: Actor, site_id: UUID) -> Centre:
    """The open requests by patient, the most urgent and oldest first; what is booked; figures.

    Seven queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    site = site_info(site_id)
    pending = ExamRequest.objects.filter(site_id=site_id, state__in=TO_FIT)
    lines = exam_lines(actor, pending.order_by("requested_at", "id")[:MOST], site.zone)
    still = [one for one in lines if one.is_open]
    booked = [one for one in lines if not one.is_open]
    booked.sort(key=lambda one: (one.starts_at or one.requested_at, str(one.id)))
    return Centre(
        site,
        tuple(_by_patient(still, _risks(actor, site_id, still))),
        tuple(booked),
        tuple(_figures(site_id)),
        sum(one.is_late for one in lines),
        sum(one.is_near for one in lines),
    )


def requests_of_visit(actor: Actor, visit_id: UUID) -> list[ExamLine]:
    """What was asked for at a visit, and what of it is done. Five queries.

    Raises: NotFound, OutsideCare.
    """
    visit = visit_info(visit_id)
    site_id = visit.site_id
    require_visit(actor, visit, permissions.SEE)
    found = ExamRequest.objects.filter(visit_id=visit_id).exclude(state=ExamState.WITHDRAWN)
    return exam_lines(actor, found.order_by("requested_at", "id"), site_info(site_id).zone)


def open_requests(actor: Actor, site_id: UUID, patient_id: UUID) -> list[ExamLine]:
    """What is still to be booked for one patient, the oldest first. Five queries.

    Raises: NotFound, OutsideCare.
    """
    require_patient(actor, patient_id, site_id, permissions.SEE)
    found = ExamRequest.objects.filter(site_id=site_id, patient_id=patient_id, state=ExamState.OPEN)
    return exam_lines(actor, found.order_by("requested_at", "id"), site_info(site_id).zone)


def exam_lines(actor: Actor, found: Iterable[ExamRequest], zone: ZoneInfo) -> list[ExamLine]:
    """Requests in one line each, in the same order. Four queries, however many."""
    kept = list(found)
    services = service_infos(one.service_id for one in kept)
    names = practitioner_names(one.practitioner_id for one in kept)
    patients = patient_briefs(actor, {one.patient_id for one in kept}, "examinations")
    now = clock.now()

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return [
        ExamLine(
            id=one.pk,
            patient_id=one.patient_id,
            patient=patients.get(one.patient_id),
            service_id=one.service_id,
            service_key=services[one.service_id].key,
            specialty=services[one.service_id].specialty,
            service=services[one.service_id].name,
            icon=services[one.service_id].icon,
            doctor=names.get(one.practitioner_id) if one.practitioner_id else None,
            kind=one.kind,
            urgency=one.urgency,
            flags=tuple(one.flags),
            reason=one.reason if actor.may(clinical.SEE, one.site_id) else "",
            state=one.state,
            requested_at=one.requested_at.astimezone(zone),
            wanted_by=one.wanted_by,
            due_at=local(one.due_at),
            starts_at=local(one.starts_at),
            booking_id=one.booking_id,
            trip_id=one.trip_id,
            visit_id=one.visit_id,
            is_late=_is_late(one, now),
            is_near=_is_near(one, now),
            version=one.version,
        )
        for one in kept
    ]


def _is_late(one: ExamRequest, now: datetime) -> bool:
    if one.due_at is None or one.state not in PENDING:
        return False
    begins = one.starts_at if one.state == ExamState.BOOKED else None
    return max(begins or now, now if begins is None else one.requested_at) > one.due_at


def _is_near(one: ExamRequest, now: datetime) -> bool:
    """Whether the promise will be broken before long if nobody books it."""
    if one.due_at is None or one.state != ExamState.OPEN:
        return False
    return now <= one.due_at <= now + (one.due_at - one.requested_at) * NEAR


def _risks(actor: Actor, site_id: UUID, lines: list[ExamLine]) -> Mapping[UUID, tuple[Risk, ...]]:
    """What stands out in patients' answers, for the examinations that they are to have."""
    keys: dict[UUID, set[str]] = {}
    for one in lines:
        keys.setdefault(one.patient_id, set()).update({one.service_key, one.specialty})
    return risks_by_patient(actor, site_id, keys)


def _by_patient(lines: list[ExamLine], risks: Mapping[UUID, tuple[Risk, ...]]) -> list[Wanted]:
    found: dict[UUID, list[ExamLine]] = {}
    for one in lines:
        found.setdefault(one.patient_id, []).append(one)
    for many in found.values():
        many.sort(key=_rank)
    ordered = sorted(found.values(), key=lambda many: _rank(many[0]))
    return [
        Wanted(one.patient_id, one.patient, tuple(many), risks.get(one.patient_id, ()))
        for many in ordered
        for one in many[:1]
    ]


def _ahead(one: ExamLine) -> int:
    return 0 if one.is_late else 1 if one.is_near else 2


def _rank(one: ExamLine) -> tuple[int, int, datetime, str]:
    return RANKS[Urgency(one.urgency)], _ahead(one), one.requested_at, str(one.id)


def _figures(site_id: UUID) -> list[Figures]:
    promises = {kind: int(one.total_seconds() // 3600) for kind, one in table().promises.items()}
    now = clock.now()
    found = rows(_FIGURES, {"site": site_id, "from": now - FIGURES_OVER, "now": now})
    known = {row["kind"]: row for row in found}
    return [
        Figures(
            kind.value,
            known[kind.value]["asked"],
            known[kind.value]["median"],
            known[kind.value]["within"],
            promises.get(kind.value),
        )
        for kind in ExamKind
        if kind.value in known
    ]


# How long somebody waits ends with the time that is booked. Who has none yet waits until now,
# and counts as outside the promise once it is broken, so that what is not booked cannot hide.
_FIGURES = """
SELECT kind, count(*)::int AS asked,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM coalesce(starts_at, %(now)s) - requested_at) / 3600
       )::float AS median,
       avg(CASE WHEN due_at IS NULL THEN NULL
                WHEN coalesce(starts_at, %(now)s) <= due_at THEN 1 ELSE 0 END)::float AS within
FROM diagnostics_examrequest
WHERE site_id = %(site)s AND requested_at >= %(from)s AND state <> 'withdrawn'
GROUP BY kind
"""
