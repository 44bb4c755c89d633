"""Links and accounts: what each opens, and what it does not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yilu.aftercare.tests.factories import seen_and_gone
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.charges import add_charge
from yilu.billing.tests.factories import OPENER, make_cashier, make_price
from yilu.platform import clock, links
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import BORN, Front, Someone, details
from yilu.reception.selectors.arrivals import shown_code
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at
from yilu.visits.models import Visit
from yilu.visits.operations.visits import open_visit

pytestmark = pytest.mark.django_db
READS = ("", "/cancel", "/late", "/move", "/arrive", "/calendar.ics", "/slip", "/pay", "/papers")


@pytest.fixture
def booking(front: Front, someone: Someone) -> Booking:
    """Somebody's booking for Monday at ten."""
    patient_id = someone.patient(front.clinic.site_id)
    made = front.clinic.clinic.book(at(10), patient_id=patient_id)
    return Booking.objects.get(pk=made.id)


@pytest.fixture
def reference(booking: Booking) -> str:
    """A link to it, as a message carries."""
    return links.issue(
        "visit", subject_id=booking.pk, expires_at=booking.ends_at + timedelta(days=30)
    )


def press(who: Someone, url: str, **typed: object):
    """Send a form of that page."""
    return who.client.post(url, details() | typed)


@pytest.mark.covers("A10")
def test_opening_a_link_changes_nothing(front: Front, booking: Booking, reference: str):
    stranger = Someone()
    for page in READS:
        assert stranger.client.get(f"/v/{reference}{page}").status_code == 200, page
    booking.refresh_from_db()
    assert (booking.version, booking.confirmed_at) == (1, None)
    assert Visit.objects.count() == 0


def test_a_link_shows_no_name(booking: Booking, reference: str):
    page = Someone().client.get(f"/v/{reference}").content.decode()
    assert booking.number in page
    assert "沈白芷" not in page


@pytest.mark.covers("A08", "A10")
def test_a_links_holder_confirms_says_late_moves_and_cancels(booking: Booking, reference: str):
    who, base = Someone(), f"/v/{reference}"
    who.client.cookies["yilu_language"] = "en"
    assert press(who, f"{base}/confirm").status_code == 303
    assert press(who, f"{base}/late", minutes="20").status_code == 303
    booking.refresh_from_db()
    assert (booking.confirmed_at is not None, booking.running_late_minutes) == (True, 20)
    wanted = f"{at(11).isoformat()}|{booking.practitioner_id}"
    assert press(who, f"{base}/move", time=wanted).status_code == 303
    booking.refresh_from_db()
    assert booking.starts_at == at(11)
    assert press(who, f"{base}/cancel", reason="better").status_code == 303
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == ("cancelled", "better")


def test_moving_to_a_taken_time_keeps_the_old_one_and_offers_others(
    front: Front, booking: Booking, reference: str
):
    front.clinic.clinic.book(at(11))
    wanted = f"{at(11).isoformat()}|{booking.practitioner_id}"
    refused = press(Someone(), f"/v/{reference}/move", time=wanted)
    assert refused.status_code == 409
    assert refused.content.decode().count('name="time"') > 1
    booking.refresh_from_db()
    assert booking.starts_at == at(10)


@pytest.mark.covers("A08", "A10")
@pytest.mark.parametrize("page", ["cancel", "late", "move", "arrive", "service"])
def test_a_link_used_once_more_shows_what_became_of_it(booking: Booking, reference: str, page: str):
    who, base = Someone(), f"/v/{reference}"
    press(who, f"{base}/cancel", reason="better")
    typed = {"reason": "time", "minutes": "20", "time": f"{at(11).isoformat()}|", "code": "1234"}

    opened, pressed = who.client.get(f"{base}/{page}"), press(who, f"{base}/{page}", **typed)

    assert (opened.status_code, opened["Location"]) == (303, base)
    assert (pressed.status_code, pressed["Location"]) == (303, base)
    assert "预约已取消" in who.client.get(base).content.decode()
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == ("cancelled", "better")


