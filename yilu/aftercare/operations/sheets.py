"""That the after-visit sheet was read."""

from uuid import UUID

from yilu.aftercare.events import SheetRead
from yilu.aftercare.models import FollowUp
from yilu.aftercare.selectors.topics import topics_of
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def mark_sheet_read(*, actor: Actor, visit_id: UUID) -> None:
    """Remember that the patient opened the sheet of a visit; only the first time counts.

    Others who look at it do not count. One query, four the first time.
    """
    if actor.kind != "patient":
        return
    held = FollowUp.objects.select_for_update().filter(
        visit_id=visit_id, sheet_read_at=None
    ).first()  # fmt: skip
    if held is None or not actor.is_owner(held.patient_id, held.visit_id):
        return
    held.sheet_read_at = clock.now()
    held.version += 1
    held.save(update_fields=["sheet_read_at", "version"])
    audit.record(
        actor, "aftercare.sheet.read", held, site_id=held.site_id, patient_id=held.patient_id
    )
    outbox.publish(
        SheetRead(held.pk, held.visit_id, held.patient_id),
        actor=actor, site_id=held.site_id, subject=held,
        topics=topics_of(held.site_id, held.visit_id),
    )  # fmt: skip
