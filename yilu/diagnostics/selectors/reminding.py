"""What a doctor asked for and is still to come, and what has come and was not read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical.selectors.readings import read_by
from yilu.diagnostics import permissions
from yilu.diagnostics.models import ExamRequest, LabOrder, LabReport
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.states import ExamState, ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 200
REPORTS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueExam:
    """An examination that was asked for, is due and has no booking."""

    visit_id: UUID
    patient: PatientBrief | None
    name: Localized
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadReport:
    """A report in force that who ordered it has neither read nor explained."""

    id: UUID
    visit_id: UUID
    patient: PatientBrief | None
    tests: tuple[Localized, ...]
    at: datetime
    is_critical: bool


def exams_due(actor: Actor, site_id: UUID) -> QuerySet[ExamRequest]:
    """What this practitioner asked for at a site, is due by our promise or their wish, and nobody
    has booked. No query yet.
    """
    if actor.practitioner_id is None:
        return ExamRequest.objects.none()
    now = clock.now()
    day = now.astimezone(site_zone(site_id)).date()
    return ExamRequest.objects.filter(
        Q(due_at__lt=now) | Q(wanted_by__lte=day),
        practitioner_id=actor.practitioner_id,
        site_id=site_id,
        state=ExamState.OPEN,
    )


def due_exams(actor: Actor, site_id: UUID) -> list[DueExam]:
    """The same, the oldest first. Four queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(exams_due(actor, site_id).order_by("requested_at", "id")[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in rows], "reminders")
    names = service_infos(one.service_id for one in rows)
    zone = site_zone(site_id)
    return [
        DueExam(
            one.visit_id,
            people.get(one.patient_id),
            names[one.service_id].name,
            one.requested_at.astimezone(zone),
        )
        for one in rows
    ]


def unread_report_ids(actor: Actor, site_id: UUID) -> list[UUID]:
    """The reports of the last thirty days that this practitioner ordered at a site, and that
    they have not read and nobody has explained; the oldest first. Two queries.
    """
    if actor.practitioner_id is None:
        return []
    ordered = LabOrder.objects.filter(practitioner_id=actor.practitioner_id)
    rows = LabReport.objects.filter(
        site_id=site_id,
        state=ReportState.RELEASED,
        explained_at=None,
        verified_at__gte=clock.now() - REPORTS_OF,
        specimen__in=ordered.values("specimen_id"),
    )
    ids = list(rows.order_by("verified_at", "id").values_list("pk", flat=True)[:MOST])
    read = read_by(actor, ids)
    return [one for one in ids if one not in read]


def unread_reports(actor: Actor, site_id: UUID) -> list[UnreadReport]:
    """The same with what they are. Six queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(
        LabReport.objects.filter(pk__in=unread_report_ids(actor, site_id)).order_by(
            "-has_critical", "verified_at", "id"
        )
    )
    people = patient_briefs(actor, [one.patient_id for one in rows], "reminders")
    tests: dict[UUID, list[str]] = {}
    orders = LabOrder.objects.filter(specimen_id__in=[one.specimen_id for one in rows])
    for specimen_id, test in orders.order_by("ordered_at", "id").values_list("specimen", "test"):
        tests.setdefault(specimen_id, []).append(test)
    zone = site_zone(site_id)
    return [
        UnreadReport(
            one.pk,
            one.visit_id,
            people.get(one.patient_id),
            tuple(names_of_tests(tests.get(one.specimen_id, ()))),
            (one.verified_at or one.entered_at).astimezone(zone),
            one.has_critical,
        )
        for one in rows
    ]
