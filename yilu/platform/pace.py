"""How often somebody may look at something: counted in this process, without a query.

For what is cheap once and dear often, such as asking again and again where one stands. What must
be counted exactly, for all processes at once, belongs in `throttle`.
"""

from collections import Counter
from threading import Lock

from yilu.platform import clock
from yilu.platform.errors import TooMany


class Pace:
    """So many looks in so many seconds for each key. Safe for several threads.

    It remembers one period only, so what it keeps is bounded by who looked in it.
    """

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit, self.seconds = limit, seconds
        self._lock = Lock()
        self._slot = 0
        self._counts: Counter[object] = Counter()

    def take(self, key: object) -> None:
        """Count one look of `key`. Raises: TooMany, with the seconds until the next period."""
        slot, passed = divmod(int(clock.machine_now().timestamp()), self.seconds)
        with self._lock:
            if slot != self._slot:
                self._slot, self._counts = slot, Counter()
            self._counts[key] += 1
            if self._counts[key] <= self.limit:
                return
        refusal = TooMany()
        refusal.retry_after = self.seconds - passed
        raise refusal
