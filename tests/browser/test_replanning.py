"""A doctor is ill: the desk plans anew, changes a place by hand and asks; phones answer, or not."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.queueing.operations.setup import set_up_queues
from yilu.queueing.tests import factories as queueing
from yilu.scheduling.models import Booking, Plan, PlannedMove
from yilu.scheduling.operations.answering import note_silence
from yilu.scheduling.operations.arrivals import mark_arrived, mark_in_consultation
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic, work_week
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("林晓芳", "王建国", "欧阳明华")
Check = Callable[[Page, str], None]
# All in one moment: whatever is drawn anew meanwhile moves what is below it.
PLACES = """(parts) => parts.map((part) => ({
    id: part.id,
    top: part.getBoundingClientRect().top,
    bottom: part.getBoundingClientRect().bottom,
    spills: part.scrollHeight > part.clientHeight + 2
        && getComputedStyle(part).overflowY === "visible",
}))"""


def morning(hour: int) -> datetime:
    """An hour of the day after the next, on the wall of the site."""
    now = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return now + timedelta(days=2, hours=hour - 8)


def coming_week(clinic: Clinic) -> None:
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today - timedelta(days=1),
        to_day=today + timedelta(days=8),
    )


def clerk_of(clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors; the first has three patients in two days."""
    clinic = make_clinic(doctors=2, rooms=2)
    coming_week(clinic)
    for hour, name in zip((9, 10, 11), NAMES, strict=True):
        patient = make_patient(Site.objects.get(pk=clinic.site_id), name, phone=make_phone())
        clinic.book(morning(hour), patient_id=patient)
    return clinic


def calls_in_sick(desk: Page, clinic: Clinic, language: str, looks_right: Check) -> Locator:
    """The sick call, up to the plan; gives back the rows with the new places."""
    desk.keyboard.press("s")
    form = desk.locator("#dialog form")
    form.locator("[name=who]").select_option(str(clinic.doctor_resources[0]))
    form.locator("[name=reason]").fill("发烧" if language == "zh" else "fever")
    day = f"{morning(9):%Y-%m-%d}"
    # Until the last of these is said the end is before the beginning: nothing is foreseen yet.
    for name, value in {
        "starts_on": day,
        "starts": "08:00",
        "ends": "18:00",
        "ends_on": day,
    }.items():
        form.locator(f"[name={name}]").fill(value)
    expect(form.locator("#effect")).to_contain_text("3")
    looks_right(desk, language)
    picture(desk, f"replan-away-{language}")
    form.locator("button[type=submit]").click()
    places = desk.locator(".sc-newplace")
    expect(desk).to_have_url(re.compile("/plans/[0-9a-f-]{36}/"), timeout=60_000)
    expect(desk.locator(".sc-making, .sc-newplace").first).to_be_visible()
    expect(places).to_have_count(3, timeout=60_000)
    return places


def is_urgent(desk: Page, places: Locator, language: str, looks_right: Check) -> None:
    """The desk knows better how soon somebody must be seen, and has the plan weighed again."""
    last = places.last
    last.locator(".yl-more").click()
    looks_right(desk, language)
    picture(desk, f"replan-urgency-{language}")
    last.locator("form[action$=urgency] button").first.click()
    said = last.locator(".yl-badge", has_text="紧急" if language == "zh" else "Urgent")
    expect(said).to_be_visible()
    before = Plan.objects.get().version
    desk.locator("form[action$=weigh] button").click()
    plan = weighed(desk, before)
    shown = desk.locator(f"form[action$=confirm] input[name=version][value='{plan.version}']")
    expect(shown).to_have_count(1, timeout=60_000)
    expect(places).to_have_count(3)


def weighed(desk: Page, before: int) -> Plan:
    """The plan once the worker has proposed it again."""
    proposed = Plan.objects.filter(state="proposed", version__gt=before)
    return eventually(desk, proposed.first, missed="nobody planned")


def changes_by_hand(desk: Page, row: Locator, language: str, looks_right: Check) -> None:
    row.locator("button[hx-get]").click()
    dialog = desk.locator("#dialog")
    dialog.locator(".sc-slot").last.click()
    looks_right(desk, language)
    picture(desk, f"replan-change-{language}")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("form")).to_have_count(0)


