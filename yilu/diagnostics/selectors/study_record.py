"""Reports of examinations in full, for a patient's own record and its download."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics.models import StudyReport
from yilu.diagnostics.selectors.study_worklist import aim_of
from yilu.diagnostics.states import ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 200


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """A report in force. `modality` is that of DICOM."""

    id: UUID
    visit_id: UUID
    service: Localized
    aim: str
    modality: str
    accession: str
    at: datetime
    findings: str
    impression: str


def study_facts(actor: Actor) -> list[StudyFacts]:
    """The reports in force of whom an account owns, the newest first. Two queries."""
    found = StudyReport.objects.filter(patient_id__in=actor.owns, state=ReportState.RELEASED)
    rows = list(found.select_related("study__request").order_by("-verified_at", "id")[:MOST])
    services = service_infos(one.study.request.service_id for one in rows)
    return [
        StudyFacts(
            id=one.pk,
            visit_id=one.visit_id,
            service=services[one.study.request.service_id].name,
            aim=aim_of(one.study),
            modality=one.study.modality,
            accession=one.study.accession,
            at=(one.verified_at or one.entered_at).astimezone(site_zone(one.site_id)),
            findings=one.findings,
            impression=one.impression,
        )
        for one in rows
    ]
