"""Who takes part in a day: each opens their own page and does there what they do at work.

Nothing here waits for a time: every step waits until the page shows what it should.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.journeys.clinic import Clinic

LIVE_MS = 10_000
expect.set_options(timeout=LIVE_MS)


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the day, as the clinic will know them."""

    written: str
    latin: str
    phone: str

    def shown(self, language: str) -> str:
        """Their name, as a reader of a language sees it."""
        return self.written if language == "zh" else self.latin


class Town:
    """Opens pages for people, all in one language."""

    def __init__(self, clinic: Clinic, eyes: Visit, language: str) -> None:
        self.clinic, self.eyes, self.language = clinic, eyes, language

    def open(self, path: str, staff_no: str = "", size: str = "desktop") -> Page:
        """A page in a browser of its own, signed in by staff number."""
        user = self.clinic.user(staff_no) if staff_no else None
        return self.eyes(path, size=size, language=self.language, user=user)

    def watch(self, path: str, staff_no: str = "", size: str = "desktop") -> Page:
        """A page that follows what happens: ready when its stream is open."""
        page = self.open(path, staff_no, size)
        expect(page.locator("#live")).to_have_attribute("data-stream", "open")
        return page


class Desk:
    """The front desk: books, and receives who comes."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch("/desk/south/", "10011")

    def book(self, person: Person) -> None:
        """Book the doctor's next free time for somebody new."""
        clinic, page = self.town.clinic, self.page
        page.keyboard.press("n")
        dialog = page.locator("#dialog")
        before = dialog.locator("#id_practitioner").element_handle()
        dialog.locator("#id_service").select_option(str(clinic.service_id))
        before.wait_for_element_state("hidden")
        dialog.locator("#id_practitioner").select_option(str(clinic.doctor_id))
        expect(dialog.locator(".sc-day").first.locator(".sc-group")).to_have_count(1)
        dialog.locator(".sc-slot").first.click()
        dialog.locator("[name=new_name]").fill(person.written)
        dialog.locator("[name=new_phone]").fill(person.phone)
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(self.card(person)).to_be_visible()

    def card(self, person: Person) -> Locator:
        """Somebody's booking on the grid of the day."""
        return self.page.locator("#board .yl-lane").get_by_text(person.shown(self.town.language))

    def check_in(self, person: Person) -> str:
        """Compare who it is, and give a number. Returns it."""
        page, name = self.page, person.shown(self.town.language)
        page.locator("#expected .yl-row", has_text=name).get_by_role("button").first.click()
        dialog = page.locator("#dialog")
        dialog.locator("[name=compared]").check()
        if dialog.locator("[name=born_on]").count():
            dialog.locator("[name=born_on]").fill("1969-10-03")
        if dialog.locator("[name=consent]").count():
            dialog.locator("[name=consent]").check()
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("#expected .yl-row", has_text=name)).to_have_count(0)
        return self.number(person)

    def number(self, person: Person) -> str:
        """The number with which somebody waits."""
        row = self.page.locator("#waiting .yl-row", has_text=person.shown(self.town.language))
        expect(row).to_have_count(1)
        return row.locator(".yl-no").inner_text()


class Phone:
    """A patient with a phone in their hand."""

    def __init__(self, town: Town, person: Person) -> None:
        self.town, self.person = town, person
        self.page = town.open("/book", size="phone")

    @property
    def now(self) -> Locator:
        """The card that says what is now."""
        return self.page.locator("#now")

    def book(self) -> None:
        """Choose service, doctor and time, prove the phone by its code, and book."""
        page, clinic = self.page, self.town.clinic
        page.locator(f"a[href*='{clinic.service_id}']").click()
        page.locator(f"a[href*='doctor={clinic.doctor_id}']").click()
        page.locator(".yl-times button").first.click()
        page.locator("[name=phone]").fill(self.person.phone)
        page.locator("form button.btn-primary").click()
        page.locator("[name=code]").fill(self._code())
        page.locator("form button.btn-primary").click()
        page.locator("[name=name]").fill(self.person.written)
        page.locator("[name=sex]").first.check()
        page.locator("[name=born_on]").fill("1991-05-17")
        page.locator("[name=consent]").check()
        page.locator(".yl-ph-cta button").click()
        expect(page.locator(".po-number")).to_be_visible()
        page.locator("a.btn-primary.is-whole").click()
        expect(self.now).to_be_visible()

    def arrive(self, code: str) -> None:
        """Say that one is here, with the code that only the hall shows."""
        page = self.page
        page.reload()
        self.now.locator("a[href$='/arrive']").click()
        page.locator("#id_code").fill(code)
        page.locator("form button.btn-primary").click()
        expect(self.now).to_be_visible()

    def _code(self) -> str:
        """The code in the newest SMS to this phone."""
        found: list[str] = []

        def arrived() -> bool:
            found[:] = re.findall(r"\b\d{6}\b", " ".join(self.town.clinic.sms(self.person.phone)))
            return bool(found)

        eventually(self.page, arrived)
        return found[-1]


