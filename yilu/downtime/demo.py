"""Kits of a made-up past, written by COPY: their files are gone by now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.downtime.rules import FORMS_A_KIT
from yilu.platform.copying import copy_rows


@dataclass(frozen=True, slots=True)
class PastKit:
    """A kit that was printed at an instant and dropped at another."""

    id: UUID
    site_id: UUID
    made_at: datetime
    code: str
    file_name: str
    bookings: int
    dropped_at: datetime


def write_kits(lines: Iterable[PastKit]) -> None:
    """Write kits whose files are gone. One statement."""
    copy_rows("downtime_kit", lines, PastKit, size=0, forms=FORMS_A_KIT)
