"""The telephone desk, as pages send it."""

import html
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform.models import User
from yilu.reception.models import Call, CallBack, TelephoneLine
from yilu.reception.operations.calls import note_hung_up, note_ringing
from yilu.reception.operations.lines import know_line
from yilu.reception.tests.telephone_factories import SETTER, telephone
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B16")]
PHONE = "12100004321"


def browser(clinic, post="front_desk"):
    client = Client()
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def clerk(clinic):
    return browser(clinic)


@pytest.fixture
def rung(clinic):
    """Somebody rings whose number a mother and her child share."""
    site = Site.objects.get(pk=clinic.site_id)
    people = [make_patient(site, name, phone=PHONE) for name in ("林晓芳", "林小宝")]
    line = know_line(actor=SETTER, key=telephone(clinic).made.key)
    call = note_ringing(
        actor=line.actor, line_id=line.id, site_id=line.site_id, ref="c", phone=PHONE
    )
    return call, people, line


def url(name, clinic):
    return reverse(f"reception:{name}", args=[Site.objects.get(pk=clinic.site_id).key])


def sent(**fields):
    return {"request_key": str(uuid4())} | fields


def test_a_call_stands_above_every_page_of_the_desk_and_of_nobody_else(clinic, clerk, rung):
    call, _, _ = rung

    shown = clerk.get(url("alarms", clinic)).content.decode()

    assert reverse("reception:call-take", args=[call]) in shown
    assert PHONE not in shown
    for post in ("doctor", "manager"):
        assert "rings-" not in browser(clinic, post).get(url("alarms", clinic)).content.decode()


def test_picking_up_leads_to_the_caller_with_bookings_language_and_debts(clinic, clerk, rung):
    call, (mother, child), _ = rung
    booked = clinic.book(at(14), patient_id=child)

    answer = clerk.post(reverse("reception:call-take", args=[call]), sent())
    page = clerk.get(answer.headers["Location"]).content.decode()
    desk = clerk.get(url("phone", clinic)).content.decode()

    assert answer.status_code == 303
    assert '<span class="yl-count">1</span>' in desk
    for words in (PHONE, "林晓芳", "林小宝", "14:00", "中文"):
        assert words in page
    assert reverse("scheduling:cancel", args=[booked.id]) not in page

    identify = reverse("reception:call-identify", args=[call])
    few = clerk.post(identify, sent(patient=str(child), identifiers=["name"]))
    nobody = clerk.post(identify, sent(identifiers=["name", "born"]))
    part = clerk.post(identify, sent(patient=str(child), identifiers=["name", "born"]))

    assert (few.status_code, nobody.status_code, part.status_code) == (422, 422, 200)
    shown = part.content.decode()
    for deed in ("move", "cancel", "confirm"):
        assert reverse(f"scheduling:{deed}", args=[booked.id]) in shown or deed == "confirm"
    assert f"patient={child}" in shown
    assert mother != child


def test_the_call_ends_with_what_it_was_about(clinic, clerk, rung):
    call, _, _ = rung
    clerk.post(reverse("reception:call-take", args=[call]), sent())
    end = reverse("reception:call-end", args=[call])

    wrong = clerk.post(end, sent(need="", note="下午再打"))
    right = clerk.post(end, sent(need="question", note="下午再打", read_back="on"))

    assert wrong.status_code == 422
    assert "下午再打" in wrong.content.decode()
    assert right.headers["Location"] == url("phone", clinic)
    assert Call.objects.get().was_read_back
    assert "下午再打" in clerk.get(reverse("reception:call", args=[call])).content.decode()


def test_somebody_else_is_found_by_name(clinic, clerk, rung):
    call, _, _ = rung
    other = clinic.patient("周南星")

    found = clerk.get(reverse("reception:call-who", args=[call]), {"q": "zhounanxing"})

    assert str(other) in found.content.decode()


