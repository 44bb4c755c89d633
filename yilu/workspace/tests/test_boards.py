"""Every post lands on its board, sees what it may, and a board costs the same however full."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import actors, clock
from yilu.platform.models import User
from yilu.platform.web import idle
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import TicketState
from yilu.reception.operations.arrivals import check_in, walk_in
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff
from yilu.workspace.selectors.desk import desk_day
from yilu.workspace.selectors.manager import live_board
from yilu.workspace.selectors.room import next_times, own_station, room_queue
from yilu.workspace.selectors.waiting import waiting_room
from yilu.workspace.shell import staff_shell
from yilu.workspace.web import desk as web

pytestmark = [pytest.mark.django_db]
BOARDS = {
    "front_desk": "/desk/{key}/",
    "guide": "/guiding/{key}/",
    "nurse": "/nurse/{key}/",
    "doctor": "/room/{key}/",
    "cashier": "/billing/{id}/",
    "pharmacist": "/pharmacy/?site={id}",
    "care": "/aftercare/{id}/",
    "manager": "/manager/{key}/",
    "administrator": "/workforce/",
}
OPEN_TO = {
    "desk": {"front_desk", "guide", "nurse", "doctor", "cashier", "care", "manager"},
    "nurse": {"nurse", "doctor"},
    "room": {"doctor"},
    "manager": {"manager", "cashier"},
}


@pytest.fixture
def opened():
    """An open clinic at five to ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
    with clock.at(at(9, 55)):
        yield clinic


def site_of(opened: OpenClinic) -> Site:
    return Site.objects.get(pk=opened.site_id)


def place_of(opened: OpenClinic) -> dict[str, str]:
    site = site_of(opened)
    return {"key": site.key, "id": str(site.pk)}


def signed_in(client: Client, post: str, opened: OpenClinic) -> None:
    person = make_staff(post, site_id=opened.site_id)
    client.force_login(User.objects.get(pk=person.user_id))


def as_doctor(client: Client, opened: OpenClinic) -> User:
    """Sign in as the doctor whose room the clinic has."""
    doctor = Practitioner.objects.get(pk=opened.clinic.doctors[0]).staff.user
    client.force_login(doctor)
    return doctor


def people_come(opened: OpenClinic, number: int) -> None:
    for _ in range(number):
        walk_in(
            actor=opened.desk,
            site_id=opened.site_id,
            patient_id=make_patient(site_of(opened), "张小明"),
            service_id=opened.clinic.service_id,
        )


@pytest.mark.parametrize("post", BOARDS)
def test_signing_in_opens_the_board_of_the_post(opened, client, post):
    signed_in(client, post, opened)

    answer = client.get("/")

    board = BOARDS[post].format(**place_of(opened))
    assert answer.headers["Location"] == board
    assert client.get(board).status_code == 200


@pytest.mark.parametrize("post", BOARDS)
def test_every_entry_of_a_menu_opens(opened, client, post):
    signed_in(client, post, opened)
    request = client.get(BOARDS[post].format(**place_of(opened))).wsgi_request

    entries = [item.url for item in staff_shell(request).menu]

    assert entries
    assert [one for one in entries if client.get(one, follow=True).status_code != 200] == []


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("page", OPEN_TO)
@pytest.mark.parametrize("post", BOARDS)
def test_a_board_opens_to_its_posts_and_is_not_there_for_others(opened, client, post, page):
    signed_in(client, post, opened)

    answer = client.get(f"/{page}/{site_of(opened).key}/")

    assert answer.status_code == (200 if post in OPEN_TO[page] else 404)


def test_the_menu_holds_at_most_twelve_workspaces(opened, client):
    for post in BOARDS:
        signed_in(client, post, opened)
        shell = client.get("/patients/").context["shell"]
        assert 0 < len(shell.menu) <= 12


def test_the_shell_costs_four_queries(opened, client, rf, django_assert_num_queries):
    request = rf.get("/")
    request.actor = opened.desk
    with django_assert_num_queries(4):
        assert staff_shell(request).menu
    people_come(opened, 12)
    with django_assert_num_queries(4):
        assert staff_shell(request).menu