@pytest.mark.covers("A08")
def test_too_late_it_is_for_the_desk(booking: Booking, reference: str):
    with clock.at(at(9, 30)):
        refused = press(Someone(), f"/v/{reference}/cancel", reason="better")
    assert refused.status_code == 409
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_arriving_needs_the_code_that_the_clinic_shows(
    front: Front, booking: Booking, reference: str
):
    code = shown_code(front.clinic.site_id)
    wrong = f"{(int(code) + 1) % 10000:04d}"
    with clock.at(at(9, 50)):
        if wrong != shown_code(front.clinic.site_id):
            assert press(Someone(), f"/v/{reference}/arrive", code=wrong).status_code == 422
            assert Visit.objects.count() == 0
        code = shown_code(front.clinic.site_id)
        assert press(Someone(), f"/v/{reference}/arrive", code=code).status_code == 303
        page = Someone().client.get(f"/v/{reference}").content.decode()
    assert Visit.objects.get().booking_id == booking.pk
    assert "yl-ph-meter" in page


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", "{0}{1}"])
def test_digits_are_understood_however_they_are_typed(someone: Someone, front: Front, written: str):
    code = someone.ask_code()
    full_width = str.maketrans("0123456789", "０１２３４５６７８９")
    typed = written.format(code[:3], code[3:].translate(full_width))

    phone = f" {someone.phone[:3]} {someone.phone[3:7]}-{someone.phone[7:]} "
    answer = someone.client.post("/my/sign-in", {"phone": phone, "code": typed})

    assert answer.status_code == 303


@pytest.mark.parametrize("typed", ["", "12", "12345", "12a4", "１２３"])
def test_a_code_of_the_clinic_that_is_no_code_is_named_and_kept(
    booking: Booking, reference: str, typed: str
):
    with clock.at(at(9, 50)):
        refused = press(Someone(), f"/v/{reference}/arrive", code=typed)

    assert refused.status_code == 422
    assert 'id="id_code-error"' in refused.content.decode()
    assert f'value="{typed}"' in refused.content.decode()
    assert Visit.objects.count() == 0


def test_the_code_is_for_screens_at_the_clinic_only(front: Front):
    assert Someone().client.get(f"/arrive/{front.site_key}").status_code == 303


def test_an_ended_a_withdrawn_and_an_unknown_link_say_so(booking: Booking, reference: str):
    web = Someone().client
    with clock.at(booking.ends_at + timedelta(days=31)):
        assert web.get(f"/v/{reference}").status_code == 410
    links.withdraw(booking.pk)
    for page in READS:
        assert web.get(f"/v/{reference}{page}").status_code == 410
    assert web.get("/v/never-given-out").status_code == 404


def test_papers_behind_a_link_ask_for_the_birth_date_and_shut_after_five_tries(front: Front):
    gone = seen_and_gone(front.clinic.site_id, born_on=BORN)
    reference = links.issue(
        "visit", subject_id=gone.visit_id, expires_at=clock.now() + timedelta(days=1)
    )
    who, papers = Someone(), f"/v/{reference}/papers"
    assert who.client.get(f"/v/{reference}/sheet").status_code == 302
    assert who.client.get(f"/v/{reference}/receipt.pdf").status_code == 302
    assert press(who, papers, born_on=BORN.isoformat()).status_code == 303
    assert who.client.get(f"/v/{reference}/sheet").status_code == 200
    other = Someone()
    for _try in range(5):
        assert press(other, papers, born_on=date(1990, 1, 1).isoformat()).status_code == 422
    assert press(other, papers, born_on=BORN.isoformat()).status_code == 429
    assert who.client.get(f"/v/{reference}/sheet").status_code == 200


@pytest.mark.covers("F07")
def test_a_bill_of_nothing_is_neither_thanked_for_nor_among_the_papers(front: Front):
    gone = seen_and_gone(front.clinic.site_id, born_on=BORN)
    cashier = make_cashier(front.clinic.site_id)
    add_charge(
        actor=cashier, visit_id=gone.visit_id, item_id=make_price("0.00"), quantity=Decimal(1),
        source_type="tests.deed", source_id=new_id(),
    )  # fmt: skip
    assert open_bill(actor=cashier, visit_id=gone.visit_id)
    base = "/v/" + links.issue(
        "visit", subject_id=gone.visit_id, expires_at=clock.now() + timedelta(days=1)
    )
    who = Someone()
    press(who, f"{base}/papers", born_on=BORN.isoformat())

    for page in ("pay", "papers"):
        shown = who.client.get(f"{base}/{page}").content.decode()
        assert "0.00" not in shown
        assert "receipt.pdf" not in shown


