"""Listening first: switched on for a site, begun with a visit, skipped with one key."""

from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.events import RecordChanged
from yilu.clinical.models import Listening, ListeningSwitch
from yilu.clinical.operations.traces import change, record, tell
from yilu.clinical.selectors.context import practitioner, setting
from yilu.clinical.selectors.listening import is_listening_on
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def switch_listening(*, actor: Actor, site_id: UUID, is_on: bool) -> None:
    """Have the rooms of a site open with the time to listen, or no longer.

    Raises: NotFound, NotAllowed.
    """
    actor.require_to_see(permissions.OVERSEE, site_id)
    row, _made = ListeningSwitch.objects.update_or_create(
        site_id=site_id, defaults={"is_on": is_on}
    )
    audit.record(actor, "clinical.listening.switched", row, site_id=site_id, is_on=is_on)


@operation
def begin_listening(*, actor: Actor, visit_id: UUID) -> None:
    """Note that the room shows who has come; the second time, and where it is off, nothing.

    Raises: NotFound, NotAllowed, NotAPractitioner, VisitOver.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    if not is_listening_on(where.site_id):
        return
    Listening.objects.get_or_create(
        visit_id=where.visit_id,
        defaults={
            "patient_id": where.patient_id,
            "site_id": where.site_id,
            "clinic_day": where.day,
            "practitioner_id": by,
            "began_at": clock.now(),
        },
    )


@operation
def skip_listening(*, actor: Actor, visit_id: UUID) -> None:
    """Go on to the orders before the time is over. Nobody is asked why.

    Raises: NotFound, NotAllowed, NotAPractitioner, VisitOver.
    """
    setting(actor, visit_id, permissions.WRITE)
    practitioner(actor)
    row = Listening.objects.select_for_update().filter(visit_id=visit_id).first()
    if row is None or row.skipped_at is not None:
        return
    change(row, skipped_at=clock.now())
    record(actor, row, "listening.skipped")
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "listening"))
