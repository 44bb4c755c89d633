"""What is asked of a busy clinic all day, and what of its past. Only once Django is set up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle

from django.conf import settings

from bench.clinic import Loaded
from yilu.patients.selectors.search import search_patients
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.operations.archive import archive_step
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.selectors.bookings import Asked as Listed
from yilu.scheduling.selectors.bookings import (
    bookings_after,
    bookings_of,
    expected_soon,
    find_bookings,
)
from yilu.scheduling.selectors.counting import Scope
from yilu.scheduling.selectors.day_grid import day_grid
from yilu.scheduling.selectors.figures import booking_figures
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.selectors.requests_met import requests_met
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.selectors.use_of_time import time_use
from yilu.scheduling.selectors.usual import usual

RUNS, FEW = 40, 5
BOOKING = 1
"""Which of all questions books."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how it is asked once, and how often."""

    name: str
    run: Callable[[], object]
    times: int = RUNS


def all_of(loaded: Loaded) -> Iterator[Asked]:
    """All questions, in the order in which they are asked."""
    actor = Actor.system(
        "bench", permissions.SEE, permissions.BOOK, permissions.CHANGE,
        "patients.see", "patients.see_all",
    )  # fmt: skip
    yield from _of_time(actor, loaded)
    yield from _of_people(actor, loaded)
    yield from _of_years(actor, loaded)


def _of_time(actor: Actor, loaded: Loaded) -> Iterator[Asked]:
    site, doctors = loaded.site_id, cycle(loaded.practitioners)
    # Who was loaded last has nothing to come, so nobody is booked twice at a time.
    strangers = cycle(reversed(loaded.people))
    free, days = iter(loaded.free), cycle(range(1, 20))
    begin = datetime.combine(loaded.today + timedelta(days=1), time(0), tzinfo=loaded.zone)

    def week() -> object:
        return free_slots(
            site_id=site, service_id=loaded.service_id, practitioner_id=next(doctors),
            starts_from=begin, starts_until=begin + timedelta(days=7),
        )  # fmt: skip

    def book() -> object:
        at, who = next(free), next(strangers)
        wish = BookingWish(
            site, loaded.service_id, at.practitioner_id, at.starts_at, who.id, "desk"
        )
        return book_appointment(actor=actor, wish=wish)

    yield Asked("free time, one practitioner, one week", week)
    yield Asked("booking", book, 2 * RUNS)
    yield Asked(
        "desk: the grid of a day to come",
        lambda: day_grid(actor, site, loaded.today + timedelta(days=next(days))),
    )
    yield Asked("desk: who is expected soon", lambda: expected_soon(actor, site))
    yield Asked("desk: what must be moved", lambda: stranded([site]))


def _of_people(actor: Actor, loaded: Loaded) -> Iterator[Asked]:
    people = cycle(loaded.people)
    yield Asked("patient by phone", lambda: search_patients(actor, next(people).phone))
    yield Asked("patient by name", lambda: search_patients(actor, next(people).name))
    yield Asked("a patient's bookings", lambda: bookings_of(actor, next(people).id))
    yield Asked(
        "what a patient usually books",
        lambda: usual([next(people).id], loaded.site_id, loaded.service_id),
    )
    yield Asked("bookings by the patient's name", lambda: find_bookings(actor, next(people).name))
    yield Asked("bookings by the end of the number", lambda: find_bookings(actor, "0123"))


def _of_years(actor: Actor, loaded: Loaded) -> Iterator[Asked]:
    site = loaded.site_id
    year = Scope((site,), loaded.today - timedelta(days=364), loaded.today)
    yield Asked(
        "another system reads bookings from the first on",
        lambda: bookings_after(actor, Listed(site), None, 50),
        FEW,
    )
    yield Asked("figures of a year", lambda: booking_figures(actor, year, "month"), FEW)
    yield Asked("use of time of a year", lambda: time_use(actor, year), FEW)
    yield Asked("requests met in a year", lambda: requests_met(actor, year), FEW)
    settings.ARCHIVED_AFTER_DAYS = 730
    yield Asked("archive: one portion", lambda: archive_step(actor=actor, site_id=site), FEW)
