"""Tokens: how a partner, a screen or a program gets in without a session."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from yilu.platform import actors, audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id, new_reference
from yilu.platform.models import AccessToken, User, UserKind

# What a token opens is remembered for less than a second, so that withdrawing one counts at
# once for people, and a busy partner does not ask the database for each request.
_remembered: dict[bytes, tuple[float, Actor]] = {}
MOST_REMEMBERED = 2000


def new_token(
    user: User,
    name: str,
    *,
    permissions: Iterable[str] = (),
    sites: Iterable[UUID] = (),
    expires_at: datetime | None = None,
) -> str:
    """A new token of a user, shown once: only its hash is kept. One query.

    A device or partner may do what is listed, at the sites listed or, when none is, at every
    site. Staff and patients may never do more by token than without; a list narrows it.
    """
    secret = f"yilu_{new_reference()}"
    AccessToken.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        permissions=sorted(permissions),
        sites=sorted(sites),
        expires_at=expires_at,
    )
    return secret


def new_device(device_id: UUID, what: str, name: str, *, permission: str, site_id: UUID) -> User:
    """The user as which a thing signs in by its link: one right at one site. Two queries.

    Call it within the operation that makes the thing.
    """
    user = User(username=f"{what}-{device_id}", kind="device")
    user.set_unusable_password()
    user.save(force_insert=True)
    # The token is the thing's grant; it signs in by its link, so nobody needs the secret.
    new_token(user, name, permissions=[permission], sites=[site_id])
    return user


def end_device(user_id: UUID) -> None:
    """Who is not active is nobody: neither session nor token opens anything from now on."""
    User.objects.filter(pk=user_id).update(is_active=False)


@operation
def new_bearer(
    actor: Actor, kind: str, name: str, *, permissions: Iterable[str], sites: Iterable[UUID]
) -> str:
    """A new partner or device with a token of its own, shown once. Three queries."""
    user = User.objects.create_user(f"{kind}:{new_id()}", UserKind(kind))
    secret = new_token(user, name, permissions=permissions, sites=sites)
    audit.record(actor, "platform.token.made", user, kind=kind)
    return secret


def new_principal(kind: str, username: str) -> UUID:
    """Somebody who is let in neither by password nor by token, such as by signatures. One query."""
    return User.objects.create_user(username, UserKind(kind)).pk


def withdraw(token_id: UUID) -> None:
    """Let a token open nothing from now on. One query."""
    AccessToken.objects.filter(pk=token_id, withdrawn_at=None).update(
        withdrawn_at=clock.machine_now()
    )


def withdraw_secret(secret: str) -> None:
    """Let the token of a secret open nothing from now on. One query."""
    digest = _digest(secret)
    AccessToken.objects.filter(digest=digest, withdrawn_at=None).update(
        withdrawn_at=clock.machine_now()
    )
    _remembered.pop(digest, None)


def bearer(secret: str) -> Actor | None:
    """Who bears a token, or None. No query if it was asked within the second; one or two if not."""
    digest = _digest(secret)
    known = _remembered.get(digest)
    if known is not None and known[0] > clock.monotonic():
        return replace(known[1], correlation_id=new_id())
    actor = _looked_up(digest)
    if actor is not None and settings.TOKEN_MEMORY_SECONDS:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = (clock.monotonic() + settings.TOKEN_MEMORY_SECONDS, actor)
    return actor


def _looked_up(digest: bytes) -> Actor | None:
    token = (
        AccessToken.objects.select_related("user")
        .filter(digest=digest, withdrawn_at=None, user__is_active=True)
        .first()
    )
    now = clock.machine_now()
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    if token.last_used_on != now.date():
        AccessToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
    return _actor(token)


def _actor(token: AccessToken) -> Actor:
    if token.user.kind in {UserKind.STAFF, UserKind.PATIENT}:
        return _narrowed(actors.load(token.user), token)
    everywhere = frozenset(token.permissions if not token.sites else ())
    grants = frozenset((p, site) for p in token.permissions for site in token.sites)
    return Actor(
        kind=token.user.kind,
        name=token.name,
        user_id=token.user_id,
        grants=grants,
        permissions=everywhere,
    )


def _narrowed(actor: Actor, token: AccessToken) -> Actor:
    permissions, sites = set(token.permissions), set(token.sites)
    kept = frozenset(
        (permission, site)
        for permission, site in actor.grants
        if (not permissions or permission in permissions) and (not sites or site in sites)
    )
    return replace(actor, grants=kept)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
