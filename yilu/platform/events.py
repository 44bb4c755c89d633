"""What the platform itself tells others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A long job is over: done, failed or cancelled."""

    version: ClassVar[int] = 1
    says = _("Long work is over")

    job_id: UUID
    kind: str
    state: str
    asked_by: UUID | None
