"""Reports in force at a site, of tubes and of examinations: also of visits that are over."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics import permissions
from yilu.diagnostics.models import LabOrder, LabReport, StudyReport
from yilu.diagnostics.selectors.lab_papers import report_pdf
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.selectors.study_reports import study_report_pdf
from yilu.diagnostics.states import ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

MOST, LONGEST = 60, 40
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A report in force, on the site's clock. `number` is that of the tube or the examination."""

    id: UUID
    number: str
    patient: PatientBrief
    names: tuple[Localized, ...]
    at: datetime
    issue: int
    is_study: bool
    is_explained: bool


def given_out(actor: Actor, site_id: UUID, q: str = "") -> list[GivenOut]:
    """The reports of the last thirty days, or those of a number or of whom `q` finds, of any time.

    The newest first. Eight queries at most. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    typed = q.strip()[:LONGEST]
    who = [one.id for one in search_patients(actor, typed)] if typed else []
    asked = (site_id, typed, who)
    tubes = _some(LabReport.objects.select_related("specimen"), asked, "specimen__number")
    held = StudyReport.objects.select_related("study__request")
    studies = _some(held, asked, "study__accession")
    tests: dict[UUID, list[str]] = {}
    orders = LabOrder.objects.filter(specimen_id__in=[one.specimen_id for one in tubes])
    for specimen_id, test in orders.order_by("ordered_at", "id").values_list("specimen", "test"):
        tests.setdefault(specimen_id, []).append(test)
    services = service_infos(one.study.request.service_id for one in studies)
    people = patient_briefs(actor, {one.patient_id for one in (*tubes, *studies)}, "reports")
    lines = [
        _line(one, people, one.specimen.number, names_of_tests(tests.get(one.specimen_id, ())))
        for one in tubes
    ]
    lines += [
        _line(one, people, one.study.accession, [services[one.study.request.service_id].name])
        for one in studies
    ]
    return sorted(lines, key=lambda one: (one.at, str(one.id)), reverse=True)[:MOST]


def report_in_force(actor: Actor, site_id: UUID, report_id: UUID) -> LabReport | StudyReport:
    """One of them. Two queries at most. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    wanted = {"pk": report_id, "site_id": site_id, "state": ReportState.RELEASED}
    tube = LabReport.objects.filter(**wanted).first()
    found = tube or StudyReport.objects.filter(**wanted).first()
    if found is None:
        raise NotFound
    return found


def handed_out_pdf(actor: Actor, site_id: UUID, report_id: UUID) -> tuple[str, bytes]:
    """The paper of a report for the patient at the desk, who has said who they are.

    Name of the file and content. Eleven queries at most. Raises: NotFound.
    """
    actor.require_to_see(permissions.PRINT, site_id)
    found = report_in_force(actor, site_id, report_id)
    # The desk acts for the patient before it.
    mine = replace(actor, owns=frozenset({found.patient_id}))
    drawn = study_report_pdf if isinstance(found, StudyReport) else report_pdf
    return drawn(mine, report_id)


def _some(found: "QuerySet[Any]", asked: tuple[UUID, str, list[UUID]], number: str) -> list[Any]:
    site_id, typed, who = asked
    here = found.filter(site_id=site_id, state=ReportState.RELEASED)
    if typed:
        here = here.filter(Q(patient_id__in=who) | Q(**{number: typed}))
    else:
        here = here.filter(verified_at__gt=clock.now() - LATELY)
    return list(here.order_by("-verified_at", "-id")[:MOST])


def _line(
    row: LabReport | StudyReport,
    people: dict[UUID, PatientBrief],
    number: str,
    names: list[Localized],
) -> GivenOut:
    return GivenOut(
        row.pk,
        number,
        people[row.patient_id],
        tuple(names),
        (row.verified_at or row.entered_at).astimezone(site_zone(row.site_id)),
        row.issue,
        isinstance(row, StudyReport),
        row.explained_at is not None,
    )
