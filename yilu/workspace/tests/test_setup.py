"""A real clinic is set up in a browser's steps, once, and can be booked at the end."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from yilu.catalogue.selectors.prices import price_list
from yilu.catalogue.selectors.services import performers, services
from yilu.facility.models import Chair, Department, Device, Room, Site
from yilu.facility.selectors.calendar import weekly_hours
from yilu.facility.selectors.sites import group_name, open_sites
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.selectors.free_time import free_slots
from yilu.workforce.models import Practitioner, StaffMember
from yilu.workforce.selectors.staff import posts_of

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O09")]
PASSWORD = "a-long-enough-secret"  # noqa: S105 (of a person in a test)

CLINIC = {
    "group_zh": "晨光口腔",
    "group_en": "Morning Dental",
    "site_zh": "晨光口腔人民路店",
    "address_zh": "人民路 8 号",
    "phone": "12100000000",
    "time_zone": "Asia/Shanghai",
    "holiday_rule": "closed",
}
PLACES = {
    "general_number": 2,
    "general_zh": "诊室",
    "general_en": "Room",
    "dental_number": 3,
    "dental_zh": "牙椅",
    "common": ["triage", "cashier"],
    "devices": ["dental_xray"],
}
STAFF = {
    "admin_name": "王芳",
    "admin_no": "1001",
    "password": PASSWORD,
    "again": PASSWORD,
    "admin_post": "",
    "admin_department": "dental",
    "rows": 6,
    "name_0": "李雷",
    "post_0": "doctor",
    "department_0": "dental",
    "name_1": "韩梅",
    "staff_no_1": "F1",
    "post_1": "front_desk",
}


def hours() -> dict[str, str]:
    said = {}
    for weekday in range(7):
        said |= {f"open_{weekday}": "on", f"opens_{weekday}": "09:00"}
        said |= {f"pause_{weekday}": "12:00", f"again_{weekday}": "13:30"}
        said |= {f"closes_{weekday}": "18:00"}
    return said


def made_link() -> str:
    out = StringIO()
    call_command("setup_link", "--address", "http://clinic.test", stdout=out)
    return next(
        line.strip().removeprefix("http://clinic.test")
        for line in out.getvalue().splitlines()
        if "http://clinic.test" in line
    )


def asked(page) -> dict[str, object]:
    """What the page's form would send when nothing is changed."""
    form = page.context["form"]
    said = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in said.items() if value not in (None, False)}


def answer_everything(client: Client, link: str) -> None:
    for step, said in [
        ("clinic", CLINIC),
        ("trades", {"trades": ["general", "dental"]}),
        ("places", PLACES),
        ("hours", hours()),
        ("staff", STAFF),
    ]:
        response = client.post(f"{link}{step}/", said)
        assert response.status_code == 303, response.context["form"].errors
    page = client.get(f"{link}services/")
    said = asked(page) | {"price_TRT-SCALE": "199.00", "minutes_scaling": 60}
    assert client.post(f"{link}services/", said).status_code == 303


@pytest.fixture
def link() -> str:
    return made_link()


def test_the_wizard_makes_a_clinic_that_can_be_booked(client, link):
    assert client.get(link).headers["Location"] == f"{link}clinic/"
    answer_everything(client, link)

    review = client.get(f"{link}review/")
    assert "晨光口腔" in review.content.decode()
    done = client.post(f"{link}review/", follow=True)
    assert done.redirect_chain[-1][0] == f"{link}done/"

    [site] = open_sites()
    assert (group_name()["en"], site.holiday_rule) == ("Morning Dental", "closed")
    assert len(weekly_hours(site.id)) == 14
    assert Department.objects.count() == 2
    assert (Chair.objects.count(), Device.objects.count()) == (3, 1)
    assert set(Room.objects.values_list("kind", flat=True)) == {
        "consulting",
        "treatment",
        "triage",
        "cashier",
    }
    assert set(StaffMember.objects.values_list("staff_no", flat=True)) == {"1001", "1002", "F1"}
    administrator = User.objects.get(username="1001")
    assert administrator.check_password(PASSWORD)
    assert [held.key for held in posts_of(administrator.pk)] == ["administrator"]
    assert not User.objects.get(username="F1").has_usable_password()

    [doctor] = Practitioner.objects.values_list("pk", flat=True)
    scaling = next(one for one in services(site.id) if one.key == "scaling")
    assert performers(scaling.id) == [(doctor, 60)]
    [price] = price_list(clock.now().date() + timedelta(days=1), q="TRT-SCALE")
    assert price.amount == 199


