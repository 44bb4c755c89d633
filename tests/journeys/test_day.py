"""A morning: three people book in three ways, arrive, are assessed and called."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.journeys.clinic import MONDAY, Clinic
from tests.journeys.people import (
    Desk,
    Doctor,
    Nurse,
    Person,
    Phone,
    Town,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ZONE = ZoneInfo("Asia/Shanghai")
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


@pytest.mark.covers("A01", "A05", "B01", "B06", "B08", "B09", "B10", "C01", "C06", "E01")
@pytest.mark.parametrize(
    ("language", "day", "people"),
    [("zh", MONDAY, CHINESE), ("en", MONDAY + timedelta(days=1), ENGLISH)],
    ids=["zh", "en"],
)
def test_patients_book_in_three_ways_arrive_and_are_seen(
    clinic: Clinic, eyes: Visit, language: str, day: date, people: tuple[Person, Person, Person]
):
    town = Town(clinic, eyes, language)
    clinic.begin(day)
    phone = book(town, day, *people)
    clinic.set_clock(datetime.combine(day, time(8, 50), tzinfo=ZONE))
    views = Views(town)
    arrive(views, phone, *people)
    assess(views)
    prescribe(views)


@dataclass(slots=True)
class Views:
    """What hangs on walls and stands on desks all day, open from morning to evening."""

    town: Town
    desk: Desk = field(init=False)
    wall: Page = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.town)
        self.wall = self.town.watch(self.town.clinic.wall(), size="wall")


def book(town: Town, day: date, by_api: Person, at_desk: Person, by_phone: Person) -> Phone:
    """Three people book in three ways; the desk's grid and the message centre show each."""
    desk, messages = Desk(town), town.watch("/messaging/", "10002")
    book_by_api(town.clinic, by_api, day)
    expect(desk.card(by_api)).to_be_visible()
    desk.book(at_desk)
    phone = Phone(town, by_phone)
    phone.book()
    expect(desk.card(by_phone)).to_be_visible()
    for person in (by_api, at_desk, by_phone):
        expect(messages.locator("#lines")).to_contain_text(person.shown(town.language))
        assert town.clinic.sms(person.phone)
    return phone


def arrive(views: Views, phone: Phone, by_api: Person, at_desk: Person, by_phone: Person) -> None:
    """Two come to the desk, one types the code of the hall; each gets a number."""
    screen = views.town.open("/arrive/south", "10002", size="wall")
    for person in (by_api, at_desk):
        number = views.desk.check_in(person)
        expect(views.wall.locator("#wall")).to_contain_text(number)
    phone.arrive(screen.locator(".po-digits").inner_text())
    number = views.desk.number(by_phone)
    expect(phone.now).to_contain_text(number)
    expect(views.wall.locator("#wall")).to_contain_text(number)
    expect(phone.now.locator(".yl-ph-big")).to_have_text(re.compile(r"\d+–\d+"))


def assess(views: Views) -> None:
    """The nurse calls one after the other, and measures. One call is taken back first."""
    nurse = Nurse(views.town)
    nurse.call_in_small_window_and_take_back(views.wall.locator(".yl-wall-no"))
    for _ in range(3):
        number = nurse.call_next()
        expect(views.wall.locator(".yl-wall-no")).to_have_text(number)
        nurse.begin()
        nurse.measure(respiratory_rate="16", spo2="98", temperature="36.8", systolic="122",
                      diastolic="78", pulse="76")  # fmt: skip
        nurse.send_on()


def prescribe(views: Views) -> None:
    """The doctor calls, diagnoses, and is stopped from prescribing what would harm."""
    doctor = Doctor(views.town)
    number = doctor.call_next()
    expect(views.wall.locator(".yl-wall-no")).to_have_text(number)
    doctor.begin()
    doctor.diagnose("J06.9")
    doctor.record_allergy("青霉素" if views.town.language == "zh" else "Penicillin")
    doctor.add("amoxicillin")
    doctor.is_stopped()


def book_by_api(clinic: Clinic, person: Person, day: date) -> None:
    """Book the doctor's first free time as a partner's program does, twice with one key."""
    headers = {"Authorization": f"Bearer {clinic.token('10011')}", "Idempotency-Key": person.phone}
    with httpx.Client(base_url=f"{clinic.address}/api/v1", headers=headers, trust_env=False) as api:
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
