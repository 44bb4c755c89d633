"""Browsers and installed apps that asked to be told by push."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.messaging.models import PushSubscription
from yilu.patients.selectors.accounts import accounts_of
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind

COLUMN = "messaging.push"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a push goes, with the keys that only the browser there can undo."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or installed app in which an account is told by push; `name` may be unknown."""

    id: UUID
    name: str
    since: datetime


def subscription(subscription_id: UUID) -> Subscription | None:
    """One subscription, or None when it was taken back. One query."""
    found = PushSubscription.objects.filter(pk=subscription_id).first()
    if found is None:
        return None
    p256dh, _space, auth = found.keys.partition(" ")
    return Subscription(found.pk, found.endpoint, p256dh, auth)


def subscriptions_of_patient(patient_id: UUID) -> list[UUID]:
    """Where the accounts that act for a patient want to be told. One query."""
    found = PushSubscription.objects.filter(user__in=accounts_of(patient_id))
    return list(found.order_by("created_at", "pk").values_list("pk", flat=True))


def subscriptions_of_account(user_id: UUID) -> list[UUID]:
    """An account's own. One query."""
    found = PushSubscription.objects.filter(user=user_id)
    return list(found.order_by("created_at", "pk").values_list("pk", flat=True))


def devices_of(actor: Actor) -> list[Device]:
    """Where an account is told by push, the newest first. One query."""
    found = PushSubscription.objects.filter(user=actor.user_id).order_by("-created_at", "-pk")
    rows = found.values_list("pk", "device", "created_at")
    return [Device(*row) for row in rows]


def device_at(actor: Actor, endpoint: str) -> UUID | None:
    """An account's own subscription of one browser, or None. One query."""
    mine = PushSubscription.objects.filter(
        user=actor.user_id, endpoint_blind=blind(endpoint, COLUMN)
    )
    found: UUID | None = mine.values_list("pk", flat=True).first()
    return found
