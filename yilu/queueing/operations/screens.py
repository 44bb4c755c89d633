"""Wall screens: each is a device of its own that may show one site's calls and nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.platform import access, audit, clock, links, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.queueing import permissions
from yilu.queueing.errors import ForOneOnly, ScreenWithdrawn
from yilu.queueing.events import QueuesChanged
from yilu.queueing.models import Queue, Screen
from yilu.queueing.selectors.topics import site_queues_topic

PURPOSE = "queueing.screen"
LASTS = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class NewScreen:
    """A screen and the reference of its link, which can be read here once."""

    id: UUID
    reference: str


@operation
def create_screen(
    *,
    actor: Actor,
    site_id: UUID,
    name: str,
    area: str = "",
    practitioner_id: UUID | None = None,
) -> NewScreen:
    """Set up a wall screen for a site, for one of its waiting areas, or for a doctor's door.

    Raises:
        NotFound: no such practitioner calls patients at this site.
        ForOneOnly: both an area and a doctor are named.
    """
    actor.require(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    _check_doctor(site_id, area, practitioner_id)
    screen_id = new_id()
    user = access.new_device(
        screen_id, "screen", name, permission=permissions.SHOW, site_id=site_id
    )
    screen = Screen(
        id=screen_id,
        site_id=site_id,
        name=name,
        area=area,
        practitioner_id=practitioner_id,
        user=user,
    )
    screen.save(force_insert=True)
    _record(actor, screen, "created")
    return NewScreen(screen_id, _new_link(screen))


@operation
def renew_screen_link(*, actor: Actor, screen_id: UUID) -> str:
    """Give a screen a new link; the old one opens nothing any more. Its session goes on."""
    screen = _hold(screen_id, actor)
    links.withdraw(screen.pk, PURPOSE)
    _record(actor, screen, "link_renewed")
    return _new_link(screen)


@operation
def withdraw_screen(*, actor: Actor, screen_id: UUID) -> None:
    """End a screen: its link, its session and its right. Nothing happens when it has ended."""
    screen = _hold(screen_id, actor, ended_too=True)
    if screen.withdrawn_at is not None:
        return
    screen.withdrawn_at = clock.now()
    screen.version += 1
    screen.save(update_fields=["withdrawn_at", "version"])
    links.withdraw(screen.pk, PURPOSE)
    access.end_device(screen.user_id)
    _record(actor, screen, "withdrawn")


@operation
def open_screen(*, actor: Actor, screen_id: UUID) -> UUID:
    """Note that a screen has been opened by its link. The user as which it signs in."""
    screen = Screen.objects.select_for_update().filter(pk=screen_id, withdrawn_at=None).first()
    if screen is None:
        raise ScreenWithdrawn
    screen.opened_at = clock.now()
    screen.save(update_fields=["opened_at"])
    _record(actor, screen, "opened")
    return screen.user_id


def _check_doctor(site_id: UUID, area: str, practitioner_id: UUID | None) -> None:
    if practitioner_id is None:
        return
    if area:
        raise ForOneOnly
    mine = Queue.objects.filter(site_id=site_id, practitioner_id=practitioner_id, is_active=True)
    if not mine.exists():
        raise NotFound


def _hold(screen_id: UUID, actor: Actor, *, ended_too: bool = False) -> Screen:
    screen = Screen.objects.select_for_update().filter(pk=screen_id).first()
    if screen is None:
        raise NotFound
    actor.require_to_see(permissions.SET_UP, screen.site_id)
    if screen.withdrawn_at is not None and not ended_too:
        raise ScreenWithdrawn
    return screen


def _new_link(screen: Screen) -> str:
    return links.issue(
        PURPOSE, subject_id=screen.pk, expires_at=clock.now() + LASTS, site_id=screen.site_id
    )


def _record(actor: Actor, screen: Screen, deed: str) -> None:
    audit.record(actor, f"queueing.screen.{deed}", screen, site_id=screen.site_id)
    outbox.publish(
        QueuesChanged(what=f"screen_{deed}"),
        actor=actor,
        site_id=screen.site_id,
        subject=screen,
        topics=[site_queues_topic(screen.site_id)],
    )
