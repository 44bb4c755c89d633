"""Two people, one deed at the desk: with real commits, in threads that start together."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections

from yilu.platform.errors import DomainError
from yilu.reception.errors import AlreadyNoted, CallTaken, IncidentOver
from yilu.reception.models import Call, Incident, IncidentEntry
from yilu.reception.operations.calls import note_ringing, take_call
from yilu.reception.operations.incidents import Report, close_incident, open_incident
from yilu.reception.operations.lines import know_line
from yilu.reception.operations.timeline import note_deed
from yilu.reception.tests.telephone_factories import SETTER, telephone
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def together(*deeds: Callable[[], object]) -> list[object]:
    """What each deed came to, all begun at the same moment."""
    barrier, found = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            found[place] = deed()
        except DomainError as refusal:
            found[place] = type(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.covers("B14")
def test_of_two_who_write_down_or_close_the_same_at_once_one_is_told():
    clinic = make_clinic()
    desk = make_staff("front_desk", site_id=clinic.site_id).actor()
    doctor = make_staff("doctor", site_id=clinic.site_id).actor()
    opened = open_incident(actor=desk, report=Report(site_id=clinic.site_id, kind="illness"))

    def call(actor):
        return lambda: note_deed(actor=actor, incident_id=opened.id, deed="called_120")

    def close(actor, outcome):
        return lambda: close_incident(actor=actor, incident_id=opened.id, outcome=outcome)

    assert together(call(desk), call(doctor)).count(AlreadyNoted) == 1
    assert IncidentEntry.objects.count() == 1
    ended = together(close(desk, "recovered"), close(doctor, "taken_away"))
    assert ended.count(IncidentOver) == 1
    kept = {False: "recovered", True: "taken_away"}[ended[0] is IncidentOver]
    assert Incident.objects.get().outcome == kept


@pytest.mark.covers("B16")
def test_of_two_who_pick_up_at_once_one_has_the_call():
    clinic = make_clinic()
    line = know_line(actor=SETTER, key=telephone(clinic).made.key)
    one, other = (make_staff("front_desk", site_id=clinic.site_id).actor() for _ in range(2))
    call = note_ringing(
        actor=line.actor, line_id=line.id, site_id=line.site_id, ref="c", phone="12100004321"
    )

    found = together(
        lambda: take_call(actor=one, call_id=call), lambda: take_call(actor=other, call_id=call)
    )

    assert found.count(CallTaken) == 1
    assert Call.objects.get().state == "talking"
