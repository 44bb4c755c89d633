"""What a patient takes home from a visit: diagnosis, medicines, advice, next steps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical.selectors.context import require_visit
from yilu.clinical.selectors.notes import DiagnosisLine, diagnoses_of, signed_versions
from yilu.clinical.selectors.prescriptions import ItemFacts, prescriptions_of_visits
from yilu.clinical.selectors.private import refuse_family
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.visits.selectors.visits import visit_info
from yilu.workforce.selectors.practitioners import practitioner_names

TOLD = ("advice", "treatment")
"""The sections of a signed note that are written for the patient."""


@dataclass(frozen=True, slots=True)
class AfterVisitSheet:
    """The sheet, from what was signed. `advice` and `next_steps` are the doctor's own words."""

    visit_id: UUID
    site: SiteInfo
    doctor: PersonName
    visited_at: datetime
    diagnoses: tuple[DiagnosisLine, ...]
    medicines: tuple[ItemFacts, ...]
    advice: tuple[str, ...]
    next_steps: tuple[str, ...]


def after_visit_sheet(actor: Actor, visit_id: UUID) -> AfterVisitSheet:
    """The sheet of a visit, for its patient and for who may read records there. Eight queries.

    Raises:
        NotFound: there is no such visit, or the actor may not read it.
    """
    visit = visit_info(visit_id)
    if actor.is_owner(visit.patient_id):
        refuse_family(actor, visit_id)
    else:
        require_visit(actor, visit)
    audit.seen(actor, [visit.patient_id], "after-visit sheet")
    site = site_info(visit.site_id)
    signed = signed_versions(visit_id)
    sections = {one.code: one.text for one in signed[0].sections} if signed else {}
    prescribed = [one for one in prescriptions_of_visits([visit_id]) if one.is_in_force]
    diagnoses = signed[0].diagnoses if signed else tuple(diagnoses_of([visit_id]).get(visit_id, ()))
    names = practitioner_names([visit.practitioner_id])
    doctor = names.get(visit.practitioner_id) if visit.practitioner_id else None
    said = [sections.get(code, "") for code in TOLD] + [one.advice for one in prescribed]
    advice = tuple(dict.fromkeys(text for text in said if text))
    plans = dict.fromkeys(one.follow_up_plan for one in prescribed if one.follow_up_plan)
    return AfterVisitSheet(
        visit_id=visit_id,
        site=site,
        doctor=doctor or PersonName(""),
        visited_at=visit.arrived_at.astimezone(site.zone),
        diagnoses=diagnoses,
        medicines=tuple(item for one in prescribed for item in one.items),
        advice=advice,
        # What stands under advice already is not said again.
        next_steps=tuple(plan for plan in plans if plan not in advice),
    )
