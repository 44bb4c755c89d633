"""Everything that changes the group or a site. Nothing else writes them."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.errors import KeyTaken
from yilu.facility.events import SiteChanged, SiteOpened
from yilu.facility.models import Group, HolidayRule, Site
from yilu.facility.rules import check_zone, free_key
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import ENGLISH, Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What is said about a site. A new one without a short name or a key is given them."""

    name: Localized
    address: Localized
    short_name: Localized | None = None
    phone: str = ""
    directions: Localized | None = None
    holiday_rule: str = HolidayRule.AS_USUAL
    position: int = 0
    quiet_from: time = time(21)
    quiet_until: time = time(8)


@operation
def name_group(*, actor: Actor, name: Localized) -> None:
    """Say what the group of clinics is called."""
    actor.require_anywhere(permissions.MANAGE)
    group = Group.objects.select_for_update().first() or Group(version=0)
    group.name = name
    group.version += 1
    group.save()
    audit.record(actor, "facility.group.named", group, name=name)


@operation
def open_site(*, actor: Actor, facts: SiteFacts, time_zone: str, key: str = "") -> UUID:
    """Open a site of the group. Its time zone can never be changed later.

    Raises:
        NotAllowed: the actor looks after no site.
        UnknownZone: no time zone is called so.
        KeyTaken: another site has this key.
    """
    actor.require_anywhere(permissions.MANAGE)
    check_zone(time_zone)
    taken = set(Site.objects.values_list("key", flat=True))
    site = Site(time_zone=time_zone, key=key or free_key(facts.name.get(ENGLISH, "site"), taken))
    _say(site, facts)
    with on_violation(facility_site_key_key=KeyTaken):
        site.save(force_insert=True)
    audit.record(actor, "facility.site.opened", site, site_id=site.pk, key=site.key)
    outbox.publish(SiteOpened(site.pk), actor=actor, site_id=site.pk, subject=site)
    return site.pk


@operation
def change_site(
    *, actor: Actor, site_id: UUID, facts: SiteFacts, version: int | None = None
) -> None:
    """Change what is said about a site; all but its key and its time zone.

    Raises: NotFound, NotAllowed, Stale.
    """
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise NotFound
    actor.require(permissions.MANAGE, site_id)
    check_version(site, version)
    _say(site, facts)
    site.version += 1
    site.save()
    audit.record(actor, "facility.site.changed", site, site_id=site_id, version=site.version)
    outbox.publish(SiteChanged(site_id), actor=actor, site_id=site_id, subject=site)


def _say(site: Site, facts: SiteFacts) -> None:
    site.name = facts.name
    site.short_name = facts.short_name or facts.name
    site.address = facts.address
    site.phone = facts.phone
    site.directions = facts.directions or Localized()
    site.holiday_rule = facts.holiday_rule
    site.position = facts.position
    site.quiet_from, site.quiet_until = facts.quiet_from, facts.quiet_until
