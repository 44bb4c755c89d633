"""What returning patients usually choose, from their own history."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.facility.selectors.sites import site_zone
from yilu.platform.db import prepared
from yilu.platform.names import PersonName
from yilu.scheduling.allocation import Part, Wishes, part_of
from yilu.scheduling.states import Channel

LOOKED_AT = 12
FEWEST = 2
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Usual:
    """What most of a patient's last visits had in common; None where nothing was usual.

    `visits` is how many were looked at; `channel` how they mostly booked.
    """

    visits: int
    weekday: int | None
    part: Part | None
    practitioner_id: UUID | None
    practitioner: PersonName | None
    channel: str | None

    @property
    def wishes(self) -> Wishes:
        """The same as wishes for the next time."""
        return Wishes(
            () if self.weekday is None else (self.weekday,),
            () if self.part is None else (self.part,),
            self.practitioner_id,
        )

    @property
    def words(self) -> str:
        """ "as usual: Tuesday morning, 王医生", in the reader's language."""
        when = " ".join(word for word in (weekday_name(self.weekday), part_name(self.part)) if word)
        joined = pgettext("between parts of a list", ", ").join(
            word for word in (when, str(self.practitioner or "")) if word
        )
        return _("As usual: %(what)s") % {"what": joined}

    @property
    def by_channel(self) -> str:
        """How they mostly book, in words; empty when by various ways."""
        if not self.channel:
            return ""
        return _("mostly books by: %(channel)s") % {"channel": Channel(self.channel).label}


def usual(patient_ids: Iterable[UUID], site_id: UUID, service_id: UUID) -> Usual | None:
    """What these patients (of one account) usually choose at a site; None for who is new.

    Their last twelve visits that took place or are agreed count; with at least two of the same
    service only those. Usual is what more than half of them had. One query.
    """
    params = {"patients": list(patient_ids), "site": site_id, "most": LOOKED_AT}
    zone = site_zone(site_id)
    rows = prepared(_HISTORY, params)
    same = [row for row in rows if row[0] == service_id]
    looked_at = same if len(same) >= FEWEST else rows
    if len(looked_at) < FEWEST:
        return None
    starts = [row[1].astimezone(zone) for row in looked_at]
    doctor = _most(looked_at, lambda row: row[2])
    names = {row[2]: PersonName(row[4], row[5]) for row in looked_at}
    found = Usual(
        len(looked_at),
        _most(starts, lambda start: start.weekday()),
        _most(starts, lambda start: part_of(time(start.hour, start.minute))),
        doctor,
        names.get(doctor) if doctor else None,
        _most(looked_at, lambda row: str(row[3])),
    )
    return None if found.wishes.are_none else found


def weekday_name(weekday: int | None) -> str:
    """A weekday's full name, empty for none."""
    names = (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    )  # fmt: skip
    return "" if weekday is None else names[weekday]


def part_name(part: str | None) -> str:
    """The name of a part of the day, empty for none."""
    names = {
        Part.MORNING: pgettext("part of day", "morning"),
        Part.AFTERNOON: pgettext("part of day", "afternoon"),
        Part.EVENING: pgettext("part of day", "evening"),
    }
    return "" if part is None else names[Part(part)]


def _most(items: Sequence[object], key: Callable[..., K]) -> K | None:
    """What more than half have in common."""
    value, times = Counter(map(key, items)).most_common(1)[0]
    return value if 2 * times > len(items) else None


_HISTORY = """
SELECT b.service_id, b.starts_at, b.practitioner_id, b.channel, m.name, m.pinyin
FROM scheduling_booking b
JOIN workforce_practitioner p ON p.id = b.practitioner_id
JOIN workforce_staffmember m ON m.id = p.staff_id
WHERE b.patient_id = ANY (%(patients)s::uuid[]) AND b.site_id = %(site)s
  AND b.state NOT IN ('cancelled', 'no_show') AND b.channel <> 'walk_in'
ORDER BY b.starts_at DESC
LIMIT %(most)s
"""
