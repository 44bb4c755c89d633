"""A further site of a clinic that runs already."""

from uuid import UUID

from yilu.facility import permissions as facility
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.operations.sites import SiteFacts, open_site
from yilu.facility.selectors.calendar import weekly_hours
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.workforce import permissions as workforce
from yilu.workforce.operations.posts import assign_post
from yilu.workforce.selectors.staff import posts_of

LOOKING_AFTER = {"administrator", "manager"}


@operation
def open_another_site(
    *, actor: Actor, facts: SiteFacts, time_zone: str, hours_of: UUID | None = None
) -> UUID:
    """Open a further site, with the opening hours of another if wished.

    Who opens it looks after it: they hold their posts of administrator or manager there too.

    Raises: NotAllowed, UnknownZone.
    """
    actor.require_anywhere(facility.MANAGE)
    actor.require_anywhere(workforce.MANAGE)
    site_id = open_site(actor=actor, facts=facts, time_zone=time_zone)
    able = actor.lent(facility.MANAGE, workforce.MANAGE)
    if hours_of is not None:
        set_opening_hours(actor=able, site_id=site_id, hours=weekly_hours(hours_of))
    if actor.user_id is None:
        return site_id
    for post in sorted({one.key for one in posts_of(actor.user_id)} & LOOKING_AFTER):
        assign_post(actor=able, user_id=actor.user_id, post=post, site_id=site_id)
    return site_id
