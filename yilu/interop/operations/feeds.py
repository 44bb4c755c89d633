"""Calendar feeds: made for a practitioner or a room, and withdrawn."""

from dataclasses import dataclass
from uuid import UUID

from yilu.interop import permissions
from yilu.interop.errors import NamesNotAllowed
from yilu.interop.events import CalendarFeedSet
from yilu.interop.models import CalendarFeed
from yilu.interop.rules.references import digest
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id, new_reference
from yilu.scheduling.selectors.resources import resource_info


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A feed that was just made. Its reference is shown this once and never again."""

    id: UUID
    reference: str


@operation
def make_feed(
    *, actor: Actor, site_id: UUID, resource_id: UUID, shows_names: bool = False
) -> MadeFeed:
    """Make a secret address under which the bookings of a practitioner or room can be read.

    Practitioners may for themselves, managers for everyone and every room of their site.

    Raises:
        NotFound: there is no such practitioner or room.
        NotAllowed: it is somebody else's calendar.
        NamesNotAllowed: the actor may not show patients' names to other programs.
    """
    resource = resource_info(resource_id)
    if resource.kind not in {"practitioner", "room"}:
        raise NotFound
    if not resource.is_person and resource.site_id != site_id:
        raise NotFound
    _check_may(actor, site_id, resource.of_id)
    if shows_names and not actor.may(permissions.FEED_NAMES, site_id):
        raise NamesNotAllowed
    reference = new_reference()
    feed = CalendarFeed(
        id=new_id(),
        site_id=site_id,
        kind=resource.kind,
        resource_id=resource_id,
        digest=digest(reference),
        shows_names=shows_names,
        made_by=actor.user_id,
    )
    feed.save(force_insert=True)
    audit.record(
        actor, "interop.feed.made", feed, site_id=site_id, resource=resource_id, names=shows_names
    )
    _tell(actor, feed, is_withdrawn=False)
    return MadeFeed(feed.pk, reference)


@operation
def withdraw_feed(*, actor: Actor, feed_id: UUID) -> None:
    """Let a feed's address open nothing from now on. Twice changes nothing.

    Raises: NotFound, NotAllowed.
    """
    feed = CalendarFeed.objects.select_for_update(no_key=True).filter(pk=feed_id).first()
    if feed is None:
        raise NotFound
    actor.require_to_see(permissions.FEED, feed.site_id)
    if feed.made_by != actor.user_id:
        actor.require(permissions.MANAGE, feed.site_id)
    if feed.withdrawn_at is not None:
        return
    feed.withdrawn_at = clock.now()
    feed.save(update_fields=["withdrawn_at"])
    audit.record(actor, "interop.feed.withdrawn", feed, site_id=feed.site_id)
    _tell(actor, feed, is_withdrawn=True)


def _check_may(actor: Actor, site_id: UUID, practitioner_id: UUID | None) -> None:
    actor.require(permissions.FEED, site_id)
    is_own = practitioner_id is not None and practitioner_id == actor.practitioner_id
    if not is_own and not actor.may(permissions.MANAGE, site_id):
        raise NotAllowed(permission=permissions.MANAGE)


def _tell(actor: Actor, feed: CalendarFeed, *, is_withdrawn: bool) -> None:
    told = CalendarFeedSet(feed.pk, feed.kind, is_withdrawn)
    outbox.publish(told, actor=actor, site_id=feed.site_id, subject=feed)
