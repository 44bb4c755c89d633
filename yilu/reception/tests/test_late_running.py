"""A doctor runs late: who gains and is still at home comes later, and keeps their place."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yilu.facility.models import Site
from yilu.facility.tests.factories import make_site
from yilu.messaging.models import Message, Template
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import AuditEntry, Event
from yilu.platform.testing import drain
from yilu.queueing import permissions as queueing
from yilu.queueing.jobs import LATE
from yilu.queueing.models import Ticket
from yilu.queueing.operations.late_running import tell_later_times
from yilu.queueing.selectors.boards import queue_board
from yilu.queueing.selectors.late_report import late_report
from yilu.reception.tests.factories import nobody_at
from yilu.reception.tests.late_factories import (
    CALLER,
    NOW,
    LateMorning,
    late_morning,
    let_be,
    messages,
)
from yilu.scheduling.errors import NotYetDue
from yilu.scheduling.models import Booking, FixedTimes, LaterTime
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.changing import (
    cancel_booking,
    reschedule_booking,
    say_running_late,
    undo_reschedule_booking,
)
from yilu.scheduling.operations.fixed_times import fix_times
from yilu.scheduling.operations.later import (
    Promise,
    note_later_lost,
    promise_later_time,
    say_under_way,
)
from yilu.scheduling.selectors.later import later_of_message
from yilu.scheduling.selectors.overruns import overruns
from yilu.scheduling.selectors.topics import booking_topic
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A24", "B10")]


@pytest.fixture
def morning() -> LateMorning:
    return late_morning()


def tell(morning: LateMorning, now=NOW) -> int:
    with clock.at(now):
        return tell_later_times(actor=LATE, queue_id=morning.queue_id)


def test_whoever_gains_and_is_still_at_home_is_told_by_the_job(morning: LateMorning):
    let_be(NOW)

    told = morning.told()
    assert "10:30" not in told  # Has left home: it is less than 45 minutes to their time.
    assert set(told) >= {"10:40", "10:50", "11:00"}
    for booked, later in told.items():
        assert booked < later
    one = morning.of(10, 50)
    assert one.come_at - one.starts_at >= timedelta(minutes=15)
    row = LaterTime.objects.get(booking=one)
    assert row.come_at + timedelta(minutes=15) <= row.low_at < row.middle_at < row.high_at
    assert messages().count() == len(told)
    sent = messages().get(key__contains=str(one.pk))
    assert f"{told['10:50']} 到院" in sent.body
    assert "/v/" in sent.body
    assert AuditEntry.objects.filter(action="scheduling.booking.timed_later").count() == len(told)


def test_looking_again_tells_nobody_twice_and_a_doctor_who_catches_up_takes_nothing_back(
    morning: LateMorning,
):
    assert tell(morning) > 0
    told = morning.told()
    assert tell(morning) == 0
    assert tell(morning, NOW + timedelta(minutes=3)) == 0

    for n in range(5):  # All of a sudden everybody is seen.
        morning.call(NOW + timedelta(minutes=4 + n))
    assert tell(morning, at(10)) == 0
    assert {one: morning.told()[one] for one in told} == told


def test_a_doctor_who_falls_further_behind_tells_a_second_time_and_never_a_third(
    morning: LateMorning,
):
    tell(morning)
    one = morning.of(11, 10)
    first = one.come_at
    assert first is not None
    morning.came(9, 50)  # Who was not told comes as booked, and nobody is called.
    for minute in (0, 10, 20, 30):
        morning.came(10, minute)
    assert tell(morning, at(10, 29)) >= 1
    one.refresh_from_db()
    assert one.come_at > first
    second = one.come_at
    tell(morning, at(10, 30))
    one.refresh_from_db()
    assert one.come_at == second
    assert LaterTime.objects.filter(booking=one).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        LaterTime.objects.create(
            booking=one, site_id=one.site_id, practitioner_id=one.practitioner_id, number=3,
            clinic_day=one.clinic_day, booked_at=one.starts_at, instead_of=second,
            come_at=at(13), low_at=at(14), middle_at=at(14), high_at=at(14),
        )  # fmt: skip


def test_who_comes_by_the_promised_time_keeps_the_place_and_the_desk_reads_why(
    morning: LateMorning,
):
    tell(morning)
    one = morning.of(10, 50)
    behind = morning.came(11, 0)  # Was told too, and came as booked all the same.
    kept = morning.came(10, 50, one.come_at)

    with clock.at(one.come_at):
        board = queue_board(CALLER, morning.queue_id)
    order = [row.id for row in board.waiting]
    assert order.index(kept) < order.index(behind)
    row = next(row for row in board.waiting if row.id == kept)
    later = morning.told()["10:50"]
    assert row.why.startswith(f"预约 10:50，通知 {later} 到院")
    ticket = Ticket.objects.get(pk=kept)
    assert (ticket.placed, ticket.promised_at) == ("promised", one.come_at)


def test_nobody_counts_them_as_missing_before_the_promised_time(morning: LateMorning):
    let_be(NOW)
    one = morning.of(10, 50)
    with clock.at(one.come_at - timedelta(minutes=1)), pytest.raises(NotYetDue):
        mark_no_show(actor=morning.clinic.desk, booking_id=one.pk)
    let_be(one.come_at + timedelta(minutes=59))
    one.refresh_from_db()
    assert one.state == "confirmed"
    let_be(one.come_at + timedelta(minutes=60))
    one.refresh_from_db()
    assert one.state == "no_show"


def test_who_is_on_the_way_said_when_they_come_or_has_no_phone_is_told_nothing(
    morning: LateMorning,
):
    with clock.at(at(9, 45)):
        say_under_way(actor=morning.clinic.desk, booking_id=morning.of(10, 50).pk)
        say_under_way(actor=morning.clinic.desk, booking_id=morning.of(11, 0).pk)
        say_under_way(
            actor=morning.clinic.desk, booking_id=morning.of(11, 0).pk, is_under_way=False
        )
        say_running_late(actor=morning.clinic.desk, booking_id=morning.of(11, 10).pk, minutes=10)
        cancel_booking(actor=morning.clinic.desk, booking_id=morning.of(11, 20).pk, reason="ill")
    tell(morning)

    told = morning.told()
    assert "11:00" in told
    assert not {"10:50", "11:10", "11:20"} & set(told)


def test_nobody_is_told_without_a_phone_in_quiet_hours_or_where_it_is_off():
    silent = late_morning(phones=False)
    assert tell(silent) == 0
    off = late_morning(tells=False)
    let_be(NOW)
    assert tell(off) == 0
    quiet = late_morning()
    Site.objects.filter(pk=quiet.site_id).update(quiet_from="09:00", quiet_until="12:00")
    assert tell(quiet) == 0
    Template.objects.create(key="come_later", name={}, bodies={}, is_active=False)
    assert tell(late_morning()) == 0
    assert Message.objects.filter(template="come_later").count() == 0


def test_a_booking_that_moves_is_free_of_the_promise_and_gets_it_back_with_its_place(
    morning: LateMorning,
):
    tell(morning)
    one = morning.of(10, 50)
    promised = one.come_at
    desk = morning.clinic.desk
    with clock.at(NOW):
        reschedule_booking(
            actor=desk, booking_id=one.pk, starts_at=at(14), practitioner_id=morning.doctor_id
        )
        one.refresh_from_db()
        assert one.come_at is None
        undo_reschedule_booking(actor=desk, booking_id=one.pk)
        one.refresh_from_db()
    assert (one.starts_at, one.come_at) == (at(10, 50), promised)


def test_moving_the_rest_of_the_session_leaves_who_was_told_a_time(morning: LateMorning):
    tell(morning)
    told = {key for key, when in morning.booked.items() if Booking.objects.get(pk=when).come_at}
    with clock.at(NOW):
        (late,) = overruns(morning.clinic.desk, morning.site_id)

    within = [one for one in late.changes if one.starts_at and not one.is_reassigned]
    assert not {one.line.starts_at for one in within} & told


def test_only_who_may_see_queues_and_change_bookings_tells(morning: LateMorning):
    with clock.at(NOW), pytest.raises(NotAllowed):
        tell_later_times(actor=nobody_at(morning.site_id), queue_id=morning.queue_id)
    with clock.at(NOW), pytest.raises(NotFound):
        tell_later_times(actor=CALLER, queue_id=morning.queue_id)
    assert morning.told() == {}


def test_a_message_that_reaches_nobody_is_seen_by_the_desk_at_once(morning: LateMorning):
    let_be(NOW)
    one = morning.of(10, 50)
    with clock.at(NOW):
        Message.objects.filter(key__contains=f"later:{one.pk}").update(state="failed")
        found = later_of_message(f"later:{one.pk}:{one.starts_at.timestamp():.0f}:1")
        note_later_lost(actor=LATE, later_id=found)
        # The page that asks to call is the booking's: it listens to no other topic.
        assert booking_topic(one.pk) in drain(timers=False).topics
        note_later_lost(actor=LATE, later_id=found)
        assert drain(timers=False).events == 0
    lost = Event.objects.get(name="LaterTimeLost")
    assert (lost.subject_id, lost.body["number"]) == (one.pk, 1)
    assert LaterTime.objects.get(booking=one).lost_at == NOW
    one.refresh_from_db()
    assert one.come_at is not None


def test_looking_costs_the_same_for_however_many_are_to_come(morning: LateMorning):
    tell(morning)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            tell(morning)
        return len(seen)

    many = cost()
    Booking.objects.filter(starts_at__gte=at(11)).update(state="cancelled", cancel_reason="ill")
    assert cost() == many
    assert many <= 16


def test_the_report_says_who_was_in_time_and_how_long_they_waited_then(morning: LateMorning):
    let_be(NOW)
    told = morning.told()
    one = morning.of(10, 50)
    for n in range(6):
        morning.call(NOW + timedelta(minutes=n))
    morning.came(10, 50, one.come_at)
    morning.call(one.come_at + timedelta(minutes=4))
    boss = Actor.system("boss", queueing.REPORT)
    day = one.clinic_day

    with CaptureQueriesContext(connection) as seen:
        found = late_report(boss, morning.site_id, day, day)

    assert len(seen) == 4
    total = found.total
    assert (total.told, total.messages, total.lost) == (len(told), len(told), 0)
    assert (total.came, total.in_time, total.called, total.soon) == (1, 1, 1, 1)
    assert (total.waited_minutes, total.soon_percent) == (4, 100)
    assert [one.told for one in found.by_practitioner] == [len(told)]
    with pytest.raises(NotFound):
        late_report(CALLER, make_site(), day, day)


def test_who_wants_no_other_time_is_told_none_until_they_want_it_again(morning: LateMorning):
    one = morning.of(10, 50)
    fix_times(actor=morning.clinic.desk, patient_id=one.patient_id, site_id=morning.site_id)
    tell(morning)
    assert "10:50" not in morning.told()
    assert morning.told()
    assert not messages().filter(key__contains=str(one.pk)).exists()

    fix_times(
        actor=morning.clinic.desk,
        patient_id=one.patient_id,
        is_fixed=False,
        site_id=morning.site_id,
    )
    tell(morning)
    assert "10:50" in morning.told()
    said = AuditEntry.objects.filter(action__startswith="scheduling.patient_times")
    assert sorted(said.values_list("action", flat=True)) == [
        "scheduling.patient_times.fixed",
        "scheduling.patient_times.freed",
    ]


def test_who_says_so_while_a_time_is_worked_out_is_told_none(morning: LateMorning):
    one = morning.of(10, 50)
    turn = at(11, 30)
    promise = Promise(one.pk, one.starts_at, at(11, 10), turn, turn, turn)
    fix_times(actor=morning.clinic.desk, patient_id=one.patient_id, site_id=morning.site_id)

    with clock.at(NOW):
        assert promise_later_time(actor=LATE, promise=promise) is False

    assert not LaterTime.objects.exists()
    assert not messages().exists()


def test_nobody_says_for_others_what_they_want(morning: LateMorning):
    one = morning.of(10, 50)
    stranger = Actor(kind="patient", name="他人")
    with pytest.raises(NotAllowed):
        fix_times(actor=stranger, patient_id=one.patient_id)
    with pytest.raises(NotAllowed):
        fix_times(actor=CALLER, patient_id=one.patient_id, site_id=morning.site_id)
    with pytest.raises(NotFound):
        fix_times(actor=morning.clinic.desk, patient_id=one.pk, site_id=morning.site_id)
    assert not FixedTimes.objects.exists()
