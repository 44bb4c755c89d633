"""Keeping what the checks said, and what the prescriber did about it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from yilu.clinical.models import PrescriptionAlert
from yilu.clinical.rules.checks import WITH_REASON, Alert
from yilu.clinical.states import AlertAction
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def keep_alerts(
    *,
    actor: Actor,
    prescription_id: UUID,
    alerts: Iterable[Alert],
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Keep the alerts of a prescription as they are now, as part of writing or signing it.

    One that is gone was heeded; one with a reason was overridden. The deed that checks
    records and tells.
    """
    given = reasons or {}
    now = clock.now()
    current = {alert.key: alert for alert in alerts}
    held = PrescriptionAlert.objects.select_for_update().filter(prescription_id=prescription_id)
    before = {row.key: row for row in held.order_by("pk")}
    for key, row in before.items():
        action, reason = _outcome(current.get(key), given)
        if (row.action, row.reason) != (action, reason):
            row.action, row.reason = action, reason
            row.acted_at, row.acted_by = now, actor.user_id
            row.save(update_fields=["action", "reason", "acted_at", "acted_by"])
    PrescriptionAlert.objects.bulk_create(
        [
            _row(actor, prescription_id, alert, given)
            for key, alert in current.items()
            if key not in before
        ]
    )


def _outcome(alert: Alert | None, given: Mapping[str, str]) -> tuple[str, str]:
    if alert is None:
        return AlertAction.HEEDED, ""
    reason = given.get(alert.key, "") if alert.needs == WITH_REASON else ""
    return (AlertAction.OVERRIDDEN, reason) if reason else (AlertAction.SHOWN, "")


def _row(
    actor: Actor, prescription_id: UUID, alert: Alert, given: Mapping[str, str]
) -> PrescriptionAlert:
    action, reason = _outcome(alert, given)
    now = clock.now()
    return PrescriptionAlert(
        prescription_id=prescription_id,
        key=alert.key,
        rule=alert.rule,
        grade=alert.grade,
        drug_id=alert.drug_id,
        facts=alert.facts,
        ruleset_version=alert.version,
        source=alert.source[:200],
        action=action,
        reason=reason,
        shown_at=now,
        acted_at=now if reason else None,
        acted_by=actor.user_id if reason else None,
    )
