"""Nobody on the waiting list is asked while the site's patients sleep."""

from dataclasses import replace
from datetime import time

import pytest

from yilu.facility.models import Site
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.scheduling.fit import asking_from
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.scheduling.tests.test_waiting_list import asked, wait

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]


@pytest.mark.parametrize(
    ("begin", "end", "asked_at", "from_at"),
    [
        ((21, 0), (8, 0), at(20, 59), at(20, 59)),
        ((21, 0), (8, 0), at(21), at(8, day=1)),
        ((21, 0), (8, 0), at(7, 59), at(8)),
        ((22, 30), (7, 15), at(22), at(22)),
        ((22, 30), (7, 15), at(23), at(7, 15, day=1)),
        ((21, 0), (0, 0), at(22), at(0, day=1)),
        ((12, 0), (14, 0), at(13), at(14)),
        ((12, 0), (14, 0), at(3), at(3)),
        ((8, 0), (8, 0), at(8), at(8)),
    ],
)
def test_nobody_is_asked_in_the_quiet_hours_of_the_site(begin, end, asked_at, from_at):
    site = site_info(make_clinic().site_id)
    quiet = replace(site, quiet_from=time(*begin), quiet_until=time(*end))
    assert asking_from(asked_at, quiet) == from_at


def test_a_freed_time_waits_for_the_end_of_the_hours_that_the_site_has_set():
    clinic = make_clinic()
    Site.objects.filter(pk=clinic.site_id).update(quiet_from=time(18), quiet_until=time(9, 30))
    booked = clinic.book(at(10, day=2))
    entry = wait(clinic)
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain()
    assert asked() == []
    with clock.at(at(9, 29)):
        drain()
        assert asked() == []
    with clock.at(at(9, 30)):
        drain()
        assert asked() == [entry]
