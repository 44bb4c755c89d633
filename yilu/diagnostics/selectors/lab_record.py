"""Laboratory reports with all their values, for a patient's own record and its download."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.diagnostics.models import LabOrder, LabReport, LabValue
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.selectors.lab_values import ValueLine, value_line
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.states import ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 200


@dataclass(frozen=True, slots=True)
class LabFacts:
    """A report in force: its tests and values. `loinc` is by analyte."""

    id: UUID
    visit_id: UUID
    tests: tuple[Localized, ...]
    at: datetime
    values: tuple[ValueLine, ...]
    loinc: dict[str, str]


def lab_facts(actor: Actor) -> list[LabFacts]:
    """The reports in force of whom an account owns, the newest first. Three queries."""
    rows = LabReport.objects.filter(patient_id__in=actor.owns, state=ReportState.RELEASED)
    reports = list(rows.order_by("-verified_at", "id")[:MOST])
    tests: dict[UUID, list[str]] = {}
    orders = LabOrder.objects.filter(specimen_id__in=[one.specimen_id for one in reports])
    for specimen_id, test in orders.order_by("ordered_at", "id").values_list("specimen", "test"):
        tests.setdefault(specimen_id, []).append(test)
    values: dict[UUID, list[LabValue]] = {}
    for one in LabValue.objects.filter(report__in=reports).order_by("position"):
        values.setdefault(one.report_id, []).append(one)
    codes = {key: one.loinc for key, one in lab_table().analytes.items()}
    return [
        LabFacts(
            id=one.pk,
            visit_id=one.visit_id,
            tests=tuple(names_of_tests(tests.get(one.specimen_id, ()))),
            at=(one.verified_at or one.entered_at).astimezone(site_zone(one.site_id)),
            values=tuple(value_line(each) for each in values.get(one.pk, ())),
            loinc={each.analyte: codes.get(each.analyte, "") for each in values.get(one.pk, ())},
        )
        for one in reports
    ]
