"""What a patient's own record says of their teeth."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.dental.models import PerioVersion, PlanItem, ToothEntry
from yilu.dental.rules.mouth import mouth
from yilu.dental.rules.perio import figures
from yilu.dental.selectors.perio import FIGURES
from yilu.dental.selectors.telling import Told, patients_words
from yilu.dental.states import ItemState
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class OwnItem:
    """One thing that was planned for a tooth, and how far it is."""

    id: UUID
    name: Any
    tooth: str
    state: str
    day: date
    amount: Decimal | None

    @property
    def state_label(self) -> str:
        return str(ItemState(self.state).label)


@dataclass(frozen=True, slots=True)
class OwnGums:
    """What a signed periodontal chart adds up to: title, value and unit of each figure."""

    id: UUID
    day: date
    figures: tuple[tuple[Any, str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnTeeth:
    """The mouth as it is now, tooth by tooth in plain words; what is planned; the gums."""

    teeth: tuple[Told, ...]
    items: tuple[OwnItem, ...]
    gums: tuple[OwnGums, ...]

    def __bool__(self) -> bool:
        return bool(self.teeth or self.items or self.gums)


def own_teeth(actor: Actor, patient_id: UUID, *, but_of: Collection[UUID] = ()) -> OwnTeeth:
    """What is on a patient's own record of their teeth, but for some visits. Three queries.

    Raises: NotFound: the patient is none of the account's.
    """
    if not actor.is_owner(patient_id):
        raise NotFound
    entries = ToothEntry.objects.filter(patient_id=patient_id, withdrawn_at=None)
    entries = entries.exclude(visit_id__in=but_of).order_by("n", "id")
    items = PlanItem.objects.filter(patient_id=patient_id).exclude(visit_id__in=but_of)
    items = items.exclude(state=ItemState.DROPPED).order_by("phase", "recorded_at", "id")
    signed = PerioVersion.objects.filter(chart__patient_id=patient_id)
    signed = signed.exclude(chart__visit_id__in=but_of).select_related("chart")
    last = {one.chart_id: one for one in signed.order_by("chart__clinic_day", "chart_id", "n")}
    return OwnTeeth(
        teeth=tuple(patients_words(mouth(entries))),
        items=tuple(
            OwnItem(one.pk, one.name, one.tooth, one.state, one.clinic_day, one.amount)
            for one in items[:MOST]
        ),
        gums=tuple(_gums(one) for one in reversed(last.values())),
    )


def _gums(one: PerioVersion) -> OwnGums:
    found = figures(one.content)
    lines = ((title, getattr(found, code), unit) for code, title, unit in FIGURES)
    known = tuple((title, str(value), unit) for title, value, unit in lines if value is not None)
    return OwnGums(one.chart_id, one.chart.clinic_day, known)
