"""Ordering what a patient chose of a treatment plan, once they have accepted it."""

from dataclasses import replace
from uuid import UUID

from yilu.clinical.selectors.plans import chosen_of
from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.operations.lab_orders import LabWish, order_tests
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.selectors.lab_before import known_before
from yilu.diagnostics.selectors.offered import Offered, offered_exams
from yilu.diagnostics.selectors.study_before import has_recent_report
from yilu.diagnostics.states import PENDING
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.visits.selectors.visits import VisitInfo, visit_info


@operation
def order_chosen(*, actor: Actor, plan_id: UUID) -> None:
    """Order the tests and examinations of the option that a patient has accepted.

    In the name of whose plan it is, while the patient is with us. What was ordered or found
    already, and what needs a word of the doctor first – which side, why again – is left to them.
    """
    chosen = chosen_of(plan_id)
    if chosen is None:
        return
    visit = visit_info(chosen.visit_id)
    if not visit.is_here:
        return
    by = replace(actor, practitioner_id=chosen.practitioner_id)
    tests = [key for key, one in lab_table().tests.items() if one.price in chosen.keys]
    tests = [one for one in tests if one not in known_before(visit.patient_id, tests)]
    if tests:
        order_tests(actor=by, wish=LabWish(visit.id, tuple(tests)))
    for one in offered_exams(visit.site_id):
        if str(one.service.fee_item_id) in chosen.keys and _goes_by_itself(visit, one):
            ask_examination(actor=by, wish=ExamWish(visit.id, one.id))


def _goes_by_itself(visit: VisitInfo, one: Offered) -> bool:
    """Whether nothing has to be said of an examination, and nobody has asked for it yet."""
    asked = ExamRequest.objects.filter(
        site_id=visit.site_id, patient_id=visit.patient_id, service_id=one.id, state__in=PENDING
    )
    if asked.exists():
        return False
    profile = table().profiles[one.service.key]
    if not profile.modality:
        return True
    part = imaging_table().parts.get(profile.part)
    same = (visit.patient_id, one.id, profile.part, "")
    return part is not None and not part.is_paired and not has_recent_report(same)
