"""What kiosks tell others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KiosksChanged:
    """A kiosk was set up, opened or withdrawn."""

    version: ClassVar[int] = 1

    what: str


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """Somebody at a kiosk asks for a person."""

    version: ClassVar[int] = 1

    kiosk_id: UUID
    name: str
