"""The telephone rings, is picked up, and what the caller needs is written down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.facility.models import Site
from yilu.pathways.models import Step
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.errors import NotFound, Stale
from yilu.platform.testing import drain
from yilu.reception.errors import (
    CallBackIsOver,
    CallBackTooLate,
    CallOver,
    CallTaken,
    NoSuchNumber,
    TwoIdentifiers,
)
from yilu.reception.models import Call, CallBack
from yilu.reception.operations.call_backs import (
    CallBackWish,
    ask_call_back,
    finish_call_back,
    note_no_answer,
    undo_finish_call_back,
)
from yilu.reception.operations.calls import (
    begin_call,
    end_call,
    identify_caller,
    note_call,
    note_hung_up,
    note_ringing,
    take_call,
)
from yilu.reception.operations.lines import know_line
from yilu.reception.selectors.calls import call_page, phone_desk
from yilu.reception.tests.telephone_factories import SETTER, telephone
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B16")]
PHONE = "12100004321"


@pytest.fixture
def line(clinic):
    """A telephone system as it is known once it has signed."""
    return know_line(actor=SETTER, key=telephone(clinic).made.key)


def rings(line, ref="c-1", phone=PHONE):
    return note_ringing(
        actor=line.actor, line_id=line.id, site_id=line.site_id, ref=ref, phone=phone
    )


def family(clinic):
    """A mother and her child who share a number."""
    site = Site.objects.get(pk=clinic.site_id)
    return [make_patient(site, name, phone=PHONE) for name in ("林晓芳", "林小宝")]


def test_how_quickly_we_answer_is_counted_and_three_rings_are_in_time(line, desk, clinic):
    for n, seconds in enumerate((4, 15, 16)):
        call = rings(line, f"c-{n}")
        with clock.at(at(9, 55) + timedelta(seconds=seconds)):
            take_call(actor=desk, call_id=call)
    with clock.at(at(9, 56)):
        note_hung_up(actor=line.actor, call_id=rings(line, "c-9", phone="12100009999"))

    figures = phone_desk(desk, clinic.site_id).figures
    assert (figures.calls, figures.answered, figures.in_time, figures.missed) == (4, 3, 2, 1)
    assert (figures.percent_in_time, figures.median_seconds) == (50, 15)


def test_a_call_is_heard_once_and_rings_on_the_page_of_the_desk(line, desk, clinic):
    first, again = rings(line), rings(line)

    assert first == again
    assert [one.id for one in phone_desk(desk, clinic.site_id).ringing] == [first]
    assert PHONE not in str(phone_desk(desk, clinic.site_id))


def test_whoever_rings_is_shown_with_what_they_have_with_us(line, desk, clinic):
    mother, child = family(clinic)
    booked = clinic.book(at(14), patient_id=child)

    page = call_page(desk, rings(line))

    assert page.phone == PHONE
    assert {str(one.hit.patient.name) for one in page.people} == {"林晓芳", "林小宝"}
    by_id = {one.id: one for one in page.people}
    assert [one.id for one in by_id[child].bookings] == [booked.id]
    assert by_id[mother].bookings == ()
    assert page.chosen is None


@pytest.mark.parametrize("phone", ["", "anonymous", "0", "+99"])
def test_a_hidden_number_rings_too(line, desk, phone):
    page = call_page(desk, rings(line, phone=phone))

    assert (page.phone, page.people) == ("", ())


def test_a_colleague_is_told_that_the_call_is_taken(line, desk, clinic):
    call = rings(line)
    take_call(actor=desk, call_id=call)
    take_call(actor=desk, call_id=call)
    other = make_staff("front_desk", site_id=clinic.site_id).actor()

    with pytest.raises(CallTaken):
        take_call(actor=other, call_id=call)

    assert Call.objects.get().taken_by_id == desk.user_id


def test_nothing_is_said_before_two_identifiers(line, desk, clinic):
    _mother, child = family(clinic)
    call = rings(line)
    take_call(actor=desk, call_id=call)

    for few in ([], ["name"], ["name", "name"], ["name", "phone"]):
        with pytest.raises(TwoIdentifiers):
            identify_caller(actor=desk, call_id=call, patient_id=child, identifiers=few)
    identify_caller(actor=desk, call_id=call, patient_id=child, identifiers=["name", "born"])

    page = call_page(desk, call)
    assert page.chosen.id == child
    assert page.identified_by == ("born", "name")


def test_what_is_needed_is_written_down_and_read_back(line, desk, clinic):
    call = rings(line)
    with pytest.raises(CallOver):
        end_call(actor=desk, call_id=call, need="book")
    take_call(actor=desk, call_id=call)
    version = Call.objects.get().version
    note_call(actor=desk, call_id=call, need="change", note="下午来", version=version)
    with pytest.raises(Stale):
        note_call(actor=desk, call_id=call, need="", note="", version=version)

    end_call(actor=desk, call_id=call, need="change", note="改到下午两点", was_read_back=True)

    kept = Call.objects.get()
    assert (kept.state, kept.need, kept.note, kept.was_read_back) == (
        "ended", "change", "改到下午两点", True,
    )  # fmt: skip
    assert [one.id for one in phone_desk(desk, clinic.site_id).ended] == [call]


def test_a_missed_call_is_owed_a_call_once_however_often_they_tried(line, desk, clinic):
    for n in range(3):
        note_hung_up(actor=line.actor, call_id=rings(line, f"c-{n}"))
    drain()

    owed = CallBack.objects.get()
    assert (owed.is_missed_call, owed.due_at, owed.state) == (True, at(10, 10), "due")
    step = Step.objects.get(case__subject_id=owed.pk)
    assert (step.role, step.due_at, step.state) == ("front_desk", at(10, 10), "open")


def test_who_rings_again_and_is_answered_needs_no_call(line, desk):
    note_hung_up(actor=line.actor, call_id=rings(line, "c-1"))

    take_call(actor=desk, call_id=rings(line, "c-2"))

    assert CallBack.objects.get().outcome == "they_rang"


def test_a_call_whose_end_nobody_told_is_missed_after_two_minutes(line):
    call = rings(line)

    with clock.at(at(9, 57)):
        drain()

    assert Call.objects.get(pk=call).state == "missed"


def test_a_call_back_that_nobody_makes_reaches_the_manager(line, desk):
    note_hung_up(actor=line.actor, call_id=rings(line))
    drain()

    for moment in (at(10, 11), at(10, 41)):
        with clock.at(moment):
            drain()

    assert Step.objects.get().escalated_to == ["manager"]


def test_without_a_system_the_number_is_typed(desk, clinic):
    mother, _ = family(clinic)

    call = begin_call(actor=desk, site_id=clinic.site_id, phone="121 0000 4321")
    with pytest.raises(NoSuchNumber):
        begin_call(actor=desk, site_id=clinic.site_id, phone="abc")

    page = call_page(desk, call)
    assert mother in {one.id for one in page.people}
    assert phone_desk(desk, clinic.site_id).figures.percent_in_time is None


def wish(clinic, **facts):
    usual = {"site_id": clinic.site_id, "phone": PHONE, "due_at": at(15), "reason": "报告出来后"}
    return CallBackWish(**usual | facts)


def test_a_promised_call_is_due_at_its_time_for_the_one_who_promised(desk, clinic):
    owed = ask_call_back(actor=desk, wish=wish(clinic, owner_id=desk.user_id))

    line = phone_desk(desk, clinic.site_id).due[0]
    assert (line.due_at, line.is_mine, line.is_late) == (at(15), True, False)
    step = Step.objects.get(case__subject_id=owed)
    assert (step.due_at, step.owner_id) == (at(15), desk.user_id)
    with clock.at(at(15, 1)):
        assert phone_desk(desk, clinic.site_id).due[0].is_late


@pytest.mark.parametrize("when", [at(9, 55), at(9, day=-1), at(9, day=31)])
def test_a_promise_is_for_a_time_to_come(desk, clinic, when):
    with pytest.raises(CallBackTooLate):
        ask_call_back(actor=desk, wish=wish(clinic, due_at=when))

    assert not CallBack.objects.exists()


def test_tried_in_vain_it_comes_back_and_returned_it_is_over(desk, clinic):
    owed = ask_call_back(actor=desk, wish=wish(clinic))
    assert note_no_answer(actor=desk, call_back_id=owed) == 1
    assert CallBack.objects.get().due_at == at(10, 25)

    call = begin_call(actor=desk, site_id=clinic.site_id, phone="", call_back_id=owed)
    end_call(actor=desk, call_id=call, need="result")
    drain()

    kept = CallBack.objects.get()
    assert (kept.state, kept.outcome) == ("over", "reached")
    assert Step.objects.get().state == "closed"
    assert call_page(desk, call).phone == PHONE
    with pytest.raises(CallBackIsOver):
        note_no_answer(actor=desk, call_back_id=owed)
    with pytest.raises(CallBackIsOver):
        begin_call(actor=desk, site_id=clinic.site_id, phone="", call_back_id=owed)


def test_taking_it_off_the_list_is_taken_back(desk, clinic):
    owed = ask_call_back(actor=desk, wish=wish(clinic))
    offer = finish_call_back(actor=desk, call_back_id=owed, outcome="not_needed")
    drain()

    undo_finish_call_back(actor=desk, undo_id=offer)
    drain()

    assert CallBack.objects.get().state == "due"
    assert set(Step.objects.values_list("state", flat=True)) == {"closed", "open"}


def test_nobody_of_another_site_or_post_hears_a_call(line, doctor, clinic):
    call = rings(line)
    stranger = make_staff("front_desk", site_id=make_clinic().site_id).actor()

    for somebody in (doctor, stranger):
        with pytest.raises(NotFound):
            call_page(somebody, call)
        with pytest.raises(NotFound):
            take_call(actor=somebody, call_id=call)
        with pytest.raises(NotFound):
            phone_desk(somebody, clinic.site_id)


@pytest.mark.parametrize("many", [1, 12])
def test_reading_costs_the_same_however_many_call(line, desk, clinic, many):
    people = family(clinic)
    for n in range(many):
        call = rings(line, f"c-{n}", phone=f"1210001{n:04d}")
        take_call(actor=desk, call_id=call)
        identify_caller(
            actor=desk, call_id=call, patient_id=people[0], identifiers=["name", "born"]
        )
        ask_call_back(actor=desk, wish=wish(clinic, patient_id=people[1]))
        clinic.book(at(9, day=1 + n % 5) + timedelta(minutes=30 * (n // 5)), patient_id=people[1])
    rung = rings(line, "last")

    def cost(read):
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries)

    assert cost(lambda: phone_desk(desk, clinic.site_id)) == 10
    assert cost(lambda: call_page(desk, rung)) == 11