@pytest.mark.covers("A01")
def test_who_rings_for_the_first_time_is_booked_from_the_call_with_their_number(clinic, clerk):
    clerk.post(url("dial", clinic), sent(phone=PHONE))
    page = clerk.get(reverse("reception:call", args=[Call.objects.get().pk])).content.decode()

    (link,) = re.findall(rf'hx-get="({reverse("scheduling:new")}[^"]*)"', page)
    dialog = clerk.get(html.unescape(link), headers={"HX-Request": "true"}).content.decode()

    assert re.search(rf'name="new_phone" value="{PHONE}"', dialog)
    assert '<option value="phone" selected>' in dialog


def test_the_number_is_typed_where_no_system_tells_it(clinic, clerk):
    answer = clerk.post(url("dial", clinic), sent(phone="121 0000 4321"))
    refused = clerk.post(url("dial", clinic), sent(phone="abc"))

    assert answer.headers["Location"] == reverse("reception:call", args=[Call.objects.get().pk])
    assert refused.status_code == 422


def test_a_missed_call_is_returned_from_the_list(clinic, clerk, rung):
    call, _, line = rung
    note_hung_up(actor=line.actor, call_id=call)
    owed = CallBack.objects.get()
    page = clerk.get(url("phone", clinic)).content.decode()
    assert PHONE not in page

    vain = clerk.post(reverse("reception:call-back-vain", args=[owed.pk]), sent(version="1"))
    stale = clerk.post(reverse("reception:call-back-vain", args=[owed.pk]), sent(version="1"))
    opened = clerk.post(reverse("reception:call-back", args=[owed.pk]), sent())
    made = Call.objects.get(is_outgoing=True)
    clerk.post(reverse("reception:call-end", args=[made.pk]), sent(need="question"))

    assert (vain.status_code, stale.status_code, opened.status_code) == (204, 412, 303)
    assert PHONE in clerk.get(opened.headers["Location"]).content.decode()
    assert CallBack.objects.get().outcome == "reached"


def test_a_call_is_promised_for_a_time_and_to_somebody(clinic, clerk, desk):
    address = url("call-back-new", clinic)
    form = clerk.get(address, {"phone": PHONE})
    usual = {"phone": PHONE, "day": "2031-03-03", "at": "15:00", "reason": "报告"}

    past = clerk.post(address, sent(**usual | {"at": "09:00"}))
    made = clerk.post(address, sent(**usual, owner=str(desk.user_id)))

    assert PHONE in form.content.decode()
    assert (past.status_code, made.status_code) == (422, 204)
    owed = CallBack.objects.get()
    assert (owed.due_at, owed.owner_id) == (at(15), desk.user_id)
    off = reverse("reception:call-back-off", args=[owed.pk])
    assert clerk.post(off, sent(outcome="they_rang", version="1")).status_code == 422
    assert clerk.post(off, sent(outcome="not_needed", version="1")).status_code == 204


def test_a_telephone_system_is_let_in_and_shut_out_by_who_may(clinic):
    manager = browser(clinic, "manager")

    made = manager.post(url("phone-line-new", clinic), sent(name="总机"))
    line = TelephoneLine.objects.get()
    listed = manager.get(url("phone-lines", clinic)).content.decode()
    manager.post(reverse("reception:phone-line-withdraw", args=[line.pk]), sent())

    assert line.secret in made.content.decode()
    assert line.secret not in listed
    assert line.key in listed
    line.refresh_from_db()
    assert line.withdrawn_at is not None
    for post in ("front_desk", "doctor"):
        assert browser(clinic, post).get(url("phone-lines", clinic)).status_code in {403, 404}


def test_who_has_no_telephone_sees_no_call(clinic, rung):
    call, _, _ = rung
    for post in ("doctor", "cashier"):
        somebody = browser(clinic, post)
        assert somebody.get(url("phone", clinic)).status_code == 404
        assert somebody.get(reverse("reception:call", args=[call])).status_code == 404
        take = reverse("reception:call-take", args=[call])
        assert somebody.post(take, sent()).status_code == 404
    assert Call.objects.get().state == "ringing"
