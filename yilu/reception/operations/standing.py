"""What the deeds of the desk share about a patient's standing in a queue; no deed of its own."""

from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor
from yilu.reception.rules import queue_weights
from yilu.visits.selectors.visits import VisitInfo

RULE = Actor.system("reception.queue_rule", patients.SEE, patients.SEE_ALL)


def weights_of(visit: VisitInfo) -> tuple[str, ...]:
    """What speaks for a patient in the order of a queue, besides urgency and time. One query.

    It is the rule that reads their age and needs, whoever is acting; nobody is shown.
    """
    patient = patient_briefs(RULE, [visit.patient_id], "queue")[visit.patient_id]
    needs = {*patient.special_needs, *visit.needs}
    return queue_weights(patient.born_on, needs, visit.clinic_day)
