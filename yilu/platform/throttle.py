"""How often something may be tried: counted in the database, exactly, for all processes at once."""

import hashlib
from datetime import timedelta

from django.db import connection

from yilu.platform import clock
from yilu.platform.errors import TooMany

# Counts only up to the limit; over it no row comes back.
_TAKE = """
INSERT INTO platform_throttle AS t (bucket, slot, taken, gone_at)
VALUES (%(bucket)s, %(slot)s, 1, %(gone_at)s)
ON CONFLICT (bucket, slot) DO UPDATE SET taken = t.taken + 1 WHERE t.taken < %(limit)s
RETURNING taken
"""
_FORGET = "DELETE FROM platform_throttle WHERE bucket = %s"


def take(bucket: str, limit: int, seconds: int) -> None:
    """Count one try of `bucket`, of which there may be `limit` in each period. One query.

    Call it before the deed and outside its transaction: a refusal must not give the try back.
    What a bucket is called is not kept, only its hash.

    Raises: TooMany, with the seconds until the next period.
    """
    now = clock.machine_now()
    slot, passed = divmod(int(now.timestamp()), seconds)
    left = seconds - passed
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "bucket": _hash(bucket),
                "slot": slot,
                "limit": limit,
                "gone_at": now + timedelta(seconds=left),
            },
        )
        if cursor.fetchone() is None:
            refusal = TooMany()
            refusal.retry_after = left
            raise refusal


def forget(bucket: str) -> None:
    """Give a bucket's tries back, because the right person came. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [_hash(bucket)])


def _hash(bucket: str) -> bytes:
    return hashlib.blake2b(bucket.encode("utf-8", "surrogatepass"), digest_size=16).digest()
