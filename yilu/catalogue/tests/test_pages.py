from datetime import timedelta

import pytest
from django.test import Client

from yilu.catalogue.selectors.prices import group_today, price_list, prices_at
from yilu.catalogue.selectors.services import performers, service_info
from yilu.catalogue.tests.factories import make_item, make_service
from yilu.facility.tests.factories import make_site
from yilu.platform.models import User
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


def test_a_manager_sets_a_price_from_a_day_on():
    site = make_site()
    item, today = make_item("30.00"), group_today()
    boss = signed_in("manager", site)
    path = f"/catalogue/prices/{item}"
    tomorrow = today + timedelta(days=1)

    assert boss.post(path, {"amount": "35.50", "from_on": tomorrow}).status_code == 303
    past = boss.post(path, {"amount": "1", "from_on": "2024-01-01"})
    assert past.status_code == 422
    assert "past days stay true" in past.content.decode()
    assert boss.post(path, {"amount": "-1", "from_on": tomorrow}).status_code == 422

    assert prices_at([item], today)[item].amount == 30
    assert prices_at([item], tomorrow)[item].amount == 35.5


def test_a_manager_puts_something_on_the_price_list():
    boss = signed_in("manager", make_site())
    said = {"code": "NEW-1", "name_zh": "新项目", "category": "05", "unit_zh": "次", "amount": "9"}
    assert boss.post("/catalogue/prices/new", said).status_code == 303
    assert boss.post("/catalogue/prices/new", said).status_code == 422
    assert [line.code for line in price_list(group_today(), q="xinxiangmu")] == ["NEW-1"]


def test_a_manager_changes_a_service_and_who_performs_it():
    site = make_site()
    doctor = make_doctor(site)
    made = make_service(minutes=15)
    boss = signed_in("manager", site)
    path = f"/catalogue/services/{made}"
    assert boss.get(path).status_code == 200
    said = {
        "name_zh": "门诊",
        "minutes": 30,
        "buffer_after": 5,
        "min_notice_minutes": 60,
        "window_days": 14,
        "change_until_minutes": 120,
        "is_active": "on",
        "performers": [doctor.practitioner_id],
        "version": 1,
    }
    assert boss.post(path, said).status_code == 303
    known = service_info(made)
    assert (known.minutes, known.window_days, known.online) == (30, 14, False)
    assert performers(made) == [(doctor.practitioner_id, 30)]
    assert boss.post(path, said).status_code == 412
    assert boss.post(path, said | {"minutes": 17}).status_code == 422
    assert "门诊" in boss.get("/catalogue/services").content.decode()