def test_in_the_list_of_bills_one_of_nothing_is_not_called_paid(front: Front, someone: Someone):
    cashier = make_cashier(front.clinic.site_id)
    for amount in ("0.00", "37.28"):
        visit_id = open_visit(
            actor=OPENER, patient_id=someone.patient(front.clinic.site_id, f"张{amount}"),
            site_id=front.clinic.site_id, kind="walk_in",
        )  # fmt: skip
        add_charge(
            actor=cashier, visit_id=visit_id, item_id=make_price(amount), quantity=Decimal(1),
            source_type="tests.deed", source_id=new_id(),
        )  # fmt: skip
        open_bill(actor=cashier, visit_id=visit_id)
    someone.sign_in()

    shown = someone.client.get("/my/bills").content.decode()

    assert ("¥37.28" in shown, "没有待缴费用" in shown) == (True, True)
    assert ("¥0.00" in shown, "已缴费" in shown) == (False, False)


def test_an_account_sees_only_its_own(front: Front, booking: Booking, someone: Someone):
    other = Someone()
    other.patient(front.clinic.site_id, "别人")
    other.sign_in()
    someone.sign_in()
    for page in READS:
        url = f"/my/visit/{booking.pk}{page}"
        assert someone.client.get(url).status_code == 200, page
        assert other.client.get(url).status_code == 404, page
    assert other.client.get(f"/book/done/{booking.pk}").status_code == 404
    for deed in ("confirm", "late", "cancel", "move", "arrive"):
        typed = {"reason": "better", "minutes": "10", "code": "0000", "time": at(11).isoformat()}
        assert press(other, f"/my/visit/{booking.pk}/{deed}", **typed).status_code == 404, deed
    booking.refresh_from_db()
    assert booking.version == 1
    mine = other.client.get("/my/bookings").content.decode()
    assert booking.number not in mine
    assert "沈白芷" not in mine


def test_nobody_signed_in_is_sent_to_the_phone(front: Front, booking: Booking):
    for url in ("/my", "/my/bookings", "/my/bills", "/my/me", f"/my/visit/{booking.pk}"):
        answer = Someone().client.get(url)
        assert (answer.status_code, answer["Location"][:11]) == (303, "/my/sign-in")


def test_a_code_is_guessed_five_times_and_no_more(front: Front, someone: Someone):
    code = someone.ask_code()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        answer = someone.client.post("/my/sign-in", {"phone": someone.phone, "code": wrong})
        assert answer.status_code == 422
    answer = someone.client.post("/my/sign-in", {"phone": someone.phone, "code": code})
    assert answer.status_code == 422
    assert someone.client.get("/my").status_code == 303


def test_a_code_is_worth_nothing_in_another_browser(front: Front, someone: Someone):
    code = someone.ask_code()
    other = Someone(someone.phone)
    answer = other.client.post("/my/sign-in", {"phone": someone.phone, "code": code})
    assert answer.status_code == 422


def test_codes_are_sent_to_one_phone_once_a_minute(front: Front, someone: Someone):
    someone.ask_code()
    answer = someone.client.post("/my/sign-in", {"phone": someone.phone})
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)


def test_an_account_links_a_record_by_three_answers_and_five_guesses(
    front: Front, someone: Someone
):
    from_before = Someone()
    patient_id = from_before.patient(front.clinic.site_id)
    someone.sign_in()
    for _try in range(5):
        typed = {"name": "沈白芷", "born_on": BORN.isoformat(), "id_tail": "0000"}
        assert press(someone, "/my/me/link", **typed).status_code == 404
    assert press(someone, "/my/me/link", **typed).status_code == 429
    assert patient_id not in someone.account().owns


def test_family_is_added_and_may_be_booked_for(front: Front, someone: Someone):
    someone.sign_in()
    typed = {"name": "沈小荷", "sex": "female", "born_on": "2025-01-05", "kind": "child"}
    assert press(someone, "/my/me/family", **typed, consent="on").status_code == 303
    again = press(someone, "/my/me/family", **typed, consent="on")
    assert again.status_code == 422
    assert "已经在您的账户里" in again.content.decode()
    assert "沈小荷" in someone.client.get("/my/me").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_there_in_both_languages(
    front: Front, booking: Booking, someone: Someone, language: str
):
    someone.sign_in()
    someone.client.cookies["yilu_language"] = language
    pages = ["/book", f"/book/{front.site_key}/?q=zzz", front.times_url, "/my", "/my/bookings"]
    pages += ["/my/bills", "/my/me", "/my/me/messages", "/my/me/link", "/my/me/family"]
    for page in pages:
        assert someone.client.get(page).status_code in {200, 302}, page
