"""What was examined before: what makes an examination one too many (mutual recognition)."""

from uuid import UUID

from yilu.diagnostics.models import StudyReport
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.states import ReportState
from yilu.platform import clock

Same = tuple[UUID, UUID, str, str]


def has_recent_report(same: Same) -> bool:
    """Whether a report of this patient, service, part and side is recent. One query."""
    patient_id, service_id, part, side = same
    since = clock.now() - imaging_table().recent
    found = StudyReport.objects.filter(patient_id=patient_id, state=ReportState.RELEASED)
    found = found.filter(study__request__service_id=service_id, study__part=part, study__side=side)
    return found.filter(verified_at__gt=since).exists()
