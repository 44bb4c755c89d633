"""Two people, one switch: with real commits, in threads that start together."""

import pytest

from yilu.outbreak.errors import AlreadyMet, AlreadyOn, CaseThere, ScreeningMissing
from yilu.outbreak.models import CaseReport, Outbreak, Screening
from yilu.outbreak.operations.cases import open_case
from yilu.outbreak.operations.suspecting import meet_suspected
from yilu.outbreak.selectors.modes import mode_of
from yilu.outbreak.selectors.screenings import unasked
from yilu.outbreak.tests.factories import comes, make_ready, turn_on
from yilu.platform import clock
from yilu.reception.tests.test_races import together
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B22"),
]


@pytest.fixture
def ready():
    with clock.at(SUNDAY_EVENING):
        return make_ready()


def on_monday(deed):
    """The deed, done at five to ten in whatever thread."""

    def run():
        with clock.at(at(9, 55)):
            return deed()

    return run


def test_of_two_who_switch_it_on_at_once_one_is_told(ready):
    found = together(lambda: turn_on(ready), lambda: turn_on(ready, "rash"))
    assert found.count(AlreadyOn) == 1
    assert Outbreak.objects.filter(ended_at=None).count() == 1


def test_of_two_who_look_after_or_report_the_same_patient_one_is_told(ready):
    on_monday(lambda: turn_on(ready))()
    on_monday(lambda: comes(ready, "fever"))()
    one = Screening.objects.get().pk

    def report(actor):
        facts = {"group": "other", "disease": "流感"}
        return on_monday(lambda: open_case(actor=actor, screening_id=one, **facts))

    met = together(
        lambda: meet_suspected(actor=ready.nurse, screening_id=one),
        lambda: meet_suspected(actor=ready.desk, screening_id=one),
    )
    assert met.count(AlreadyMet) == 1
    assert together(report(ready.nurse), report(ready.doctor)).count(CaseThere) == 1
    assert CaseReport.objects.count() == 1


def test_who_is_checked_in_while_it_is_switched_on_is_refused_or_named_to_be_asked(ready):
    found = together(
        on_monday(lambda: turn_on(ready)), on_monday(lambda: comes(ready, screening=False))
    )

    assert AlreadyOn not in found
    with clock.at(at(9, 56)):
        left = unasked(ready.desk, mode_of(ready.site_id))
    refused = found[1] is ScreeningMissing
    assert (Visit.objects.count(), len(left)) == ((0, 0) if refused else (1, 1))
