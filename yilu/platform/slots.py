"""Places on a page that higher apps fill, so that a lower one need not know their addresses.

A page offers a place by name (`facility.site`); an app says in its `ready()` what stands there.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Slot:
    """What fills a place: a heading, and the name of its address, which takes the page's ids.

    `stylesheet` is what the page has to load for it, besides its own.
    """

    key: str
    title: Any
    url_name: str
    permission: str
    icon: str = ""
    position: int = 50
    stylesheet: str = ""

    def url(self, *ids: object) -> str:
        return reverse(self.url_name, args=ids)


_slots: dict[str, dict[str, Slot]] = defaultdict(dict)


def fill(where: str, slot: Slot) -> None:
    """Have something stand at a place; a second time under the same key replaces it."""
    _slots[where][slot.key] = slot


def slots(where: str) -> list[Slot]:
    """What stands at a place, in its order."""
    return sorted(_slots[where].values(), key=lambda slot: (slot.position, slot.key))
