"""The list of a day, as both sides keep it, and how two lists differ."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Spreadsheets read the text rightly with it, and the file is known by it."""
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One booking of a day. Nothing in it says who the patient is."""

    reference: str
    number: str
    booking: str
    site: str
    service: str
    starts_at: str
    ends_at: str
    state: str
    cancelled_by: str
    fee: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a partner believes of one booking."""

    reference: str
    state: str
    fee: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One booking on which both sides differ; empty: that side has none."""

    reference: str
    ours: str
    theirs: str
    our_fee: str
    their_fee: str


def written(rows: Iterable[Row]) -> bytes:
    """The list as a CSV file (RFC 4180, UTF-8)."""
    text = io.StringIO(newline="")
    text.write(MARK)
    sheet = csv.writer(text)
    names = [field.name for field in fields(Row)]
    sheet.writerow(names)
    for row in rows:
        sheet.writerow([getattr(row, name) for name in names])
    return text.getvalue().encode()


def read(content: bytes) -> list[Row]:
    """A list that we wrote."""
    sheet = csv.DictReader(io.StringIO(content.decode().removeprefix(MARK), newline=""))
    return [Row(**line) for line in sheet]


def differences(ours: Iterable[Row], theirs: Iterable[Claim]) -> list[Difference]:
    """The bookings that only one side has, or whose state or fee differ; by reference.

    A fee that the partner does not say is not compared.
    """
    mine: Mapping[str, Row] = {row.reference: row for row in ours}
    yours: Mapping[str, Claim] = {claim.reference: claim for claim in theirs}
    found = []
    for reference in sorted(mine.keys() | yours.keys()):
        a, b = mine.get(reference), yours.get(reference)
        if a and b and a.state == b.state and (not b.fee or same_sum(a.fee, b.fee)):
            continue
        found.append(
            Difference(
                reference,
                a.state if a else "",
                b.state if b else "",
                a.fee if a else "",
                b.fee if b else "",
            )
        )
    return found


def same_sum(one: str, other: str) -> bool:
    """Whether two sums are the same, however they are written."""
    try:
        return Decimal(one or "0") == Decimal(other or "0")
    except InvalidOperation:
        return False
