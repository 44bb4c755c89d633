"""The wall: numbers, masked names and rooms; opened by a link, and by nobody else."""

import pytest
from django.test import Client
from django.utils import translation

from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.names import Localized
from yilu.queueing.errors import ForOneOnly
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.operations.calling import call_next, finish_ticket, skip_ticket
from yilu.queueing.operations.issuing import issue_ticket
from yilu.queueing.operations.screens import create_screen, renew_screen_link, withdraw_screen
from yilu.queueing.operations.setup import set_up_queues
from yilu.queueing.operations.undoing import undo_call
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.selectors.wall import MOST_ROWS, WallBoard, WallRow, wall_board
from yilu.queueing.tests.factories import TEN, Clinic, at, make_actor, make_clinic
from yilu.queueing.web.boards import phone_url
from yilu.workforce.tests.factories import make_doctor

pytestmark = pytest.mark.django_db
PHONE = "12112345678"


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN), translation.override("zh-hans"):
        yield


def call_one(clinic: Clinic, name: str = "欧阳晓明") -> str:
    patient = clinic.patient(name, phone=PHONE)
    ticket = clinic.ticket(patient_id=patient)
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    return ticket.number


def open_screen(clinic: Clinic) -> Client:
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    client = Client()
    response = client.get(f"/queueing/wall/open/{made.reference}")
    assert response.status_code == 302
    client.wall_url = response["Location"]
    return client


@pytest.mark.covers("B09")
def test_a_call_is_shown_with_a_masked_name_and_said_in_two_languages():
    clinic = make_clinic()
    number = call_one(clinic)

    board = wall_board(clinic.actor, clinic.site_id)

    assert board.calling is not None
    assert (board.calling.number, board.calling.name) == (number, "欧**明")
    letter, digits = number[0], " ".join(number[1:])
    assert board.calling.say_en.startswith(f"Number {letter} {digits}, please go to ")
    assert board.calling.say_zh.startswith(f"请 {letter} 零 零 一 号，到")
    assert [row.number for row in board.rows if row.is_calling] == [number]


@pytest.mark.covers("B09")
def test_nothing_on_the_wall_gives_a_name_or_a_phone_away():
    clinic = make_clinic()
    call_one(clinic)
    clinic.ticket(patient_id=clinic.patient("诸葛孔明", phone="12187654321"))
    client = open_screen(clinic)

    for language in ("zh-hans", "en"):
        client.cookies["yilu_language"] = language
        page = client.get(client.wall_url)
        text = page.content.decode()
        assert page.status_code == 200
        for secret in ("欧阳晓明", "诸葛孔明", PHONE, "12187654321", "Ouyang", "ouyang", "Zhuge"):
            assert secret not in text


def test_an_undone_or_finished_call_leaves_the_wall():
    clinic = make_clinic()
    call_one(clinic)
    ticket = wall_board(clinic.actor, clinic.site_id).calling
    assert ticket is not None
    from_ticket = clinic_ticket_id(clinic)
    undo_call(actor=clinic.actor, ticket_id=from_ticket)
    assert wall_board(clinic.actor, clinic.site_id).calling is None

    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    finish_ticket(actor=clinic.actor, ticket_id=from_ticket)
    assert wall_board(clinic.actor, clinic.site_id).calling is None


def clinic_ticket_id(clinic: Clinic):
    return Ticket.objects.get(site_id=clinic.site_id).pk


def test_who_missed_a_call_is_named_by_number():
    clinic = make_clinic()
    number = call_one(clinic)
    skip_ticket(actor=clinic.actor, ticket_id=clinic_ticket_id(clinic))

    board = wall_board(clinic.actor, clinic.site_id)

    assert [(one.number, one.name) for one in board.missed] == [(number, "欧**明")]


def test_where_a_name_would_say_too_much_only_the_number_is_shown():
    clinic = make_clinic()
    queue = clinic.queue()
    queue.shows_names = False
    queue.save()
    call_one(clinic)

    board = wall_board(clinic.actor, clinic.site_id)

    assert board.calling is not None
    assert board.calling.name == ""


