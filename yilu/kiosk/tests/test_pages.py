"""The kiosk as its visitors and its administrators meet it, page by page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from yilu.billing.models import Charge
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import void_charge
from yilu.kiosk.models import Kiosk
from yilu.kiosk.operations.devices import set_up_kiosk, withdraw_kiosk
from yilu.kiosk.tests.factories import BORN, SETTER, Guest, Machine, make_guest, make_kiosk
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.selectors.cases import case_steps
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_phone
from yilu.platform import clock
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.reception.operations.arrivals import check_in
from yilu.reception.passes import pass_of
from yilu.reception.tests.factories import SETTER as PUBLISHER
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B13")]


def come(machine: Machine, guest: Guest, after: str = "me") -> object:
    """Type the phone and the birth date."""
    return machine.post("who", number=guest.phone, born_on=f"{BORN:%Y%m%d}", after=after)


def text(answer: object) -> str:
    return answer.content.decode()


def test_the_whole_way_from_the_phone_number_to_the_number_on_paper(hall):
    _, machine, guest = hall
    assert come(machine, guest)["Location"] == f"{machine.base}/me"
    page = text(machine.get("me"))
    assert "沈*芷" in page
    assert "沈白芷" not in page
    assert guest.phone not in page

    done = machine.post("check-in", booking=guest.booking_id, needs="wheelchair")
    assert (done.status_code, done["Location"]) == (303, f"{machine.base}/me")

    number = Ticket.objects.get().number
    assert number in text(machine.get("me"))
    slip = text(machine.get("print/number"))
    assert number in slip
    assert 'data-print="' in slip
    assert "沈白芷" in text(machine.get("print/guide"))


@pytest.mark.covers("A02")
def test_what_was_said_when_booking_holds_besides_what_the_kiosk_asks(hall):
    opened, machine, _ = hall
    guest = make_guest(opened, "苏叶")
    with clock.at(SUNDAY_EVENING):
        facts = {"patient_id": guest.patient_id, "special_needs": ("interpreter",)}
        guest.booking_id = opened.clinic.book(at(10, 30), **facts).id
    come(machine, guest)

    machine.post("check-in", booking=guest.booking_id, needs="hearing")

    assert Visit.objects.get().needs == ["hearing", "interpreter"]


def test_a_code_before_the_reader_leads_to_checking_in_and_bills_want_the_birth_date(hall):
    _, machine, guest = hall
    assert machine.post("scan", code=pass_of(guest.booking_id))["Location"] == f"{machine.base}/me"
    assert machine.get("pay")["Location"] == f"{machine.base}/proof"
    assert machine.get("papers")["Location"] == f"{machine.base}/proof"
    assert machine.post("proof", born_on="19880413").status_code == 422
    assert machine.post("proof", born_on="19880412", after="pay").status_code == 303
    assert machine.get("pay").status_code == 200


def test_a_card_or_a_booking_number_asks_for_the_birth_date(hall):
    _, machine, guest = hall
    assert machine.post("scan", code=guest.number)["Location"] == f"{machine.base}/birth"
    assert machine.get("birth").status_code == 200
    assert machine.post("birth", born_on="1988").status_code == 422
    assert machine.post("birth", born_on="19880412")["Location"] == f"{machine.base}/me"


@pytest.mark.parametrize("garbage", ["", "abc", "%%;;##", "https://example.org/x?y", "9" * 101])
def test_what_a_scanner_types_by_mistake_gets_a_sentence_and_a_way_on(hall, garbage: str):
    _, machine, _ = hall
    answer = machine.post("scan", code=garbage)
    assert answer.status_code == 422
    assert "没有读出来" in text(answer)
    assert f'href="{machine.base}/who"' in text(answer)


def test_too_many_tries_are_refused_in_the_readers_language(hall):
    _, machine, guest = hall
    for _try in range(5):
        wrong = machine.post("who", number=guest.phone, born_on="19990101")
        assert wrong.status_code == 422
    refused = come(machine, guest)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "请稍" in text(refused)
    machine.client.cookies["yilu_language"] = "en"
    assert "Too many attempts" in text(come(machine, guest))


def test_whoever_walks_away_is_forgotten_by_the_page_and_by_the_server(hall):
    _, machine, guest = hall
    come(machine, guest)
    page = text(machine.get("me"))
    assert 'data-leave-seconds="30"' in page
    assert f'data-leave-url="{machine.base}/leave"' in page

    machine.get("leave")
    gone = machine.get("me")
    assert gone.status_code == 409
    assert "沈" not in text(gone)

    come(machine, guest)
    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(seconds=200)):
        assert machine.get("me").status_code == 409
    assert not Visit.objects.exists()


def test_leaving_gives_the_next_visitor_the_usual_language(hall):
    _, machine, _ = hall
    machine.client.cookies["yilu_language"] = "en"
    machine.get("leave")
    assert machine.client.cookies["yilu_language"].value == "zh-hans"


def test_who_was_checked_in_at_the_desk_meanwhile_sees_that_number(hall):
    opened, machine, guest = hall
    come(machine, guest)
    machine.get("me")
    done = check_in(actor=opened.desk, booking_id=guest.booking_id)
    answer = machine.post("check-in", booking=guest.booking_id)
    assert answer["Location"] == f"{machine.base}/me"
    assert done.number in text(machine.get("me"))
    assert Ticket.objects.count() == 1


def test_somebody_new_registers_and_takes_a_number(hall):
    opened, machine, _ = hall
    typed = {"name": "BAI ZHU", "phone": make_phone(), "born_on": "19990101", "sex": "male"}
    assert machine.post("new", **typed).status_code == 422
    assert machine.post("new", **typed, consent="on")["Location"] == f"{machine.base}/take"
    assert "¥25.00" in text(machine.get("take"))
    assert machine.post("take", service="nonsense").status_code == 422
    done = machine.post("take", service=opened.clinic.service_id)
    assert done["Location"] == f"{machine.base}/me"
    again = machine.post("take", service=opened.clinic.service_id)
    assert again["Location"] == f"{machine.base}/me"
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": "123"},
        {"born_on": "20991301"},
        {"born_on": "21000101"},
        {"sex": "x"},
        {"name": ""},
    ],
)
def test_what_cannot_be_registers_nobody(hall, typed: dict[str, str]):
    _, machine, _ = hall
    before = Patient.objects.count()
    facts = {"name": "白术", "phone": make_phone(), "born_on": "19990101", "sex": "male"}
    assert machine.post("new", **facts | typed, consent="on").status_code == 422
    assert Patient.objects.count() == before


def test_the_bill_is_shown_and_the_receipt_printed_to_its_owner_alone(hall):
    opened, machine, guest = hall
    visit = check_in(actor=opened.desk, booking_id=guest.booking_id).visit_id
    bill_id = open_bill(actor=opened.cashier, visit_id=visit)
    come(machine, guest, after="pay")
    assert "¥25.00" in text(machine.get("pay"))
    pay_cash(actor=opened.cashier, bill_id=bill_id, tendered=Decimal(25))
    page = text(machine.get("pay"))
    assert "已付清" in page or "已支付" in page or "谢谢" in page
    start = page.index("/print/receipt/")
    url = page[start : page.index('"', start)].removeprefix("/")
    assert "¥25.00" in text(machine.get(url))

    other = make_guest(opened, "白术")
    come(machine, other)
    assert machine.get(url).status_code == 404


@pytest.mark.covers("F07")
def test_a_bill_of_nothing_is_neither_thanked_for_nor_printed(hall):
    opened, machine, guest = hall
    visit = check_in(actor=opened.desk, booking_id=guest.booking_id).visit_id
    bill_id = open_bill(actor=opened.cashier, visit_id=visit)
    come(machine, guest, after="pay")

    for charge in Charge.objects.filter(bill_id=bill_id):
        void_charge(actor=opened.cashier, charge_id=charge.pk, reason="not done")

    for page in ("pay", "papers"):
        shown = text(machine.get(page))
        assert "0.00" not in shown
        assert "/print/receipt/" not in shown


def test_prices_can_be_read_by_anybody(hall):
    _, machine, _ = hall
    assert "¥25.00" in text(machine.get("prices"))
    assert machine.get("prices?group=999").status_code == 200
    assert machine.get("prices?group=²").status_code == 200


def test_asking_for_help_is_a_timed_task_of_the_guides(hall):
    _, machine, _ = hall
    publish_definitions(actor=PUBLISHER)
    assert machine.post("help").status_code == 200
    machine.post("help")
    drain()
    (step,) = case_steps(machine.made.id)
    assert (step.role, step.is_open) == ("guide", True)


def test_a_kiosk_opens_nothing_but_its_own_pages(hall):
    opened, machine, _ = hall
    for path in ("/patients/", f"/desk/{machine.base.split('/')[2]}/", "/kiosk/devices"):
        assert machine.client.get(path).status_code in {303, 403, 404}, path
    with clock.at(SUNDAY_EVENING):
        elsewhere = make_kiosk(open_clinic().site_id)
    assert machine.client.get(f"{elsewhere.base}/").status_code == 403
    desk = Client()
    desk.force_login(User.objects.get(pk=make_staff("manager", site_id=opened.site_id).user_id))
    assert desk.get(f"{machine.base}/").status_code == 403
    assert Client().get(f"{machine.base}/").status_code == 403


def test_a_withdrawn_kiosk_says_so_at_once_and_its_link_opens_nothing(hall):
    _, machine, _ = hall
    withdraw_kiosk(actor=SETTER, kiosk_id=machine.made.id)
    page = machine.get("")
    assert page.status_code == 403
    assert "未作为自助机启用" in text(page)
    assert Client().get(f"/kiosk/open/{machine.made.reference}").status_code == 410


def test_kiosks_are_set_up_with_the_rule_and_the_clinics_own_figure(hall):
    opened, _, guest = hall
    check_in(actor=opened.desk, booking_id=guest.booking_id)
    manager = Client()
    manager.force_login(User.objects.get(pk=make_staff("manager", site_id=opened.site_id).user_id))
    with clock.at(at(9, 55, day=1)):
        page = text(manager.get("/kiosk/devices"))
    assert "每天每 500 人次配一台" in page
    assert "2031-03-03，1 人次：需要 1 台，已设 1 台" in page
    assert "大厅一号" in page

    url = "/kiosk/devices/new"
    typed = {"site": str(opened.site_id), "name": "二号", "request_key": "k" * 20}
    assert "/kiosk/open/" in text(manager.post(url, typed))
    assert Kiosk.objects.count() == 2
    desk = Client()
    desk.force_login(User.objects.get(pk=make_staff("front_desk", site_id=opened.site_id).user_id))
    assert desk.get("/kiosk/devices").status_code == 403


@pytest.mark.parametrize("many", [1, 12])
def test_the_list_of_kiosks_costs_the_same_for_one_and_for_twelve(
    many: int, django_assert_max_num_queries
):
    with clock.at(SUNDAY_EVENING):
        opened: OpenClinic = open_clinic()
        for n in range(many):
            set_up_kiosk(actor=SETTER, site_id=opened.site_id, name=f"K{n}")
        manager = Client()
        user = make_staff("manager", site_id=opened.site_id).user_id
        manager.force_login(User.objects.get(pk=user))
        with django_assert_max_num_queries(20):
            assert manager.get("/kiosk/devices").status_code == 200
