"""Incidents of the last weeks, each with its timeline: they are over, and nobody is called."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.past.moment import Day, Numbers
from yilu.demo.plan import ClinicPlan
from yilu.facility.selectors.calendar import day_kinds
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.numbers import set_last
from yilu.reception.demo import PastEntry, PastIncident, write_incidents
from yilu.reception.states import IncidentState

FILE = Path(__file__).parents[1] / "data" / "incidents.yaml"
LOOKED_BACK = 60


@dataclass(frozen=True, slots=True)
class Happened:
    """A written incident on its day, with the ids of its site and people."""

    written: dict[str, Any]
    day: Day
    site_id: UUID
    number: str
    users: dict[str, UUID]

    @property
    def began(self) -> float:
        """When, in minutes after midnight."""
        at = time.fromisoformat(self.written["at"])
        return at.hour * 60.0 + at.minute


@operation
def tell_incidents(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan, seed: int) -> int:
    """Write the incidents of `data/incidents.yaml`; gives back how many. The same seed and day
    give the same rows. What names somebody who is not of this clinic is left out."""
    zone = ZoneInfo(plan.time_zone)
    days = _open_days(plan, clock.now().astimezone(zone).date())
    numbers = Numbers()
    chance = Random(f"incidents:{seed}")  # noqa: S311 (a story, not a secret)
    incidents, entries = [], []
    for written in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        if not _is_ours(written, clinic, days):
            continue
        on, site_id = days[written["day"] - 1], clinic.sites[written["site"]].id
        number = f"{on:%Y%m%d}-{numbers.take(f'incident:{site_id}:{on:%Y%m%d}'):02d}"
        day = Day(on, zone, chance, clock.now())
        told = Happened(written, day, site_id, number, clinic.users)
        incident = _incident(told)
        incidents.append(incident)
        entries += _entries(told, incident.id)
    write_incidents(incidents, entries)
    set_last(numbers.last)
    return len(incidents)


def _open_days(plan: ClinicPlan, today: date) -> list[date]:
    """The days before today on which the clinic worked, the latest first."""
    kinds = day_kinds(today - timedelta(days=LOOKED_BACK), today - timedelta(days=1))
    weekdays = plan.hours.weekdays
    worked = [d for d, k in kinds.items() if k.kind != "holiday" and k.works_as in weekdays]
    return sorted(worked, reverse=True)


def _is_ours(written: dict[str, Any], clinic: BuiltClinic, days: list[date]) -> bool:
    people = {written["by"], written.get("closed_by", written["by"])}
    people |= {deed[2] for deed in written["deeds"]}
    is_known = people <= clinic.users.keys() and written["site"] in clinic.sites
    return is_known and written["day"] <= len(days)


def _incident(told: Happened) -> PastIncident:
    written, opened = told.written, told.day.at(told.began)
    key = told.day.key(opened)
    is_mistake = written.get("withdrawn", False)
    return PastIncident(
        id=key,
        number=f"S{told.number}-{str(key)[-4:]}",
        site_id=told.site_id,
        clinic_day=told.day.day,
        kind=written["kind"],
        state=IncidentState.WITHDRAWN if is_mistake else IncidentState.CLOSED,
        place=written["place"],
        what=written["what"],
        opened_at=opened,
        opened_by_id=told.users[written["by"]],
        closed_at=None if is_mistake else opened + timedelta(minutes=written["minutes"]),
        closed_by_id=None if is_mistake else told.users[written["closed_by"]],
        outcome=written.get("outcome", ""),
        outcome_note=written.get("note", ""),
    )


def _entries(told: Happened, incident_id: UUID) -> list[PastEntry]:
    return [_entry(told, incident_id, *deed) for deed in told.written["deeds"]]


def _entry(  # noqa: PLR0917 (one line of the file)
    told: Happened,
    incident_id: UUID,
    minutes: int,
    deed: str,
    by: str,
    text: str = "",
    wrote: int = 0,
) -> PastEntry:
    at: datetime = told.day.at(told.began + minutes)
    return PastEntry(
        id=told.day.key(at),
        incident_id=incident_id,
        site_id=told.site_id,
        clinic_day=told.day.day,
        deed=deed,
        text=text,
        at=at,
        recorded_at=at + timedelta(minutes=wrote),
        by_id=told.users[by],
    )
