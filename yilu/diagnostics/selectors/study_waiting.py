"""Whether a visit still waits for an examination: what other apps ask."""

from datetime import datetime
from uuid import UUID

from yilu.diagnostics.models import ExamRequest, Study, StudyReport
from yilu.diagnostics.states import STUDY_PENDING, ExamState, ReportState

# What is done at the visit itself: asked for so, or done without a booking.
AT_VISIT = (ExamState.HERE, ExamState.DONE)


def charged_requests(visit_id: UUID) -> list[tuple[UUID, UUID]]:
    """What is examined at a visit without a booking, each with its service. One query."""
    found = ExamRequest.objects.filter(visit_id=visit_id, booking=None, state__in=AT_VISIT)
    return list(found.order_by("requested_at", "id").values_list("pk", "service_id"))


def waits_here_for_studies(visit_id: UUID) -> bool:
    """Whether a patient stays to be examined, or for the report of it. One query."""
    found = Study.objects.filter(visit_id=visit_id, state__in=STUDY_PENDING)
    return found.filter(request__booking=None, request__state__in=AT_VISIT).exists()


def unexplained_studies_since(visit_id: UUID, since: datetime) -> bool:
    """Whether a report of an examination came after an instant that no doctor has explained.

    One query.
    """
    found = StudyReport.objects.filter(visit_id=visit_id, state=ReportState.RELEASED)
    return found.filter(verified_at__gt=since, explained_at=None).exists()
