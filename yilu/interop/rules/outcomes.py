"""What can come of sending a webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a receiver answered, or why it did not. `status` 0: no answer."""

    status: int = 0
    reason: str = ""

    @property
    def has_arrived(self) -> bool:
        """Any 2xx. Nothing else counts, a redirect neither."""
        return 200 <= self.status < 300

    @property
    def is_final(self) -> bool:
        """Whether trying again is pointless: the receiver says that it is gone for good."""
        return self.has_arrived or self.status == 410
