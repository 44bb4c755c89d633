"""The entry questions on the phone, before the visit."""

from datetime import timedelta

import pytest

from yilu.facility.operations.places import RoomFacts, add_place
from yilu.facility.selectors.places import rooms
from yilu.facility.tests.factories import BUILDER, words
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.plans import PlanFacts, set_plan
from yilu.outbreak.operations.switching import switch_on
from yilu.outbreak.tests.factories import ROUTE, answers
from yilu.platform import clock, links
from yilu.platform.ids import new_id
from yilu.platform.names import Localized
from yilu.portal.tests.factories import Front, Someone
from yilu.reception.selectors.arrivals import shown_code
from yilu.scheduling.models import Booking, Curb
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


@pytest.fixture
def boss(front: Front):
    site_id = front.clinic.site_id
    facts = RoomFacts(name=words("9 号室", "Room 9"), kind="consulting")
    add_place(actor=BUILDER, site_id=site_id, key="room-for-one", facts=facts)
    room = next(one for one in rooms(site_id) if one.key == "room-for-one")
    manager = make_staff("manager", site_id=site_id).actor()
    plan = PlanFacts(route=Localized(ROUTE), room_id=room.id, online_per_day=1)
    set_plan(actor=manager, site_id=site_id, facts=plan)
    return manager


def on(front, boss, *, drill=False):
    switch_on(
        actor=boss, site_id=front.clinic.site_id, illness="respiratory", reason="通知",
        is_drill=drill,
    )  # fmt: skip


def link(front, someone, starts_at) -> str:
    """The address of a booking's page."""
    patient_id = someone.patient(front.clinic.site_id)
    booked = front.clinic.clinic.book(starts_at, patient_id=patient_id)
    reference = links.issue(
        "visit", subject_id=booked.id, expires_at=clock.now() + timedelta(days=5)
    )
    return f"/v/{reference}"


def text(answer) -> str:
    return answer.content.decode()


def send(someone, base, *yes):
    said = {f"q-{key}": word for key, word in answers(*yes).items()}
    return someone.client.post(f"{base}/screening", {"request_key": str(new_id()), **said})


def test_it_is_asked_when_the_answers_will_still_hold(front: Front, someone: Someone, boss):
    base = link(front, someone, at(10))
    assert "/screening" not in text(someone.client.get(base))
    on(front, boss)
    assert f"{base}/screening" in text(someone.client.get(base))
    far = link(front, Someone(), at(10, day=2))
    assert "/screening" not in text(someone.client.get(far))


def test_a_suspicion_is_told_as_a_way_in_and_never_why(front: Front, someone: Someone, boss):
    on(front, boss)
    base = link(front, someone, at(10))
    half = someone.client.post(
        f"{base}/screening", {"request_key": str(new_id()), "q-fever": "yes"}
    )
    assert (half.status_code, Screening.objects.count()) == (422, 0)

    assert send(someone, base, "fever").status_code == 303

    for page in (base, f"{base}/screening"):
        shown = text(someone.client.get(page))
        assert ROUTE["zh-Hans"] in shown
        assert "疑似" not in shown
    assert send(someone, base).status_code == 409
    assert Screening.objects.get().via == "phone"


def test_arriving_by_phone_leads_to_the_questions(front: Front, someone: Someone, boss):
    on(front, boss)
    base = link(front, someone, at(10))
    with clock.at(at(9, 50)):
        typed = {"request_key": str(new_id()), "code": shown_code(front.clinic.site_id)}
        answer = someone.client.post(f"{base}/arrive", typed)
        assert (answer.status_code, answer["Location"]) == (303, f"{base}/screening")
        assert Booking.objects.get().state == "confirmed"
        send(someone, base)
        typed["request_key"] = str(new_id())
        assert someone.client.post(f"{base}/arrive", typed)["Location"] == base
    assert Booking.objects.get().state == "arrived"


def test_a_drill_is_not_seen_on_any_phone(front: Front, someone: Someone, boss):
    on(front, boss, drill=True)
    base = link(front, someone, at(10))
    assert "/screening" not in text(someone.client.get(base))
    assert send(someone, base, "fever").status_code == 409
    assert not Screening.objects.exists()
    assert not Curb.objects.exists()


def test_who_books_reads_why_fewer_times_are_offered(front: Front, someone: Someone, boss):
    shop = f"/book/{front.site_key}/"
    assert "网上预约限量" not in text(someone.client.get(shop))
    on(front, boss)
    assert "网上预约限量" in text(someone.client.get(shop))
    assert "网上预约限量" in text(someone.client.get(front.times_url))
    assert front.choose(someone).status_code == 303
    refused = front.choose(Someone(), 11)
    assert refused.status_code == 409
    assert "每天网上预约限 1 个" in text(refused)
