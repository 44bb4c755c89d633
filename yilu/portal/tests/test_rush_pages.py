"""The waiting room and the waiting list as patients see them."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from yilu.patients.models import Patient
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.portal import puzzles
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.models import Booking, Hold, RushPlace, WaitingEntry
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A21")]
OPENS = datetime(2031, 3, 3, 23, tzinfo=UTC)
"""Seven on Tuesday in Shanghai, for Wednesday."""
DAY = MONDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _light_task(settings: Any) -> None:
    settings.PUZZLE_BITS = 4


def popular(front: Front, amount: int = 1) -> str:
    """A release with a queue; gives back the address of its waiting room."""
    clinic = front.clinic.clinic
    shares = (Share("online", amount=amount, days_ahead=1, released_at=time(7)),)
    plan = PlanFacts(
        name="名医", shares=shares, resource_ids=tuple(clinic.doctor_resources),
        has_draw=True, falls_hours=1, weekdays=(2,),
    )  # fmt: skip
    set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=plan)
    return f"/rush/{front.site_key}/{clinic.service_id}/{clinic.doctors[0]}/{DAY}"


def joined(who: Someone, room: str, patient: UUID) -> Any:
    """Do what the page and its script do."""
    page = who.client.get(room).content.decode()
    found = re.search(r'data-puzzle="([^"]+)" data-bits="(\d+)"', page)
    assert found is not None, page
    answer = puzzles.solve(found[1], int(found[2]))
    typed = {"patient": patient, "puzzle": found[1], "answer": answer}
    return who.client.post(room, typed)


def moment(after: timedelta) -> Any:
    return clock.at(OPENS + after, machine=datetime(2026, 1, 1, tzinfo=UTC) + after)


def test_from_the_waiting_room_to_a_booking(front: Front):
    room = popular(front)
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    with moment(timedelta(minutes=-30)):
        assert "登录后排队" in who.client.get(room).content.decode()
        who.sign_in(room)
        assert joined(who, room, patient).status_code == 303
        assert "您已进入候号室" in who.client.get(room).content.decode()
    with moment(timedelta(seconds=2)):
        page = who.client.get(room).content.decode()
        assert "轮到您了" in page
        times = re.search(r'href="([^"]+turn=1)"', page)
        assert times is not None
        times_url = times[1].replace("&amp;", "&")
        assert "2031-03-05T09:00" in who.client.get(times_url).content.decode()
        # Without the turn, the address shows nothing of that day.
        plain = who.client.get(times_url.replace("turn=1", "")).content.decode()
        assert "2031-03-05T09:00" not in plain
        chosen = f"{at(9, day=2).isoformat()}|{front.clinic.clinic.doctors[0]}"
        assert who.client.post(times_url, {"time": chosen}).status_code == 303
    # Filling in the form takes longer than the turn; what is kept is still good.
    with moment(timedelta(minutes=7)):
        form = {"request_key": str(UUID(int=7)), "who": str(patient), "visit": "return",
                "reason": "复诊"}  # fmt: skip
        answer = who.client.post("/book/details", form)
        assert answer.status_code == 303, answer.content.decode()
    assert Booking.objects.get().patient_id == patient
    assert RushPlace.objects.get().state == "booked"


def test_who_comes_after_the_release_reads_nothing_of_a_draw(front: Front):
    room = popular(front, amount=9)
    with moment(timedelta(minutes=-30)):
        before = Someone().client.get(room).content.decode()
    with moment(timedelta(minutes=5)):
        after = Someone().client.get(room).content.decode()

    assert ("放号时间" in before, "抽签排号" in before, "已放号" in before) == (True, True, False)
    assert ("放号时间" in after, "抽签排号" in after, "已放号" in after) == (False, False, True)
    assert "按进入先后排队" in after


def test_when_all_is_gone_the_room_says_so_and_leads_to_the_waiting_list(front: Front):
    room = popular(front, amount=0)
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    with moment(timedelta(seconds=2)):
        who.sign_in(room)
        joined(who, room, patient)
        page = who.client.get(room).content.decode()
        assert "号已约满" in page
        wait = re.search(r'href="([^"]+/wait\?doctor=[^"]+)"', page)
        assert wait is not None
        assert "登记候补" in who.client.get(wait[1]).content.decode()
        typed = {
            "request_key": str(UUID(int=8)), "patient": str(patient),
            "from_on": "2031-03-04", "until_on": "2031-03-20",
        }  # fmt: skip
        assert who.client.post(wait[1], typed).status_code == 303
        again = who.client.post(wait[1], typed | {"request_key": str(UUID(int=9))})
        assert again.status_code == 409
        assert "候补" in again.content.decode()
    entry = WaitingEntry.objects.get()
    assert (entry.patient_id, entry.practitioner_id, entry.channel) == (
        patient, front.clinic.clinic.doctors[0], "my",
    )  # fmt: skip


def test_a_stranger_or_an_unsolved_task_takes_no_place(front: Front):
    room = popular(front)
    theirs = Someone().patient(front.clinic.site_id)
    who = Someone()
    mine = who.patient(front.clinic.site_id)
    with moment(timedelta(minutes=-30)):
        assert who.client.post(room, {"patient": theirs}).status_code in {302, 303, 401}
        who.sign_in(room)
        assert joined(who, room, theirs).status_code == 404
        page = who.client.post(room, {"patient": mine, "puzzle": "x", "answer": "1"})
        assert page.status_code == 422
        assert "浏览器验证未通过" in page.content.decode()
        assert who.client.get(room.replace(str(DAY), "2031-03-06")).status_code == 404
        assert who.client.get(room.replace(str(DAY), "soon")).status_code == 404
    assert not RushPlace.objects.exists()


def test_a_room_is_left_again(front: Front):
    room = popular(front)
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    with moment(timedelta(minutes=-30)):
        who.sign_in(room)
        joined(who, room, patient)
        assert who.client.post(f"{room}/leave").status_code == 303
    assert RushPlace.objects.get().state == "left"


def test_pages_of_booking_say_what_is_given_away_later(front: Front):
    room = popular(front)
    who = Someone()
    page = who.client.get(front.times_url).content.decode()
    assert room in page
    assert "07:00 放号" in page
    assert "没有合适的时间？登记候补" in page
    assert not Hold.objects.exists()


def test_an_account_without_anybody_says_who_it_is_and_stands_in_one_step(front: Front):
    room = popular(front)
    who = Someone()
    new = {"name": "沈白芷", "sex": "female", "born_on": "1988-04-12", "consent": "on"}
    with moment(timedelta(minutes=-30)):
        who.sign_in(room)
        refused = joined_as(who, room, new | {"consent": ""})
        assert refused.status_code == 422
        assert not Patient.objects.filter(name="沈白芷").exists()
        assert joined_as(who, room, new).status_code == 303
        assert "您已进入候号室" in who.client.get(room).content.decode()
    assert RushPlace.objects.get().patient_id == Patient.objects.get(name="沈白芷").pk


def test_who_is_refused_a_place_is_not_registered_either(front: Front):
    room = popular(front)
    who = Someone()
    new = {"name": "沈白芷", "sex": "female", "born_on": "1988-04-12", "consent": "on"}
    with moment(timedelta(minutes=-30)):
        who.sign_in(room)
        early = joined_as(who, room, new, before=timedelta(hours=2))
    assert early.status_code == 409
    assert not Patient.objects.filter(name="沈白芷").exists()


def test_a_form_that_another_window_overtook_leads_to_the_place_that_was_taken(front: Front):
    room = popular(front)
    who = Someone()
    new = {"name": "沈白芷", "sex": "female", "born_on": "1988-04-12", "consent": "on"}
    with moment(timedelta(minutes=-30)):
        who.sign_in(room)
        page = who.client.get(room).content.decode()
        assert joined_as(who, room, new).status_code == 303

        late = joined_as(who, room, new, page=page)

        assert (late.status_code, late["Location"]) == (303, room)
        assert "您已进入候号室" in who.client.get(room).content.decode()
    assert (RushPlace.objects.count(), Patient.objects.filter(name="沈白芷").count()) == (1, 1)


def joined_as(
    who: Someone,
    room: str,
    new: dict[str, str],
    before: timedelta | None = None,
    page: str = "",
) -> Any:
    """Fill in the form for somebody new; `before` sends it that much earlier, `page` is one that
    was fetched earlier.
    """
    page = page or who.client.get(room).content.decode()
    found = re.search(r'data-puzzle="([^"]+)" data-bits="(\d+)"', page)
    assert found is not None, page
    typed = new | {
        "puzzle": found[1], "answer": puzzles.solve(found[1], int(found[2])),
        "request_key": str(new_id()),
    }  # fmt: skip
    if before is None:
        return who.client.post(room, typed)
    with moment(-before):
        return who.client.post(room, typed)


def test_looking_all_the_time_is_refused_and_an_honest_page_is_not(front: Front):
    room = popular(front)
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    with moment(timedelta(minutes=-30)):
        who.sign_in(room)
        joined(who, room, patient)
        page = who.client.get(room).content.decode()
        assert "load delay:30s" in page
        answers = [who.client.get(room, headers={"HX-Request": "true"}) for _ in range(45)]
    assert [one.status_code for one in answers[:40]] == [200] * 40
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 30
