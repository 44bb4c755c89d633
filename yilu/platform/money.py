"""Sums of money: exact, in one currency, rounded half up once per line."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.conf import settings

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("9999999999.99")


def rounded(amount: Decimal) -> Decimal:
    """An amount in whole cents, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def line_amount(unit_price: Decimal, quantity: Decimal) -> Decimal:
    """What one line of a bill costs: price × quantity, rounded once."""
    return rounded(unit_price * quantity)


def allocate(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by weight so that the parts add up to it to the cent.

    Every part is cut to the cent; the cents left over go to the largest remainders, and among
    equals to the earlier part.
    """
    whole = sum(weights, Decimal(0))
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(CENT, rounding=ROUND_DOWN) for part in exact]
    left = int((amount - sum(parts, ZERO)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[:left]:
        parts[n] += CENT
    return parts


def as_json(amount: Decimal) -> dict[str, str]:
    """How the API writes a sum: `{"amount": "12.50", "currency": "CNY"}`."""
    return {"amount": f"{rounded(amount):.2f}", "currency": settings.CURRENCY}
