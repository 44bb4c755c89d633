"""The group's sites: public facts that anybody may read, and which of them an actor sees."""

from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.models import Group, Site
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """A site as anybody may know it."""

    id: UUID
    key: str
    name: Localized
    short_name: Localized
    zone: ZoneInfo
    address: Localized
    phone: str
    directions: Localized
    holiday_rule: str
    position: int
    is_active: bool
    version: int
    quiet_from: time
    quiet_until: time


@lru_cache(maxsize=1000)
def site_zone(site_id: UUID) -> ZoneInfo:
    """The zone whose wall clock a site lives by. One query per process and site: it never changes.

    Raises: NotFound.
    """
    name = Site.objects.filter(pk=site_id).values_list("time_zone", flat=True).first()
    if name is None:
        raise NotFound
    return ZoneInfo(name)


def site_info(site_id: UUID) -> SiteInfo:
    """One site. One query. Raises: NotFound."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound
    return _info(site)


def site_by_key(key: str) -> SiteInfo:
    """The site with this short key. One query. Raises: NotFound."""
    site = Site.objects.filter(key=key, is_active=True).first()
    if site is None:
        raise NotFound
    return _info(site)


def open_sites() -> list[SiteInfo]:
    """The sites that receive patients, in the group's order. One query."""
    return [_info(site) for site in Site.objects.filter(is_active=True)]


def visible_sites(actor: Actor) -> list[SiteInfo]:
    """The sites at which the actor may do anything at all; a system actor's are all. One query."""
    sites = Site.objects.filter(is_active=True)
    if not actor.permissions:
        sites = sites.filter(pk__in={site_id for _, site_id in actor.grants})
    return [_info(site) for site in sites]


def group_name() -> Localized:
    """What the group is called; empty before it is set up. One query."""
    group = Group.objects.first()
    return Localized(group.name) if group else Localized()


def _info(site: Site) -> SiteInfo:
    return SiteInfo(
        id=site.pk,
        key=site.key,
        name=site.name,
        short_name=site.short_name,
        zone=ZoneInfo(site.time_zone),
        address=site.address,
        phone=site.phone,
        directions=site.directions,
        holiday_rule=site.holiday_rule,
        position=site.position,
        is_active=site.is_active,
        version=site.version,
        quiet_from=site.quiet_from,
        quiet_until=site.quiet_until,
    )
