"""Which queues and stations a site needs, from its departments, rooms, chairs and people. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from uuid import UUID

from yilu.platform.names import Localized

# The key of the queue at the sampling point: others of its kind are for imaging.
LABORATORY = "laboratory"
# Key, kind, the letter it would like, room kind it is served in, promise in minutes, name.
SHARED = (
    ("assessment", "assessment", "N", "triage", 15, {"zh-Hans": "分诊台", "en": "Assessment desk"}),
    ("examination", "examination", "J", "imaging", 45, {"zh-Hans": "检查", "en": "Examination"}),
    (LABORATORY, "examination", "H", LABORATORY, 15, {"zh-Hans": "采样处", "en": "Sampling"}),
    ("cashier", "cashier", "S", "cashier", 15, {"zh-Hans": "收费处", "en": "Cashier"}),
    ("pharmacy", "pharmacy", "Y", "pharmacy", 20, {"zh-Hans": "药房", "en": "Pharmacy"}),
)
ALWAYS = frozenset({"cashier", "pharmacy"})
CONSULTATION_PROMISE = 35


@dataclass(frozen=True, slots=True)
class Spot:
    """A room or chair to which patients can be called."""

    key: str
    name: Localized
    kind: str
    room_id: UUID | None = None
    chair_id: UUID | None = None
    department_id: UUID | None = None
    directions: Localized = field(default_factory=Localized)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A practitioner whom patients book."""

    id: UUID
    name: Localized
    department_id: UUID


@dataclass(frozen=True, slots=True)
class Unit:
    """A department with its ticket letter."""

    id: UUID
    letter: str
    floor: Localized


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue to be made, if there is none of its key."""

    key: str
    name: Localized
    kind: str
    letter: str
    promise_minutes: int
    area: Localized = field(default_factory=Localized)
    department_id: UUID | None = None
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StationPlan:
    """A station to be made, if there is none of its key, and the queue it serves."""

    key: str
    spot: Spot
    queue_key: str
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything a site needs."""

    queues: tuple[QueuePlan, ...]
    stations: tuple[StationPlan, ...]


def lay_out(units: Sequence[Unit], spots: Sequence[Spot], doctors: Sequence[Doctor]) -> Layout:
    """A queue and a station for each doctor; the shared queues with a station in each room."""
    queues, stations = _consultations(units, spots, doctors)
    taken = {unit.letter for unit in units}
    for key, kind, letter, room_kind, promise, name in SHARED:
        rooms = [spot for spot in spots if spot.kind == room_kind]
        if not rooms and kind not in ALWAYS:
            continue
        own = letter if letter not in taken else free_letter(taken)
        taken.add(own)
        queues.append(QueuePlan(key, Localized(name), kind, own, promise))
        windows = rooms or [Spot(key, Localized(name), room_kind)]
        stations += [StationPlan(spot.key, spot, key) for spot in windows]
    return Layout(tuple(queues), tuple(stations))


def _consultations(
    units: Iterable[Unit], spots: Sequence[Spot], doctors: Iterable[Doctor]
) -> tuple[list[QueuePlan], list[StationPlan]]:
    queues: list[QueuePlan] = []
    stations: list[StationPlan] = []
    by_unit: dict[UUID, list[Doctor]] = defaultdict(list)
    for doctor in doctors:
        by_unit[doctor.department_id].append(doctor)
    anywhere = [s for s in spots if s.kind in {"consulting", "chair"} and not s.department_id]
    for unit in units:
        here = [s for s in spots if s.department_id == unit.id]
        own = [s for s in here if s.kind in {"consulting", "chair"}]
        # Who has neither sees patients where they are treated.
        own = own or [s for s in here if s.kind == "treatment"]
        places = _chairs_first(own or anywhere)
        for n, doctor in enumerate(by_unit[unit.id]):
            key = f"doctor-{doctor.id.hex[-8:]}"
            queues.append(
                QueuePlan(
                    key,
                    doctor.name,
                    "consultation",
                    unit.letter,
                    CONSULTATION_PROMISE,
                    unit.floor,
                    unit.id,
                    doctor.id,
                )
            )
            if places:
                stations.append(StationPlan(key, places[n % len(places)], key, doctor.id))
    return queues, stations


def _chairs_first(spots: Sequence[Spot]) -> list[Spot]:
    """The chairs, and the rooms in which no chair stands."""
    chairs = [spot for spot in spots if spot.chair_id]
    with_chairs = {spot.room_id for spot in chairs}
    return chairs + [s for s in spots if not s.chair_id and s.room_id not in with_chairs]


def free_letter(taken: set[str]) -> str:
    """A letter that no queue and no department of a site has."""
    return next(one for one in reversed(ascii_uppercase) if one not in taken)
