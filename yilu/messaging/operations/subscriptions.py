"""Wanting to be told by push, and no longer wanting it."""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from yilu.messaging.adapters.push import is_push_service
from yilu.messaging.errors import BadSubscription
from yilu.messaging.models import PushSubscription
from yilu.messaging.selectors.subscriptions import COLUMN
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind
from yilu.platform.db import operation
from yilu.platform.errors import NotSignedIn

KEY_BYTES, AUTH_BYTES, LONGEST, MOST = 65, 16, 1000, 10


@dataclass(frozen=True, slots=True)
class Browser:
    """A subscription as a browser describes it, and what its owner would call the device."""

    endpoint: str
    p256dh: str
    auth: str
    device: str = ""


@operation
def subscribe(*, actor: Actor, browser: Browser) -> UUID:
    """Let an account be told by push in a browser; the same again changes nothing.

    A browser belongs to the account that signed in there last. Of more than ten the oldest go.
    Five queries.

    Raises:
        NotSignedIn: no account of a patient.
        BadSubscription: no push service that we know, or no keys of a browser.
    """
    user_id = _account(actor)
    _check(browser)
    kept, is_new = PushSubscription.objects.update_or_create(
        endpoint_blind=blind(browser.endpoint, COLUMN),
        defaults={
            "user_id": user_id,
            "endpoint": browser.endpoint,
            "keys": f"{browser.p256dh} {browser.auth}",
            "device": browser.device,
        },
    )
    mine = PushSubscription.objects.filter(user=user_id).order_by("-created_at", "-pk")
    PushSubscription.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST:])).delete()
    if is_new:
        audit.record(actor, "messaging.push.subscribed", kept)
    return kept.pk


@operation
def unsubscribe(*, actor: Actor, endpoint: str) -> bool:
    """Tell an account nothing more in a browser; gives back whether it was told there.

    Raises: NotSignedIn.
    """
    user_id = _account(actor)
    mine = PushSubscription.objects.filter(
        user=user_id, endpoint_blind=blind(endpoint[:LONGEST], COLUMN)
    )
    found = mine.first()
    if found is None:
        return False
    audit.record(actor, "messaging.push.unsubscribed", found)
    mine.delete()
    return True


@operation
def remove_device(*, actor: Actor, subscription_id: UUID) -> bool:
    """Tell an account nothing more in one of its browsers, from whichever; gives back whether it
    was told there.

    Raises: NotSignedIn.
    """
    mine = PushSubscription.objects.filter(user=_account(actor), pk=subscription_id)
    found = mine.first()
    if found is None:
        return False
    audit.record(actor, "messaging.push.unsubscribed", found)
    mine.delete()
    return True


@operation
def renew(*, actor: Actor, before: str, browser: Browser) -> bool:
    """Go on telling an account in a browser that its push service gave another address; gives
    back whether the one before was known.

    Nobody need be signed in: only that browser, the push service and we ever knew the address
    before, so knowing it is the proof. Count the tries (`throttle`) before calling. Four queries.

    Raises:
        BadSubscription: no push service that we know, or no keys of a browser.
    """
    _check(browser)
    known = PushSubscription.objects.select_for_update()
    found = known.filter(endpoint_blind=blind(before[:LONGEST], COLUMN)).first()
    if found is None:
        return False
    mark = blind(browser.endpoint, COLUMN)
    if PushSubscription.objects.filter(endpoint_blind=mark).exclude(pk=found.pk).exists():
        found.delete()  # The page was faster, and told us the new one already.
        return True
    found.endpoint, found.endpoint_blind = browser.endpoint, mark
    found.keys = f"{browser.p256dh} {browser.auth}"
    found.save(update_fields=["endpoint", "endpoint_blind", "keys"])
    audit.record(actor, "messaging.push.renewed", found)
    return True


def forget(*, actor: Actor, subscription_id: UUID) -> None:
    """Forget what the push service says is gone. Part of a deed. One query."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


def _account(actor: Actor) -> UUID:
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    return actor.user_id


def _check(browser: Browser) -> None:
    if len(browser.endpoint) > LONGEST or not is_push_service(browser.endpoint):
        raise BadSubscription
    point, secret = _bytes(browser.p256dh), _bytes(browser.auth)
    if len(point) != KEY_BYTES or point[0] != 4 or len(secret) != AUTH_BYTES:
        raise BadSubscription
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise BadSubscription from error  # No point of the curve: nothing could be sealed for it.


def _bytes(written: str) -> bytes:
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSubscription from error
