"""Who usually comes along with a patient, as their record says."""

from collections.abc import Iterable
from uuid import UUID

from yilu.patients.models import Patient


def companions_of(patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who comes along with each of several patients, if their record says. One query.

    Asks nobody and records nothing: who shows it asks for the patients as well.
    """
    found = Patient.objects.filter(pk__in=list(patient_ids)).only("companion").order_by()
    return {one.pk: one.companion for one in found if one.companion}
