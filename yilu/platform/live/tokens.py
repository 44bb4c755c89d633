"""Which topics a page may listen to: a list that the page's own view signed."""

from collections.abc import Iterable

from django.core import signing
from django.core.signing import BadSignature

SALT = "yilu.live"
LONGEST_SECONDS = 18 * 3600
MOST_TOPICS = 50


def signed(topics: Iterable[str]) -> str:
    """The token with which a page opens its stream. Its view has checked every topic's rights."""
    return signing.dumps(sorted(set(topics)), salt=SALT, compress=True)


def read_token(token: str) -> frozenset[str] | None:
    """The topics of a token; None when it is forged, spoilt or older than a working day."""
    try:
        topics = signing.loads(token, salt=SALT, max_age=LONGEST_SECONDS)
    except (BadSignature, ValueError):
        return None
    return frozenset(topics[:MOST_TOPICS])
