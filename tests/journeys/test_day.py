"""A whole day: three people book in three ways, and go home with a receipt and medicine.

Whatever one of them does is seen on every open page that shows it, without touching that page.
"""

import re
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.served import PATIENCE
from tests.journeys.clinic import MONDAY, Clinic
from tests.journeys.people import Desk, Doctor, Nurse, Phone
from tests.journeys.town import Person, Town
from tests.journeys.windows import Care, Cashier, Manager, Pharmacist
from yilu.aftercare.models import FollowUp
from yilu.visits.models import Visit as ClinicVisit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ZONE = ZoneInfo("Asia/Shanghai")
VITALS = {
    "respiratory_rate": "16", "spo2": "98", "temperature": "36.8",
    "systolic": "122", "diastolic": "78", "pulse": "76",
}  # fmt: skip
CHINESE = (
    Person("林晓芳", "Lin Xiaofang", "12100003301"),
    Person("唐建国", "Tang Jianguo", "12100003302"),
    Person("周雨晴", "Zhou Yuqing", "12100003303"),
)
ENGLISH = (
    Person("苏明华", "Su Minghua", "12100003401"),
    Person("郑秀英", "Zheng Xiuying", "12100003402"),
    Person("何思远", "He Siyuan", "12100003403"),
)


@pytest.mark.covers(
    "A01", "A05", "A12", "B01", "B06", "B08", "B09", "B10", "B12", "C01", "C02", "C06",
    "E01", "E02", "F02", "F03", "F04", "F07", "G01", "I17", "O06",
)  # fmt: skip
@pytest.mark.parametrize(
    ("language", "day", "people"),
    [("zh", MONDAY, CHINESE), ("en", MONDAY + timedelta(days=1), ENGLISH)],
    ids=["zh", "en"],
)
def test_patients_are_seen_from_booking_to_the_way_home(
    clinic: Clinic, eyes: Visit, language: str, day: date, people: tuple[Person, Person, Person]
):
    town = Town(clinic, eyes, language)
    clinic.begin(day)
    views = Views(town)
    phone = Phone(town, people[-1])
    book(views, phone, day, people)
    clinic.set_clock(datetime.combine(day, time(8, 50), tzinfo=ZONE))
    arrive(views, phone, *people)
    assess(views, people)
    see(views, phone, people)
    pay(views, phone, *people)
    medicate(views, phone)
    go_home(views, phone, people)
    assert not town.wrong, "\n".join(town.wrong)


@dataclass(slots=True)
class Views:
    """What hangs on walls and stands on desks all day, open from morning to evening."""

    town: Town
    desk: Desk = field(init=False)
    wall: Page = field(init=False)
    nurse: Nurse = field(init=False)
    doctor: Doctor = field(init=False)
    cashier: Cashier = field(init=False)
    pharmacist: Pharmacist = field(init=False)
    manager: Manager = field(init=False)
    care: Care = field(init=False)
    messages: Page = field(init=False)

    def __post_init__(self) -> None:
        town = self.town
        self.desk = Desk(town)
        self.wall = town.watch(town.clinic.wall(), size="wall")
        self.nurse = Nurse(town)
        self.doctor = Doctor(town)
        self.cashier = Cashier(town)
        self.pharmacist = Pharmacist(town, "10041")
        self.manager = Manager(town)
        self.care = Care(town)
        self.messages = town.watch("/messaging/", "10002")

    def call_is_shown(self, number: str, person: Person) -> None:
        """A call is on the wall, and the desk knows of it."""
        expect(self.wall.locator(".yl-wall-no")).to_have_text(number)
        expect(self.desk.row(person)).to_have_class(re.compile("yl-s-called"))
        self.town.look(self.wall, "wall: call")


def book(views: Views, phone: Phone, day: date, people: tuple[Person, Person, Person]) -> None:
    """Three people book in three ways; desk, room, board and message centre show each."""
    town, desk = views.town, views.desk
    by_api, at_desk, by_phone = people
    book_by_api(town.clinic, by_api, day)
    expect(desk.card(by_api)).to_be_visible()
    desk.book(at_desk)
    phone.book()
    expect(desk.card(by_phone)).to_be_visible()
    for person in people:
        expect(views.messages.locator("#lines")).to_contain_text(person.shown(town.language))
        expect(views.doctor.row(person)).to_be_visible()
        # The line is there when a message is to go out; the network has it a little later.
        eventually(views.messages, partial(town.clinic.sms, person.phone))
    views.manager.counts(booked=3, came=0, left=0)
    town.look(desk.page, "desk: day with bookings")
    town.look(views.messages, "message centre")


