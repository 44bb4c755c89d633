"""A patient's visit cards, those that work and those that no longer do."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from yilu.patients import permissions
from yilu.patients.errors import UnknownCard, UnknownPatient
from yilu.patients.models import Card
from yilu.patients.rules.index import card_blind
from yilu.patients.rules.names import name_pinyin
from yilu.patients.rules.papers import normal_number
from yilu.patients.selectors import lines
from yilu.patients.selectors.facts import may_see, sites_of
from yilu.patients.selectors.lines import PatientBrief
from yilu.patients.selectors.patients import brief_rows
from yilu.patients.states import CardEnd, CardKind
from yilu.platform import audit, masking
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card: its number masked, since when it works and by whom, and why it no longer does.

    `may_be_found`: lost, and nothing has taken its place.
    """

    id: UUID
    number_masked: str
    issued_on: date
    issued_by: PersonName | None
    ended_on: date | None
    ended_by: PersonName | None
    why: str
    why_label: str
    may_be_found: bool

    @property
    def works(self) -> bool:
        return self.ended_on is None


@dataclass(frozen=True, slots=True)
class Cards:
    """A patient's cards, the newest first."""

    patient_id: UUID
    lines: list[CardLine]
    can_change: bool

    @property
    def has_one(self) -> bool:
        return any(line.works for line in self.lines)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What is printed on a card. The number in full: it is what the card is for."""

    patient: PatientBrief
    number: str


def cards_of(actor: Actor, patient_id: UUID) -> Cards:
    """A patient's visit cards with those of records merged into theirs. Four queries.

    Raises:
        UnknownPatient: there is none, or the actor may not see them.
    """
    if not may_see(actor, patient_id):
        raise UnknownPatient
    of_patient = Q(patient=patient_id) | Q(patient__merged_into=patient_id)
    cards = list(Card.objects.filter(of_patient, kind=CardKind.VISIT).order_by("-created_at"))
    audit.seen(actor, [patient_id], "patients.cards")
    followed = {card.follows_id for card in cards}
    has_one = any(card.ended_at is None for card in cards)
    may = actor.is_owner(patient_id) or any(
        actor.may(permissions.CHANGE, site_id) for site_id in sites_of(patient_id)
    )
    return Cards(
        patient_id,
        [_line(card, is_free=not has_one and card.pk not in followed) for card in cards],
        may,
    )


def printed_card(actor: Actor, card_id: UUID) -> PrintedCard:
    """A card that works, to be printed: this is recorded. Four queries.

    Raises:
        UnknownCard: there is none, or it works no longer.
        UnknownPatient: the actor may not see its patient.
    """
    card = Card.objects.filter(pk=card_id, kind=CardKind.VISIT, ended_at=None).first()
    if card is None:
        raise UnknownCard
    found = brief_rows([card.patient_id])
    if not may_see(actor, found[0]["id"]):
        raise UnknownPatient
    audit.seen(actor, [found[0]["id"]], "patients.card.print")
    return PrintedCard(lines.brief(found[0]), card.number)


def lost_card(actor: Actor, typed: str) -> date | None:
    """Since when the card with this number is reported lost; None for any other. One query.

    For whoever has looked for a patient by it and found nobody.
    """
    actor.require_anywhere(permissions.SEE)
    lost = Card.objects.filter(blind=card_blind(normal_number(typed)), ended_why=CardEnd.LOST)
    since = lost.values_list("ended_at", flat=True).first()
    return since.astimezone(lines.CALENDAR).date() if since else None


def _line(card: Card, *, is_free: bool) -> CardLine:
    ended = card.ended_at
    return CardLine(
        id=card.pk,
        number_masked=masking.record_no(card.number),
        issued_on=card.created_at.astimezone(lines.CALENDAR).date(),
        issued_by=_named(card.issued_by),
        ended_on=ended.astimezone(lines.CALENDAR).date() if ended else None,
        ended_by=_named(card.ended_by),
        why=card.ended_why,
        why_label=str(CardEnd(card.ended_why).label) if card.ended_why else "",
        may_be_found=is_free and card.ended_why == CardEnd.LOST,
    )


def _named(written: str) -> PersonName | None:
    """Who did it, by the name kept then. Nobody is named of what a patient did on their phone."""
    return PersonName(written, name_pinyin(written)) if written else None
