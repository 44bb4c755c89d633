"""How much is loaded and how long is measured: in full, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """One benchmark. `lanes` are how many callers there are at once, first and second."""

    patients: int
    coming: int
    seconds: float
    warm: int
    alone: int
    together: int
    streams: tuple[int, int]
    changes: int
    rush_doctors: int
    rush_walk_ins: float
    lanes: tuple[int, int] = (1, 16)

    @property
    def past(self) -> int:
        """Bookings before today: as many patients as there are, less those who are coming."""
        return self.patients - self.coming

    @property
    def writes(self) -> int:
        """How many distinct writes of a kind the floor and the product make together."""
        return 2 * (self.alone + self.together + self.warm * sum(self.lanes))


FULL = Size(
    patients=50_000,
    coming=9_600,
    seconds=4.0,
    warm=8,
    alone=300,
    together=1_200,
    streams=(1, 200),
    changes=25,
    rush_doctors=20,
    rush_walk_ins=3.6,
)
QUICK = Size(
    patients=400,
    coming=160,
    seconds=0.2,
    warm=1,
    alone=5,
    together=16,
    streams=(1, 5),
    changes=2,
    rush_doctors=3,
    rush_walk_ins=1.0,
)
