"""Whoever left and is back: heard by two at once, with real commits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection, connections, transaction

from yilu.aftercare.models import FollowUp
from yilu.aftercare.operations.follow_ups import call_off_follow_up, plan_follow_up
from yilu.aftercare.tests.factories import CLERK, seen_and_gone
from yilu.facility.tests.factories import make_site
from yilu.platform import clock
from yilu.platform.testing import until_ended_or_waiting
from yilu.visits.models import Visit
from yilu.visits.operations.visits import reopen_visit

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01")]
NOW = datetime(2031, 3, 3, 3, tzinfo=UTC)
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


def at_now(deed: Callable[[], object]) -> None:
    """A deed of another worker."""
    try:
        with clock.at(NOW):
            deed()
    finally:
        connections.close_all()


def until_ended_or_second(deed: Future[None]) -> None:
    """Go on once a deed has ended, or is the second that waits."""
    with connection.cursor() as cursor:
        while not deed.done():
            cursor.execute(WAITING)
            if cursor.fetchone()[0] > 1:
                return
            Event().wait(0.02)


def test_who_is_back_while_the_call_is_being_planned_is_not_called():
    with clock.at(NOW):
        gone = seen_and_gone(make_site())
    visit = Visit.objects.get(pk=gone.visit_id)
    with ThreadPoolExecutor() as workers:
        # Another's try to plan, never kept, holds the planner up after it has read the visit.
        with transaction.atomic():
            FollowUp.objects.create(
                site_id=gone.site_id, visit=visit, patient_id=gone.patient_id, kind="visit",
                clinic_day=visit.clinic_day, due_at=NOW, planned_at=NOW,
            )  # fmt: skip
            planning = workers.submit(
                at_now, lambda: plan_follow_up(actor=CLERK, visit_id=gone.visit_id)
            )
            until_ended_or_waiting(planning)
            back = workers.submit(at_now, lambda: reopen_visit(actor=CLERK, visit_id=gone.visit_id))
            back.result()
            calling_off = workers.submit(
                at_now, lambda: call_off_follow_up(actor=CLERK, visit_id=gone.visit_id)
            )
            until_ended_or_second(calling_off)
            transaction.set_rollback(True)
        planning.result()
        calling_off.result()

    assert not FollowUp.objects.filter(state="due").exists()
