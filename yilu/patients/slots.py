"""Places on a patient's page that higher apps fill, each with a part of its own.

The page knows no address of theirs: they say it here when the product starts.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a patient's page: its heading, and the name of its address, which takes the id.

    A rare one is hidden with its heading while it has nothing to say. `stylesheet` is what the
    page has to load for it, besides its own. One that shows the record is offered to those alone
    who may open it.
    """

    key: str
    title: Any
    url_name: str
    permission: str
    position: int = 50
    is_rare: bool = False
    stylesheet: str = ""
    is_record: bool = False

    def url(self, patient_id: UUID) -> str:
        return reverse(self.url_name, args=[patient_id])


_slots: dict[str, Slot] = {}


def fill(slot: Slot) -> None:
    """Have a part shown on every patient's page, to those who hold its permission somewhere."""
    _slots[slot.key] = slot


def slots() -> list[Slot]:
    """All parts, in the order of the page."""
    return sorted(_slots.values(), key=lambda slot: (slot.position, slot.key))
