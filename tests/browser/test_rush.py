"""A popular release on phones: from the first look to a booking, or to the waiting list."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now, signed_in
from yilu.facility.selectors.sites import site_zone
from yilu.patients.models import Patient
from yilu.platform import actors, clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.models import Booking, ReleasePlan, Rush, RushPlace
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.operations.rushes import QueueWish, leave_queue, take_place
from yilu.scheduling.shares import Share
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Release:
    """One popular doctor's day, of which patients online may have one place."""

    front: Front
    day: date

    @property
    def room(self) -> str:
        """Where the waiting room is."""
        clinic = self.front.clinic.clinic
        return f"/rush/{self.front.site_key}/{clinic.service_id}/{clinic.doctors[0]}/{self.day}"

    def at(self, moment: datetime, amount: int = 1) -> None:
        """Let the release be at a moment; those who wait are told by their own page."""
        clinic = self.front.clinic.clinic
        local = moment.astimezone(site_zone(clinic.site_id))
        share = Share("online", amount, (self.day - local.date()).days, local.time())
        facts = PlanFacts(
            name="名医", shares=(share,), resource_ids=tuple(clinic.doctor_resources[:1]),
            has_draw=True, falls_hours=1,
        )  # fmt: skip
        known = ReleasePlan.objects.first()
        set_plan(
            actor=clinic.actor, site_id=clinic.site_id, facts=facts,
            plan_id=known.pk if known else None,
        )  # fmt: skip
        Rush.objects.update(opens_at=moment)

    def stood(self, who: Someone) -> UUID:
        """Somebody takes a place, not in a browser."""
        clinic = self.front.clinic.clinic
        patient = who.patient(clinic.site_id, "前面的人")
        wish = QueueWish(clinic.site_id, clinic.service_id, clinic.doctors[0], self.day, patient)
        return take_place(actor=who.account(), wish=wish)


@pytest.fixture
def release() -> Release:
    front, _ = open_now()
    return Release(front, (clock.now() + timedelta(hours=8)).date() + timedelta(days=2))


def mine_last(mine: RushPlace) -> None:
    """Choose the secret seed so that one place is drawn last."""
    ids = list(RushPlace.objects.values_list("pk", flat=True))
    for n in range(10_000):
        seed = n.to_bytes(32)
        if max(ids, key=lambda one: hashlib.sha256(seed + one.bytes).digest()) == mine.pk:
            Rush.objects.update(seed=seed)
            return
    raise AssertionError


WORDS = {
    "zh": {"turn": "轮到您了", "choose": "选择时间", "name": "姓名"},
    "en": {"turn": "It is your turn", "choose": "Choose a time", "name": "Name"},
}


@pytest.fixture
def seen(looks_right: Callable[[Page, str], None], language: str) -> Callable[[Page, str], None]:
    """What a page looks like now must be right; whoever wants to look gets a picture."""

    def look(page: Page, name: str) -> None:
        looks_right(page, language)
        picture(page, f"rush-{name}-{language}")

    return look


@pytest.mark.covers("A01", "A21")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_place_in_the_waiting_room_becomes_a_booking(
    visit: Visit, release: Release, seen: Callable[[Page, str], None], language: str
):
    words = WORDS[language]
    release.at(clock.now() + timedelta(hours=3))
    stranger = visit(release.front.times_url, size="phone", language=language)
    seen(stranger, "1-times")
    stranger.locator(f'a[href="{release.room}"]').click()
    expect(stranger.locator("#rush")).to_be_visible()
    seen(stranger, "2-early")

    release.at(clock.now() + timedelta(minutes=30))
    page = visit(release.room, size="phone", language=language, user=signed_in(Someone()))
    seen(page, "3-join")
    stand_as_new(page, words["name"])
    seen(page, "4-before")
    mine = RushPlace.objects.get()
    others = [release.stood(one) for one in (Someone(), Someone())]
    mine_last(mine)
    release.at(clock.now() + timedelta(seconds=4))
    page.reload()
    expect(page.locator(".yl-ph-big")).to_have_text("3")
    seen(page, "5-waiting")
    first, second = RushPlace.objects.filter(pk__in=others).order_by("number")
    leave(first)
    leave_when_called(second, page)
    expect(page.locator(".yl-ph-lead")).to_have_text(words["turn"])
    seen(page, "6-turn")

    page.get_by_role("link", name=words["choose"]).click()
    seen(page, "7-choose")
    page.locator(".yl-times button").first.click()
    seen(page, "8-details")
    page.locator("form button.btn-primary").last.click()
    expect(page.locator(".po-number")).to_be_visible()
    expect(page.locator(".po-number")).to_have_text(Booking.objects.get().number)
    mine.refresh_from_db()
    assert (mine.state, mine.patient_id) == ("booked", Booking.objects.get().patient_id)
    booked = visit(release.room, size="phone", language=language, context=page.context)
    seen(booked, "9-booked")


@pytest.mark.covers("A21")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_comes_when_all_is_gone_is_led_to_the_waiting_list(
    visit: Visit, release: Release, seen: Callable[[Page, str], None], language: str
):
    release.at(clock.now() - timedelta(minutes=1), amount=0)
    page = visit(release.room, size="phone", language=language, user=with_patient(release))
    seen(page, "10-choose-who")
    page.locator("#rush form button").last.click()
    waiting_list = page.locator('a[href*="/wait?doctor="]')
    expect(waiting_list).to_be_visible()
    seen(page, "11-sold-out")
    waiting_list.click()
    expect(page.locator("[name=patient]").first).to_be_visible()
    seen(page, "12-wait")


def stand_as_new(page: Page, name: str) -> None:
    """An account without anybody says who it is and takes a place. The script must solve its
    small task first: without it the clinic takes nobody in."""
    page.get_by_label(name, exact=True).fill("沈白芷")
    page.locator("[name=sex][value=female]").check()
    page.locator("[name=born_on]").fill("1988-04-12")
    page.locator("[name=consent]").check()
    page.locator("#rush form button").last.click()
    expect(page.locator("form[action$=leave]")).to_be_visible()
    assert RushPlace.objects.get().patient_id == Patient.objects.get(name="沈白芷").pk


def with_patient(release: Release) -> User:
    who = Someone()
    who.patient(release.front.clinic.clinic.site_id, "来晚的人")
    return signed_in(who)


def leave(place: RushPlace) -> None:
    """Its holder gives it up."""
    who = actor_of(place)
    leave_queue(actor=who, place_id=place.pk)


def actor_of(place: RushPlace) -> actors.Actor:
    return actors.load(User.objects.get(pk=place.user_id))


def leave_when_called(place: RushPlace, page: Page) -> None:
    """Wait until it is somebody's turn, who then gives it up."""
    eventually(page, RushPlace.objects.filter(pk=place.pk, state="admitted").exists)
    leave(place)


@pytest.mark.covers("A01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_sees_what_each_kind_of_channel_has_sold(
    visit: Visit, release: Release, looks_right: Callable[[Page, str], None], language: str
):
    release.at(clock.now() + timedelta(minutes=30))
    clinic = release.front.clinic.clinic
    manager = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    page = visit("/scheduling/channels/", language=language, user=manager)
    looks_right(page, language)
    picture(page, f"channels-{language}")
    page.locator("a.yl-name").first.click()
    page.wait_for_load_state("load")
    looks_right(page, language)
    picture(page, f"channels-plan-{language}")
    day = visit(
        f"/desk/{release.front.site_key}/?day={release.day}", language=language, user=manager
    )
    looks_right(day, language)
    picture(day, f"channels-day-{language}")
