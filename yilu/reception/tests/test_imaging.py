"""From the doctor to the imaging post, and back to the doctor with the report."""

from datetime import timedelta

import pytest

from yilu.billing.models import Charge
from yilu.billing.tests.factories import make_price
from yilu.diagnostics.models import Study
from yilu.diagnostics.operations.requests import ExamWish, ask_examination, withdraw_request
from yilu.diagnostics.operations.studies import (
    Before,
    arrive_study,
    begin_study,
    finish_study,
)
from yilu.diagnostics.operations.study_reports import release_study_report, write_report
from yilu.diagnostics.tests.lab_factories import RIGHT
from yilu.diagnostics.tests.study_factories import WRITTEN, Post, fine, service_of, study
from yilu.facility.tests.factories import words
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.tests.test_windows import in_room, sent_on
from yilu.reception.tests.test_windows import opened as opened_clinic
from yilu.scheduling.tests.factories import make_service
from yilu.visits.models import Visit
from yilu.visits.states import VisitState
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db]
opened = opened_clinic


def post_of(opened, amount: str) -> Post:
    room = in_room(opened)
    item = make_price(amount)
    make_service(key="chest_film", name=words("胸片", "Chest film"), fee_item_id=item)
    people = [make_staff("imaging", site_id=room.site_id).actor() for _n in range(2)]
    return Post(room, *people)


def wanted(post: Post) -> Study:
    wish = ExamWish(post.visit_id, service_of("chest_film"), is_now=True)
    request_id = ask_examination(actor=post.doctor, wish=wish)
    drain(timers=False)
    return Study.objects.get(request_id=request_id)


def examined(post: Post, row: Study) -> None:
    arrive_study(actor=post.first, study_id=row.pk)
    begin_study(actor=post.first, study_id=row.pk, before=Before(RIGHT, fine(row.pk)))
    finish_study(actor=post.first, study_id=row.pk)
    report_id = write_report(actor=post.first, study_id=row.pk, written=WRITTEN)
    release_study_report(actor=post.second, report_id=report_id)
    drain(timers=False)


@pytest.mark.covers("D05", "B07")
def test_who_has_a_film_is_back_with_the_doctor_without_registering(opened):
    post = post_of(opened, "0.00")
    row = wanted(post)
    sent_on(opened)
    assert Visit.objects.get().state == VisitState.IN_CARE

    with clock.at(clock.now() + timedelta(minutes=20)):
        examined(post, row)

    ticket = Ticket.objects.get(queue__kind=QueueKind.CONSULTATION)
    assert (ticket.state, ticket.placed) == (TicketState.WAITING, "return")
    assert Message.objects.filter(template="exam_report_ready").count() == 1


@pytest.mark.covers("C04", "F02")
def test_a_film_is_charged_once(opened):
    post = post_of(opened, "80.00")
    row = wanted(post)
    arrive_study(actor=post.first, study_id=row.pk)
    drain(timers=False)

    films = Charge.objects.filter(state="open", source_type="diagnostics.examrequest")
    assert [str(one.amount) for one in films] == ["80.00"]


def test_a_film_that_nobody_wants_any_more_is_not_paid(opened):
    post = post_of(opened, "80.00")
    row = wanted(post)

    withdraw_request(actor=post.doctor, request_id=row.request_id)
    drain(timers=False)

    assert study(row.pk).state == "cancelled"
    assert not Charge.objects.filter(state="open", amount="80.00").exists()