@pytest.mark.covers("A14")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sick_doctors_patients_get_new_places(
    visit: Visit, clinic: Clinic, looks_right: Check, language: str
):
    clerk = clerk_of(clinic)
    desk = visit("/scheduling/plans/", user=clerk, language=language)
    places = calls_in_sick(desk, clinic, language, looks_right)
    looks_right(desk, language)
    picture(desk, f"replan-{language}")

    is_urgent(desk, places, language, looks_right)
    changes_by_hand(desk, places.first, language, looks_right)
    # Whoever goes on at once is not refused because of what they themselves did.
    desk.locator("form[action$=confirm] button").click()
    expect(places.locator("form[action$=accept]")).to_have_count(3)
    looks_right(desk, language)
    picture(desk, f"replan-asked-{language}")
    small = visit(path_of(desk), user=clerk, size="phone", language=language)
    looks_right(small, language)
    picture(small, f"replan-phone-{language}")

    taker, decliner, _silent = links(desk)
    messages = visit(f"/messaging/?site={clinic.site_id}", user=clerk, language=language)
    for name in NAMES if language == "zh" else ("Lin Xiaofang", "Wang Jianguo", "Ouyang Minghua"):
        expect(messages.get_by_text(name).first).to_be_visible()
    looks_right(messages, language)
    picture(messages, f"replan-messages-{language}")
    takes(visit(taker, size="phone", language=language), language, looks_right)
    wants_another(visit(decliner, size="phone", language=language), language, looks_right)
    expect(places.locator("form[action$=accept]")).to_have_count(1)
    nobody_answers(PlannedMove.objects.get(state__in=("told", "silent")))

    the_desk_calls(
        visit("/scheduling/plans/", user=clerk, language=language), language, looks_right
    )
    left = Booking.objects.filter(practitioner_id=clinic.doctors[0], starts_at__lt=morning(18))
    assert not left.exists()
    assert Booking.objects.filter(state="confirmed").count() == 3


@pytest.mark.covers("A14")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_whose_places_ran_out_is_refused_in_words_and_begun_anew(
    visit: Visit, clinic: Clinic, looks_right: Check, language: str
):
    visit.expect("409")
    desk = visit("/scheduling/plans/", user=clerk_of(clinic), language=language)
    places = calls_in_sick(desk, clinic, language, looks_right)
    with clock.at(clock.now() - timedelta(hours=3)):
        Plan.objects.update(expires_at=clock.now())

    desk.locator("form[action$=confirm] button").click()

    over = "请重新制定方案" if language == "zh" else "Please plan anew"
    expect(desk.locator(".yl-toast", has_text=over)).to_be_visible()
    expect(places).to_have_count(3)
    looks_right(desk, language)
    picture(desk, f"replan-over-{language}")
    assert set(PlannedMove.objects.values_list("state", flat=True)) == {"dropped"}
    old = desk.url
    desk.reload()
    expect(desk.locator("form[action$=confirm]")).to_have_count(0)
    desk.locator("form[action$=start] button").click()
    desk.wait_for_url(lambda url: "/plans/" in url and url != old)


@pytest.mark.covers("A14")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_leaves_for_good_is_planned_for_like_somebody_who_is_ill(
    visit: Visit, clinic: Clinic, looks_right: Check, language: str
):
    staff = Practitioner.objects.get(pk=clinic.doctors[0]).staff_id
    boss = User.objects.get(pk=make_staff("administrator", site_id=clinic.site_id).user_id)
    page = visit(f"/workforce/{staff}/", user=boss, language=language)
    page.locator(".btn-stop[hx-get*=leave]").click()
    form = page.locator("#dialog form")
    expect(form.locator("#effect")).to_contain_text("3")
    looks_right(page, language)
    picture(page, f"leaves-{language}")
    form.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/plans/[0-9a-f-]{36}/"))
    expect(page.locator(".sc-newplace")).to_have_count(3, timeout=60_000)
    looks_right(page, language)
    picture(page, f"leaves-plan-{language}")

    key = Site.objects.get(pk=clinic.site_id).key
    desk = visit(f"/desk/{key}/", user=clerk_of(clinic), language=language)
    prompt = desk.locator("#attention a[href*='/plans/']")
    expect(prompt).to_be_visible()
    looks_right(desk, language)
    picture(desk, f"leaves-prompt-{language}")
    prompt.click()
    desk.locator("form[action$=confirm] button").click()
    expect(desk.locator(".sc-newplace form[action$=accept]")).to_have_count(3)
    assert len(links(desk)) == 3


def nobody_answers(move: PlannedMove) -> None:
    """The patient's time to think ends, if the provider of messages has not given up before."""
    assert move.answer_by is not None
    with clock.at(move.answer_by):
        note_silence(actor=Actor.system("test"), move_id=move.pk)


def the_desk_calls(calls: Page, language: str, looks_right: Check) -> None:
    """Who did not answer is on the list, and says yes on the telephone."""
    expect(calls.locator(".sc-newplace")).to_have_count(1)
    looks_right(calls, language)
    picture(calls, f"replan-calls-{language}")
    calls.locator("form[action$=accept] button").click()
    expect(calls.locator(".sc-newplace")).to_have_count(0)


