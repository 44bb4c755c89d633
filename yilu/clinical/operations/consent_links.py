"""Links by which a patient reads and signs on their own phone."""

from datetime import timedelta
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import ConsentOver
from yilu.clinical.models import TreatmentConsent
from yilu.clinical.selectors.context import setting
from yilu.clinical.states import ConsentState
from yilu.platform import audit, clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound

PURPOSE = "consent"
STANDS = timedelta(days=7)


@operation
def make_consent_link(*, actor: Actor, consent_id: UUID) -> str:
    """A new link to one consent; those made before end. It can be read here once.

    Raises: NotFound, NotAllowed, VisitOver; ConsentOver: it is decided.
    """
    row = TreatmentConsent.objects.select_for_update().filter(pk=consent_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.ASSESS)
    if row.state != ConsentState.PREPARED:
        raise ConsentOver
    links.withdraw(row.pk, PURPOSE)
    reference = links.issue(
        PURPOSE, subject_id=row.pk, expires_at=clock.now() + STANDS, site_id=row.site_id
    )
    audit.record(
        actor, "clinical.consent.link_made", row, site_id=row.site_id, patient_id=row.patient_id
    )
    return reference
