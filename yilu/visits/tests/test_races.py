"""Two patients who arrive at a site at the same moment."""

from functools import partial
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.facility.tests.factories import make_site
from yilu.patients.tests.factories import make_patient
from yilu.platform.actors import Actor
from yilu.platform.testing import not_kept_yet
from yilu.visits import permissions
from yilu.visits.models import Visit
from yilu.visits.operations.visits import open_visit

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
DESK = Actor.system("desk", permissions.OPEN)


def arrive(patient_id: UUID, site_id: UUID) -> UUID:
    return open_visit(actor=DESK, patient_id=patient_id, site_id=site_id, kind="walk_in")


@pytest.mark.covers("B02")
def test_a_check_in_that_takes_long_holds_up_nobody_elses():
    site_id = make_site()
    slow, quick = (make_patient(Site.objects.get(pk=site_id)) for _ in range(2))

    with not_kept_yet() as start:
        first = arrive(slow, site_id)
        other = start(partial(arrive, quick, site_id))
        assert other.done()
    second = other.result()

    assert [Visit.objects.get(pk=one).number[-4:] for one in (second, first)] == ["0001", "0002"]