def takes(phone: Page, language: str, looks_right: Check) -> None:
    looks_right(phone, language)
    picture(phone, f"replanned-{language}")
    phone.locator("form[action$=take] button").click()
    expect(phone.locator("#replanned form")).to_have_count(0)
    picture(phone, f"replanned-taken-{language}")


def wants_another(phone: Page, language: str, looks_right: Check) -> None:
    before = phone.locator(".yl-ph-now").inner_text()
    with phone.expect_navigation():
        phone.locator("form[action$=leave] button").click()
    expect(phone.locator(".yl-ph-now")).not_to_have_text(before, use_inner_text=True)
    looks_right(phone, language)
    picture(phone, f"replanned-again-{language}")
    phone.locator("form[action$=take] button").click()
    expect(phone.locator("#replanned form")).to_have_count(0)


def path_of(page: Page) -> str:
    found = re.search(r"/scheduling/plans/.*", page.url)
    assert found is not None
    return found[0]


def links(page: Page) -> list[str]:
    """The addresses in the three messages, once the worker has written them."""
    sent = Message.objects.filter(template="booking_replanned", channel="sms")
    eventually(page, lambda: sent.count() == 3, missed="nobody was asked")
    return [one[0] for one in (re.search(r"/r/[\w-]+", one.body) for one in sent) if one]


@pytest.fixture
def late() -> Clinic:
    """It is past two at the site; one patient is still inside, one waits, two are to come."""
    now = clock.now()
    # A zone whose wall says past two: “Etc/GMT+5” is five hours behind Greenwich. An hour ago
    # nobody was at lunch.
    clinic = make_clinic(doctors=1, rooms=3, time_zone=f"Etc/GMT{now.hour - 14:+d}")
    work_week(clinic, clinic.doctor_resources[0], ("09:00", "17:00"))
    coming_week(clinic)
    begun = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    booked = []
    with clock.at(begun - timedelta(minutes=60)):
        for minutes in (-55, -25, 10, 40):
            patient = make_patient(
                Site.objects.get(pk=clinic.site_id), "顾晓芳", phone=make_phone()
            )
            made = clinic.book(begun + timedelta(minutes=minutes), patient_id=patient)
            booked.append(made.id)
        mark_arrived(actor=clinic.actor, booking_id=booked[0])
        mark_arrived(actor=clinic.actor, booking_id=booked[1])
    with clock.at(begun - timedelta(minutes=50)):
        mark_in_consultation(actor=clinic.actor, booking_id=booked[0])
    return clinic


@pytest.mark.covers("A24")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_late_session_is_put_right_with_one_press(
    visit: Visit, late: Clinic, looks_right: Check, language: str
):
    key = Site.objects.get(pk=late.site_id).key
    desk = visit(f"/desk/{key}/", user=clerk_of(late), language=language)
    prompt = desk.locator("#attention details")
    expect(prompt).to_have_count(1)
    picture(desk, f"overrun-{language}")
    prompt.locator("summary").click()
    looks_right(desk, language)
    picture(desk, f"overrun-open-{language}")
    before = list(Booking.objects.order_by("starts_at").values_list("starts_at", flat=True))

    prompt.locator("form[action$=later] button").click()
    expect(prompt).to_have_count(0)
    # Put off by one person, it still prompts another.
    desk = visit(f"/desk/{key}/", user=clerk_of(late), language=language)
    prompt = desk.locator("#attention details")
    prompt.locator("summary").click()
    prompt.locator("form[action$=retime] button").click()

    expect(prompt).to_have_count(0)
    after = list(Booking.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert after[:2] == before[:2]
    assert all(new > old for new, old in zip(after[2:], before[2:], strict=True))


def test_on_a_phone_the_room_of_a_late_doctor_begins_with_the_prompt(
    visit: Visit, late: Clinic, looks_right: Check
):
    key = Site.objects.get(pk=late.site_id).key
    set_up_queues(actor=queueing.make_actor(late.site_id), site_id=late.site_id)
    staff = Practitioner.objects.get(pk=late.doctors[0]).staff
    room = visit(f"/room/{key}/", user=staff.user, size="phone")
    expect(room.locator("#attention details")).to_be_visible()

    looks_right(room, "zh")
    picture(room, "overrun-room-phone")
    parts = room.locator(".ws-room > *:visible").evaluate_all(PLACES)
    parts.sort(key=lambda part: part["top"])
    assert parts[0]["id"] == "attention"
    assert [part for part in parts if part["spills"]] == []
    for above, below in pairwise(parts):
        assert above["bottom"] <= below["top"] + 1