@pytest.mark.parametrize("count", [1, 12])
def test_the_wall_costs_the_same_for_one_and_for_twelve(count, django_assert_num_queries):
    clinic = make_clinic()
    for n in range(count):
        with clock.at(at(n)):
            clinic.ticket()
    with clock.at(at(30)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        wall_board(clinic.actor, clinic.site_id)
        with django_assert_num_queries(10):
            board = wall_board(clinic.actor, clinic.site_id)

    assert sum(row.waiting for row in board.rows) == count - 1


@pytest.mark.covers("B09")
def test_a_screen_signs_in_by_its_link_as_a_device_that_sees_one_site():
    clinic, other = make_clinic(), make_clinic()
    client = open_screen(clinic)

    assert client.get(client.wall_url).status_code == 200
    assert User.objects.filter(kind="device").count() == 1
    key = wall_key(other)
    assert client.get(f"/queueing/wall/{key}/").status_code == 404
    assert client.get(f"/queueing/queues/{clinic.queue().pk}/").status_code == 404
    assert client.get("/queueing/screens").status_code == 403


def wall_key(clinic: Clinic) -> str:
    return Site.objects.get(pk=clinic.site_id).key


def test_a_withdrawn_screen_goes_dark_and_its_link_opens_nothing():
    clinic = make_clinic()
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    client = Client()
    url = client.get(f"/queueing/wall/open/{made.reference}")["Location"]
    withdraw_screen(actor=clinic.actor, screen_id=made.id)
    withdraw_screen(actor=clinic.actor, screen_id=made.id)

    assert client.get(url).status_code in {302, 401, 404}
    assert Client().get(f"/queueing/wall/open/{made.reference}").status_code in {404, 409, 410}


def test_a_renewed_link_replaces_the_old_one():
    clinic = make_clinic()
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    new = renew_screen_link(actor=clinic.actor, screen_id=made.id)

    assert Client().get(f"/queueing/wall/open/{made.reference}").status_code == 410
    assert Client().get(f"/queueing/wall/open/{new}").status_code == 302


def test_only_who_sets_up_makes_a_screen():
    clinic = make_clinic()
    with pytest.raises(NotFound):
        renew_screen_link(
            actor=make_actor(clinic.site_id, ["queueing.see"]),
            screen_id=create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall").id,
        )


def test_nobody_sees_a_wall_without_a_screen():
    clinic = make_clinic()
    assert Client().get(f"/queueing/wall/{wall_key(clinic)}/").status_code in {302, 401, 404}


def test_the_phone_page_of_a_printed_code_shows_a_range_and_no_name():
    clinic = make_clinic()
    clinic.ticket(patient_id=clinic.patient("欧阳晓明", phone=PHONE))
    url = phone_url(clinic_ticket_id(clinic))
    page = Client().get(url, headers={"Accept-Language": "en"})

    assert page.status_code == 200
    text = page.content.decode()
    assert "欧阳" not in text
    assert "You are next: about 0 to " in text
    assert Client().get(url[:-1] + ("a" if url[-1] != "a" else "b")).status_code == 404


def wall_row(n: int, *, is_called: bool = False) -> WallRow:
    """The n-th station: with somebody in the room, or with somebody who is called to it."""
    return WallRow(
        station_id=new_id(), station=Localized({"en": f"Room {n}"}), who="", number=f"A{n:03d}",
        name="", is_calling=False, is_in_room=not is_called, next_numbers=(), waiting=0,
        newcomer=Wait(0, 5), late_minutes=0,
    )  # fmt: skip


def wall_of(rows: list[WallRow]) -> WallBoard:
    return WallBoard(calling=None, earlier=(), rows=tuple(rows), missed=())


@pytest.mark.covers("B09")
@pytest.mark.parametrize("stations", [1, 9, 10, 18, 40])
def test_every_station_has_its_turn_and_no_page_is_too_long_to_be_read(stations):
    board = wall_of([wall_row(n) for n in range(stations)])

    assert [row for page in board.pages for row in page] == list(board.rows)
    assert board.longest_page <= MOST_ROWS
    assert min(len(page) for page in board.pages) >= board.longest_page - 1


@pytest.mark.covers("B09")
@pytest.mark.parametrize("called", [1, 6, 8])
def test_a_called_number_is_never_hidden_for_long(called):
    board = wall_of([wall_row(n, is_called=n >= 18 - called) for n in range(18)])

    waited_for = {row.number for row in board.rows if row.is_called}
    on_every_page = set.intersection(*({row.number for row in page} for page in board.pages))
    somewhere = {row.number for page in board.pages for row in page}
    assert somewhere == {row.number for row in board.rows}
    assert board.longest_page <= MOST_ROWS
    if called <= 6:
        assert waited_for <= on_every_page


def test_an_empty_wall_has_no_page():
    assert wall_of([]).pages == ()


@pytest.mark.covers("B09")
def test_a_screen_beside_a_door_shows_that_doctor_alone():
    clinic = make_clinic()
    other = make_doctor(clinic.site_id, department_id=clinic.queue().department_id).practitioner_id
    set_up_queues(actor=clinic.actor, site_id=clinic.site_id)
    theirs = Queue.objects.get(practitioner_id=other)
    mine = Queue.objects.get(practitioner_id=clinic.doctor_id)
    for queue in (mine, theirs, mine):
        visit, patient = clinic.visit()
        issue_ticket(actor=clinic.actor, queue_id=queue.pk, visit_id=visit, patient_id=patient)
    made = create_screen(
        actor=clinic.actor, site_id=clinic.site_id, name="Door", practitioner_id=clinic.doctor_id
    )
    client = Client()
    url = client.get(f"/queueing/wall/open/{made.reference}")["Location"]

    assert url.endswith(f"?doctor={clinic.doctor_id}")
    page = client.get(url).content.decode()
    numbers = list(Ticket.objects.filter(queue=mine).values_list("number", flat=True))
    assert all(number in page for number in numbers)
    assert Ticket.objects.get(queue=theirs).number not in page
    board = wall_board(clinic.actor, clinic.site_id, "", clinic.doctor_id)
    assert board.doctor is not None
    assert board.doctor.waiting == len(numbers) == 2
    assert {one.number for one in board.doctor.next} == set(numbers)


def test_a_screen_is_for_a_doctor_of_the_site_or_for_an_area():
    clinic, other = make_clinic(), make_clinic()
    site = {"actor": clinic.actor, "site_id": clinic.site_id, "name": "Door"}
    with pytest.raises(NotFound):
        create_screen(**site, practitioner_id=other.doctor_id)
    with pytest.raises(ForOneOnly):
        create_screen(**site, practitioner_id=clinic.doctor_id, area="二楼")
    client = open_screen(clinic)
    for wrong in (new_id(), other.doctor_id, "x"):
        url = f"/queueing/wall/{wall_key(clinic)}/?doctor={wrong}"
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_a_door_costs_the_same_for_one_and_for_twelve(count, django_assert_num_queries):
    clinic = make_clinic()
    for _ in range(count):
        clinic.ticket()
    wall_board(clinic.actor, clinic.site_id, "", clinic.doctor_id)
    with django_assert_num_queries(10):
        board = wall_board(clinic.actor, clinic.site_id, "", clinic.doctor_id)
    assert board.doctor is not None
    assert board.doctor.waiting == count
