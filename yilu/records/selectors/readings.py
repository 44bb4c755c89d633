"""Who opened a patient's record, as the patient and the reviewer may know it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.sites import open_sites
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.records.models import Opening
from yilu.records.rules.access import GLASS
from yilu.records.selectors.access import says_of
from yilu.records.states import Reason
from yilu.workforce.selectors.staff import posts, staff_names

ZONE = "Asia/Shanghai"
SHOWN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Somebody who opened a record on one day: in which post, from which site, and why."""

    by: PersonName
    posts: tuple[Localized, ...]
    why: str
    is_stated: bool
    site: Localized
    first_at: datetime
    last_at: datetime
    times: int


def readings_of(actor: Actor, patient_id: UUID, most: int = 100) -> list[ReadingLine]:
    """Who opened a patient's record within a year, the newest first. Six queries at most.

    For the patient; nothing for anybody who does not own it.
    """
    if not actor.is_owner(patient_id):
        return []
    since = clock.now() - SHOWN
    looks = audit.looks_at([patient_id], since=since, zone=ZONE, most=most)
    names = staff_names(one.user_id for one in looks if one.user_id)
    held = {post.key: post.name for post in posts()}
    sites = {site.id: site.short_name or site.name for site in open_sites()}
    stated = _stated(patient_id, since)
    zone = ZoneInfo(ZONE)
    return [
        ReadingLine(
            by=names.get(one.user_id, PersonName(one.name))
            if one.user_id
            else PersonName(one.name),
            posts=tuple(held[key] for key in one.posts if key in held),
            why=_why(one, stated),
            is_stated=one.basis == GLASS,
            site=_site(sites, one),
            first_at=one.first_at.astimezone(zone),
            last_at=one.last_at.astimezone(zone),
            times=one.times,
        )
        for one in looks
    ]


def _site(names: dict[UUID, Localized], look: audit.Look) -> Localized:
    """From which site: that for which the reader works, else that whose record it is."""
    site_id = look.own_site_id or look.site_id
    return names.get(site_id, Localized()) if site_id else Localized()


def _stated(patient_id: UUID, since: datetime) -> dict[tuple[UUID, datetime], str]:
    rows = Opening.objects.filter(patient_id=patient_id, opened_at__gte=since).order_by("opened_at")
    return {(one.user_id, one.opened_at): str(Reason(one.reason).label) for one in rows}


def _why(look: audit.Look, stated: dict[tuple[UUID, datetime], str]) -> str:
    """The ground; of a stated reason its kind, but not the reader's own words."""
    words = says_of(look.basis)
    if look.basis != GLASS:
        return words
    kinds = [
        kind for (user, at), kind in stated.items() if user == look.user_id and at <= look.last_at
    ]
    return f"{words}: {kinds[-1]}" if kinds else words
