"""The code that a patient shows when they come: names one booking, and cannot be made up.

It serves for checking in, and nothing else. The state and the day of the booking decide, so
showing it twice, or on another day, does nothing.
"""

import base64
import binascii
import hmac
import re
from uuid import UUID

from yilu.platform import crypto

PASS = re.compile(r"YL[A-Z2-7]{42}")
_PURPOSE = "reception.pass"
_SEAL_BYTES = 10


def pass_of(booking_id: UUID) -> str:
    """The code of a booking: capitals and digits only, so that any reader types it right."""
    return "YL" + base64.b32encode(booking_id.bytes + _seal(booking_id)).decode().rstrip("=")


def booking_of_pass(shown: str) -> UUID | None:
    """The booking that a code names; None when we did not make it. No query."""
    text = shown.strip().upper()
    if not PASS.fullmatch(text):
        return None
    try:
        raw = base64.b32decode(text[2:] + "=" * (-len(text[2:]) % 8))
    except binascii.Error:
        return None
    booking_id = UUID(bytes=raw[:16])
    # Compared as written: the bits that the last letter holds too many are read as nothing.
    return booking_id if hmac.compare_digest(pass_of(booking_id), text) else None


def _seal(booking_id: UUID) -> bytes:
    return crypto.blind(str(booking_id), _PURPOSE)[:_SEAL_BYTES]
