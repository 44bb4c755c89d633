"""A small task that costs a browser a moment and a robot with ten thousand accounts a lot.

The task is signed, for one account and one purpose, and over after ten minutes; the answer is a
number that gives the SHA-256 of task and answer so many leading zero bits. No outside service.
"""

import hashlib

from django.conf import settings
from django.core import signing

from yilu.platform.actors import Actor
from yilu.scheduling.errors import ProofWrong

SALT, SECONDS, LONGEST = "portal.puzzle", 600, 20


def new(purpose: str, actor: Actor) -> str:
    """A task for an account. No query."""
    return signing.dumps([purpose, str(actor.user_id), bits()], salt=SALT)


def bits() -> int:
    """How many bits of zero an answer must give here."""
    return int(settings.PUZZLE_BITS)


def check(puzzle: str, answer: str, purpose: str, actor: Actor) -> None:
    """Refuse an answer that does not solve the account's own task. No query.

    Raises: ProofWrong.
    """
    try:
        named, user, wanted = signing.loads(puzzle, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ProofWrong from error
    is_own = (named, user) == (purpose, str(actor.user_id)) and len(answer) <= LONGEST
    if not is_own or zero_bits(puzzle, answer) < wanted:
        raise ProofWrong


def zero_bits(puzzle: str, answer: str) -> int:
    """How many bits of zero the hash of a task and an answer begins with."""
    digest = hashlib.sha256(f"{puzzle}:{answer}".encode("utf-8", "surrogatepass")).digest()
    return 256 - int.from_bytes(digest).bit_length()


def solve(puzzle: str, wanted: int) -> str:
    """What a client of the API does: try until it fits."""
    answer = 0
    while zero_bits(puzzle, str(answer)) < wanted:
        answer += 1
    return str(answer)
