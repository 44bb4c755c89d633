"""How long a record is kept, and how its papers are counted."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

YEARS = 30
SHORTEST_YEARS, LONGEST_YEARS = 15, 100
WAITING_DAYS = 30
SHORTEST_WAIT, LONGEST_WAIT = 7, 365
MOST_PAGES = 30
LONGEST_TITLE = 120
LONGEST_SHELF = 60
OLDEST = date(1900, 1, 1)
MOST_AT_ONCE = 200


def after_years(day: date, years: int) -> date:
    """The same day so many years later; the day after 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def due_on(last: date, kinds: Iterable[str], years: int, longer: Mapping[str, int]) -> date:
    """When the term of a record ends whose last visit or paper is of a day.

    A kind with a longer term of its own keeps the whole record for it.
    """
    return after_years(last, max([years, *(longer.get(kind, 0) for kind in kinds)]))


def manifest(pages: Iterable[tuple[str, int, bytes]]) -> str:
    """The SHA-256 over what a record held: paper, page and hash of the page, in order."""
    lines = (f"{paper} {n} {digest.hex()}\n" for paper, n, digest in sorted(pages))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
