"""Who waits hears how it goes, at the interval of the site, never in too many messages."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import translation

from yilu.messaging.models import Message
from yilu.pathways import permissions as pathways
from yilu.pathways.models import Step
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.queueing import permissions
from yilu.queueing.errors import TicketMoveRefused
from yilu.queueing.models import ProgressNotice
from yilu.queueing.operations.calling import call_next
from yilu.queueing.operations.limits import Figures, set_wait_rule
from yilu.queueing.operations.notices import note_lost, note_told, take_back_told
from yilu.queueing.operations.screens import create_screen, open_screen
from yilu.queueing.selectors.notices import notice_counts, to_tell
from yilu.queueing.selectors.wall import wall_board
from yilu.queueing.tests.factories import (
    EVERYTHING,
    TEN,
    Clinic,
    at,
    make_actor,
    make_clinic,
    row,
)
from yilu.queueing.tests.test_pages import press, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B19")]


@pytest.fixture
def clinic():
    """A clinic at ten, with a patient who has been in the room for a while."""
    with clock.at(TEN), translation.override("en"):
        made = make_clinic()
        publish_definitions(actor=Actor.system("test", pathways.PUBLISH))
        with clock.at(at(-1)):
            made.ticket()
            call_next(actor=made.actor, station_id=made.station().pk)
            made.ticket()  # Next: so that nobody after is told that they are.
        yield made


def staff(clinic: Clinic) -> Actor:
    return make_actor(clinic.site_id, (*EVERYTHING, permissions.EXPLAIN, permissions.REPORT))


def waits(clinic: Clinic, phone: str = "12100000001") -> UUID:
    """Somebody waits since ten; their visit."""
    facts = {"phone": phone} if phone else {}
    ticket = clinic.ticket(patient_id=clinic.patient("张伟", **facts))
    return row(ticket.id).visit_id


def let_be(*minutes: float) -> None:
    """Let everything happen that is due at these minutes after ten."""
    for minute in minutes:
        with clock.at(TEN + timedelta(minutes=minute)):
            drain()


def notices(visit_id: UUID) -> list[tuple[str, str, str, int]]:
    """What a visit was told: kind, way, state, due how many minutes after ten."""
    found = ProgressNotice.objects.filter(visit_id=visit_id).order_by("made_at", "due_at")
    return [
        (one.kind, one.way, one.state, int((one.due_at - TEN).total_seconds() // 60))
        for one in found
    ]


def steps(one: ProgressNotice) -> list[str]:
    """The steps of staff for a notice."""
    found = Step.objects.filter(case__key="progress_notice", case__subject_id=one.pk)
    return list(found.values_list("state", flat=True))


def sent() -> list[str]:
    found = Message.objects.filter(key__startswith="progress:").order_by("created_at")
    return list(found.values_list("template", flat=True))


def test_a_message_goes_out_at_the_interval_and_says_how_many_are_ahead(clinic):
    visit = waits(clinic)
    let_be(0, 19)
    assert notices(visit) == []

    let_be(20, 39, 40)

    told = [one for one in notices(visit) if one[0] == "progress"]
    assert told == [("progress", "phone", "given", 20), ("progress", "phone", "given", 40)]
    assert sent() == ["wait_progress"] * 2


def test_never_more_messages_than_the_limit_and_one_is_kept_for_being_next(clinic):
    set_wait_rule(actor=clinic.actor, site_id=clinic.site_id, figures=Figures(15, 5, 10, 2))
    visit = waits(clinic)
    screen = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    let_be(0, 10)
    let_be(20)
    assert [one[1] for one in notices(visit) if one[0] == "progress"] == ["phone", "staff"]

    with clock.at(at(25)):
        open_screen(actor=clinic.actor, screen_id=screen.id)
    let_be(30, 40)

    ways = [(one[1], one[2]) for one in notices(visit) if one[0] == "progress"]
    assert ways == [
        ("phone", "given"), ("staff", "missed"), ("screen", "given"), ("screen", "given"),
    ]  # fmt: skip
    assert ProgressNotice.objects.filter(visit_id=visit, way="phone").count() <= 2
    shown = wall_board(clinic.actor, clinic.site_id)
    with clock.at(at(40)):
        shown = wall_board(clinic.actor, clinic.site_id)
    assert {one.number for one in shown.long_waiting} >= {
        ProgressNotice.objects.filter(visit_id=visit).first().number
    }


def test_who_has_no_phone_is_told_by_staff_and_what_they_miss_is_counted(clinic):
    visit = waits(clinic, phone="")
    let_be(0, 20)
    one = ProgressNotice.objects.get(visit_id=visit)
    assert notices(visit) == [("progress", "staff", "asked", 20)]
    assert steps(one) == ["open"]
    assert sent() == []

    with clock.at(at(23)):
        note_told(actor=staff(clinic), notice_id=one.pk, version=one.version)
        note_told(actor=staff(clinic), notice_id=one.pk)
        drain()
    assert notices(visit) == [("progress", "staff", "given", 20)]
    assert steps(one) == ["closed"]
    with clock.at(at(24)):
        take_back_told(actor=staff(clinic), notice_id=one.pk)
        drain()
    assert steps(one) == ["open"]
    let_be(40)

    assert [one[2] for one in notices(visit)] == ["missed", "asked"]
    with pytest.raises(TicketMoveRefused):
        note_told(actor=staff(clinic), notice_id=one.pk)
    counts = notice_counts(staff(clinic), clinic.site_id, TEN.date(), TEN.date())
    assert {each.way: each.missed for each in counts.by_way}["staff"] >= 1


def test_a_call_soon_after_staff_were_asked_leaves_nothing_to_say(clinic):
    visit = waits(clinic, phone="")
    let_be(0, 20)
    with clock.at(at(22)):
        for reason in ("", "beside"):
            call_next(actor=clinic.actor, station_id=clinic.station().pk, reason=reason or "more")
        drain()

    assert [one[2] for one in notices(visit)] == ["needless"]
    let_be(60)
    assert len(notices(visit)) == 1


def test_what_was_due_while_nobody_looked_is_missed(clinic):
    visit = waits(clinic)
    let_be(0, 75)

    assert [(one[1], one[2], one[3]) for one in notices(visit) if one[0] == "progress"] == [
        ("none", "missed", 20), ("none", "missed", 40), ("phone", "given", 60),
    ]  # fmt: skip


def test_a_message_that_reaches_nobody_is_missed_and_staff_go(clinic):
    visit = waits(clinic)
    let_be(0, 20)
    one = ProgressNotice.objects.get(visit_id=visit, kind="progress")
    with clock.at(at(21)):
        Message.objects.filter(key__startswith=f"progress:{one.pk}").update(state="failed")
        note_lost(actor=staff(clinic), notice_id=one.pk)
        note_lost(actor=staff(clinic), notice_id=one.pk)

    assert [(one[1], one[2]) for one in notices(visit)] == [("phone", "missed"), ("staff", "asked")]


def test_a_site_that_wants_none_sends_none(clinic):
    set_wait_rule(actor=clinic.actor, site_id=clinic.site_id, figures=Figures(15, 5, 0, 4))
    visit = waits(clinic)
    let_be(0, 20, 60)
    assert [one for one in notices(visit) if one[0] == "progress"] == []


@pytest.mark.parametrize("count", [1, 12])
def test_whom_to_tell_costs_the_same_for_one_and_for_twelve(
    clinic, count, django_assert_num_queries
):
    for _ in range(count):
        waits(clinic, phone="")
    let_be(0, 20)
    with clock.at(at(21)), django_assert_num_queries(3):  # One of them says who was seen.
        lines = to_tell(staff(clinic), clinic.site_id)
    assert len(lines) == count + 1  # And who was here before.


def test_the_desk_notes_it_and_takes_it_back(clinic):
    visit = waits(clinic, phone="")
    let_be(0, 20)
    one = ProgressNotice.objects.get(visit_id=visit)
    client = signed_in(clinic, "guide")
    with clock.at(at(21)):
        page = client.get("/queueing/long-waits/to-explain", {"site": clinic.site_id})
        assert f"/queueing/notices/{one.pk}/told" in page.content.decode()
        said = press(client, f"/queueing/notices/{one.pk}/told", version=one.version)
        assert [each[2] for each in notices(visit)] == ["given"]
        press(client, json.loads(said["HX-Trigger"])["toast"]["undo"])
        assert [each[2] for each in notices(visit)] == ["asked"]
        cashier = signed_in(clinic, "cashier")
        assert press(cashier, f"/queueing/notices/{one.pk}/told").status_code == 403
        report = signed_in(clinic, "manager").get("/queueing/long-waits/").content.decode()
    assert "Told how it goes" in report