def test_a_time_can_be_booked_at_once(client, link):
    answer_everything(client, link)
    client.post(f"{link}review/")
    [site] = open_sites()
    scaling = next(one for one in services(site.id) if one.key == "scaling")

    now = clock.now()
    slots = free_slots(
        site_id=site.id,
        service_id=scaling.id,
        starts_from=now + timedelta(days=1),
        starts_until=now + timedelta(days=12),
    )
    assert slots
    desk = Actor.system("desk", "scheduling.book", "scheduling.see", "patients.see")
    wish = BookingWish(
        site_id=site.id,
        service_id=scaling.id,
        practitioner_id=None,
        starts_at=slots[0].starts_at,
        patient_id=make_patient(Site.objects.get()),
        channel="desk",
    )
    booked = book_appointment(actor=desk, wish=wish)
    assert booked.state == "confirmed"
    assert len(booked.resource_ids) == 2


def test_sending_the_last_page_twice_makes_one_clinic(client, link):
    answer_everything(client, link)
    twin = Client()
    twin.cookies = client.cookies.copy()

    first = client.post(f"{link}review/")
    second = twin.post(f"{link}review/")

    assert first.headers["Location"] == second.headers["Location"] == f"{link}done/"
    assert Site.objects.count() == 1
    assert StaffMember.objects.count() == 3


def test_the_link_opens_nothing_once_the_clinic_stands(client, link):
    answer_everything(client, link)
    client.post(f"{link}review/")
    stranger = Client()
    for page in ("", "clinic/", "review/"):
        assert stranger.get(f"{link}{page}").headers["Location"] == f"{link}done/"
    assert "/sign-in" in stranger.get(f"{link}done/").content.decode()
    with pytest.raises(CommandError):
        call_command("setup_link")


@pytest.mark.parametrize("page", ["", "clinic/", "review/", "done/"])
def test_a_guessed_link_opens_nothing(client, page):
    made_link()
    assert client.get(f"/setup/AAAAAAAAAAAAAAAAAAAAAA/{page}").status_code == 404


def test_a_new_link_ends_the_one_before(client, link):
    newer = made_link()
    assert client.get(link).status_code == 410
    assert client.get(newer).status_code == 303


def test_pages_cannot_be_skipped_but_can_be_gone_back_to(client, link):
    assert client.get(f"{link}staff/").headers["Location"] == f"{link}clinic/"
    client.post(f"{link}clinic/", CLINIC)
    assert client.get(f"{link}places/").headers["Location"] == f"{link}trades/"
    page = client.get(f"{link}clinic/")
    assert page.context["form"]["group_zh"].value() == "晨光口腔"
    assert client.get(f"{link}nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("step", "said", "field"),
    [
        ("clinic", CLINIC | {"group_zh": ""}, "group_zh"),
        ("clinic", CLINIC | {"time_zone": "Mars/Base"}, "time_zone"),
        ("clinic", CLINIC | {"site_zh": "a\x00b"}, None),
        ("trades", {}, "trades"),
        ("trades", {"trades": ["astrology"]}, "trades"),
        ("places", PLACES | {"dental_number": 0}, "dental_number"),
        ("hours", hours() | {"closes_3": "08:00"}, "open_3"),
        ("hours", hours() | {"again_3": ""}, "open_3"),
        ("hours", {}, "__all__"),
        ("staff", STAFF | {"password": "short", "again": "short"}, "password"),
        ("staff", STAFF | {"again": "another-long-secret"}, "again"),
        ("staff", STAFF | {"staff_no_1": "1001"}, "staff_no_1"),
        ("staff", STAFF | {"staff_no_2": "F2"}, "name_2"),
    ],
)
def test_an_answer_that_makes_no_sense_is_asked_again(client, link, step, said, field):
    for before, answers in [
        ("clinic", CLINIC),
        ("trades", {"trades": ["general", "dental"]}),
        ("places", PLACES),
        ("hours", hours()),
    ]:
        if before == step:
            break
        client.post(f"{link}{before}/", answers)

    response = client.post(f"{link}{step}/", said)

    assert response.status_code == (400 if field is None else 422)
    if field is not None:
        assert field in response.context["form"].errors
    assert Site.objects.count() == 0


