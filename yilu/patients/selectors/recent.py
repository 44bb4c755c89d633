"""Who was registered last, for the page before anybody has typed."""

from uuid import UUID

from yilu.patients import permissions
from yilu.patients.models import Registration
from yilu.patients.selectors.lines import PatientBrief
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor

SHOWN = 12


def newest_patients(actor: Actor, site_id: UUID) -> list[PatientBrief]:
    """The patients who became known to a site last, newest first. Two queries.

    Raises:
        NotFound: the actor may not see patients there.
    """
    actor.require_to_see(permissions.SEE, site_id)
    newest = Registration.objects.filter(site=site_id, patient__merged_into=None)
    ids = list(newest.order_by("-registered_at").values_list("patient_id", flat=True)[:SHOWN])
    briefs = patient_briefs(actor, ids, "patients.newest")
    return [briefs[patient_id] for patient_id in ids]
