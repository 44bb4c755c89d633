"""What reference ranges need to know of a patient."""

from datetime import date
from uuid import UUID

from yilu.clinical.selectors.context import MONTHS, months_between
from yilu.diagnostics.rules.judging import Person
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor


def person_at(actor: Actor, patient_id: UUID, day: date) -> Person:
    """Sex, and age in whole years on a day. One query."""
    return person_of(patient_briefs(actor, [patient_id], "laboratory")[patient_id], day)


def person_of(patient: PatientBrief, day: date) -> Person:
    """The same of a patient that was read already. No query."""
    months = months_between(patient.born_on, day)
    return Person(patient.sex, None if months is None else months // MONTHS)
