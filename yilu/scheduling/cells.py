"""The question who gets which place, in the numbers that the child process reads. Pure."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.scheduling.planning import Period, Place, Stranded

Need = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """How long a service keeps whom: its buffers, and the things it needs, by kind and detail."""

    before: timedelta
    after: timedelta
    needs: Sequence[Need]

    def span(self, place: Place) -> Period:
        """The whole time that a place takes, buffers and all."""
        return place.starts_at - self.before, place.ends_at + self.after


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that is needed to plan: who, where they could go, and how many things there are.

    `things` are, of each kind, the free times of each thing.
    """

    stranded: Sequence[Stranded]
    places: Mapping[UUID, Sequence[Place]]
    services: Mapping[UUID, Service]
    things: Mapping[Need, Sequence[Sequence[Period]]]

    def asked(self) -> tuple[dict[str, Any], list[tuple[Stranded, Place]]]:
        """The question as the child process reads it, and what its places mean.

        A cell is an instant of a practitioner, of a patient, or of all things of a kind. It is
        enough to look at the instants at which something begins: two that overlap at all
        overlap where the later one begins.
        """
        cells = _Cells(self)
        meant: list[tuple[Stranded, Place]] = []
        lines: list[list[Any]] = []
        for n, one in enumerate(self.stranded):
            for place in self.places[one.booking_id]:
                meant.append((one, place))
                lines.append([n, place.cost, cells.of(one, place)])
        question = {
            "without": [one.without for one in self.stranded],
            "places": lines,
            "room": cells.room,
        }
        return question, meant


class _Cells:
    """Numbers for the instants at which only so many places can be taken.

    Hundreds of patients look at the same places: each is thought about once.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self.room: list[int] = []
        self._cells: dict[object, int] = {}
        self._of_place: dict[object, list[int]] = {}
        bookings = Counter(one.patient_id for one in question.stranded)
        # Who has one booking here gets one place anyway.
        self._several = {patient_id for patient_id, many in bookings.items() if many > 1}
        self._begins = self._all_begins()

    def _all_begins(self) -> dict[object, list[datetime]]:
        begins: dict[object, set[datetime]] = defaultdict(set)
        known: set[object] = set()
        for one in self._question.stranded:
            for place in self._question.places[one.booking_id]:
                service = self._question.services[one.service_id]
                if one.patient_id in self._several:
                    begins[one.patient_id].add(service.span(place)[0])
                key = (one.service_id, place.practitioner_id, place.starts_at)
                if key in known:
                    continue
                known.add(key)
                for owner in (place.practitioner_id, *service.needs):
                    begins[owner].add(service.span(place)[0])
        return {owner: sorted(found) for owner, found in begins.items()}

    def of(self, one: Stranded, place: Place) -> list[int]:
        """The cells that a booking takes at a place."""
        stays = one.can_stay and place.starts_at == one.starts_at and not place.cost
        key = (one.service_id, place.practitioner_id, place.starts_at, place.ends_at, stays)
        found = []
        if one.patient_id in self._several:
            span = self._question.services[one.service_id].span(place)
            found = self._numbers(one.patient_id, span, 1)
        if key not in self._of_place:
            self._of_place[key] = self._taken(one, place, stays=stays)
        return [*found, *self._of_place[key]]

    def _taken(self, one: Stranded, place: Place, *, stays: bool) -> list[int]:
        service = self._question.services[one.service_id]
        span = service.span(place)
        found = [] if stays else self._numbers(place.practitioner_id, span, 1)
        for need in dict.fromkeys(service.needs):
            found += self._numbers(need, span)
        return found

    def _numbers(self, owner: object, span: Period, room: int | None = None) -> list[int]:
        begins = self._begins[owner]
        inside = begins[bisect_left(begins, span[0]) : bisect_left(begins, span[1])]
        return [self._number(owner, at, room) for at in inside]

    def _number(self, owner: Any, at: datetime, room: int | None) -> int:
        if (owner, at) not in self._cells:
            self._cells[owner, at] = len(self.room)
            self.room.append(self._things_at(owner, at) if room is None else room)
        return self._cells[owner, at]

    def _things_at(self, need: Need, at: datetime) -> int:
        things = self._question.things.get(need, ())
        return sum(any(start <= at < end for start, end in free) for free in things)
