"""Keys of partners: made, followed by another, withdrawn."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.interop.errors import TooManyKeys
from yilu.interop.events import PartnerKeySet
from yilu.interop.models import Partner, PartnerKey
from yilu.interop.operations.holding import managed
from yilu.interop.selectors.keys import good_at
from yilu.interop.selectors.topics import partner_topic, partners_topic
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id, new_reference

MOST_KEYS = 3
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was just made. The secret is shown this once and never again."""

    id: UUID
    name: str
    secret: str


@operation
def make_key(*, actor: Actor, partner_id: UUID) -> MadeKey:
    """A further key for a partner. Those it has stay good.

    Raises: NotFound, NotAllowed, TooManyKeys.
    """
    return _made(actor, managed(actor, partner_id))


@operation
def rotate_key(*, actor: Actor, partner_id: UUID) -> MadeKey:
    """A new key for a partner; those before it end in a week, so that there is time to change.

    Raises: NotFound, NotAllowed, TooManyKeys.
    """
    partner = managed(actor, partner_id)
    ends_at = clock.machine_now() + OVERLAP
    sooner = Q(expires_at=None) | Q(expires_at__gt=ends_at)
    _good(partner).filter(sooner).update(expires_at=ends_at)
    return _made(actor, partner)


@operation
def withdraw_key(*, actor: Actor, partner_id: UUID, key_id: UUID) -> None:
    """Let a key open nothing from this moment on. Twice changes nothing.

    Raises: NotFound, NotAllowed.
    """
    partner = managed(actor, partner_id)
    key = PartnerKey.objects.filter(pk=key_id, partner=partner).first()
    if key is None:
        raise NotFound
    if key.withdrawn_at is not None:
        return
    key.withdrawn_at = clock.machine_now()
    key.save(update_fields=["withdrawn_at"])
    audit.record(actor, "interop.key.withdrawn", key, site_id=partner.sites[0], key=key.name)
    _tell(actor, partner, key, is_withdrawn=True)


def _good(partner: Partner) -> QuerySet[PartnerKey]:
    return PartnerKey.objects.filter(good_at(clock.machine_now()), partner=partner)


def _made(actor: Actor, partner: Partner) -> MadeKey:
    if _good(partner).count() >= MOST_KEYS:
        raise TooManyKeys
    secret = f"yls_{new_reference()}{new_reference()}"
    key = PartnerKey(
        id=new_id(), partner=partner, name=f"ylk_{new_reference()[:16]}", secret=secret
    )
    key.save(force_insert=True)
    audit.record(actor, "interop.key.made", key, site_id=partner.sites[0], key=key.name)
    _tell(actor, partner, key, is_withdrawn=False)
    return MadeKey(key.pk, key.name, secret)


def _tell(actor: Actor, partner: Partner, key: PartnerKey, *, is_withdrawn: bool) -> None:
    told = PartnerKeySet(partner.pk, key.pk, is_withdrawn)
    topics = [partners_topic(), partner_topic(partner.pk)]
    outbox.publish(told, actor=actor, site_id=partner.sites[0], subject=partner, topics=topics)
