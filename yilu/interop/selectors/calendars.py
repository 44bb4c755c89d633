"""The calendar behind a feed's secret address, and the feeds that somebody may see."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.utils import translation
from icalendar import Calendar, Event

from yilu.catalogue.selectors.services import service_infos
from yilu.facility.selectors.sites import site_info
from yilu.interop import permissions
from yilu.interop.models import CalendarFeed
from yilu.interop.rules.references import digest
from yilu.interop.states import FeedKind
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.scheduling.selectors.agreed import Agreed, bookable_ids, holding
from yilu.scheduling.selectors.resources import (
    ResourceInfo,
    resource_info,
    resource_infos,
    resource_of,
)
from yilu.workforce.selectors.practitioners import practitioner_names

BACK, AHEAD = timedelta(days=7), timedelta(days=60)


@dataclass(frozen=True, slots=True)
class CalendarText:
    """A calendar as it is sent, and by what a program knows that nothing changed."""

    text: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed in one line. Its address is known only to who made it."""

    id: UUID
    kind: FeedKind
    name: str
    shows_names: bool
    created_at: datetime
    last_read_on: date | None
    can_withdraw: bool

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)


def calendar(reference: str, language: str) -> CalendarText:
    """The bookings behind a feed, from a week ago to two months ahead.

    Nine queries at most, however many bookings; whose feed it is, is on record of the read when
    it shows names. Raises: NotFound.
    """
    feed = CalendarFeed.objects.filter(digest=digest(reference), withdrawn_at=None).first()
    if feed is None:
        raise NotFound
    now = clock.now()
    if feed.last_read_on != now.date():
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=now.date())
    found = holding(feed.resource_id, now - BACK, now + AHEAD)
    with translation.override(language):
        text = _written(feed, found)
    return CalendarText(text, f'"{hashlib.sha256(text).hexdigest()[:32]}"')


def feeds(actor: Actor, site_id: UUID) -> list[FeedLine]:
    """The feeds of a site: all for who manages it, their own for others. Four queries."""
    actor.require(permissions.FEED, site_id)
    rows = CalendarFeed.objects.filter(site_id=site_id, withdrawn_at=None)
    manages = actor.may(permissions.MANAGE, site_id)
    if not manages:
        rows = rows.filter(made_by=actor.user_id)
    found = list(rows)
    names = resource_infos(one.resource_id for one in found)
    zone = site_info(site_id).zone
    return [
        FeedLine(
            id=one.pk,
            kind=FeedKind(one.kind),
            name=names[one.resource_id].name,
            shows_names=one.shows_names,
            created_at=one.created_at.astimezone(zone),
            last_read_on=one.last_read_on,
            can_withdraw=manages or one.made_by == actor.user_id,
        )
        for one in found
    ]


def feedable(actor: Actor, site_id: UUID) -> list[ResourceInfo]:
    """Whose calendars the actor may give out: everyone's and every room's for who manages the
    site, their own for practitioners. Five queries at most.
    """
    if not actor.may(permissions.MANAGE, site_id):
        mine = actor.practitioner_id and resource_of("practitioner", actor.practitioner_id)
        return list(resource_infos([mine]).values()) if mine else []
    ids = bookable_ids(site_id, (FeedKind.PRACTITIONER, FeedKind.ROOM))
    found = resource_infos(ids).values()
    return sorted((one for one in found if one.is_active), key=lambda one: not one.is_person)


def _written(feed: CalendarFeed, found: list[Agreed]) -> bytes:
    site = site_info(feed.site_id)
    services = service_infos(one.service_id for one in found)
    doctors = practitioner_names(one.practitioner_id for one in found)
    names = _patients(feed, found)
    sheet = Calendar()
    sheet.add("prodid", "-//Yilu//Feed//")
    sheet.add("version", "2.0")
    sheet.add("x-wr-calname", resource_info(feed.resource_id).name)
    for one in found:
        words = [str(services[one.service_id].name), names.get(one.patient_id, "")]
        if feed.kind == FeedKind.ROOM:
            words.append(str(doctors[one.practitioner_id]))
        sheet.add_component(_event(one, " · ".join(filter(None, words)), site.name))
    return bytes(sheet.to_ical())


def _event(one: Agreed, summary: str, place: Localized) -> Event:
    event = Event()
    event.add("uid", f"{one.id}@yilu")
    event.add("sequence", one.version)
    # What changes with the booking and not with the hour: else nothing would ever stay the same.
    event.add("dtstamp", one.changed_at)
    # In UTC: an hour that a wall clock shows twice has no other name in a calendar.
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("location", str(place))
    event.add("status", "CONFIRMED")
    return event


def _patients(feed: CalendarFeed, found: list[Agreed]) -> dict[UUID, str]:
    if not feed.shows_names:
        return {}
    reader = Actor(kind="device", name="calendar feed", user_id=feed.made_by)
    people = patient_briefs(reader, {one.patient_id for one in found}, "interop.feed")
    return {key: str(one.name) for key, one in people.items()}
