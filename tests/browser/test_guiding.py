"""A patient in a wheelchair is brought to the doctor: desk, guide's phone and room at once."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.guiding.models import GuideTask
from yilu.guiding.tests.factories import Guided, guided_clinic
from yilu.platform.models import User
from yilu.queueing.operations.calling import call_ticket
from yilu.queueing.tests.factories import row
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh": {
        "on": "上岗", "bring": "我来送", "there": "已送到", "confirm": "确认已到",
        "nobody": "没有导诊在岗", "ask": "申请",
    },
    "en": {
        "on": "Come on duty", "bring": "I bring them", "there": "They are there",
        "confirm": "Confirm: is here", "nobody": "No guide is on duty", "ask": "Ask for it",
    },
}  # fmt: skip


@pytest.mark.covers("B15")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_asks_and_the_manager_sets_the_rule(visit, looks_right, language):
    words = WORDS[language]
    guided = guided_clinic()
    guided.rule(wheelchairs=0)
    guided.guide("丁引路")
    second = guided.guide("沈问津", ["zh-Hans", "en"])
    key = Site.objects.get(pk=guided.site_id).key
    ticket = guided.clinic.ticket(patient_id=guided.clinic.patient("顾晓芳"))
    visit_id = row(ticket.id).visit_id
    desk = visit(f"/desk/{key}/", user=User.objects.get(pk=guided.desk.user_id), language=language)
    waits = desk.locator(f"#waits-{ticket.id}")
    waits.locator(".yl-more").click()
    waits.locator(f"[hx-get='/guiding/visits/{visit_id}/ask']").click()
    dialog = desk.locator("#dialog")
    dialog.locator("input[name=help][value=stretcher]").check()
    dialog.locator("select[name=language]").select_option("en")
    picture(desk, f"guiding-ask-{language}")
    looks_right(desk, language)
    dialog.get_by_role("button", name=words["ask"]).click()
    expect(desk.locator("#guiding .gd-row")).to_have_count(1)
    task = GuideTask.objects.get()
    assert (task.help, task.guide_id, task.unfit) == ("stretcher", second.user_id, "")
    picture(desk, f"guiding-desk-{language}")

    boss = User.objects.get(pk=guided.manager.user_id)
    rule = visit(f"/guiding/rule?site={guided.site_id}", user=boss, language=language)
    looks_right(rule, language)
    picture(rule, f"guiding-rule-{language}")
    small = visit(f"/guiding/{key}/tasks", user=boss, language=language, size="phone")
    looks_right(small, language)
    picture(small, f"guiding-tasks-phone-{language}")


@dataclass
class Three:
    """The pages of the desk, the guide and the doctor, side by side."""

    guided: Guided
    desk: Page
    phone: Page
    room: Page
    guide: User
    doctor: User


@pytest.fixture
def three(visit, language) -> Three:
    guided = guided_clinic()
    guided.rule(wheelchairs=1, stretchers=1)
    key = Site.objects.get(pk=guided.site_id).key
    hired = make_staff("guide", site_id=guided.site_id, name="丁引路")
    guide = User.objects.get(pk=hired.user_id)
    doctor = Practitioner.objects.get(pk=guided.clinic.doctor_id).staff.user
    desk_user = User.objects.get(pk=guided.desk.user_id)
    return Three(
        guided,
        desk=visit(f"/desk/{key}/", user=desk_user, language=language),
        phone=visit(f"/guiding/{key}/", user=guide, language=language, size="phone"),
        room=visit(f"/room/{key}/", user=doctor, language=language),
        guide=guide,
        doctor=doctor,
    )


def comes_on_duty_and_takes(three: Three, words, looks_right, language) -> None:
    """The guide comes on duty, and is given the patient who waited for one."""
    phone = three.phone
    phone.get_by_role("button", name=words["on"], exact=True).click()
    card = phone.locator(".gd-card")
    expect(card).to_have_count(1)
    picture(phone, f"guiding-phone-{language}")
    looks_right(phone, language)
    card.get_by_role("button", name=words["bring"]).click()
    expect(card.get_by_role("button", name=words["there"])).to_be_visible()


@pytest.mark.covers("B15")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_desk_guide_and_room_bring_a_patient_together(three, looks_right, language):
    words, guided, desk, phone, room = (
        WORDS[language], three.guided, three.desk, three.phone, three.room,
    )  # fmt: skip
    expect(desk.locator("#board")).to_be_visible()
    patient = guided.clinic.patient("邓白芍", special_needs=("wheelchair",))
    ticket = guided.clinic.ticket(patient_id=patient)
    strip = desk.locator("#guiding .gd-row", has_text=ticket.number)
    expect(strip).to_contain_text(words["nobody"])
    picture(desk, f"guiding-desk-nobody-{language}")
    looks_right(desk, language)
    comes_on_duty_and_takes(three, words, looks_right, language)
    expect(strip).to_contain_text("丁" if language == "zh" else "Ding")

    # The doctor calls: the same guide goes on to the room, whose page says who is coming.
    station = guided.clinic.station()
    call_ticket(actor=guided.doctor, ticket_id=ticket.id, station_id=station.pk)
    coming = room.locator("#coming .yl-alarm", has_text=ticket.number)
    named = station.name["zh-Hans" if language == "zh" else "en"]
    expect(room.locator("#tab-note")).to_be_visible()  # The record has opened by itself.
    expect(coming).to_contain_text(named)
    picture(room, f"guiding-room-coming-{language}")
    expect(phone.locator(".gd-way b")).to_contain_text(named)
    phone.get_by_role("button", name=words["there"]).click()
    expect(phone.locator(".gd-waits")).to_be_visible()
    picture(phone, f"guiding-phone-brought-{language}")

    coming.get_by_role("button", name=words["confirm"]).click()
    expect(coming).to_have_count(0)
    expect(phone.locator(".gd-card")).to_have_count(0)
    expect(strip).to_have_count(0)
    done = GuideTask.objects.get(state="done")
    assert (done.received_by_id, done.guide_id) == (three.doctor.pk, three.guide.pk)
    room.keyboard.press("Control+z")
    expect(coming).to_be_visible()
    expect(strip).to_have_count(1)