class Nurse:
    """Calls to the nurse's desk, and takes vital signs there."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch("/nurse/south/", "10021")
        self.here = self.page.locator(
            "#nurse-queue .yl-row.yl-s-called, #nurse-queue .yl-row.is-on"
        )

    def call_next(self) -> str:
        """Call whoever is next. Returns the number."""
        expect(self.page.locator("#nurse-queue .ws-call")).to_be_visible()
        self.page.keyboard.press("F2")
        expect(self.here).to_have_count(1)
        return self.here.locator(".yl-no").inner_text()

    def call_in_small_window_and_take_back(self, wall: Locator) -> None:
        """Call from the small window, and take it back: the wall shows it, and no longer."""
        station = self.town.clinic.station("assessment")
        page = self.town.watch(f"/queueing/caller/{station}", "10021")
        page.keyboard.press("F2")
        expect(page.locator(".yl-caller-no")).to_be_visible()
        expect(wall).to_have_text(page.locator(".yl-caller-no").inner_text())
        page.keyboard.press("Control+z")
        expect(page.locator(".yl-caller-no")).to_have_count(0)
        expect(wall).to_have_count(0)

    def begin(self) -> None:
        """The patient sits down; the forms are there."""
        self.page.keyboard.press("F3")
        expect(self.page.locator("#part-vitals-form")).to_be_visible()

    def measure(self, **values: str) -> None:
        """Write down vital signs; the score is there while typing, and after saving."""
        for code, value in values.items():
            self.page.locator(f"#v-{code}").fill(value)
        expect(self.page.locator("#live-score")).to_contain_text("NEWS2")
        self.page.locator("#part-vitals-form button[type=submit]").click()
        expect(self.page.locator("#part-vitals .cl-scores")).to_contain_text("NEWS2")

    def send_on(self) -> None:
        """Send the patient on to the doctor."""
        self.page.keyboard.press("F9")
        expect(self.here).to_have_count(0)
        expect(self.page.locator("#part-vitals-form")).to_have_count(0)


class Doctor:
    """Calls into the room, writes the note and the prescription."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch("/room/south/", "20001")
        self.queue = self.page.locator("#room-queue")
        self.here = self.queue.locator(".yl-row.yl-s-called, .yl-row.is-on")

    def call_next(self) -> str:
        """Call whoever is next. Returns the number."""
        expect(self.queue.locator(".ws-call")).to_be_visible()
        self.page.keyboard.press("F2")
        expect(self.here).to_have_count(1)
        return self.here.locator(".yl-no").inner_text()

    def begin(self) -> None:
        """The patient has come in; the record is there."""
        self.page.keyboard.press("F3")
        expect(self.page.locator("#note-form")).to_be_visible()
        expect(self.page.locator("#part-vitals .cl-scores")).to_contain_text("NEWS2")
        expect(self.page.locator("#part-prescription")).to_be_visible()
        expect(self.page.locator("#live")).to_have_attribute("data-stream", "open")

    def record_allergy(self, substance: str) -> None:
        """Put an allergy on record; the banner says so from then on."""
        page = self.page
        page.locator("#part-banner button[hx-get$='allergies/add']").click()
        dialog = page.locator("#dialog")
        dialog.locator("#allergy-substance").fill(substance)
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("#part-banner .yl-allergy")).to_be_visible()

    def diagnose(self, code: str) -> None:
        """Find a diagnosis by its code and put it into the note."""
        self.page.locator("#diagnosis-q").fill(code)
        self.page.locator("#diagnosis-hits button", has_text=code).first.click()
        expect(self.page.locator("#part-diagnoses .yl-chip")).to_contain_text(code)

    def add(self, drug: str) -> None:
        """Put a medicine on the prescription."""
        rows = self.page.locator("#part-prescription .cl-item")
        before = rows.count()
        self.page.locator("#drug-q").fill(drug)
        self.page.locator("#drug-hits button").first.click()
        expect(rows).to_have_count(before + 1)

    def is_stopped(self) -> None:
        """The prescription cannot be signed, and says why."""
        expect(self.page.locator("#part-prescription [role=alert]").first).to_be_visible()
        expect(self.page.locator("#part-prescription .yl-sign button")).to_be_disabled()


def eventually(page: Page, found: Callable[[], bool]) -> None:
    """Wait, with the browser's own patience, until something outside of it is so."""
    for _ in range(LIVE_MS // 100):
        if found():
            return
        page.wait_for_timeout(100)
    raise AssertionError("this did not come")
