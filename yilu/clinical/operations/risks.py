"""Everything that changes which risk scores are on the record."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import NotScored
from yilu.clinical.events import RecordChanged
from yilu.clinical.models import RiskAssessment
from yilu.clinical.operations.traces import change, record, tell
from yilu.clinical.rules import risks
from yilu.clinical.rules.texts import the_reason
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.risks import why_not_scored
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound


@operation
def record_risk(*, actor: Actor, visit_id: UUID, key: str, values: Mapping[str, str]) -> UUID:
    """Keep what a risk score makes of some inputs, with the inputs and the version of its rules.

    Raises:
        NotFound: there is no such score.
        NotScored: something is missing, wrong, or the patient is not of the age it is meant for.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    if key not in risks.risk_keys():
        raise NotFound
    typed = {name: text.strip() for name, text in values.items()}
    found = risks.risk(key, typed)
    if found is None:
        raise NotScored(*why_not_scored(key, typed))
    made = asdict(found)
    version = made.pop("version")
    row = RiskAssessment(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        ruleset_version=version,
        assessed_at=clock.now(),
        assessed_by_id=actor.user_id,
        **made,
    )
    row.save(force_insert=True)
    _record(actor, row, "recorded", key=key, band=row.band)
    return row.pk


@operation
def withdraw_risk(*, actor: Actor, risk_id: UUID, reason: str, version: int | None = None) -> None:
    """Take a score off the record, for example after a slip of the hand. It stays readable.

    Raises: NotFound, NotAllowed, Stale, ReasonMissing.
    """
    row = RiskAssessment.objects.select_for_update().filter(pk=risk_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.ASSESS)
    check_version(row, version)
    words = the_reason(reason, 200)
    if row.withdrawn_at is None:
        change(row, withdrawn_at=clock.now(), withdrawn_reason=words)
        _record(actor, row, "withdrawn", key=row.ruleset, reason=row.withdrawn_reason)


def _record(actor: Actor, row: RiskAssessment, what: str, **details: str) -> None:
    record(actor, row, f"risk.{what}", **details)
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "risk"))
