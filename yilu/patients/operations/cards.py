"""Patients' visit cards: given out, reported lost, found again, replaced.

A card works as long as it has not ended: check-in, kiosk and search all ask for that, so a lost
one stops everywhere with the deed that says so.
"""

import secrets
from uuid import UUID

from yilu.patients.errors import AlreadyRegistered, CardOver, HasCard, NotLost, UnknownCard
from yilu.patients.events import CardFound, CardIssued, CardStopped
from yilu.patients.models import Card, Patient
from yilu.patients.operations.holding import hold_patient
from yilu.patients.operations.parts import refuse_used
from yilu.patients.rules.facts import checked_card
from yilu.patients.rules.index import card_blind
from yilu.patients.selectors.aliases import survivor_of
from yilu.patients.selectors.facts import first_site
from yilu.patients.selectors.topics import patient_topic
from yilu.patients.states import CardEnd, CardKind
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation

# Without I, O, 0 and 1, which people confuse when a code is typed by hand.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TAKEN = {"patients_card_once": AlreadyRegistered, "patients_card_one_of_a_kind": HasCard}
Event = CardIssued | CardStopped | CardFound


@operation
def issue_card(*, actor: Actor, patient_id: UUID, number: str = "") -> UUID:
    """Give a patient a visit card; gives back the card. About eight queries.

    Args:
        number: what is printed on the card; without one a code is made up, to be shown as QR.

    Raises:
        HasCard: one works already.
        AlreadyRegistered, CardWasOthers: the number is, or was, somebody's.
        Invalid, UnknownPatient, NotAllowed, MergedAway.
    """
    patient = hold_patient(actor, patient_id)
    return _issue(actor, patient, number, None)


@operation
def report_lost(*, actor: Actor, card_id: UUID) -> None:
    """Keep that a card is lost: it stops working at once, everywhere. By the desk or its patient.

    When the patient says so, the desk of the site that has known them longest gets a task.

    Raises: CardOver, UnknownCard, UnknownPatient, NotAllowed.
    """
    patient, card = _hold_card(actor, card_id)
    _end(actor, patient, card, CardEnd.LOST)


@operation
def replace_card(*, actor: Actor, card_id: UUID, number: str = "") -> UUID:
    """Give a patient a new card in place of one that works or was lost; gives back the new one.

    Raises: CardOver, and what `issue_card` raises.
    """
    patient, card = _hold_card(actor, card_id)
    if card.ended_at is None:
        _end(actor, patient, card, CardEnd.REPLACED)
    elif card.ended_why != CardEnd.LOST or _followed(card):
        raise CardOver
    return _issue(actor, patient, number, card)


@operation
def card_found(*, actor: Actor, card_id: UUID) -> None:
    """Have a lost card work again that its patient has found. By the desk only.

    Raises:
        NotLost: it was not lost, or there is another card now.
        UnknownCard, UnknownPatient, NotAllowed.
    """
    patient, card = _hold_card(actor, card_id)
    if card.ended_why != CardEnd.LOST or _followed(card) or actor.kind == "patient":
        raise NotLost
    card.ended_at, card.ended_by, card.ended_why = None, "", ""
    with on_violation(patients_card_one_of_a_kind=NotLost, patients_card_once=NotLost):
        card.save(update_fields=["ended_at", "ended_by", "ended_why"])
    _tell(actor, patient, card, "found", CardFound(patient.pk, card.pk))


def _hold_card(actor: Actor, card_id: UUID) -> tuple[Patient, Card]:
    """A visit card with its patient, locked; a card of an alias is the survivor's."""
    card = Card.objects.filter(pk=card_id, kind=CardKind.VISIT).first()
    if card is None:
        raise UnknownCard
    patient = hold_patient(actor, survivor_of(card.patient_id))
    card.refresh_from_db()
    return patient, card


def _followed(card: Card) -> bool:
    return Card.objects.filter(follows=card).exists()


def _issue(actor: Actor, patient: Patient, number: str, follows: Card | None) -> UUID:
    number = checked_card(number) or "C" + "".join(secrets.choice(LETTERS) for _ in range(15))
    refuse_used(CardKind.VISIT, number)
    card = Card(
        patient=patient, kind=CardKind.VISIT, number=number, blind=card_blind(number),
        created_at=clock.now(), issued_by=actor.name, follows=follows,
    )  # fmt: skip
    with on_violation(**TAKEN):
        card.save(force_insert=True)
    told = CardIssued(patient.pk, card.pk, follows.pk if follows else None)
    _tell(actor, patient, card, "issued", told)
    return card.pk


def _end(actor: Actor, patient: Patient, card: Card, why: CardEnd) -> None:
    if card.ended_at is not None:
        raise CardOver
    card.ended_at, card.ended_by, card.ended_why = clock.now(), actor.name, why
    card.save(update_fields=["ended_at", "ended_by", "ended_why"])
    is_theirs = actor.kind == "patient"
    told = CardStopped(patient.pk, card.pk, why.value, by_patient=is_theirs)
    _tell(actor, patient, card, why.value, told)


def _tell(actor: Actor, patient: Patient, card: Card, done: str, event: Event) -> None:
    # A site's desk gets a task of what its patient did on their phone; what a desk did, it knows.
    by_patient = isinstance(event, CardStopped) and event.by_patient
    site_id = first_site(patient.pk) if by_patient else None
    audit.record(
        actor, f"patients.card.{done}", card, patient_id=patient.pk,
        follows=card.follows_id,
    )  # fmt: skip
    outbox.publish(
        event, actor=actor, site_id=site_id, subject=patient, topics=[patient_topic(patient.pk)]
    )
