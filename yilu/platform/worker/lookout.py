"""Asking for all steps of the worker at once whether there is something to do.

Each for itself would open dozens of transactions a second in an idle clinic to see that there is
nothing, on the cores on which pages are made.
"""

from collections.abc import Mapping

from django.db import connection

from yilu.platform import clinic_clock, clock


class Lookout:
    """Knows the condition of each step by its name."""

    def __init__(self, conditions: Mapping[str, str]) -> None:
        self._names = list(conditions)
        self._statement = "SELECT " + ", ".join(conditions.values())

    def look(self) -> list[str]:
        """The names of the steps that have something to do. One query, and the clinic's clock's.

        Said again as long as it is so: who is called and misses it is called again.
        """
        # Before the clock was read once, a demonstration's night would seem to have come.
        clinic_clock.refresh(at_any_price=True)
        times = {"now": clock.machine_now(), "clinic_now": clock.now()}
        with connection.cursor() as cursor:
            cursor.execute(self._statement, times)
            said = cursor.fetchone()
        return [name for name, is_due in zip(self._names, said, strict=True) if is_due]
