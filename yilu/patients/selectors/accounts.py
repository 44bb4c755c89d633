"""Which accounts act for a patient."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yilu.patients.models import Account


def accounts_of(patient_id: UUID) -> QuerySet[Account, Any]:
    """The accounts that see a patient now, to be put into another query. No query."""
    return Account.objects.filter(patient=patient_id, ended_at=None).values("user_id")
