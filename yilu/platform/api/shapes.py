"""The shapes of what goes in and out: no unknown members, bounded texts, instants with offsets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from django.conf import settings
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)

from yilu.platform.money import LARGEST, rounded

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2201, 1, 1, tzinfo=UTC)


class Shape(BaseModel):
    """One JSON object of the API. What it does not name is refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, frozen=True)


def _in_calendar(value: datetime) -> datetime:
    # The comparison is made in UTC, so that no offset can push a value out of what is kept.
    if not EARLIEST <= value < LATEST:
        raise ValueError("outside the calendar")
    return value


def _as_text(value: object) -> object:
    # Numbers would be taken for seconds since 1970.
    if isinstance(value, int | float | Decimal):
        raise ValueError("not text")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_calendar), BeforeValidator(_as_text)]
"""A moment between 1900 and 2200 (RFC 3339 with an offset)."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31)), BeforeValidator(_as_text)]
"""A day between 1900 and 2200, as 2026-11-21."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\r\n\t]*\S[^\r\n\t]*$"),
]
"""One line that a person typed, up to 200 characters."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"\S")]
"""Several lines that a person typed, up to 4,000 characters."""

Whole = Annotated[int, Strict(), Field(ge=-(2**31), le=2**31 - 1)]
"""A whole number as JSON writes it; "12" in quotes is refused."""

Flag = Annotated[bool, Strict()]
"""true or false; 1 and "yes" are refused."""

Amount = Annotated[Decimal, Field(ge=0, le=LARGEST, max_digits=12, decimal_places=2)]
"""A sum without its currency, as text such as "12.50"."""


class Money(Shape):
    """A sum: `{"amount": "12.50", "currency": "CNY"}`."""

    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = settings.CURRENCY


def money(amount: Decimal) -> Money:
    """A sum of ours as the API shows it."""
    return Money.model_construct(amount=rounded(amount), currency=settings.CURRENCY)


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """An instant as the API shows it: with the offset of the site's zone."""
    return moment.astimezone(zone)
