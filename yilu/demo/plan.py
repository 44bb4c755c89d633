"""The demonstration clinic as data: read once, the same every time."""

from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.platform.names import Localized

FILE = Path(__file__).parent / "data" / "clinic.yaml"


@dataclass(frozen=True, slots=True)
class PlannedDepartment:
    """A department of a site: where, and with how many rooms or chairs."""

    key: str
    floor: Localized
    places: int


@dataclass(frozen=True, slots=True)
class PlannedDevice:
    """A device that bookings share."""

    key: str
    kind: str
    name: Localized
    room: str


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """A site with everything in it."""

    key: str
    name: Localized
    address: Localized
    directions: Localized
    phone: str
    departments: tuple[PlannedDepartment, ...]
    devices: tuple[PlannedDevice, ...]
    windows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedPractitioner:
    """Somebody who sees patients."""

    staff_no: str
    name: str
    pinyin: str
    title: str
    site: str
    department: str
    services: tuple[str, ...]
    pace: float
    asked_for: float


@dataclass(frozen=True, slots=True)
class PlannedStaff:
    """Somebody at a desk."""

    staff_no: str
    name: str
    pinyin: str
    post: str
    sites: tuple[str, ...]
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When the clinic is open, and when nobody sees patients at noon."""

    opens: time
    closes: time
    lunch_starts: time
    lunch_ends: time
    weekdays: tuple[int, ...]

    @property
    def stretches(self) -> tuple[tuple[time, time], ...]:
        """The morning and the afternoon."""
        return ((self.opens, self.lunch_starts), (self.lunch_ends, self.closes))

    @property
    def minutes(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """By weekday, in minutes after midnight."""
        day = tuple((_minute(start), _minute(end)) for start, end in self.stretches)
        return dict.fromkeys(self.weekdays, day)


@dataclass(frozen=True, slots=True)
class ClinicPlan:
    """The whole group."""

    group: Localized
    time_zone: str
    hours: Hours
    titles: dict[str, Localized]
    sites: tuple[PlannedSite, ...]
    practitioners: tuple[PlannedPractitioner, ...]
    staff: tuple[PlannedStaff, ...]


@cache
def clinic_plan() -> ClinicPlan:
    """The demonstration clinic, as `data/clinic.yaml` has it."""
    written: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return ClinicPlan(
        group=Localized(written["group"]),
        time_zone=written["time_zone"],
        hours=_hours(written["hours"]),
        titles={key: Localized(title) for key, title in written["titles"].items()},
        sites=tuple(_site(site) for site in written["sites"]),
        practitioners=tuple(_practitioner(row) for row in written["practitioners"]),
        staff=tuple(_staff(row) for row in written["staff"]),
    )


def _hours(written: dict[str, Any]) -> Hours:
    return Hours(
        opens=time.fromisoformat(written["open"]),
        closes=time.fromisoformat(written["close"]),
        lunch_starts=time.fromisoformat(written["lunch"][0]),
        lunch_ends=time.fromisoformat(written["lunch"][1]),
        weekdays=tuple(written["weekdays"]),
    )


def _site(written: dict[str, Any]) -> PlannedSite:
    return PlannedSite(
        key=written["key"],
        name=Localized(written["name"]),
        address=Localized(written["address"]),
        directions=Localized(written["directions"]),
        phone=written["phone"],
        departments=tuple(
            PlannedDepartment(one["key"], Localized(one["floor"]), one["places"])
            for one in written["departments"]
        ),
        devices=tuple(
            PlannedDevice(
                one["key"],
                one["kind"],
                Localized({"zh-Hans": one["zh"], "en": one["en"]}),
                one["room"],
            )
            for one in written["devices"]
        ),
        windows=tuple(written["windows"]),
    )


def _practitioner(row: list[Any]) -> PlannedPractitioner:
    staff_no, name, pinyin, title, site, department, services, pace, asked_for = row
    return PlannedPractitioner(
        staff_no, name, pinyin, title, site, department, tuple(services), pace, asked_for
    )


def _staff(row: list[Any]) -> PlannedStaff:
    staff_no, name, pinyin, post, sites, *said = row
    languages = tuple(said[0]) if said else None
    return PlannedStaff(staff_no, name, pinyin, post, tuple(sites), languages)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
