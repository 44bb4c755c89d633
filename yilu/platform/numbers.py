"""Numbers that people read, given in order and without gaps while a transaction holds."""

from django.db import connection

from yilu.platform.models import Counter

_NEXT = f"""
INSERT INTO {Counter._meta.db_table} (series, last) VALUES (%s, %s)
ON CONFLICT (series) DO UPDATE SET last = {Counter._meta.db_table}.last + EXCLUDED.last
RETURNING last
"""  # noqa: S608, SLF001 (only the table's own name is put in)


def take(series: str, count: int = 1) -> int:
    """The next number of a series; of several taken at once, the last. One query.

    The series is locked until the transaction ends, so take a number late. A deed that is
    undone gives its number back: receipts have no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series, count])
        row = cursor.fetchone()
    return int(row[0])
