"""The few best places for a patient, as a person reads them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.names import PersonName
from yilu.scheduling.allocation import Placed, Wishes
from yilu.scheduling.selectors.because import Why, because
from yilu.scheduling.selectors.placing import Ask, placements
from yilu.scheduling.selectors.usual import Usual, usual
from yilu.workforce.selectors.practitioners import practitioner_names

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place on the wall clock of the site, and why. `value` is what a form sends back."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    practitioner: PersonName
    why: tuple[Why, ...]

    @property
    def why_for_patients(self) -> tuple[Why, ...]:
        """Without what concerns the clinic only."""
        return tuple(one for one in self.why if one.key not in {"balance", "gap"})

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{self.practitioner_id}"


@dataclass(frozen=True, slots=True)
class Suggested:
    """The best places, the best first, and what the patients usually choose, if anything."""

    usual: Usual | None
    best: tuple[Suggestion, ...]
    until_on: date


def suggest(ask: Ask, *, patient_ids: tuple[UUID, ...] = ()) -> Suggested:
    """The three best places, on different days or with different doctors.

    Who says no wishes is taken to wish what they usually choose. Six queries at most: one for
    the history, four to weigh, one for names.

    Raises: as `placements`.
    """
    known = usual(patient_ids, ask.site_id, ask.service_id) if patient_ids else None
    wishes = ask.wishes
    if known and wishes.are_none:
        wishes = known.wishes
    if known and not wishes.practitioner_id:
        wishes = replace(wishes, practitioner_id=known.practitioner_id)
    found = _different(placements(replace(ask, wishes=wishes)), ask)
    names = practitioner_names(one.place.practitioner_id for one in found)
    zone = site_zone(ask.site_id)
    best = tuple(
        Suggestion(
            one.place.starts_at.astimezone(zone),
            one.place.ends_at.astimezone(zone),
            one.place.practitioner_id,
            names[one.place.practitioner_id],
            because(one.reasons),
        )
        for one in found
    )
    return Suggested(known, best, ask.until_on)


def wished(weekdays: list[str], parts: list[str]) -> Wishes:
    """Wishes as a form or an address says them; what cannot be meant is not heard. No query."""
    return Wishes(
        tuple(int(one) for one in weekdays if one in "0123456" and len(one) == 1),
        tuple(one for one in parts if one in {"morning", "afternoon", "evening"}),
    )


def _different(placed: list[Placed], ask: Ask) -> list[Placed]:
    zone = site_zone(ask.site_id)
    found: dict[tuple[date, UUID], Placed] = {}
    for one in placed:
        day = one.place.starts_at.astimezone(zone).date()
        found.setdefault((day, one.place.practitioner_id), one)
        if len(found) == SHOWN:
            break
    return list(found.values())
