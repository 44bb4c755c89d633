"""What messaging tells the other apps: ids and states, never words or numbers."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class MessageQueued:
    version: ClassVar[int] = 1
    says = _("A message is to be sent")

    message_id: UUID
    patient_id: UUID | None
    template: str
    channel: str


@dataclass(frozen=True, slots=True)
class MessageSettled:
    """A message left, arrived, or never will. `state` says which."""

    version: ClassVar[int] = 1
    says = _("A message has arrived, or never will")

    message_id: UUID
    patient_id: UUID | None
    template: str
    channel: str
    state: str
    reason: str
