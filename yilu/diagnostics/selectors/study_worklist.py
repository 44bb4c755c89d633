"""What the imaging post has before it: expected, arrived, under way, to report, to verify."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics import permissions
from yilu.diagnostics.models import CriticalValue, Study, StudyImage, StudyReport
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.states import (
    PENDING,
    STUDY_HERE,
    CriticalState,
    ExamState,
    ReportState,
    Side,
    StudyState,
    Urgency,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

MOST, SHOWN_DONE = 300, 40
DONE_WITHIN = timedelta(hours=24)
# Who is booked is expected on the worklist from the evening before.
AHEAD = timedelta(hours=24)
# Who arrived and was never begun is looked for this long.
LOST_AFTER = timedelta(hours=24)
# Minutes from arrival to beginning; shown, not enforced.
BEGIN_MINUTES = 30
LOOKS = {
    StudyState.ORDERED: "booked",
    StudyState.ARRIVED: "waiting",
    StudyState.BEGUN: "active",
    StudyState.TAKEN: "soon",
    StudyState.REPORTED: "called",
    StudyState.RELEASED: "done",
    StudyState.CANCELLED: "done",
}


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One study in the list; `step` is what is to be done with it. On the site's clock."""

    id: UUID
    accession: str
    patient: PatientBrief
    service: Localized
    modality: str
    aim: str
    step: str
    state_label: str
    look: str
    since: datetime
    promised_minutes: int
    starts_at: datetime | None
    images: int
    is_urgent: bool
    is_late: bool
    is_correction: bool
    has_critical: bool


@dataclass(frozen=True, slots=True)
class StudyWorklist:
    """The imaging post's day."""

    site_id: UUID
    lines: tuple[StudyLine, ...]
    late: int
    criticals: int
    unmatched: int

    def count(self, step: str) -> int:
        """How much waits at a step."""
        return sum(one.step == step for one in self.lines)


def study_worklist(actor: Actor, site_id: UUID) -> StudyWorklist:
    """What waits at a site's imaging post, urgent and oldest first, and what was reported in a day.

    Eight queries at most. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rows = _rows(site_id)
    patients = patient_briefs(actor, {one.patient_id for one in rows}, "imaging worklist")
    services = service_infos(one.request.service_id for one in rows)
    lines = [
        _line(one, patients[one.patient_id], services[one.request.service_id].name) for one in rows
    ]
    lines.sort(key=lambda one: (not one.has_critical, not one.is_urgent, one.since, str(one.id)))
    told = CriticalValue.objects.filter(
        site_id=site_id, state=CriticalState.OPEN, study_report__isnull=False
    )
    return StudyWorklist(
        site_id,
        tuple(lines),
        sum(one.is_late for one in lines),
        told.count(),
        unmatched_images(site_id).count(),
    )


def study_by_accession(actor: Actor, site_id: UUID, accession: str) -> UUID:
    """The study with a number, as typed or scanned. One query. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    found = Study.objects.filter(site_id=site_id, accession=accession.strip()[:16])
    study_id = found.values_list("pk", flat=True).first()
    if study_id is None:
        raise NotFound
    return study_id


def unmatched_images(site_id: UUID) -> QuerySet[StudyImage]:
    """The images of a site of which nobody knows whose they are. No query by itself."""
    return StudyImage.objects.filter(site_id=site_id, study=None, removed_at=None)


def aim_of(row: Study) -> str:
    """Part and side in the reader's words. No query."""
    part = imaging_table().parts.get(row.part)
    words = [str(part.name) if part else row.part]
    if row.side:
        words.append(str(Side(row.side).label))
    return " ".join(words)


def _rows(site_id: UUID) -> Iterable[Study]:
    now = clock.now()
    here = Study.objects.filter(site_id=site_id)
    expected = here.filter(state=StudyState.ORDERED, request__state=ExamState.HERE) | here.filter(
        state=StudyState.ORDERED,
        request__state=ExamState.BOOKED,
        request__starts_at__lt=now + AHEAD,
    )
    working = here.filter(state__in=STUDY_HERE).exclude(
        state=StudyState.ARRIVED, arrived_at__lt=now - LOST_AFTER
    )
    corrected = StudyReport.objects.filter(site_id=site_id, state=ReportState.ENTERED)
    again = here.filter(state=StudyState.RELEASED, pk__in=corrected.values("study_id"))
    whole = _with_images(expected | working | again)
    found = list(whole.order_by("ordered_at", "id").prefetch_related("reports")[:MOST])
    done = here.filter(state=StudyState.RELEASED, begun_at__gt=now - DONE_WITHIN)
    done = _with_images(done.exclude(pk__in=[one.pk for one in found]))
    shown = done.order_by("-begun_at", "id").prefetch_related("reports")
    return [*found, *shown[:SHOWN_DONE]]


def _with_images(found: QuerySet[Study]) -> QuerySet[Study]:
    return found.select_related("request").annotate(image_count=Count("images"))


def _line(row: Study, patient: PatientBrief, service: Localized) -> StudyLine:
    zone = site_zone(row.site_id)
    entered = next((one for one in row.reports.all() if one.state == ReportState.ENTERED), None)
    step = StudyState.REPORTED if entered else StudyState(row.state)
    since = row.taken_at or row.begun_at or row.arrived_at or row.request.starts_at
    since = since or row.ordered_at
    promised = BEGIN_MINUTES
    if row.due_at and row.taken_at:
        promised = int((row.due_at - row.taken_at).total_seconds() // 60)
    is_open = step in {StudyState.TAKEN, StudyState.REPORTED} and row.state != StudyState.RELEASED
    starts_at = row.request.starts_at if row.request.state in PENDING else None
    return StudyLine(
        id=row.pk,
        accession=row.accession,
        patient=patient,
        service=service,
        modality=row.modality,
        aim=aim_of(row),
        step=step,
        state_label=str(step.label),
        look=LOOKS[step],
        since=since.astimezone(zone),
        promised_minutes=promised,
        starts_at=starts_at.astimezone(zone) if starts_at else None,
        images=getattr(row, "image_count", 0),
        is_urgent=row.request.urgency == Urgency.URGENT,
        is_late=is_open and row.due_at is not None and row.due_at < clock.now(),
        is_correction=entered is not None and row.state == StudyState.RELEASED,
        has_critical=entered is not None and bool(entered.critical),
    )
