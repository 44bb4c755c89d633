"""Letting a signed request in, or saying why not. It is not undone with what is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from yilu.interop.errors import (
    BodyAltered,
    KeyUnknown,
    RequestReplayed,
    SignatureFromFuture,
    SignatureTooOld,
    SignatureWrong,
)
from yilu.interop.models import PartnerKey, PartnerRequest
from yilu.interop.rules.signatures import Message, Read, fits, is_body_of
from yilu.interop.selectors.keys import good_at
from yilu.patients import permissions as patients
from yilu.platform import clock, throttle
from yilu.platform.actors import Actor
from yilu.platform.errors import TooMany
from yilu.scheduling import permissions as scheduling

OLDEST, MOST_AHEAD = timedelta(minutes=5), timedelta(minutes=1)
MINUTE = 60
MOST_REFUSED = 60
LONGEST_PATH, LONGEST_CODE = 200, 40
_USE = """
INSERT INTO interop_nonce (key_id, nonce, created_at) VALUES (%s, %s, %s)
ON CONFLICT (key_id, nonce) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a key, before anything is believed."""

    partner_id: UUID
    user_id: UUID
    name: str
    sites: tuple[UUID, ...]
    requests_per_minute: int
    key_id: UUID
    secret: str
    last_used_on: object


def caller(name: str) -> Caller:
    """Who holds a key. One query. Raises: KeyUnknown."""
    good = PartnerKey.objects.filter(good_at(clock.machine_now()), name=name)
    key = good.select_related("partner").first()
    if key is None:
        raise KeyUnknown
    partner = key.partner
    return Caller(
        partner.pk, partner.user_id, partner.name, tuple(partner.sites),
        partner.requests_per_minute, key.pk, key.secret, key.last_used_on,
    )  # fmt: skip


def admit(who: Caller, message: Message, found: Read) -> Actor:
    """The partner as an actor, when this very request is its own, new, and within its quota.

    Two queries; one more on the first request of a key each day.

    Raises:
        SignatureWrong, BodyAltered: somebody else made it, or changed it on its way.
        SignatureTooOld, SignatureFromFuture: the clocks differ, or it was kept back.
        RequestReplayed: the same request was received before.
        TooMany: the partner asks more often than was agreed; says when to ask again.
    """
    if not fits(message, found, who.secret.encode()):
        raise SignatureWrong
    if not is_body_of(message):
        raise BodyAltered
    check_age(found.created)
    _use_nonce(who.key_id, found.nonce)
    throttle.take(f"interop.requests:{who.partner_id}", who.requests_per_minute, MINUTE)
    _mark_used(who)
    return actor_of(who.user_id, who.name, who.sites)


def actor_of(user_id: UUID, name: str, sites: Iterable[UUID]) -> Actor:
    """What a partner may do: book and register at its sites. Its own bookings it owns."""
    grants = frozenset(
        (permission, site_id)
        for permission in (scheduling.BOOK, patients.REGISTER)
        for site_id in sites
    )
    return Actor(kind="partner", name=name, user_id=user_id, grants=grants)


def keep_request(
    partner_id: UUID, *, method: str, path: str, status: int, code: str, milliseconds: int
) -> None:
    """Write down how a request was answered. One query, two when nobody was let in.

    Requests that were not let in are written down sixty times a minute at most: anybody can send
    them in the name of a key.
    """
    if status == 401:
        try:
            throttle.take(f"interop.refused:{partner_id}", MOST_REFUSED, MINUTE)
        except TooMany:
            return
    PartnerRequest.objects.create(
        partner_id=partner_id,
        method=method,
        path=path[:LONGEST_PATH],
        status=status,
        code=code[:LONGEST_CODE],
        milliseconds=milliseconds,
    )


def check_age(created: int) -> None:
    """Whether a request was signed just now. Raises: SignatureTooOld, SignatureFromFuture."""
    now = clock.machine_now()
    try:
        age = now - datetime.fromtimestamp(created, UTC)
    except (OverflowError, ValueError, OSError):
        raise SignatureFromFuture from None
    if age > OLDEST:
        raise SignatureTooOld
    if age < -MOST_AHEAD:
        raise SignatureFromFuture


def _use_nonce(key_id: UUID, nonce: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_USE, [key_id, nonce, clock.machine_now()])
        if cursor.rowcount != 1:
            raise RequestReplayed


def _mark_used(who: Caller) -> None:
    today = clock.machine_now().date()
    if who.last_used_on != today:
        PartnerKey.objects.filter(pk=who.key_id).update(last_used_on=today)
