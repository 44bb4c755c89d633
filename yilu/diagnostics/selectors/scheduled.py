"""What a site's devices have before them: the worklist that they ask for."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics.models import Study
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.selectors.study_worklist import aim_of
from yilu.diagnostics.states import PENDING, ExamState, Side, StudyState, Urgency
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 200
EXPECTED = (StudyState.ORDERED, StudyState.ARRIVED, StudyState.BEGUN)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One examination that is to be done, as a device is told of it. On the site's clock."""

    accession: str
    uid: str
    modality: str
    part_code: str
    side: str
    aim: str
    service: Localized
    starts_at: datetime
    is_urgent: bool
    patient: PatientBrief


def scheduled_studies(actor: Actor, site_id: UUID) -> list[Scheduled]:
    """What is expected, here or under way at a site, the earliest first. Four queries."""
    found = Study.objects.filter(site_id=site_id, state__in=EXPECTED)
    found = found.filter(request__state__in=PENDING).exclude(request__state=ExamState.OPEN)
    rows = list(found.select_related("request").order_by("-ordered_at", "id")[:MOST])
    patients = patient_briefs(actor, {one.patient_id for one in rows}, "device worklist")
    services = service_infos(one.request.service_id for one in rows)
    zone = site_zone(site_id)
    parts = imaging_table().parts
    lines = [
        Scheduled(
            accession=one.accession,
            uid=one.uid,
            modality=one.modality,
            part_code=parts[one.part].code if one.part in parts else "",
            side={Side.LEFT: "L", Side.RIGHT: "R", Side.BOTH: "B"}.get(Side(one.side), "")
            if one.side
            else "",
            aim=aim_of(one),
            service=services[one.request.service_id].name,
            starts_at=(one.request.starts_at or one.ordered_at).astimezone(zone),
            is_urgent=one.request.urgency == Urgency.URGENT,
            patient=patients[one.patient_id],
        )
        for one in rows
    ]
    return sorted(lines, key=lambda one: (one.starts_at, one.accession))


def clinic_today(site_id: UUID) -> date:
    """The date on the wall of a site. No query of its own."""
    return clock.now().astimezone(site_zone(site_id)).date()
