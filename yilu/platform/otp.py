"""One-time codes: they prove that somebody holds a phone, and nothing about who they are."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock, crypto, throttle
from yilu.platform.db import deed
from yilu.platform.errors import DomainError
from yilu.platform.ids import new_id, new_reference
from yilu.platform.models import OneTimeCode

LASTS = timedelta(minutes=5)
DIGITS = 6
MOST_TRIES = 5
PHONE = "platform.otp.phone"
HOUR, DAY = 3600, 86400
MINUTE = 60


class WrongCode(DomainError):
    """Wrong, too old, used, or tried too often: the same answer for all."""

    code, status = "wrong_code", 422
    message = _("This code is not right, or no longer right. Please ask for a new one.")


@dataclass(frozen=True, slots=True)
class Issued:
    """A code on its way: `code` goes to the phone, `nonce` stays with whoever asked."""

    code: str
    nonce: str


def issue(purpose: str, phone: str, address: str) -> Issued:
    """A new code for a phone in E.164, asked for from a network address. Five queries.

    The caller sends it, whether or not the phone is known here, and keeps the nonce in the
    asker's session: without it the code is worth nothing. Call it outside a transaction.

    Raises: TooMany: per phone one a minute, 5 an hour and 10 a day; per address 30 an hour;
        in all as many a minute as the settings allow.
    """
    throttle.take(f"otp:phone:{phone}:minute", 1, MINUTE)
    throttle.take(f"otp:phone:{phone}:hour", 5, HOUR)
    throttle.take(f"otp:phone:{phone}:day", 10, DAY)
    throttle.take(f"otp:address:{address}", 30, HOUR)
    throttle.take("otp:all", settings.MOST_CODES_A_MINUTE, MINUTE)
    code, nonce, key = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", new_reference(), new_id()
    OneTimeCode(
        id=key,
        purpose=purpose,
        phone_index=crypto.blind(phone, PHONE),
        nonce_digest=_digest(nonce),
        code_digest=_keyed(key, code),
        expires_at=clock.machine_now() + LASTS,
    ).save(force_insert=True)
    return Issued(code, nonce)


def verify(purpose: str, phone: str, nonce: str, code: str) -> None:
    """Accept a code once. Three queries at most.

    The try is counted and kept before the code is looked at, so parallel guesses are no more
    than five. Call it outside a transaction.

    Raises: WrongCode.
    """
    with deed():
        found = _counted(purpose, phone, nonce)
    if found is None or not hmac.compare_digest(_keyed(found.pk, code), bytes(found.code_digest)):
        raise WrongCode
    used = OneTimeCode.objects.filter(pk=found.pk, used_at=None).update(used_at=clock.machine_now())
    if not used:
        raise WrongCode


def _counted(purpose: str, phone: str, nonce: str) -> OneTimeCode | None:
    mine = OneTimeCode.objects.filter(
        purpose=purpose,
        phone_index=crypto.blind(phone, PHONE),
        nonce_digest=_digest(nonce),
        used_at=None,
        expires_at__gt=clock.machine_now(),
    )
    counted = mine.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
    return mine.first() if counted else None


def _keyed(key: UUID, code: str) -> bytes:
    message = f"platform.otp:{key}:{code}".encode("utf-8", "surrogatepass")
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)


def _digest(nonce: str) -> bytes:
    return hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).digest()
