"""The pages of partners and feeds, as staff use them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yilu.interop.models import CalendarFeed, PartnerKey
from yilu.interop.models import Partner as PartnerRow
from yilu.interop.selectors.partners import partner_page, partners
from yilu.interop.tests.factories import Partner, later, make_partner, manager
from yilu.platform import clock
from yilu.platform.models import Request, User
from yilu.platform.testing import drain
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]
PAGE = "/interop/partners/"


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def partner(clinic: Clinic) -> Partner:
    return make_partner(clinic)


def signed_in(clinic: Clinic, post: str) -> Client:
    person = make_staff(post, site_id=clinic.site_id)
    client = Client()
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def desk(clinic: Clinic) -> Client:
    return signed_in(clinic, "manager")


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"request_key": f"{path} {len(fields)}"[-190:], **fields})


def agreed(clinic: Clinic, **facts: Any) -> dict[str, Any]:
    usual = {
        "name": "健康平台", "sites": [str(clinic.site_id)], "bookings_per_day": "30",
        "holds_at_once": "3", "requests_per_minute": "60", "webhook_url": "",
    }  # fmt: skip
    return usual | facts


def test_a_partner_is_made_and_its_page_is_opened(clinic, desk):
    assert "健康" not in desk.get(PAGE).content.decode()
    assert desk.get(f"{PAGE}new").status_code == 200

    answer = send(desk, f"{PAGE}new", **agreed(clinic))

    row = PartnerRow.objects.get()
    assert (row.name, row.bookings_per_day) == ("健康平台", 30)
    assert answer.headers["Location"] == f"{PAGE}{row.pk}/"
    assert "健康平台" in desk.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("webhook_url", "http://10.0.0.1/x"), ("sites", []), ("name", "")]
)
def test_what_cannot_be_agreed_is_said_beside_the_field(clinic, desk, field, value):
    answer = send(desk, f"{PAGE}new", **agreed(clinic, **{field: value}))

    assert answer.status_code == 422
    assert "yl-err" in answer.content.decode()
    assert PartnerRow.objects.count() == 0


def test_a_secret_is_shown_once_and_kept_in_no_answer(clinic, desk, partner):
    for way in ("keys", "keys/rotate"):
        said = desk.post(f"{PAGE}{partner.id}/{way}").content.decode()
        [secret] = re.findall(r"yls_[A-Za-z0-9_-]+", said)
        assert PartnerKey.objects.filter(name__in=re.findall(r"ylk_[\w-]+", said)).count() == 1
        assert secret not in desk.get(f"{PAGE}{partner.id}/").content.decode()
        assert not any(secret.encode() in bytes(one.body) for one in Request.objects.all())
    full = desk.post(f"{PAGE}{partner.id}/keys")
    assert (full.status_code, PartnerKey.objects.count()) == (409, 3)


def test_keys_are_withdrawn_and_partners_stopped_and_taken_up_again(desk, partner):
    where = f"{PAGE}{partner.id}/"
    send(desk, f"{where}keys/{partner.key.id}/withdraw")
    assert PartnerKey.objects.get().withdrawn_at is not None
    send(desk, f"{where}stop")
    assert PartnerRow.objects.get().state == "stopped"
    assert "已停用" in desk.get(where).content.decode()
    send(desk, f"{where}resume")
    assert PartnerRow.objects.get().state == "active"


def test_a_page_that_was_too_old_says_so(clinic, desk, partner):
    where = f"{PAGE}{partner.id}/change"
    assert send(desk, where, **agreed(clinic), version="1").status_code == 204

    assert (
        send(desk, where, **agreed(clinic, name="别名", request_key="k2"), version="1").status_code
        == 412
    )
    assert PartnerRow.objects.get().name == "健康平台"


def test_requests_and_lists_are_shown_and_lists_kept(clinic, desk, partner):
    partner.book(reference="A-1")
    partner.get("/quota", secret=b"guessed")
    with later(31 * 60):
        drain()
        page = desk.get(f"{PAGE}{partner.id}/").content.decode()
        kept = desk.get(f"{PAGE}{partner.id}/lists/2031-03-03.csv")

    assert "signature_wrong" in page
    assert "2031-03-03" in page
    assert kept.content.decode("utf-8-sig").startswith("reference,number,")
    assert 'filename="yilu-20310303.csv"' in kept.headers["Content-Disposition"]


def test_the_desk_looks_and_changes_nothing_and_others_see_nothing(clinic, partner):
    front, cashier = signed_in(clinic, "front_desk"), signed_in(clinic, "cashier")

    assert front.get(f"{PAGE}{partner.id}/").status_code == 200
    assert send(front, f"{PAGE}{partner.id}/stop").status_code == 403
    assert front.post(f"{PAGE}{partner.id}/keys").status_code == 403
    assert cashier.get(PAGE).status_code == 403
    assert cashier.get(f"{PAGE}{partner.id}/").status_code == 404
    assert PartnerRow.objects.get().state == "active"
    assert PartnerKey.objects.count() == 1


def test_partners_of_other_sites_are_not_there(partner):
    elsewhere = signed_in(make_clinic(), "manager")

    assert PartnerRow.objects.get().name not in elsewhere.get(PAGE).content.decode()
    assert elsewhere.get(f"{PAGE}{partner.id}/").status_code == 404
    assert elsewhere.get(f"{PAGE}{partner.id}/lists/2031-03-03.csv").status_code == 404


def test_a_feed_is_made_shown_once_read_and_withdrawn(clinic, desk):
    assert desk.get("/interop/feeds/").status_code == 200
    assert desk.get("/interop/feeds/make").status_code == 200
    said = desk.post("/interop/feeds/make", {"resource": str(clinic.doctor_resources[0])})
    [address] = re.findall(r"/calendar/[\w-]+\.ics", said.content.decode())

    assert Client().get(address).status_code == 200
    assert address not in desk.get("/interop/feeds/").content.decode()
    send(desk, f"/interop/feeds/{CalendarFeed.objects.get().pk}/withdraw")
    assert Client().get(address).status_code == 404
    wrong = desk.post("/interop/feeds/make", {"resource": "x"})
    assert (wrong.status_code, CalendarFeed.objects.count()) == (422, 1)


def test_lists_cost_as_much_for_twelve_as_for_one(clinic, partner):
    who = manager(clinic.site_id)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as all_:
            partners(who)
        with CaptureQueriesContext(connection) as one:
            partner_page(who, partner.id)
        return len(all_), len(one)

    queries()
    assert queries() == (5, 9)
    for _ in range(11):
        make_partner(clinic)
    for _ in range(3):
        partner.get("/quota")
    assert queries() == (5, 9)


def test_what_a_partner_asked_stands_at_the_time_of_the_clinics_wall(clinic, partner):
    a_year_on = at(10, 7, day=365)
    with clock.at(a_year_on, machine=clock.machine_now()):
        partner.get("/quota")

        page = partner_page(manager(clinic.site_id), partner.id)

    assert [one.at for one in page.requests] == [a_year_on]
    assert page.line.last_at == a_year_on
    assert page.keys[0].created_at.date() == a_year_on.date()
