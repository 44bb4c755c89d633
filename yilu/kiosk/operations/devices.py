"""Setting kiosks up and withdrawing them: each is a device with one right at one site."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_info
from yilu.kiosk import permissions
from yilu.kiosk.errors import KioskWithdrawn
from yilu.kiosk.events import HelpWanted, KiosksChanged
from yilu.kiosk.models import Kiosk
from yilu.kiosk.selectors.devices import kiosk_of_user, kiosks_topic
from yilu.platform import access, audit, clock, links, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.subjects import Subject

PURPOSE = "kiosk.device"
LASTS = timedelta(days=3650)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKiosk:
    """A kiosk and the reference of its link, which can be read here once."""

    id: UUID
    reference: str


@operation
def set_up_kiosk(*, actor: Actor, site_id: UUID, name: str, place: str = "") -> NewKiosk:
    """Set up a kiosk for a site: a device that may do nothing but be one. Raises: NotAllowed."""
    actor.require(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    kiosk_id = new_id()
    user = access.new_device(kiosk_id, "kiosk", name, permission=permissions.USE, site_id=site_id)
    kiosk = Kiosk(id=kiosk_id, site_id=site_id, name=name, place=place, user=user)
    kiosk.save(force_insert=True)
    _record(actor, kiosk, "created")
    return NewKiosk(kiosk_id, _new_link(kiosk))


@operation
def renew_kiosk_link(*, actor: Actor, kiosk_id: UUID) -> str:
    """Give a kiosk a new link; the old one opens nothing any more. Its session goes on.

    Raises: NotFound, KioskWithdrawn.
    """
    kiosk = _hold(kiosk_id, actor)
    links.withdraw(kiosk.pk, PURPOSE)
    _record(actor, kiosk, "link_renewed")
    return _new_link(kiosk)


@operation
def withdraw_kiosk(*, actor: Actor, kiosk_id: UUID) -> None:
    """End a kiosk: its link, its session and its right. Nothing happens when it has ended.

    Raises: NotFound.
    """
    kiosk = _hold(kiosk_id, actor, ended_too=True)
    if kiosk.withdrawn_at is not None:
        return
    kiosk.withdrawn_at = clock.now()
    kiosk.version += 1
    kiosk.save(update_fields=["withdrawn_at", "version"])
    links.withdraw(kiosk.pk, PURPOSE)
    access.end_device(kiosk.user_id)
    _record(actor, kiosk, "withdrawn")


@operation
def open_kiosk(*, actor: Actor, kiosk_id: UUID) -> UUID:
    """Note that a kiosk has been opened by its link. The user as which it signs in.

    Raises: KioskWithdrawn.
    """
    kiosk = Kiosk.objects.select_for_update().filter(pk=kiosk_id, withdrawn_at=None).first()
    if kiosk is None:
        raise KioskWithdrawn
    kiosk.opened_at = kiosk.seen_at = clock.now()
    kiosk.save(update_fields=["opened_at", "seen_at"])
    _record(actor, kiosk, "opened")
    return kiosk.user_id


@operation
def say_alive(*, actor: Actor, site_id: UUID) -> None:
    """Note that a kiosk stands there and works, once a minute at most. One query."""
    actor.require(permissions.USE, site_id)
    if actor.user_id is None:
        return
    now = clock.now()
    long_ago = Q(seen_at=None) | Q(seen_at__lt=now - SEEN_EVERY) | Q(seen_at__gt=now)
    kiosks = Kiosk.objects.filter(long_ago, user_id=actor.user_id, withdrawn_at=None)
    kiosks.update(seen_at=now)


@operation
def call_for_help(*, actor: Actor, site_id: UUID) -> None:
    """Have a person come to the kiosk: a task of the guides, timed. Asking again is the same task.

    Raises: NotAllowed, NotFound.
    """
    actor.require(permissions.USE, site_id)
    kiosk = kiosk_of_user(actor.user_id)
    subject = Subject("kiosk.kiosk", kiosk.id)
    audit.record(actor, "kiosk.help.wanted", subject, site_id=site_id)
    outbox.publish(HelpWanted(kiosk.id, kiosk.name), actor=actor, site_id=site_id, subject=subject)


def _hold(kiosk_id: UUID, actor: Actor, *, ended_too: bool = False) -> Kiosk:
    kiosk = Kiosk.objects.select_for_update().filter(pk=kiosk_id).first()
    if kiosk is None:
        raise NotFound
    actor.require_to_see(permissions.SET_UP, kiosk.site_id)
    if kiosk.withdrawn_at is not None and not ended_too:
        raise KioskWithdrawn
    return kiosk


def _new_link(kiosk: Kiosk) -> str:
    return links.issue(
        PURPOSE, subject_id=kiosk.pk, expires_at=clock.now() + LASTS, site_id=kiosk.site_id
    )


def _record(actor: Actor, kiosk: Kiosk, deed: str) -> None:
    audit.record(actor, f"kiosk.kiosk.{deed}", kiosk, site_id=kiosk.site_id)
    outbox.publish(
        KiosksChanged(what=deed),
        actor=actor,
        site_id=kiosk.site_id,
        subject=kiosk,
        topics=[kiosks_topic(kiosk.site_id)],
    )
