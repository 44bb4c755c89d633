"""A clinic with free time for tests, made by the operations that make it for people."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from yilu.catalogue.models import Performs, PriceItem, Service
from yilu.facility.models import Site
from yilu.facility.tests.factories import (
    make_chair,
    make_department,
    make_room,
    make_site,
    open_every_day,
    words,
)
from yilu.patients.tests import factories as people
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.tests.made_once import made_once
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyResource
from yilu.scheduling.models import Resource
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.workforce.tests.factories import make_doctor

ALL = (
    permissions.SEE,
    permissions.BOOK,
    permissions.CHANGE,
    permissions.OVERRULE,
    permissions.BLOCK,
    permissions.ROSTER,
)
MONDAY = date(2031, 3, 3)
SUNDAY_EVENING = datetime(2031, 3, 2, 12, tzinfo=UTC)
"""When tests happen: 20:00 on Sunday in Shanghai."""
_number = count(1)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """A time of Monday in Shanghai, or of the days after it."""
    return datetime(2031, 3, 3, tzinfo=UTC) + timedelta(days=day, hours=hour - 8, minutes=minute)


def make_actor(site_id: UUID, *grants: str) -> Actor:
    """Somebody at the desk with every right of scheduling, or those named."""
    pairs = frozenset((grant, site_id) for grant in grants or ALL)
    return Actor(kind="staff", name="desk", user_id=new_id(), grants=pairs)


def make_service(**facts: Any) -> UUID:
    """A consultation of 30 minutes that needs a consulting room."""
    n = next(_number)
    item = PriceItem.objects.create(
        code=f"T{n:05d}",
        name=words("诊查费", "Consultation"),
        category="04",
        unit=words("次", "visit"),
    )
    usual = {
        "key": f"service-{n}",
        "name": words(f"门诊{n}", f"Consultation {n}"),
        "department_key": "general",
        "specialty": "general",
        "minutes": 30,
        "needs": [{"kind": "room"}],
        "fee_item": item,
        "min_notice_minutes": 0,
    }
    return Service.objects.create(**usual | facts).pk


@dataclass
class Clinic:
    """A site that is open from 9 to 18 every day, with doctors, rooms and one service."""

    site_id: UUID
    department_id: UUID
    service_id: UUID
    actor: Actor
    doctors: list[UUID] = field(default_factory=list)
    doctor_resources: list[UUID] = field(default_factory=list)
    room_resources: list[UUID] = field(default_factory=list)

    def patient(self, name: str = "张小明") -> UUID:
        """One more registered patient."""
        return people.make_patient(Site.objects.get(pk=self.site_id), name)

    def wish(self, starts_at: datetime | None = None, **facts: Any) -> BookingWish:
        """A wish for the first doctor at ten, for a new patient."""
        usual = {
            "site_id": self.site_id,
            "service_id": self.service_id,
            "practitioner_id": self.doctors[0],
            "starts_at": starts_at or at(10),
            "channel": "desk",
        }
        wanted = usual | facts
        wanted.setdefault("patient_id", None)
        wanted["patient_id"] = wanted["patient_id"] or self.patient()
        return BookingWish(**wanted)

    def book(self, starts_at: datetime | None = None, **facts: Any) -> Booked:
        """Book that wish."""
        return book_appointment(actor=self.actor, wish=self.wish(starts_at, **facts))


@made_once
def make_clinic(
    *,
    doctors: int = 1,
    rooms: int = 1,
    chairs: int = 0,
    days: int = 7,
    service: UUID | None = None,
    minutes: int | None = None,
    time_zone: str = "Asia/Shanghai",
) -> Clinic:
    """A clinic whose doctors work from 9 to 12 and from 14 to 17, published from Monday on."""
    site_id = make_site(time_zone=time_zone)
    open_every_day(site_id)
    clinic = Clinic(
        site_id, make_department(site_id), service or make_service(), make_actor(site_id)
    )
    for _ in range(rooms):
        room = make_room(site_id)
        clinic.room_resources.append(bookable(clinic, "room", room, detail="consulting"))
    for _ in range(chairs):
        chair = make_chair(site_id)
        bookable(clinic, "chair", chair)
    for _ in range(doctors):
        add_doctor(clinic, minutes=minutes)
    publish(clinic, days=days)
    return clinic


def bookable(clinic: Clinic, kind: str, of_id: UUID, **facts: Any) -> UUID:
    """Make something of the clinic's bookable, unless a worker that runs beside was quicker."""
    try:
        return add_resource(
            actor=clinic.actor, site_id=clinic.site_id, kind=kind, of_id=of_id, **facts
        )
    except AlreadyResource:
        found = Resource.objects.filter(**{f"{kind}_id": of_id})
        found.update(**facts)
        return found.get().pk


def add_doctor(clinic: Clinic, *, minutes: int | None = None, home: UUID | None = None) -> UUID:
    """One more doctor who performs the clinic's service; gives back the practitioner."""
    doctor = make_doctor(clinic.site_id, department_id=clinic.department_id).practitioner_id
    assert doctor is not None
    Performs.objects.create(practitioner_id=doctor, service_id=clinic.service_id, minutes=minutes)
    resource = bookable(clinic, "practitioner", doctor, home_id=home)
    work_week(clinic, resource, ("09:00", "12:00"), ("14:00", "17:00"))
    clinic.doctors.append(doctor)
    clinic.doctor_resources.append(resource)
    return doctor


def work_week(clinic: Clinic, resource_id: UUID, *hours: tuple[str, str]) -> None:
    """Let a resource work these hours on every day."""
    set_week(
        actor=clinic.actor,
        resource_id=resource_id,
        site_id=clinic.site_id,
        stretches=[
            Stretch(day, time.fromisoformat(start), time.fromisoformat(end))
            for day in range(7)
            for start, end in hours
        ],
        valid_from=date(2020, 1, 1),
    )


def publish(clinic: Clinic, *, days: int = 7) -> None:
    """Publish the sessions from Monday on."""
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=MONDAY,
        to_day=MONDAY + timedelta(days=days - 1),
    )
