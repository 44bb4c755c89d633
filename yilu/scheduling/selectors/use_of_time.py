"""How much of the time that could be booked was used, by practitioner, room, chair and device."""

from dataclasses import dataclass
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling import permissions
from yilu.scheduling.selectors.counting import DAYS, Scope
from yilu.scheduling.selectors.tallies import OPEN, TAKEN, USED


@dataclass(frozen=True, slots=True)
class Use:
    """The time of a resource in minutes: open to booking, used by bookings, idle between.

    `of_id` is the practitioner, room, chair or device.
    """

    kind: str
    of_id: UUID
    open: int
    used: int

    @property
    def idle(self) -> int:
        return self.open - self.used

    @property
    def share(self) -> float | None:
        return self.used / self.open if self.open else None


@dataclass(frozen=True, slots=True)
class TimeUse:
    """The use of time in a period, and how the practitioners' was in the period before."""

    uses: tuple[Use, ...]
    open: int
    used: int
    open_before: int
    used_before: int

    @property
    def share(self) -> float | None:
        return self.used / self.open if self.open else None

    @property
    def share_before(self) -> float | None:
        return self.used_before / self.open_before if self.open_before else None


_USE = f"""
WITH {DAYS}, found AS (
    SELECT kind, of_id, is_now, {OPEN} AS open, {TAKEN} AS used FROM ({USED}) AS fresh
  UNION ALL
    SELECT b.kind, b.of_id, d.is_now, b.open, b.used
    FROM counted d
    CROSS JOIN LATERAL (SELECT * FROM scheduling_usetally t WHERE t.day_id = d.id OFFSET 0) b
    WHERE b.kind <> 'practitioner' OR %(practitioners)s::uuid[] IS NULL
       OR b.of_id = ANY (%(practitioners)s)
)
SELECT kind, of_id, is_now, sum(open) / 60 AS open, sum(used) / 60 AS used FROM found
GROUP BY 1, 2, 3
"""  # noqa: S608 (its parts are ours)


def time_use(actor: Actor, scope: Scope) -> TimeUse:
    """The use of time of every resource that was in session. One query.

    Channel and service do not count: time is open for all. Raises: NotAllowed.
    """
    scope.require(actor, permissions.SEE)
    found = rows(_USE, scope.params() | {"has_tallies": True})
    uses = {True: [], False: []}  # type: dict[bool, list[Use]]
    for row in found:
        one = Use(row["kind"], row["of_id"], int(row["open"]), int(row["used"]))
        uses[row["is_now"]].append(one)
    now, before = (
        [one for one in uses[when] if one.kind == "practitioner"] for when in (True, False)
    )
    return TimeUse(
        uses=tuple(sorted((u for u in uses[True] if u.open), key=lambda u: (u.kind, -u.open))),
        open=sum(one.open for one in now),
        used=sum(one.used for one in now),
        open_before=sum(one.open for one in before),
        used_before=sum(one.used for one in before),
    )
