"""Proving a phone by a code, and with it the account that belongs to it."""

import hashlib
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import open_sites
from yilu.messaging.operations.messages import send_message
from yilu.patients.operations.accounts import ensure_account
from yilu.platform import otp
from yilu.platform.actors import Actor
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.phones import BadPhone, normal_phone

PURPOSE = "portal.account"
DOORKEEPER = Actor.system("portal.sign_in")


def send_code(*, actor: Actor, phone: str, address: str, site_id: UUID | None = None) -> otp.Issued:
    """Send a one-time code to a phone, whether we know it or not. Call outside a transaction.

    Raises:
        Invalid: nobody can have that number.
        TooMany: too many codes for this phone or from this address.
    """
    number = read_phone(phone)
    site = site_id or next((site.id for site in open_sites()), None)
    if site is None:
        raise NotFound
    issued = otp.issue(PURPOSE, number, address)
    key = hashlib.sha256(issued.nonce.encode()).hexdigest()[:24]
    send_message(
        actor=DOORKEEPER, key=f"code:{key}", template="booking_code", site_id=site,
        patient_id=None, data={"code": issued.code}, channels=("sms",), to=number,
    )  # fmt: skip
    return issued


def prove_phone(*, actor: Actor, phone: str, nonce: str, code: str) -> Any:
    """The account of a phone whose code is right; made if there is none.

    Call outside a transaction: a wrong code is counted even though nothing else happens.

    Raises:
        Invalid: nobody can have that number.
        WrongCode: five tries a code, five minutes.
    """
    number = read_phone(phone)
    otp.verify(PURPOSE, number, nonce, code)
    return ensure_account(actor=DOORKEEPER, phone=number)


def read_phone(phone: str) -> str:
    """A phone in the form that is kept. Raises: Invalid."""
    try:
        return normal_phone(phone)
    except BadPhone as bad:
        raise Invalid(FieldError("phone", "bad_phone", str(bad.message))) from bad
