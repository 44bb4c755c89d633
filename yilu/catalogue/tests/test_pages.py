from datetime import timedelta

import pytest
from django.test import Client

from yilu.catalogue.selectors.prices import group_today, item_info, price_list, prices_at
from yilu.catalogue.selectors.services import Need, all_services, performers, service_info
from yilu.catalogue.tests.factories import make_item, make_service
from yilu.facility.selectors.places import departments
from yilu.facility.selectors.sites import site_info
from yilu.facility.tests.factories import make_department, make_site
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F01")]


def signed_in(post: str, site) -> Client:
    person = make_staff(post, site_id=site)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def test_anybody_can_look_prices_up():
    make_item("128.50")
    page = Client().get("/prices")
    assert page.status_code == 200
    assert "128.50" in page.content.decode()
    found = Client().get("/prices", {"q": "xiangmu"}, headers={"HX-Request": "true"})
    assert "128.50" in found.content.decode()
    none = Client().get("/prices", {"q": "zzz"}).content.decode()
    assert "128.50" not in none


def test_the_desk_searches_and_prints_the_price_list_and_changes_nothing():
    site = make_site()
    item = make_item("128.50")
    desk = signed_in("front_desk", site)
    assert "128.50" in desk.get("/catalogue/prices", {"category": "02"}).content.decode()
    assert "128.50" not in desk.get("/catalogue/prices", {"category": "09"}).content.decode()
    assert "128.50" in desk.get("/catalogue/prices/print").content.decode()
    assert desk.get(f"/catalogue/prices/{item}").status_code == 403
    assert desk.post("/catalogue/prices/new", {}).status_code == 403
    assert Client().get("/catalogue/prices").status_code in {303, 401, 403}


def send(client: Client, path: str, facts: dict, *, look: bool = False) -> int | str:
    """What a form of the catalogue answers: its status, or what it would do."""
    body = {"request_key": str(new_id())} | {k: v for k, v in facts.items() if v != ""}
    answer = client.post(f"/catalogue/{path}{'?look=1' if look else ''}", body)
    return answer.content.decode() if look else answer.status_code


def test_a_manager_sets_a_price_from_a_day_on():
    site = make_site()
    item, today = make_item("30.00"), group_today()
    boss = signed_in("manager", site)
    path, tomorrow = f"prices/{item}", today + timedelta(days=1)

    effect = send(boss, path, {"amount": "35.50", "from_on": tomorrow}, look=True)
    assert f"30.00 until {today}, 35.50 from {tomorrow}." in effect
    assert prices_at([item], tomorrow)[item].amount == 30
    assert send(boss, path, {"amount": "35.50", "from_on": tomorrow}) == 303
    assert send(boss, path, {"amount": "1", "from_on": "2024-01-01"}) == 422
    assert send(boss, path, {"amount": "-1", "from_on": tomorrow}) == 422

    assert prices_at([item], today)[item].amount == 30
    assert prices_at([item], tomorrow)[item].amount == 35.5
    assert "as planned" in send(boss, path, {"amount": "31", "from_on": today}, look=True)


NEW_ITEM = {"code": "NEW-1", "name_zh": "新项目", "category": "05", "unit_zh": "次",
            "is_active": "on"}  # fmt: skip


def test_a_manager_puts_something_on_the_price_list_from_a_day_on():
    boss = signed_in("manager", make_site())
    today = group_today()
    said = NEW_ITEM | {"amount": "9", "from_on": today + timedelta(days=3)}
    assert send(boss, "prices/new", said) == 303
    assert send(boss, "prices/new", said) == 422
    assert price_list(today, q="xinxiangmu") == []
    later = price_list(today + timedelta(days=3), q="xinxiangmu")
    assert [line.code for line in later] == ["NEW-1"]


def test_an_item_is_renamed_and_taken_off_only_when_nothing_is_charged_by_it():
    boss = signed_in("manager", make_site())
    item, free = make_item(), make_item()
    service = make_service(fee_item_id=item)
    path, said = f"prices/{item}", NEW_ITEM | {"name_en": "New name", "version": 1}

    effect = send(boss, f"{path}/change", said, look=True)
    assert f"<b>{NEW_ITEM['name_zh']}</b>" in effect
    assert f"Charged by it: {service_info(service).name.get('en')}" in effect
    assert item_info(item).version == 1
    assert send(boss, f"{path}/change", said) == 303
    assert item_info(item).name == {"zh-Hans": "新项目", "en": "New name"}
    assert send(boss, f"{path}/change", said) == 412
    assert send(boss, f"{path}/change", said | {"version": ""}) == 412

    off = said | {"version": 2, "is_active": ""}
    assert "charged by it" in send(boss, f"{path}/change", off, look=True)
    assert send(boss, f"{path}/change", off) == 422
    assert item_info(item).is_active
    assert send(boss, f"prices/{free}/change", off | {"version": 1, "code": "OLD"}) == 303
    assert "OLD" not in {line.code for line in price_list(group_today())}
    assert "OLD" in boss.get("/catalogue/prices", {"state": "off"}).content.decode()
    lines = AuditEntry.objects.filter(action="catalogue.item.changed").count()
    assert lines == Event.objects.filter(name="ItemChanged").count() == 2


