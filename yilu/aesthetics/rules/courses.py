"""What a course is worth that is not used to its end."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def money_back(price: Decimal, sessions: int, used: int) -> Decimal:
    """The share of the price of the sessions that were not used, to the cent."""
    return (price * (sessions - used) / sessions).quantize(CENT, ROUND_HALF_UP)
