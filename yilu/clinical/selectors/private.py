"""Visits that are a person's own affair: their family's account shows nothing of them."""

from uuid import UUID

from yilu.clinical.models import Diagnosis
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.records.rules.plain import is_sensitive
from yilu.records.selectors.styles import keeping_to_themselves


def private_visits(actor: Actor) -> frozenset[UUID]:
    """The visits of an account's people that this account does not see, by their diagnoses.

    Three queries at most; none for staff, and for who has but one person.
    """
    kept = keeping_to_themselves(actor)
    if not kept:
        return frozenset()
    rows = Diagnosis.objects.filter(visit__patient_id__in=kept, removed_at=None)
    return frozenset(
        visit_id for visit_id, code in rows.values_list("visit_id", "code") if is_sensitive([code])
    )


def refuse_family(actor: Actor, visit_id: UUID) -> None:
    """For what patients own: who is family does not see what is the person's own affair.

    Costs what `private_visits` does. Raises: NotFound.
    """
    if visit_id in private_visits(actor):
        raise NotFound