def arrive(views: Views, phone: Phone, by_api: Person, at_desk: Person, by_phone: Person) -> None:
    """Two come to the desk, one types the code of the hall; each gets a number."""
    screen = views.town.open("/arrive/south", "10002", size="wall")
    views.town.look(screen, "hall: arrival code")
    for person in (by_api, at_desk):
        number = views.desk.check_in(person)
        expect(views.wall.locator("#wall")).to_contain_text(number)
    phone.arrive(screen.locator(".po-digits").inner_text())
    number = views.desk.number(by_phone)
    phone.comes_to("waiting", number)
    expect(views.wall.locator("#wall")).to_contain_text(number)
    for person in (by_api, at_desk, by_phone):
        expect(views.nurse.row(person)).to_be_visible()
    views.manager.counts(booked=3, came=3, left=0)
    views.town.look(views.wall, "wall: waiting")
    views.town.look(views.desk.page, "desk: waiting room")
    sheet = views.desk.guide_sheet(by_api)
    expect(sheet.locator("main")).to_contain_text(views.desk.number(by_api))
    expect(sheet.locator("main")).to_contain_text(views.town.say("分诊评估", "Assessment"))
    views.town.look(sheet, "guide sheet")


def assess(views: Views, people: tuple[Person, ...]) -> None:
    """The nurse calls one after the other, and measures. One call is taken back first."""
    nurse = views.nurse
    nurse.call_in_small_window_and_take_back(views.wall.locator(".yl-wall-no"))
    for _ in people:
        number = nurse.call_next()
        person = nurse.patient(people)
        views.call_is_shown(number, person)
        nurse.begin()
        nurse.measure(**VITALS)
        nurse.send_on()
        expect(views.doctor.queue.locator(".ws-call")).to_be_visible()
        expect(views.doctor.row(person)).to_be_visible()


def see(views: Views, phone: Phone, people: tuple[Person, ...]) -> None:
    """The doctor calls, writes and finishes; the hall, the phone and the cashier follow."""
    doctor, town = views.doctor, views.town
    for _ in people:
        number = doctor.call_next()
        person = doctor.patient(people)
        views.call_is_shown(number, person)
        if person == phone.person:
            phone.comes_to("called", number, town.room())
        doctor.begin()
        doctor.diagnose("J06.9")
        doctor.write(town.say("咳嗽三天", "Three days of cough"))
        if person == phone.person:
            prescribe(doctor)
        doctor.finish()
        expect(views.cashier.row(person)).to_be_visible()
        if person == people[0]:
            take_back_and_finish_again(views, person)
    phone.comes_to("to pay", "¥", town.say("收费处", "Cashier"))


def take_back_and_finish_again(views: Views, person: Person) -> None:
    """The doctor takes the last finish back: nobody waits for money while still in the room."""
    expect(views.desk.row(person)).to_have_count(1)
    views.doctor.take_finish_back()
    expect(views.desk.row(person)).to_have_count(0)
    expect(views.cashier.row(person)).to_have_count(0)
    views.doctor.finish()
    expect(views.cashier.row(person)).to_be_visible()


def prescribe(doctor: Doctor) -> None:
    """What the patient is allergic to is refused; something else is signed."""
    doctor.record_allergy(doctor.town.say("青霉素", "Penicillin"))
    doctor.add("amoxicillin")
    doctor.is_stopped()
    doctor.take_out(1)
    doctor.add("loratadine")
    doctor.sign_prescription("J06.9")


