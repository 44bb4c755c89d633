"""From which batch how much is given, and how much is still owed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical.rules.texts import clean_words
from yilu.pharmacy.errors import BatchesIncomplete, Expired
from yilu.pharmacy.rules.scanning import is_of_the_pack
from yilu.platform.errors import FieldError

if TYPE_CHECKING:
    from yilu.clinical.selectors.prescriptions import ItemFacts

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Batch:
    """What was taken from one batch for one drug; `reason` when it is less than is owed."""

    item_id: UUID
    batch: str
    expires_on: date | None
    quantity: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """How much of a drug is still to be given, and for how many days it is taken."""

    item_id: UUID
    place: int
    quantity: Decimal
    days: int


def owed(items: Iterable["ItemFacts"], given: Iterable[Mapping[str, Any]]) -> list[Owed]:
    """What is still owed of each drug after the parts that were handed over."""
    had: dict[str, Decimal] = {}
    for part in given:
        for row in part["batches"]:
            had[row["item_id"]] = had.get(row["item_id"], Decimal(0)) + Decimal(row["quantity"])
    left = [
        Owed(one.id, one.position, one.quantity - had.get(str(one.id), Decimal(0)), one.days)
        for one in items
    ]
    return [one for one in left if one.quantity > 0]


def kept(batches: list[Batch], wanted: list[Owed], day: date) -> list[dict[str, Any]]:
    """The batches as they are stored.

    Raises:
        BatchesIncomplete: a batch, expiry or quantity is missing, too much, or less without why.
        Expired: a batch runs out before the course ends.
    """
    by_item: dict[UUID, list[Batch]] = {}
    for one in batches:
        by_item.setdefault(one.item_id, []).append(one)
    errors = [e for need in wanted for e in _errors(need, by_item.get(need.item_id, []))]
    if set(by_item) - {need.item_id for need in wanted}:
        errors.append(FieldError("batches", "unknown_item", _("This is not on the prescription.")))
    if errors:
        raise BatchesIncomplete(*errors)
    late = [e for need in wanted for e in _expired(need, by_item[need.item_id], day)]
    if late:
        raise Expired(*late)
    return [_plain(one) for one in batches]


def _errors(need: Owed, given: list[Batch]) -> list[FieldError]:
    total = sum((one.quantity for one in given), Decimal(0))
    name = f"batch-{need.place}"
    if not given or any(not one.batch.strip() or one.expires_on is None for one in given):
        return [FieldError(name, "required", _("Batch and expiry are needed."))]
    if any(is_of_the_pack(one.batch) for one in given):
        message = _("This is the code of the pack, not its batch.")
        return [FieldError(name, "not_a_batch", message)]
    if any(one.quantity < 0 for one in given) or total > need.quantity:
        return [FieldError(f"quantity-{need.place}", "too_much", _("More than is prescribed."))]
    if total < need.quantity and not any(one.reason.strip() for one in given):
        message = _("Less than is prescribed: say why.")
        return [FieldError(f"reason-{need.place}", "required", message)]
    return []


def _expired(need: Owed, given: list[Batch], day: date) -> list[FieldError]:
    ends = day + timedelta(days=need.days)
    late = [one for one in given if one.expires_on and one.expires_on < ends and one.quantity]
    if not late:
        return []
    return [FieldError(f"expires-{need.place}", "expired", str(Expired.message))]


def _plain(one: Batch) -> dict[str, Any]:
    words = clean_words({"batch": LONGEST, "reason": 200}, batch=one.batch, reason=one.reason)
    return {
        "item_id": str(one.item_id),
        "expires_on": one.expires_on.isoformat() if one.expires_on else "",
        "quantity": str(one.quantity),
        **words,
    }