def test_a_password_is_kept_as_a_hash_only(client, link):
    answer_everything(client, link)
    kept = str(dict(client.session))
    assert PASSWORD not in kept
    page = client.get(f"{link}staff/")
    assert PASSWORD not in page.content.decode()
    again = client.post(f"{link}staff/", STAFF | {"password": "", "again": ""})
    assert again.status_code == 303


def test_more_lines_can_be_asked_for(client, link):
    answer_everything(client, link)
    more = client.post(f"{link}staff/", STAFF | {"next": "more"})
    assert more.headers["Location"] == f"{link}staff/"
    assert len(client.get(f"{link}staff/").context["form"].lines()) == 10


def test_lines_for_people_end_at_the_most_and_the_page_can_still_be_answered(client, link):
    answer_everything(client, link)
    client.post(f"{link}staff/", STAFF | {"rows": 78, "next": "more"})
    page = client.get(f"{link}staff/")
    assert len(page.context["form"].lines()) == 80
    assert page.context["form"].errors == {}
    assert client.post(f"{link}staff/", STAFF | {"rows": 80}).headers["Location"] != f"{link}staff/"


def test_a_trade_added_later_comes_with_the_usual_and_leaves_other_answers(client, link):
    client.post(f"{link}clinic/", CLINIC)
    client.post(f"{link}trades/", {"trades": ["general"]})
    client.post(f"{link}places/", {"general_number": 5, "general_zh": "房", "common": ["triage"]})
    client.post(f"{link}hours/", hours())
    client.post(f"{link}staff/", STAFF | {"admin_department": "general", "department_0": "general"})
    said = asked(client.get(f"{link}services/"))
    said = {name: value for name, value in said.items() if name != "on_general_first"}
    assert client.post(f"{link}services/", said).headers["Location"] == f"{link}review/"

    client.post(f"{link}trades/", {"trades": ["general", "dental"]})
    assert client.get(link).headers["Location"] == f"{link}places/"
    places = client.get(f"{link}places/")
    assert places.context["form"].errors == {}
    said = asked(places)
    assert (said["general_number"], said["dental_number"]) == ("5", "3")
    assert said["common"] == ["triage"]
    assert "dental_xray" in said["devices"]
    text = places.content.decode()
    assert "名称" in text
    assert "已叫号" not in text
    client.post(f"{link}places/", said)
    client.post(f"{link}staff/", STAFF | {"department_0": "dental"})
    services = client.get(f"{link}services/")

    assert services.context["form"].errors == {}
    said = asked(services)
    assert said["on_scaling"]
    assert said["by_scaling"] == ["1002"]
    assert "on_general_first" not in said, "what was taken off stays off"
    assert client.post(f"{link}services/", said).headers["Location"] == f"{link}review/"


def test_services_follow_when_a_doctor_is_added_later_or_taken_off(client, link):
    answer_everything(client, link)
    client.post(f"{link}staff/", STAFF | {"name_2": "赵明", "department_2": "dental"})
    assert client.get(link).headers["Location"] == f"{link}services/"
    page = client.get(f"{link}services/")
    assert asked(page)["by_scaling"] == ["1002", "1004"]
    client.post(f"{link}services/", asked(page))

    client.post(f"{link}staff/", STAFF)
    page = client.get(f"{link}services/")
    assert page.context["form"].errors == {}
    assert asked(page)["by_scaling"] == ["1002"], "who was taken off again does nothing"


@pytest.mark.parametrize("typed", ["请打电话", "call us", "12", "021-1", "+86"])
def test_a_telephone_that_nobody_can_call_is_asked_for_again(client, link, typed):
    answer = client.post(f"{link}clinic/", CLINIC | {"phone": typed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["phone"]
    assert "电话号码不对" in answer.content.decode()
    assert typed in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "021-6468 6000-12", "400-820-8820", "96120"])
def test_a_line_of_a_clinic_is_kept_as_it_is_written(client, link, typed):
    assert client.post(f"{link}clinic/", CLINIC | {"phone": typed}).status_code == 303
    assert asked(client.get(f"{link}clinic/")).get("phone", "") == typed
