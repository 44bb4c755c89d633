"""What is known when somebody asks for help: needs, language, next step, what stands ready."""

from dataclasses import dataclass
from uuid import UUID

from yilu.guiding import permissions
from yilu.guiding.rules import destination_of, help_for
from yilu.guiding.selectors.rule import Stock, equipment_out, guide_rule, stock
from yilu.guiding.states import Destination
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.states import Need
from yilu.platform.actors import Actor
from yilu.queueing.selectors.next_places import next_place
from yilu.visits.selectors.visits import visit_info


@dataclass(frozen=True, slots=True)
class AskingPage:
    """What the dialog begins with."""

    patient: PatientBrief | None
    needs: tuple[str, ...]
    help: str
    language: str
    next_place: str
    missing: tuple[Stock, ...]


def asking_page(actor: Actor, visit_id: UUID) -> AskingPage:
    """What is known of a visit's patient and way. Six queries at most.

    Raises: NotFound, NotAllowed.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.ASK, visit.site_id)
    brief = patient_briefs(actor, [visit.patient_id], "guides").get(visit.patient_id)
    needs = {*visit.needs, *(brief.special_needs if brief else ())}
    step = next_place(visit_id)
    leads_to = destination_of(step.kind, step.state) if step else ""
    stocks = stock(guide_rule(visit.site_id), equipment_out(visit.site_id))
    place = (str(step.place) or str(Destination(leads_to).label)) if step and leads_to else ""
    return AskingPage(
        patient=brief,
        needs=tuple(str(one.label) for one in Need if one in needs),
        help=help_for(needs) or "escort",
        language=brief.language if brief else "",
        next_place=place,
        missing=tuple(one for one in stocks if one.are_all_out),
    )
