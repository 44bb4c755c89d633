"""Whether a report, of either kind, waits for who asked for it."""

from collections.abc import Collection
from uuid import UUID

from yilu.clinical.selectors.readings import read_by
from yilu.diagnostics.models import LabReport, StudyReport
from yilu.diagnostics.states import ReportState
from yilu.platform.actors import Actor


def waits_to_be_read(
    actor: Actor, row: LabReport | StudyReport, asked_by: Collection[UUID | None]
) -> bool:
    """Whether a report waits to be read by this practitioner. One query for who asked for it."""
    mine = actor.practitioner_id is not None and actor.practitioner_id in asked_by
    in_force = row.state == ReportState.RELEASED and row.explained_at is None
    return mine and in_force and row.pk not in read_by(actor, [row.pk])
