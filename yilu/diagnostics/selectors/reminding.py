"""What a doctor asked for and is still to come, and what has come and was not read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical.selectors.readings import read_by
from yilu.diagnostics import permissions
from yilu.diagnostics.models import ExamRequest, LabOrder, LabReport, StudyReport
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
    """A report in force that who asked for it has neither read nor explained.

    `is_study`: it is of an examination, not of a tube; `tests` is what was examined then.
    """

    id: UUID
    visit_id: UUID
    patient: PatientBrief | None
    tests: tuple[Localized, ...]
    at: datetime
    is_critical: bool
    is_study: bool


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
    """The reports of the last thirty days, of the laboratory and of examinations, that this
    practitioner asked for at a site, and that they have not read and nobody has explained; the
    oldest first. Two queries.
    """
    if actor.practitioner_id is None:
        return []
    ordered = LabOrder.objects.filter(practitioner_id=actor.practitioner_id)
    of_tubes = _fresh(LabReport.objects.filter(specimen__in=ordered.values("specimen_id")), site_id)
    mine = StudyReport.objects.filter(study__request__practitioner_id=actor.practitioner_id)
    both = of_tubes.union(_fresh(mine, site_id), all=True).order_by("verified_at", "id")
    ids = [pk for pk, _at in both[:MOST]]
    read = read_by(actor, ids)
    return [one for one in ids if one not in read]


def unread_reports(actor: Actor, site_id: UUID) -> list[UnreadReport]:
    """The same with what they are, what is critical first. Nine queries at most.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    ids = unread_report_ids(actor, site_id)
    tubes = list(LabReport.objects.filter(pk__in=ids))
    found = StudyReport.objects.filter(pk__in=ids).select_related("study__request")
    studies = list(found)
    people = patient_briefs(actor, [one.patient_id for one in (*tubes, *studies)], "reminders")
    tests: dict[UUID, list[str]] = {}
    orders = LabOrder.objects.filter(specimen_id__in=[one.specimen_id for one in tubes])
    for specimen_id, test in orders.order_by("ordered_at", "id").values_list("specimen", "test"):
        tests.setdefault(specimen_id, []).append(test)
    services = service_infos(one.study.request.service_id for one in studies)
    zone = site_zone(site_id)
    lines = [
        UnreadReport(
            one.pk,
            one.visit_id,
            people.get(one.patient_id),
            tuple(names_of_tests(tests.get(one.specimen_id, ()))),
            (one.verified_at or one.entered_at).astimezone(zone),
            one.has_critical,
            is_study=False,
        )
        for one in tubes
    ] + [
        UnreadReport(
            one.pk,
            one.visit_id,
            people.get(one.patient_id),
            (services[one.study.request.service_id].name,),
            (one.verified_at or one.entered_at).astimezone(zone),
            bool(one.critical),
            is_study=True,
        )
        for one in studies
    ]
    return sorted(lines, key=lambda one: (not one.is_critical, one.at, str(one.id)))


def _fresh(found: "QuerySet[LabReport] | QuerySet[StudyReport]", site_id: UUID) -> Any:
    """Which of these were released of late and explained by nobody. No query yet."""
    fresh = found.filter(
        site_id=site_id,
        state=ReportState.RELEASED,
        explained_at=None,
        verified_at__gte=clock.now() - REPORTS_OF,
    )
    return fresh.values_list("id", "verified_at")
