"""The guide for patients (就医指南), made from the clinic's own data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.catalogue.selectors.services import services
from yilu.facility.rules import WeeklyHours
from yilu.facility.selectors.calendar import closures, weekly_hours
from yilu.facility.selectors.places import RoomInfo, departments, rooms
from yilu.facility.selectors.sites import SiteInfo
from yilu.pathways.errors import UnknownPathway
from yilu.pathways.selectors.definitions import definition_body
from yilu.platform import clock, wording
from yilu.platform.names import Localized
from yilu.queueing.selectors.points import site_rules
from yilu.queueing.states import QueueKind

PATHWAY = "outpatient_visit"
LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, and what there is to know."""

    head: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the guide. `is_way`: its rows are steps, one after another."""

    key: str
    icon: str
    title: str
    rows: tuple[Row, ...]
    is_way: bool = False


@dataclass(frozen=True, slots=True)
class PatientGuide:
    """The guide of a site as it stands now, in the reader's language."""

    site: SiteInfo
    chapters: tuple[Chapter, ...]
    made_on: str


def patient_guide(site: SiteInfo) -> PatientGuide:
    """What a patient should know of a site. Eight queries; anybody may read it."""
    chapters = (
        Chapter("hours", "clock", _("When and where"), tuple(_hours(site))),
        Chapter("bring", "clipboard-text", _("What to bring"), tuple(_bring(site.id))),
        Chapter("way", "route", _("Your visit, step by step"), tuple(_way()), is_way=True),
        Chapter("map", "map-pin", _("Where you find us"), tuple(_map(site.id))),
        Chapter("waiting", "armchair", _("How waiting works"), tuple(_waiting(site.id))),
        Chapter("paying", "cash", _("Paying"), tuple(_paying())),
    )
    today = clock.now().astimezone(site.zone).date()
    return PatientGuide(site, tuple(one for one in chapters if one.rows), f"{today:%Y-%m-%d}")


def _joined(words: Iterable[str]) -> str:
    """Words one after another, in the reader's way."""
    return pgettext("list", ", ").join(words)


def _hours(site: SiteInfo) -> Iterable[Row]:
    found: dict[str, list[str]] = {}
    for one in weekly_hours(site.id):
        found.setdefault(str(wording.WEEKDAYS[one.weekday]), []).append(_stretch(one))
    for day, stretches in found.items():
        yield Row(day, _joined(stretches))
    today = clock.now().astimezone(site.zone).date()
    for closed in closures(site.id, today, today + LOOK_AHEAD):
        days = f"{closed.starts_on:%Y-%m-%d} – {closed.ends_on:%Y-%m-%d}"
        yield Row(_("Closed"), f"{days} {closed.reason}".strip())
    yield Row(_("Address"), f"{site.address} {site.directions}".strip())
    if site.phone:
        yield Row(pgettext("clinic", "Phone"), site.phone)


def _stretch(one: WeeklyHours) -> str:
    return f"{one.opens:%H:%M}–{one.closes:%H:%M}"


def _bring(site_id: UUID) -> Iterable[Row]:
    yield Row(_("Always"), _("Your ID card, your insurance card, and a list of your medicines."))
    yield Row(_("If you have them"), _("Earlier reports and pictures, also those of others."))
    for one in services(site_id):
        if str(one.preparation):
            yield Row(str(one.name), str(one.preparation))


def _way() -> Iterable[Row]:
    try:
        steps = definition_body(PATHWAY)["steps"]
    except UnknownPathway:
        return
    for step in steps:
        place = step.get("place")
        yield Row(str(Localized(step["title"])), str(Localized(place)) if place else "")


def _map(site_id: UUID) -> Iterable[Row]:
    by_department: dict[UUID | None, list[RoomInfo]] = {}
    for room in rooms(site_id):
        by_department.setdefault(room.department_id, []).append(room)
    for one in departments(site_id):
        names = _joined(str(room.name) for room in by_department.get(one.id, []))
        where = " · ".join(part for part in (str(one.floor), names) if part)
        yield Row(str(one.name), where)
    others = by_department.get(None, [])
    if others:
        yield Row(_("For everybody"), _joined(str(room.name) for room in others))


def _waiting(site_id: UUID) -> Iterable[Row]:
    yield Row(
        _("Who is first"),
        _("Urgent patients always; then by booked time and arrival, a little earlier for old or"
          " disabled people, pregnant women and small children."),
    )  # fmt: skip
    doctors = [one for one in site_rules(site_id) if one.queue.kind == QueueKind.CONSULTATION]
    if doctors:
        promised = max(one.queue.promise_minutes for one in doctors)
        grace = min(one.policy.grace_minutes for one in doctors)
        yield Row(
            _("Our promise"),
            _("At most %(minutes)s minutes of waiting; if it gets longer we tell you why.")
            % {"minutes": promised},
        )
        yield Row(
            _("Late?"),
            _("Up to %(minutes)s minutes your place is kept; after that you come in between.")
            % {"minutes": grace},
        )
    yield Row(_("Call missed?"), _("Go to the front desk: you are put in again, not at the end."))
    yield Row(_("You feel worse?"), _("Tell anybody of us at once."))


def _paying() -> Iterable[Row]:
    yield Row(_("How"), _("WeChat on your phone or at a kiosk; cash at the cashier."))
    yield Row(_("What it costs"), _("All prices hang in the hall and stand under Prices."))
