"""What kiosks tell others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class KiosksChanged:
    """A kiosk was set up, opened or withdrawn."""

    version: ClassVar[int] = 1
    says = _("A kiosk is set up or withdrawn")

    what: str


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """Somebody at a kiosk asks for a person."""

    version: ClassVar[int] = 1
    says = _("Somebody at a kiosk asks for help")

    kiosk_id: UUID
    name: str