def test_another_post_is_chosen_and_remembered(opened, client):
    person = make_staff("front_desk", "nurse", site_id=opened.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    key = site_of(opened).key

    answer = client.post("/here", {"place": f"{key}:nurse"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/nurse/{key}/")
    assert client.get("/").headers["Location"] == f"/nurse/{key}/"


def test_a_post_that_one_does_not_hold_cannot_be_chosen(opened, client):
    signed_in(client, "nurse", opened)
    key = site_of(opened).key

    assert client.post("/here", {"place": f"{key}:manager"}).status_code == 404
    assert client.get("/").headers["Location"] == f"/nurse/{key}/"


def test_a_locked_station_goes_on_at_the_same_page_after_signing_in(opened, client):
    signed_in(client, "front_desk", opened)
    key = site_of(opened).key

    answer = client.post("/lock", headers={"referer": f"http://testserver/desk/{key}/"})

    assert answer.headers["Location"] == f"/sign-in?next=/desk/{key}/"
    assert client.get(f"/desk/{key}/").status_code in {302, 404}


def test_who_was_signed_out_signs_in_and_goes_on_at_the_same_page(opened, client):
    page = f"/desk/{site_of(opened).key}/?day=2031-03-04"
    assert client.get(page).status_code == 404
    client.cookies[idle.COOKIE] = "of a session that has ended"
    part = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}

    whole = client.get(page)
    fetched = client.get(page, headers=part)

    back = "/sign-in?next=" + quote(page, safe="")
    assert (whole.status_code, whole.headers["Location"]) == (303, back)
    assert (fetched.status_code, fetched.headers["HX-Redirect"]) == (401, back)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("post", "page"), [("front_desk", "desk"), ("nurse", "nurse"), ("manager", "manager")]
)
def test_a_full_board_is_drawn_in_both_languages(opened, client, post, page, language):
    booked = opened.clinic.book()
    check_in(actor=opened.desk, booking_id=booked.id)
    people_come(opened, 2)
    signed_in(client, post, opened)
    client.cookies["yilu_language"] = language

    answer = client.get(f"/{page}/{site_of(opened).key}/")

    assert answer.status_code == 200
    words = answer.content.decode()
    assert ("Waiting" in words) == (language == "en" and page != "nurse")


def test_a_patient_who_has_come_turns_from_expected_to_waiting_on_the_grid(opened):
    booked = opened.clinic.book()
    before = desk_day(opened.desk, opened.site_id, MONDAY).columns[0].cards[0]
    check_in(actor=opened.desk, booking_id=booked.id)
    with clock.at(at(10, 12)), translation.override("en"):
        after = desk_day(opened.desk, opened.site_id, MONDAY).columns[0]

    assert (before.state, before.now) == ("booked", "")
    assert (after.cards[0].state, after.cards[0].now) == ("waiting", "Waits 12 min")
    assert after.delay == 12


def test_a_patient_who_does_not_come_turns_late(opened):
    opened.clinic.book()
    with clock.at(at(10, 9)), translation.override("en"):
        card = desk_day(opened.desk, opened.site_id, MONDAY).columns[0].cards[0]

    assert (card.state, card.now) == ("late", "9 min late")


def test_the_day_and_the_waiting_room_cost_the_same_for_one_and_for_twelve(
    opened, django_assert_num_queries, django_assert_max_num_queries
):
    booked = opened.clinic.book()
    check_in(actor=opened.desk, booking_id=booked.id)
    with django_assert_max_num_queries(20):
        desk_day(opened.desk, opened.site_id, MONDAY)
    with django_assert_max_num_queries(14) as first:
        assert len(waiting_room(opened.desk, opened.site_id).rows) == 1
    people_come(opened, 11)
    with django_assert_num_queries(len(first)):
        assert len(waiting_room(opened.desk, opened.site_id).rows) == 12
    with django_assert_max_num_queries(20):
        desk_day(opened.desk, opened.site_id, MONDAY)


def test_a_day_to_come_reads_no_queues(opened):
    people_come(opened, 3)

    asked = []

    def listen(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        desk_day(opened.desk, opened.site_id, MONDAY)
        assert [sql for sql in asked if "queueing_ticket" in sql]
        asked.clear()
        day = desk_day(opened.desk, opened.site_id, MONDAY + timedelta(days=1))

    assert not day.is_today
    assert [sql for sql in asked if "queueing_ticket" in sql] == []


@pytest.mark.covers("B02")
def test_of_a_long_waiting_room_who_comes_first_is_drawn_and_all_when_asked(
    opened, client, monkeypatch
):
    monkeypatch.setattr(web, "MOST_WAITING", 2)
    people_come(opened, 3)
    client.force_login(User.objects.get(pk=opened.desk.user_id))
    address = f"/desk/{site_of(opened).key}/waiting"

    first, whole = (
        client.get(one, headers={"Accept-Language": "en"}).content.decode()
        for one in (address, f"{address}?all=1")
    )

    assert [one.count("data-row") for one in (first, whole)] == [2, 3]
    assert "Show all 3 who wait" in first
    assert "Show only who comes first" in whole
    # What follows the room by itself goes on showing as much.
    follows = f'hx-get="{address}?all=1" hx-trigger="live"'
    assert (follows in first, follows in whole) == (False, True)


@pytest.mark.covers("B08")
def test_who_was_called_is_here_wherever_that_is(opened, client):
    people_come(opened, 1)
    station = opened.station(Ticket.objects.get().queue.kind)
    assert call_next(actor=opened.doctor, station_id=station) is not None
    client.force_login(User.objects.get(pk=opened.desk.user_id))

    room = client.get(f"/desk/{site_of(opened).key}/waiting", headers={"Accept-Language": "en"})

    assert "Is here</button>" in room.text


@pytest.mark.covers("I17")
def test_the_live_board_costs_the_same_for_one_and_for_twelve(opened, django_assert_num_queries):
    boss = make_staff("manager", site_id=opened.site_id).actor()
    people_come(opened, 1)
    live_board(boss, opened.site_id)
    with django_assert_num_queries(11):
        live_board(boss, opened.site_id)
    people_come(opened, 11)
    with django_assert_num_queries(11):
        board = live_board(boss, opened.site_id)

    assert (len(board.waiting), board.walk_ins, board.arrived) == (12, 12, 12)


@pytest.mark.covers("I17")
def test_who_waits_longer_than_promised_is_first_and_counted(opened):
    boss = make_staff("manager", site_id=opened.site_id).actor()
    people_come(opened, 1)
    with clock.at(at(9, 55) + timedelta(minutes=50)):
        people_come(opened, 1)
        board = live_board(boss, opened.site_id)

    assert [row.minutes for row in board.waiting] == [50, 0]
    assert [row.minutes for row in board.over] == [50]
    assert [(row.name, row.minutes) for row in board.nearest] == [("张小明", 50)]
    assert board.late_doctors[0].minutes == 50
    assert board.alerts[0].state == "late"


def test_the_doctor_sees_who_is_next_and_why(opened, client):
    people_come(opened, 1)
    as_doctor(client, opened)

    answer = client.get(f"/room/{site_of(opened).key}/")

    ticket = Ticket.objects.get()
    assert answer.context["queue"].next.id == ticket.pk
    assert ticket.number in answer.content.decode()
    assert answer.context["queue"].next.why


def called_in(opened: OpenClinic) -> Ticket:
    called = call_next(actor=opened.doctor, station_id=opened.station("consultation"))
    assert called is not None
    start_ticket(actor=opened.doctor, ticket_id=called.id)
    return Ticket.objects.get(pk=called.id)


def test_a_note_that_lacks_something_does_not_finish_the_visit(opened, client):
    people_come(opened, 1)
    ticket = called_in(opened)
    as_doctor(client, opened)
    page = client.get(reverse("clinical:note", args=[ticket.visit_id]))
    sent = {"context": page.context["context"], "version": 0, "request_key": str(uuid4())}

    answer = client.post(reverse("workspace:finish-visit", args=[ticket.visit_id]), sent)

    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.state == TicketState.IN_ROOM


def test_the_next_visit_is_booked_with_one_click(opened, client):
    people_come(opened, 1)
    ticket = called_in(opened)
    as_doctor(client, opened)
    found = next_times(opened.doctor, ticket.visit_id)

    assert found.booked is None
    assert len(found.times) <= 3
    for slot in found.times[:1]:
        url = reverse("workspace:book-next", args=[ticket.visit_id])
        sent = {"starts_at": slot.starts_at.isoformat(), "request_key": str(uuid4())}
        assert client.post(url, sent).status_code == 200
        assert Booking.objects.get().starts_at == slot.starts_at


def test_a_room_costs_the_same_for_one_and_for_twelve(opened, client, django_assert_num_queries):
    doctor = as_doctor(client, opened)
    actor = actors.load(doctor)
    station = own_station(actor, opened.site_id)
    assert station is not None
    people_come(opened, 1)
    room_queue(actor, opened.site_id, station)
    with django_assert_num_queries(13):
        assert len(room_queue(actor, opened.site_id, station).waiting) == 1
    people_come(opened, 11)
    with django_assert_num_queries(13):
        assert len(room_queue(actor, opened.site_id, station).waiting) == 12
