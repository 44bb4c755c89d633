"""Writing a patient's contacts and cards: an old one ends, and the new one is added beside it."""

from yilu.patients.errors import CardWasOthers
from yilu.patients.models import Card, ContactPoint, Patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.rules.index import card_blind, contact_blind, phone_tail_blind
from yilu.patients.selectors.facts import Part
from yilu.patients.states import CardEnd, CardKind, ContactKind
from yilu.platform import clock


def keep_contacts(patient: Patient, facts: PatientFacts, before: dict[str, Part]) -> None:
    """Keep phone, e-mail and WeChat as the facts say. Two queries at most for each that differs."""
    for kind in ContactKind:
        value = getattr(facts, kind.value)
        if _has_changed(before.get(kind.value), value):
            ContactPoint(
                patient=patient,
                kind=kind,
                value=value,
                blind=contact_blind(value),
                tail_blind=phone_tail_blind(value) if kind == ContactKind.PHONE else None,
            ).save(force_insert=True)


def keep_cards(patient: Patient, facts: PatientFacts, before: dict[str, Part]) -> None:
    """Keep the cards as the facts say. Two queries at most for each that differs."""
    for kind in CardKind:
        number = getattr(facts, f"{kind.value}_card")
        if _has_changed(before.get(f"{kind.value}_card"), number):
            refuse_used(kind, number)
            Card(patient=patient, kind=kind, number=number, blind=card_blind(number)).save(
                force_insert=True
            )


def _has_changed(before: Part | None, value: str) -> bool:
    """End the part that no longer holds; whether there is a new one to add."""
    if before is not None:
        held = before.value if isinstance(before, ContactPoint) else before.number
        if held == value:
            return False
        before.ended_at = clock.now()
        fields = ["ended_at"]
        if isinstance(before, Card):
            before.ended_why = CardEnd.REPLACED if value else CardEnd.GIVEN_BACK
            fields.append("ended_why")
        before.save(update_fields=fields)
    return bool(value)


def refuse_used(kind: str, number: str) -> None:
    """Refuse a card's number that was given out before and ended. One query.

    One that works now is told by the table's own constraint.

    Raises: CardWasOthers.
    """
    used = Card.objects.filter(blind=card_blind(number), kind=kind, ended_at__isnull=False)
    if used.exists():
        raise CardWasOthers
