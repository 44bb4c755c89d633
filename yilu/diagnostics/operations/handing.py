"""Handing a report out at a desk, to the patient whom it is about and to nobody else."""

from collections.abc import Mapping
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import PatientNotIdentified
from yilu.diagnostics.selectors.given_out import report_in_force
from yilu.patients.rules.identity import is_enough, matching
from yilu.patients.selectors.identifying import known_of
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import FieldError


@operation
def hand_out_report(
    *, actor: Actor, site_id: UUID, report_id: UUID, identifiers: Mapping[str, str]
) -> None:
    """Note that a report is handed out to whoever said two identifiers of its patient.

    Raises:
        NotFound, NotAllowed.
        PatientNotIdentified: fewer than two identifiers match, or one does not.
    """
    report = report_in_force(actor, site_id, report_id)
    actor.require(permissions.PRINT, site_id)
    known = known_of(actor, report.patient_id, "report handed out")
    if not is_enough(known, identifiers):
        message = str(PatientNotIdentified.message)
        raise PatientNotIdentified(FieldError("identifiers", "not_matching", message))
    audit.record(
        actor,
        "diagnostics.report.handed_out",
        report,
        site_id=site_id,
        patient_id=report.patient_id,
        matched=matching(known, identifiers),
        issue=report.issue,
    )
