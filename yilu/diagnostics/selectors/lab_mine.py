"""Reports as the patient reads them: in words, with what each value was before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical.selectors.private import private_visits
from yilu.diagnostics.models import LabOrder, LabReport, LabValue
from yilu.diagnostics.rules.trends import Point, Trend, drawn_trend
from yilu.diagnostics.selectors.lab_room import ReportDetail, report_detail
from yilu.diagnostics.selectors.lab_values import ValueLine
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.states import ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 200


@dataclass(frozen=True, slots=True)
class MyReport:
    """A report in a list: whose, what for, how many values are outside their ranges."""

    id: UUID
    patient: PatientBrief | None
    tests: tuple[Localized, ...]
    at: datetime
    off: int
    issue: int


@dataclass(frozen=True, slots=True)
class MyValue:
    """One value with its drawing over time, where there is one."""

    value: ValueLine
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class MyReportDetail:
    """One report, value by value; what is outside its range comes first."""

    report: ReportDetail
    off: tuple[MyValue, ...]
    fine: tuple[MyValue, ...]


def my_lab_reports(actor: Actor) -> list[MyReport]:
    """The reports in force of everybody an account owns, the newest first.

    Without what is a relative's own affair. Five queries, eight at most for a family.
    """
    rows = LabReport.objects.filter(patient_id__in=actor.owns, state=ReportState.RELEASED)
    rows = rows.exclude(visit_id__in=private_visits(actor))
    reports = list(rows.order_by("-verified_at", "id")[:MOST])
    tests: dict[UUID, list[str]] = {}
    orders = LabOrder.objects.filter(specimen_id__in=[one.specimen_id for one in reports])
    for specimen_id, test in orders.order_by("ordered_at", "id").values_list("specimen", "test"):
        tests.setdefault(specimen_id, []).append(test)
    off: dict[UUID, int] = {}
    flagged = LabValue.objects.filter(report__in=reports).exclude(flag="")
    for report_id in flagged.values_list("report_id", flat=True):
        off[report_id] = off.get(report_id, 0) + 1
    people = patient_briefs(actor, {one.patient_id for one in reports}, "my.reports")
    return [
        MyReport(
            one.pk,
            people.get(one.patient_id),
            tuple(names_of_tests(tests.get(one.specimen_id, ()))),
            (one.verified_at or one.entered_at).astimezone(site_zone(one.site_id)),
            off.get(one.pk, 0),
            one.issue,
        )
        for one in reports
    ]


def my_lab_report(actor: Actor, report_id: UUID) -> MyReportDetail:
    """One report with each value over time. Seven queries, ten at most for a family.

    Raises: NotFound.
    """
    private = private_visits(actor)
    found = report_detail(actor, report_id)
    values = found.issue.values
    trends = trends_of(found.patient_id, [one.analyte for one in values], but_of=private)
    shown = [MyValue(one, trends.get(one.analyte)) for one in values]
    return MyReportDetail(
        found,
        tuple(one for one in shown if one.value.flag),
        tuple(one for one in shown if not one.value.flag),
    )


def trends_of(
    patient_id: UUID, analytes: Sequence[str], *, but_of: Collection[UUID] = ()
) -> dict[str, Trend]:
    """How values of a patient went over time, by analyte; left out where there is but one.

    The band is the range by which the newest was judged. Visits in `but_of` are left out. One
    query.
    """
    rows = LabValue.objects.filter(
        report__patient_id=patient_id,
        report__state=ReportState.RELEASED,
        analyte__in=analytes,
        number__isnull=False,
    ).select_related("report")
    rows = rows.exclude(report__visit_id__in=but_of)
    by_analyte: dict[str, list[LabValue]] = {}
    for one in rows.order_by("report__entered_at", "id"):
        by_analyte.setdefault(one.analyte, []).append(one)
    found = {}
    for analyte, many in by_analyte.items():
        points = [
            Point(one.report.clinic_day, one.number, one.text, one.flag)
            for one in many
            if one.number is not None
        ]
        trend = drawn_trend(points, many[-1].low, many[-1].high)
        if trend is not None:
            found[analyte] = trend
    return found
