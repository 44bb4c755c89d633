"""What a clinic may set: where tiers begin, who is left alone, how far overbooking may go."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

LOW, MIDDLE, HIGH = "low", "middle", "high"
_SALT = b"no-show hold-out 1"


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds and bounds. Chances are from 0 to 1, waits in minutes.

    `held_out` is the share in percent that gets no extra action; `most_extra` bounds the extra
    places of a session; `promise` is the wait within which nine in ten are seen.
    """

    middle_from: float = 0.10
    high_from: float = 0.20
    held_out: int = 10
    most_extra: int = 2
    promise: int = 30

    @property
    def middle_percent(self) -> int:
        return round(100 * self.middle_from)

    @property
    def high_percent(self) -> int:
        return round(100 * self.high_from)

    def tier(self, chance: float) -> str:
        """The tier of a chance of staying away."""
        if chance >= self.high_from:
            return HIGH
        return MIDDLE if chance >= self.middle_from else LOW

    def leaves_alone(self, booking_id: UUID) -> bool:
        """Whether a booking belongs to those who get no extra action, now and ever.

        By the booking's key alone: neither a new model nor another day changes it, and nobody
        can choose.
        """
        digest = sha256(_SALT + booking_id.bytes).digest()
        return int.from_bytes(digest[:4], "big") % 100 < self.held_out
