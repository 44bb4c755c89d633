"""What the pharmacy's forms send, read into what operations take."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.pharmacy.operations.dispensing import Counselling, Review
from yilu.pharmacy.rules.batches import Batch
from yilu.pharmacy.rules.review import counselling_points, identifiers, verification_keys
from yilu.pharmacy.rules.scanning import scanned
from yilu.platform.errors import FieldError, Invalid
from yilu.platform.web.http import ActorRequest

LONGEST = 12
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def version_of(request: ActorRequest) -> int:
    """The version that a form was made from; a form without one is none of ours."""
    typed = request.POST.get("version", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < LONGEST):
        raise Invalid(FieldError("version", "required", str(Invalid.message)))
    return int(typed)


def read_review(request: ActorRequest) -> Review:
    """The ticks of the review."""
    ticked = frozenset(request.POST.getlist("ticked")) & verification_keys()
    return Review(ticked=ticked, note=request.POST.get("note", ""))


def read_batches(request: ActorRequest) -> list[Batch]:
    """Batch, expiry, quantity and reason of each medicine.

    Raises: Invalid, naming each field that is none.
    """
    found, errors = [], []
    for name in [name for name in request.POST if name.startswith("item-")]:
        place = name.removeprefix("item-")
        item, quantity = _id(request, name), _number(request, f"quantity-{place}")
        if item is None or quantity is None:
            errors.append(
                FieldError(f"quantity-{place}", "implausible_value", _("Enter a quantity."))
            )
            continue
        typed = unfolded(request.POST)
        found.append(
            Batch(
                item_id=item,
                batch=typed.get(f"batch-{place}", ""),
                expires_on=_day(typed.get(f"expires-{place}", "")),
                quantity=quantity,
                reason=request.POST.get(f"reason-{place}", ""),
            )
        )
    if errors:
        raise Invalid(*errors)
    return found


def unfolded(sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with the batch and last day that a scanned code holds in their own fields."""
    fields = {name: str(sent.get(name, "")) for name in sent}
    for name in [name for name in fields if name.startswith("batch-")]:
        code = scanned(fields[name])
        if code is not None:
            fields[name] = code.batch
            if code.expires_on is not None:
                fields[f"expires-{name.removeprefix('batch-')}"] = code.expires_on.isoformat()
    return fields


def read_identifiers(request: ActorRequest) -> dict[str, str]:
    """By what the person at the counter was identified."""
    return {one.key: request.POST.get(f"id-{one.key}", "") for one in identifiers()}


def read_counselling(request: ActorRequest) -> Counselling:
    """What was explained."""
    known = {one.key for one in counselling_points()}
    return Counselling(
        points=frozenset(request.POST.getlist("points")) & known,
        note=request.POST.get("note", ""),
        receiver=request.POST.get("receiver", ""),
        teach_back=bool(request.POST.get("teach_back")),
    )


def read_quantities(request: ActorRequest) -> dict[UUID, Decimal]:
    """How much of which medicine comes back."""
    names = [name for name in request.POST if name.startswith("item-")]
    found = {
        _id(request, name): _number(request, f"back-{name.removeprefix('item-')}") for name in names
    }
    return {item: quantity for item, quantity in found.items() if item and quantity}


def _id(request: ActorRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


def _number(request: ActorRequest, name: str) -> Decimal | None:
    typed = request.POST.get(name, "").strip()
    if not typed.isascii() or len(typed) > LONGEST:
        return None
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return None
    # Compared, not counted with: the size of 1e9999999 alone would overflow.
    return value if value.is_finite() and -(10**9) < value < 10**9 else None


def _day(typed: str) -> date | None:
    text = typed.strip()
    if text.isascii() and text.isdigit() and len(text) == 8:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