def pay(views: Views, phone: Phone, by_api: Person, at_desk: Person, by_phone: Person) -> None:
    """One pays cash and gets change, one scans the desk's code, one pays on the phone."""
    cashier, manager = views.cashier, views.manager
    taken = manager.taken()
    cashier.open(by_api)
    cashier.take_cash(by_api)
    assert_paper(cashier.receipt())
    manager.sees_more_than(taken)
    manager.counts(booked=3, came=3, left=1)
    taken = manager.taken()
    cashier.open(at_desk)
    cashier.show_code()
    views.town.clinic.pay()
    cashier.is_paid(at_desk)
    assert_paper(cashier.receipt())
    manager.sees_more_than(taken)
    manager.counts(booked=3, came=3, left=2)
    expect(views.pharmacist.row(by_phone)).to_have_count(0)
    phone.pay()
    expect(cashier.row(by_phone)).to_have_count(0)
    expect(views.pharmacist.row(by_phone)).to_be_visible()
    views.town.look(manager.page, "manager: afternoon")
    views.town.look(cashier.page, "cashier: evening")


def medicate(views: Views, phone: Phone) -> None:
    """One reviews and picks, another checks and hands over; each sees what the other did."""
    person, first, second = phone.person, views.pharmacist, Pharmacist(views.town, "10042")
    number = views.desk.number(person)
    phone.comes_to("at the pharmacy", number, views.town.say("药房", "Pharmacy"))
    first.open(person)
    first.review()
    first.pick()
    second.open(person)
    second.check()
    assert second.labels().startswith(b"%PDF-")
    second.hand_over(person)
    expect(first.row(person)).to_have_count(0)
    expect(views.desk.row(person)).to_have_count(0)
    views.manager.counts(booked=3, came=3, left=3)


def go_home(views: Views, phone: Phone, people: tuple[Person, ...]) -> None:
    """The visits are over; somebody asks within a day how they are, and each has the sheet."""
    for person in people:
        expect(views.care.row(person)).to_be_visible()
        visit = ClinicVisit.objects.get(patient__name=person.written)
        follow_up = FollowUp.objects.get(visit_id=visit.pk)
        assert visit.left_at is not None
        assert follow_up.due_at - visit.left_at <= timedelta(days=1)
    views.care.call(phone.person)
    expect(phone.now.locator("a[href$='/sheet']")).to_be_visible()
    phone.comes_to("over")
    assert_paper(phone.papers())
    sheet = phone.sheet()
    expect(sheet.locator("main")).to_contain_text(views.town.say("氯雷他定", "Loratadine"))
    views.town.look(views.desk.page, "desk: evening")
    views.town.look(views.manager.page, "manager: evening")
    views.town.look(views.messages, "message centre: evening")


def assert_paper(pdf: bytes) -> None:
    """A paper is a PDF that holds Chinese characters."""
    assert pdf.startswith(b"%PDF-")
    streams = [
        zlib.decompress(raw) for raw in re.findall(rb"stream\r?\n(x.+?)endstream", pdf, re.S)
    ]
    # The map from glyphs back to characters, without which nobody could copy or search the text.
    codes = [
        code for one in streams if b"beginbf" in one for code in re.findall(rb"<(\w{4})>", one)
    ]
    assert any(0x4E00 <= int(code, 16) <= 0x9FFF for code in codes)


def book_by_api(clinic: Clinic, person: Person, day: date) -> None:
    """Book the doctor's first free time as a partner's program does, twice with one key."""
    headers = {"Authorization": f"Bearer {clinic.token('10011')}", "Idempotency-Key": person.phone}
    address = f"{clinic.address}/api/v1"
    with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=PATIENCE) as api:
        asked = {
            "service": str(clinic.service_id),
            "site": str(clinic.site_id),
            "practitioner": str(clinic.doctor_id),
            "from": datetime.combine(day, time(9), tzinfo=ZONE).isoformat(),
            "to": datetime.combine(day, time(12), tzinfo=ZONE).isoformat(),
        }
        free = api.get("/free-slots", params=asked).json()["items"]
        wish = {
            "service": asked["service"],
            "site": asked["site"],
            "practitioner": asked["practitioner"],
            "starts_at": free[0]["starts_at"],
            "new_patient": {
                "name": person.written,
                "phone": person.phone,
                "born_on": "1984-02-11",
            },
        }
        booked = [api.post("/bookings", json=wish) for _ in range(2)]
        assert [one.status_code for one in booked] == [201, 201]
        assert booked[0].json()["id"] == booked[1].json()["id"]
