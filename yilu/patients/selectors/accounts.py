"""Which accounts act for a patient."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yilu.patients.models import Account, Relation


def accounts_of(patient_id: UUID) -> QuerySet[Account, Any]:
    """The accounts that see a patient now, to be put into another query. No query."""
    return Account.objects.filter(patient=patient_id, ended_at=None).values("user_id")


def family_among(patient_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of an account's patients who are in it through another of them. One query.

    For a ward somebody else of the account acts; a relative was added by whom the account is.
    """
    ids = list(patient_ids)
    held = Relation.objects.filter(patient__in=ids, relative__in=ids, ended_at=None)
    return frozenset(
        patient if may_act else relative
        for patient, relative, may_act in held.values_list("patient", "relative", "may_act")
        if patient and relative
    )
