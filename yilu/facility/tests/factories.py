"""Sites and places for tests, made by the operations that make them for people."""

from datetime import time
from itertools import count
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.operations.places import (
    ChairFacts,
    DepartmentFacts,
    DeviceFacts,
    RoomFacts,
    add_place,
)
from yilu.facility.operations.sites import SiteFacts, open_site
from yilu.facility.rules import WeeklyHours
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

BUILDER = Actor.system("builder", permissions.MANAGE)
_numbers = count(1)


def words(chinese: str, english: str) -> Localized:
    """Words in both languages."""
    return Localized({"zh-Hans": chinese, "en": english})


def make_site(*, key: str = "", time_zone: str = "Asia/Shanghai", **facts: object) -> UUID:
    """A site without places or hours."""
    n = next(_numbers)
    name, address = words(f"一路门诊{n}", f"Yilu Clinic {n}"), words("测试路1号", "1 Test Rd")
    return open_site(
        actor=BUILDER,
        facts=SiteFacts(**({"name": name, "address": address} | facts)),
        time_zone=time_zone,
        key=key or f"site-{n}",
    )


def make_department(site_id: UUID, *, key: str = "general", specialty: str = "general") -> UUID:
    """A department with the first free ticket letter."""
    facts = DepartmentFacts(name=words("全科", "General"), specialty=specialty)
    return add_place(actor=BUILDER, site_id=site_id, facts=facts, key=key)


def make_room(
    site_id: UUID, *, department_id: UUID | None = None, kind: str = "consulting"
) -> UUID:
    """A room."""
    n = next(_numbers)
    facts = RoomFacts(name=words(f"诊室{n}", f"Room {n}"), kind=kind, department_id=department_id)
    return add_place(actor=BUILDER, site_id=site_id, facts=facts)


def make_chair(site_id: UUID, *, room_id: UUID | None = None) -> UUID:
    """A chair, in a room of its own unless one is given."""
    n = next(_numbers)
    room = room_id or make_room(site_id, kind="treatment")
    facts = ChairFacts(name=words(f"牙椅{n}", f"Chair {n}"), room_id=room)
    return add_place(actor=BUILDER, site_id=site_id, facts=facts)


def make_device(site_id: UUID, *, kind: str = "panoramic") -> UUID:
    """A device of this kind, in no room."""
    n = next(_numbers)
    facts = DeviceFacts(name=words(f"设备{n}", f"Device {n}"), kind=kind)
    return add_place(actor=BUILDER, site_id=site_id, facts=facts)


def open_every_day(site_id: UUID, opens: str = "09:00", closes: str = "18:00") -> None:
    """Let a site be open from Monday to Sunday at the same times."""
    start, end = time.fromisoformat(opens), time.fromisoformat(closes)
    week = [WeeklyHours(weekday, start, end) for weekday in range(7)]
    set_opening_hours(actor=BUILDER, site_id=site_id, hours=week)
