"""What higher apps add to the messages about bookings, so that patients get few of them.

An app says in its `ready()` what it encloses, or that it reminds of bookings of its own. Nothing
here writes; what is registered may.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.scheduling.selectors.telling import Telling


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A sentence for a message, and the link in it, which staff are not shown afterwards."""

    words: Localized
    link: str


Encloses = Callable[[Actor, Sequence[Telling]], Enclosure | None]
Reminds = Callable[[Actor, Telling, str], bool]

_enclosers: dict[str, Encloses] = {}
_reminders: dict[str, Reminds] = {}


def enclose(key: str, encloses: Encloses) -> None:
    """Have something stand in what confirms bookings and reminds of them a day before."""
    _enclosers[key] = encloses


def remind_together(key: str, reminds: Reminds) -> None:
    """Let an app remind of its own bookings in one message: true says that it does."""
    _reminders[key] = reminds


def enclosed(actor: Actor, told: Sequence[Telling]) -> dict[str, object]:
    """What one message about these bookings of one patient carries besides, by its places."""
    for encloses in _enclosers.values():
        found = encloses(actor, told)
        if found:
            return {"questions": found.words, "questions_link": found.link}
    return {}


def is_reminded_together(actor: Actor, told: Telling, template: str) -> bool:
    """Whether somebody else reminds of this booking, together with others."""
    return any(reminds(actor, told, template) for reminds in _reminders.values())
