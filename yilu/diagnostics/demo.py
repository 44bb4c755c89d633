"""A made-up past of laboratory and imaging: reports that are in force, and told to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.diagnostics.models import (
    ExamRequest,
    LabOrder,
    LabReport,
    LabValue,
    Specimen,
    Study,
    StudyReport,
)
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.judging import CRITICAL, Judged, Person, results_of, shown_range
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.states import ExamState, LabState, ReportState, SpecimenState, StudyState
from yilu.platform.ids import new_id

COLLECTED, RECEIVED, ENTERED, VERIFIED = (timedelta(minutes=n) for n in (4, 9, 24, 29))
# Tubes and studies of the past have numbers that no counter reaches.
FIRST_NUMBER = 9000


@dataclass(frozen=True, slots=True)
class PastSeen:
    """A visit that is over, and who saw the patient."""

    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    at: datetime
    practitioner_id: UUID
    doctor_id: UUID
    sex: str
    age: int


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works at the post: who takes, who writes, and who verifies."""

    takes: UUID
    writes: UUID
    verifies: UUID


PastTube = tuple[PastSeen, Sequence[str], Mapping[str, str]]


def write_tubes(told: Sequence[PastTube], hands: Hands) -> int:
    """A tube, its tests and its report for each visit, with these values; how many reports."""
    made: dict[type[Any], list[Any]] = {
        Specimen: [],
        LabOrder: [],
        LabReport: [],
        LabValue: [],
    }
    for n, line in enumerate(told):
        _tube(made, line, hands, FIRST_NUMBER + n)
    for model, rows in made.items():
        model.objects.bulk_create(rows)
    # Values go into a report that is still to be verified: the database sees to it.
    told_of = [one.pk for one in made[LabReport]]
    LabReport.objects.filter(pk__in=told_of).update(state=ReportState.RELEASED)
    return len(told_of)


def write_studies(
    told: Sequence[tuple[PastSeen, UUID, str, str, str]], service_key: str, hands: Hands
) -> list[UUID]:
    """A study with its report for each visit: service, why, findings, impression. The studies."""
    profile, checks = table().profiles[service_key], imaging_table()
    asked = checks.checks_for(profile, profile.modality, profile.flags)
    answers = {one.key: "yes" if one.stops == "no" else "no" for one in asked}
    requests, studies, reports = [], [], []
    for n, (seen, service_id, reason, findings, impression) in enumerate(told):
        base = _of(seen)
        request = ExamRequest(
            **base,
            service_id=service_id,
            practitioner_id=seen.practitioner_id,
            kind=profile.kind,
            urgency="usual",
            flags=list(profile.flags),
            reason=reason,
            state=ExamState.DONE,
            requested_at=seen.at,
            ended_at=seen.at + ENTERED,
        )
        study_id = new_id()
        studies.append(
            Study(
                **base,
                id=study_id,
                request=request,
                accession=f"{seen.clinic_day:%y%m%d}{FIRST_NUMBER + n}",
                uid=f"2.25.{study_id.int}",
                modality=profile.modality,
                part=profile.part,
                again="",
                override="",
                state=StudyState.RELEASED,
                identity={"matched": ["born_on", "name"]},
                checks=answers,
                ordered_at=seen.at,
                arrived_at=seen.at + COLLECTED,
                arrived_by_id=hands.takes,
                begun_at=seen.at + RECEIVED,
                begun_by_id=hands.takes,
                taken_at=seen.at + ENTERED,
                taken_by_id=hands.takes,
                due_at=seen.at + ENTERED + checks.usual,
            )
        )
        words = {"findings": findings, "impression": impression, "why": ""}
        reports.append(StudyReport(**base, **_report(seen, hands), **words, study=studies[-1]))
        requests.append(request)
    ExamRequest.objects.bulk_create(requests)
    Study.objects.bulk_create(studies)
    StudyReport.objects.bulk_create(reports)
    return [one.pk for one in studies]


def _tube(made: dict[type[Any], list[Any]], line: PastTube, hands: Hands, n: int) -> None:
    seen, tests, values = line
    known, base, sending = lab_table(), _of(seen), new_id()
    tube = Specimen(
        **base,
        number=f"{seen.clinic_day:%y%m%d}{n}",
        container=known.tests[tests[0]].specimen,
        urgency="usual",
        state=SpecimenState.RELEASED,
        identity={"matched": ["born_on", "name"]},
        checks={},
        collected_at=seen.at + COLLECTED,
        collected_by_id=hands.takes,
        received_at=seen.at + RECEIVED,
        received_by_id=hands.writes,
        due_at=seen.at + COLLECTED + timedelta(minutes=known.tests[tests[0]].usual),
    )
    orders = {
        test: LabOrder(
            **base,
            sending=sending,
            test=test,
            table_version=known.version,
            practitioner_id=seen.practitioner_id,
            ordered_by_id=seen.doctor_id,
            ordered_at=seen.at,
            urgency="usual",
            reason="",
            again="",
            state=LabState.RELEASED,
            specimen=tube,
            ended_at=seen.at + VERIFIED,
        )
        for test in tests
    }
    good, _bad = results_of(known, values, Person(seen.sex, seen.age))
    has_critical = any(one.flag in CRITICAL for one in good.values())
    report = LabReport(
        **base,
        **_report(seen, hands) | {"state": ReportState.ENTERED},
        specimen=tube,
        note="",
        why="",
        has_critical=has_critical,
    )
    made[Specimen].append(tube)
    made[LabOrder] += orders.values()
    made[LabReport].append(report)
    measured = [(orders[test], key) for test in tests for key in known.tests[test].analytes]
    for position, (order, key) in enumerate(measured):
        value = _value(key, good[key], values[key])
        made[LabValue].append(LabValue(report=report, order=order, position=position, **value))


def _value(key: str, result: Judged, text: str) -> dict[str, Any]:
    return {
        "analyte": key,
        "number": result.number,
        "text": text,
        "unit": lab_table().analytes[key].unit,
        "low": result.bounds[0],
        "high": result.bounds[1],
        "bounds": shown_range(result.bounds),
        "flag": result.flag,
    }


def _of(seen: PastSeen) -> dict[str, Any]:
    return {
        "site_id": seen.site_id,
        "patient_id": seen.patient_id,
        "visit_id": seen.visit_id,
        "clinic_day": seen.clinic_day,
    }


def _report(seen: PastSeen, hands: Hands) -> dict[str, Any]:
    """In force, verified by somebody else, and explained by the doctor."""
    return {
        "issue": 1,
        "state": ReportState.RELEASED,
        "entered_at": seen.at + ENTERED,
        "entered_by_id": hands.writes,
        "verified_at": seen.at + VERIFIED,
        "verified_by_id": hands.verifies,
        "explained_at": seen.at + VERIFIED + COLLECTED,
        "explained_by_id": seen.doctor_id,
    }
