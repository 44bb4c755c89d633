"""Tokens for the mini-program: short-lived, acting as the patient's account and nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yilu.patients.operations.wechat import bind_wechat
from yilu.patients.selectors.wechat import account_of_openid
from yilu.platform import access, actors, audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.phones import normal_phone
from yilu.platform.subjects import Subject
from yilu.portal.bindings import binding_of

LASTS = timedelta(hours=2)
DOORKEEPER = Actor.system("portal.mini")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token until `expires_at`, or what a phone is bound with."""

    token: str = ""
    expires_at: datetime | None = None
    binding: str = ""


@operation
def sign_in_by_openid(*, actor: Actor, openid: str) -> SignedIn:
    """Let in whom WeChat named, when a phone is bound; else say what to bind one with."""
    user = account_of_openid(openid)
    if user is None:
        return SignedIn(binding=binding_of(openid))
    return _let_in(user)


@operation
def bind_phone(*, actor: Actor, openid: str, phone: str) -> SignedIn:
    """Bind a phone that has proved itself, and let its account in. Raises: BadPhone."""
    return _let_in(bind_wechat(actor=DOORKEEPER, openid=openid, phone=normal_phone(phone)))


@operation
def sign_out(*, actor: Actor, header: str) -> None:
    """Withdraw the token of an `Authorization` header."""
    access.withdraw_secret(header.partition(" ")[2])
    if actor.user_id is not None:
        audit.record(actor, "platform.session.ended", Subject("platform.user", actor.user_id))


def _let_in(user: Any) -> SignedIn:
    expires_at = clock.machine_now() + LASTS
    token = access.new_token(user, "mini-program", expires_at=expires_at)
    audit.record(actors.load(user), "platform.session.started", user)
    return SignedIn(token, expires_at)
