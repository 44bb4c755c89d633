"""Telling patients that a report is ready, or that a specimen is to be taken again."""

from uuid import UUID

from yilu.diagnostics.models import LabReport, Specimen, StudyReport
from yilu.diagnostics.states import ReportState
from yilu.messaging.operations.messages import send_message
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.scheduling.operations.telling import TWO_WAYS

READY, AGAIN, STUDY = "lab_report_ready", "lab_collect_again", "exam_report_ready"


@operation
def tell_of_report(*, actor: Actor, report_id: UUID) -> None:
    """Say once that a report can be read; never what stands in it. Nothing for a replaced one.

    Raises: NotFound.
    """
    row = LabReport.objects.filter(pk=report_id).first()
    if row is None:
        raise NotFound
    if row.state == ReportState.RELEASED:
        _send(actor, READY, row.site_id, row.patient_id, row.pk)


@operation
def tell_of_study(*, actor: Actor, report_id: UUID) -> None:
    """Say once that the report of an examination can be read. Nothing for a replaced one.

    Raises: NotFound.
    """
    row = StudyReport.objects.filter(pk=report_id).first()
    if row is None:
        raise NotFound
    if row.state == ReportState.RELEASED:
        _send(actor, STUDY, row.site_id, row.patient_id, row.pk)


@operation
def tell_of_refusal(*, actor: Actor, specimen_id: UUID) -> None:
    """Ask a patient back whose specimen cannot be used.

    Raises: NotFound.
    """
    row = Specimen.objects.filter(pk=specimen_id).first()
    if row is None:
        raise NotFound
    _send(actor, AGAIN, row.site_id, row.patient_id, row.pk)


def _send(actor: Actor, template: str, site_id: UUID, patient_id: UUID, of_id: UUID) -> None:
    send_message(
        actor=actor,
        key=f"{template}:{of_id}",
        template=template,
        site_id=site_id,
        patient_id=patient_id,
        channels=TWO_WAYS,
        data={},
    )
