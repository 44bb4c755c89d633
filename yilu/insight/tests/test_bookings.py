"""The figures of bookings as a manager uses them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.selectors.sites import site_info
from yilu.insight import permissions
from yilu.insight.selectors.bookings import Wanted, booking_report
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.platform.web.sheets import safe
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A19")]
PAGE = reverse("insight:bookings")
BEHIND = reverse("insight:bookings-behind")
FILE = reverse("insight:bookings-csv")
DAYS = {"from": "2031-03-02", "to": "2031-03-04"}


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """Three bookings of Monday: one missed, two cancelled for a reason; one request refused."""
    clinic = make_clinic()
    missed = clinic.book(at(10), channel="web")
    for hour in (14, 15):
        one = clinic.book(at(hour), channel="phone")
        with clock.at(SUNDAY_EVENING + timedelta(hours=1)):
            cancel_booking(actor=clinic.actor, booking_id=one.id, reason="ill")
    with pytest.raises(SlotTaken):
        clinic.book(at(10), channel="web")
    with clock.at(at(10, 30)):
        mark_no_show(actor=clinic.actor, booking_id=missed.id)
    drain(timers=False)
    return clinic


@pytest.fixture
def manager(client: Client, clinic: Clinic) -> Iterator[Client]:
    """A manager two days later."""
    person = make_staff("manager", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    with clock.at(SUNDAY_EVENING + timedelta(days=2)):
        yield client


def page(manager: Client, **asked: Any) -> Any:
    answer = manager.get(PAGE, DAYS | asked)
    assert answer.status_code == 200
    return answer


def test_the_figures_at_the_top_are_those_of_the_period(manager: Client):
    figs = {fig.key: fig for fig in page(manager).context["figs"]}
    assert (figs["booked"].value, figs["booked"].note) == ("3", "上期无数据")
    assert figs["seen"].value == "0.0%"
    assert figs["cancelled"].value == "66.7%"
    assert figs["missed"].value == "100.0%"
    assert figs["use"].value == "0.0%"


@pytest.mark.covers("A22")
def test_the_share_of_requests_booked_stands_against_the_promise(manager: Client, settings: Any):
    fig = page(manager).context["figs"][-1]
    assert (fig.value, fig.look) == ("75.0%", "is-late")
    assert "95%" in fig.label
    html = page(manager).content.decode()
    assert "in-target" in html
    assert "该时间被他人抢先预约" in html

    settings.BOOKING_SUCCESS_PERCENT = 70
    fig = page(manager).context["figs"][-1]
    assert (fig.look, "70%" in fig.label) == ("", True)


def test_each_figure_is_a_drawing_and_a_table(manager: Client):
    panels = {one.key: one for one in page(manager).context["panels"]}
    assert list(panels) == [
        "time", "peaks", "requests", "refusals", "cancelled", "lead", "use", "places",
        "channels", "services", "practitioners",
    ]  # fmt: skip
    for panel in panels.values():
        assert all(len(row) == len(panel.head) for row in panel.rows)
    texts = [[cell.text for cell in row] for row in panels["time"].rows]
    assert texts[1] == ["2031-03-03", "3", "0", "2", "1", "0", "0.0%", "66.7%", "100.0%"]
    assert [cell.text for cell in panels["cancelled"].rows[0]] == [
        "身体不适，不能来", "院方", "2", "100.0%",
    ]  # fmt: skip


def test_every_link_of_a_figure_leads_to_as_many_bookings(manager: Client):
    seen = 0
    for panel in page(manager).context["panels"]:
        for row in panel.rows:
            for cell in row:
                if cell.url:
                    lines = manager.get(cell.url).context["lines"]
                    assert len(lines) == int(cell.text), cell.url
                    seen += 1
    assert seen >= 20


def test_the_list_shows_who_it_was_and_leads_to_the_booking(manager: Client, clinic: Clinic):
    missed = Booking.objects.get(state="no_show")
    html = manager.get(BEHIND, DAYS | {"became": "missed"}).content.decode()
    assert "张小明" in html
    assert reverse("scheduling:booking", args=[missed.pk]) in html
    assert "2031-03-03" in html


def test_filters_narrow_every_figure(manager: Client, clinic: Clinic):
    def booked(**asked: Any) -> str:
        return str(page(manager, **asked).context["figs"][0].value)

    assert booked(channel="phone") == "2"
    assert booked(practitioner=clinic.doctors[0]) == "3"
    assert booked(department="general-none") == "0"
    assert booked(service=clinic.site_id) == "0"


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "x", "to": "9999-99-99", "unit": "year", "site": "nowhere"},
        {"from": "2031-03-09", "to": "2031-03-01", "channel": "smoke", "service": "7"},
        {"from": "0001-01-01", "to": "9999-12-31", "practitioner": "'; --"},
    ],
)
def test_what_cannot_be_read_counts_as_not_said(manager: Client, asked: dict[str, str]):
    assert manager.get(PAGE, asked).status_code == 200
    assert manager.get(FILE, asked).status_code == 200
    more = {"hour": "-1", "weekday": "x", "lead": "9999", "after": "x|y"}
    assert manager.get(BEHIND, asked | more).status_code == 200


def test_the_file_opens_in_excel_and_holds_no_formula(manager: Client):
    answer = manager.get(FILE, DAYS)
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Disposition"] == 'attachment; filename="bookings-20310302-20310304.csv"'
    assert "身体不适，不能来,院方,2,100.0%" in text
    assert "2031-03-03,3,0,2,1,0,0.0%,66.7%,100.0%" in text
    for begin in "=+-@":
        assert safe(f"{begin}1") == f"'{begin}1"


def test_only_who_has_the_right_sees_figures(client: Client, clinic: Clinic):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    for address in (PAGE, BEHIND, FILE):
        assert client.get(address).status_code == 403
    assert "/insight/" not in client.get(reverse("scheduling:bookings")).content.decode()


def test_the_menu_of_a_manager_leads_there(manager: Client):
    assert f"{PAGE}?site=" in page(manager).content.decode()


def test_a_site_where_one_has_no_right_is_not_counted(clinic: Clinic):
    other = make_clinic()
    grants = frozenset({(permissions.SEE, clinic.site_id)})
    actor = Actor(kind="staff", name="boss", grants=grants)
    both = (site_info(clinic.site_id), site_info(other.site_id))
    with pytest.raises(NotAllowed):
        booking_report(actor, Wanted(both, "day", MONDAY, MONDAY))
    one = booking_report(actor, Wanted(both[:1], "day", MONDAY, MONDAY))
    assert one.figures.total.booked == 3


@pytest.mark.parametrize("count", [1, 12])
def test_the_report_costs_seven_queries(django_assert_num_queries: Any, count: int):
    clinic = make_clinic()
    for n in range(count):
        clinic.book(at(9 if n < 6 else 14, 30 * (n % 6)))
    grants = frozenset({(permissions.SEE, clinic.site_id)})
    actor = Actor(kind="staff", name="boss", grants=grants)
    wanted = Wanted((site_info(clinic.site_id),), "day", MONDAY, MONDAY)
    with django_assert_num_queries(7):
        assert booking_report(actor, wanted).figures.total.booked == count
