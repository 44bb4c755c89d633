"""Numbers that people read, given in order and without gaps while a transaction holds."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from yilu.platform.models import Counter

LONGEST = 20
"""How many characters a column holds for a number."""

# To be put into a statement that uses the number at once; has the parameters `series`, `count`.
NEXT = f"""
INSERT INTO {Counter._meta.db_table} (series, last) VALUES (%(series)s, %(count)s)
ON CONFLICT (series) DO UPDATE SET last = {Counter._meta.db_table}.last + EXCLUDED.last
RETURNING last
"""  # noqa: S608, SLF001 (only the table's own name is put in)


def take(series: str, count: int = 1) -> int:
    """The next number of a series; of several taken at once, the last. One query.

    The series is locked until the transaction ends, so take a number late. A deed that is
    undone gives its number back: receipts have no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"series": series, "count": count})
        row = cursor.fetchone()
    return int(row[0])


def provisional(key: UUID) -> str:
    """What a row has for its number until it is given one, late in the same deed: like no other's,
    and like no number.
    """
    return key.hex[-LONGEST:]


def set_last(given: Mapping[str, int]) -> None:
    """Say which numbers have been given already, where rows were written with theirs. One query."""
    Counter.objects.bulk_create(
        [Counter(series=series, last=last) for series, last in given.items()],
        update_conflicts=True,
        unique_fields=["series"],
        update_fields=["last"],
    )
