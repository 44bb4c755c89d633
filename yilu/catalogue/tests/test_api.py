import pytest
from django.test import Client

from yilu.catalogue.selectors.services import Need
from yilu.catalogue.tests.factories import make_service
from yilu.facility.tests.factories import make_department, make_site
from yilu.platform import access
from yilu.platform.ids import new_id
from yilu.platform.models import User, UserKind
from yilu.workforce.tests.factories import make_doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    partner = User.objects.create_user("partner", UserKind.PARTNER)
    token = access.new_token(partner, "partner")
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


@pytest.mark.parametrize(
    "path", ["/api/v1/sites", "/api/v1/departments", "/api/v1/services", "/api/v1/practitioners"]
)
def test_without_a_token_nothing_is_listed(path):
    assert Client().get(path).status_code == 401


def test_a_program_finds_where_what_and_with_whom_it_can_book(client):
    site, other = make_site(key="east"), make_site(key="west")
    department = make_department(site, key="dental")
    doctor, idle = make_doctor(site, department_id=department), make_doctor(site)
    make_doctor(other)
    made = make_service(
        department_key="dental",
        minutes=30,
        needs=[Need("chair"), Need("device", "cbct")],
        performers=[doctor.practitioner_id],
    )

    sites = client.get("/api/v1/sites").json()
    assert [one["key"] for one in sites["items"]] == ["east", "west"]
    assert sites["items"][0]["name"].startswith("Yilu Clinic")

    [dental] = [
        one
        for one in client.get("/api/v1/departments", {"site": site}).json()["items"]
        if one["key"] == "dental"
    ]
    assert dental["id"] == str(department)

    [service] = client.get("/api/v1/services", {"site": site}).json()["items"]
    assert service["id"] == str(made)
    assert service["fee"] == {"amount": "30.00", "currency": "CNY"}
    assert service["needs"] == [
        {"kind": "chair", "device_kind": ""},
        {"kind": "device", "device_kind": "cbct"},
    ]
    assert service["practitioners"] == [str(doctor.practitioner_id)]

    listed = client.get("/api/v1/practitioners", {"site": site}).json()["items"]
    assert {one["id"] for one in listed} == {
        str(doctor.practitioner_id),
        str(idle.practitioner_id),
    }
    asked = {"site": site, "service": made}
    [one] = client.get("/api/v1/practitioners", asked).json()["items"]
    assert (one["id"], one["services"]) == (str(doctor.practitioner_id), [str(made)])
    idle_only = {"site": site, "practitioner": idle.practitioner_id}
    assert client.get("/api/v1/services", idle_only).json() == {"items": [], "next": None}


def test_a_long_list_comes_in_portions(client):
    for n in range(5):
        make_site(key=f"s{n}", position=n)
    seen, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        body = client.get("/api/v1/sites", asked).json()
        seen += [one["key"] for one in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == ["s0", "s1", "s2", "s3", "s4"]


@pytest.mark.parametrize("path", ["departments", "services", "practitioners"])
def test_an_unknown_site_is_not_found(client, path):
    assert client.get(f"/api/v1/{path}", {"site": new_id()}).status_code == 404
    assert client.get(f"/api/v1/{path}").status_code == 422
    assert client.get(f"/api/v1/{path}", {"site": "x"}).status_code == 422
