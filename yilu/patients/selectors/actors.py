"""How a patient's account becomes an actor."""

from typing import Any
from uuid import UUID

from yilu.patients.models import Account, Relation
from yilu.platform.actors import Actor


def account_actor(user: Any) -> Actor:
    """Who acts by a patient's account: it owns what it registered or was linked to. One query."""
    return Actor(kind="patient", name="", user_id=user.pk, owns=owned_patients(user.pk))


def owned_patients(user_id: UUID) -> frozenset[UUID]:
    """The patients whom an account may see and act for, their wards included. One query."""
    linked = Account.objects.filter(
        user=user_id, ended_at=None, patient__merged_into=None
    ).values_list("patient", flat=True)
    wards = Relation.objects.filter(
        relative__in=linked, may_act=True, ended_at=None, patient__merged_into=None
    ).values_list("patient", flat=True)
    return frozenset(linked.union(wards))