SAID = {
    "name_zh": "洁牙",
    "name_en": "Scaling",
    "department_key": "dental",
    "mode": "in_person",
    "minutes": 30,
    "buffer_before": 5,
    "buffer_after": 10,
    "needs": ["chair"],
    "min_notice_minutes": 60,
    "window_days": 14,
    "change_until_minutes": 120,
    "is_active": "on",
    "online": "on",
}


@pytest.fixture
def dental():
    """A site with a dental department, one of its dentists, and its manager."""
    site = make_site()
    doctor = make_doctor(site, department_id=make_department(site, key="dental"))
    return site, doctor.practitioner_id, signed_in("manager", site)


def test_a_manager_offers_something_new(dental):
    site, dentist, boss = dental
    fee = make_item("120.00")
    said = SAID | {"fee_item_id": fee, "performers": [dentist]}

    effect = send(boss, "services/new", said, look=True)
    assert f"It is offered at: {site_info(site).short_name.get('en')}" in effect
    assert "Nobody does it" not in effect
    assert "Nobody does it yet" in send(boss, "services/new", said | {"performers": ""}, look=True)
    assert all_services() == []
    for _ in range(2):
        assert send(boss, "services/new", said) == 303

    first, second = all_services()
    assert (first.key, second.key) == ("scaling", "scaling-2")
    assert (first.buffer_before, first.buffer_after) == (5, 10)
    assert (first.needs, first.fee_item_id) == ((Need("chair"),), fee)
    assert first.specialty == departments(site)[0].specialty
    assert performers(first.id) == [(dentist, 30)]
    assert AuditEntry.objects.filter(action="catalogue.service.added").count() == 2


def test_a_manager_changes_a_service_and_who_performs_it(dental):
    _site, dentist, boss = dental
    made = make_service(department_key="dental", minutes=15, performers=[dentist])
    path, said = f"services/{made}", SAID | {"performers": [dentist], "version": 1, "online": ""}
    assert boss.get(f"/catalogue/{path}").status_code == 200

    effect = send(boss, path, said, look=True)
    assert "15" in effect
    assert "<b>30</b>" in effect
    assert "new bookings follow this" in effect
    assert f"/scheduling/services/{made}/booked" in effect
    assert service_info(made).version == 1
    assert send(boss, path, said) == 303
    known = service_info(made)
    assert (known.minutes, known.window_days, known.online) == (30, 14, False)
    assert performers(made) == [(dentist, 30)]
    assert "Nothing would change" in send(boss, path, said | {"version": 2}, look=True)
    assert send(boss, path, said) == 412
    assert send(boss, path, said | {"version": ""}) == 412
    assert (
        "洁牙"
        in boss.get("/catalogue/services", headers={"Accept-Language": "zh"}).content.decode()
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 17},
        {"minutes": 0},
        {"minutes": "9" * 5000},
        {"buffer_before": 121},
        {"department_key": "moon"},
        {"needs": ["rocket"]},
        {"mode": "video"},
        {"fee_item_id": "00000000-0000-7000-8000-000000000000"},
        {"performers": ["nobody"]},
        {"window_days": 32},
    ],
)
def test_nonsense_changes_no_service(dental, wrong):
    _site, _dentist, boss = dental
    made = make_service(department_key="dental")
    assert send(boss, f"services/{made}", SAID | {"version": 1} | wrong) == 422
    assert send(boss, "services/new", SAID | wrong) == 422
    assert [one.version for one in all_services()] == [1]


def test_who_does_not_manage_the_catalogue_changes_no_service(dental):
    site, _dentist, _boss = dental
    made, item = make_service(), make_item()
    desk = signed_in("front_desk", site)
    for path in ("services/new", f"services/{made}", f"prices/{item}/change", "prices/new"):
        assert send(desk, path, SAID) == 403
        assert send(desk, f"{path}", SAID | {"version": 1}) == 403
    assert service_info(made).version == 1
