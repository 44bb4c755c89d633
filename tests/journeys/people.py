"""Who takes part in a morning: each opens their own page and does there what they do at work."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.browser.patience import eventually
from tests.journeys.town import Person, Town, follows


class Desk:
    """The front desk: books, and receives who comes."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch("/desk/south/", "10011")
        town.look(self.page, "desk")

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
        self.town.look(page, "desk: new booking")
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(self.card(person)).to_be_visible()

    def card(self, person: Person) -> Locator:
        """Somebody's booking on the grid of the day."""
        return self.page.locator("#board .yl-lane").get_by_text(person.shown(self.town.language))

    def check_in(self, person: Person) -> str:
        """Note that they stand there, compare who it is, and give a number. Returns it."""
        page, name = self.page, person.shown(self.town.language)
        row = page.locator("#expected .yl-row", has_text=name)
        row.locator("form button").click()
        expect(row.locator(".ws-door")).to_be_visible()
        row.locator("button.btn-primary").click()
        dialog = page.locator("#dialog")
        dialog.locator("[name=compared]").check()
        if dialog.locator("[name=born_on]").count():
            dialog.locator("[name=born_on]").fill("1969-10-03")
        if dialog.locator("[name=consent]").count():
            dialog.locator("[name=consent]").check()
        self.town.look(page, "desk: check-in")
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("#expected .yl-row", has_text=name)).to_have_count(0)
        return self.number(person)

    def row(self, person: Person) -> Locator:
        """Somebody in the waiting room."""
        return self.page.locator("#waiting .yl-row", has_text=person.shown(self.town.language))

    def number(self, person: Person) -> str:
        """The number with which somebody waits."""
        row = self.row(person)
        expect(row).to_have_count(1)
        return row.locator(".yl-no").inner_text()

    def guide_sheet(self, person: Person) -> Page:
        """Print the sheet that says where to go."""
        address = self.row(person).locator("a[href*='/guide']").get_attribute("href")
        return self.town.open(str(address), "10011")


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
        page, clinic, look = self.page, self.town.clinic, self.town.look
        look(page, "phone: services")
        page.locator(f"a[href*='{clinic.service_id}']").click()
        look(page, "phone: doctors")
        page.locator(f"a[href*='doctor={clinic.doctor_id}']").click()
        expect(page.locator(".yl-times button").first).to_be_visible()
        look(page, "phone: times")
        page.locator(".yl-times button").first.click()
        page.locator("[name=phone]").fill(self.person.phone)
        look(page, "phone: number")
        page.locator("form button.btn-primary").click()
        page.locator("[name=code]").fill(self._code())
        look(page, "phone: code")
        page.locator("form button.btn-primary").click()
        page.locator("[name=name]").fill(self.person.written)
        page.locator("[name=sex]").first.check()
        page.locator("[name=born_on]").fill("1991-05-17")
        page.locator("[name=consent]").check()
        look(page, "phone: who comes")
        page.locator(".yl-ph-cta button").click()
        expect(page.locator(".po-number")).to_be_visible()
        look(page, "phone: booked")
        page.locator("a.btn-primary.is-whole").click()
        expect(self.now).to_be_visible()
        look(page, "phone: before the visit")

    def arrive(self, code: str) -> None:
        """Say that one is here, with the code that only the hall shows."""
        page = self.page
        page.reload()
        self.now.locator("a[href$='/arrive']").click()
        page.locator("#id_code").fill(code)
        self.town.look(page, "phone: arrive")
        page.locator("form button.btn-primary").click()
        self.comes_to("waiting", re.compile(r"\d+–\d+"))

    def comes_to(self, what: str, *words: str | re.Pattern[str]) -> None:
        """The card changes by itself, and says this now."""
        for one in words:
            expect(self.now).to_contain_text(one)
        self.town.look(self.page, f"phone: {what}")

    def pay(self) -> None:
        """Pay what is due from the phone; the page says by itself that the money is there."""
        page = self.page
        self.now.locator("a[href$='/pay']").click()
        self.town.look(page, "phone: what is to be paid")
        page.locator("#pay form[action$='/ask'] button").click()
        expect(page.locator("#pay img")).to_be_visible()
        self.town.look(page, "phone: code to pay by")
        self.town.clinic.pay()
        expect(page.locator("#pay img")).to_have_count(0)
        expect(page.locator("#pay a[href$='/papers']")).to_be_visible()
        self.town.look(page, "phone: paid")
        page.locator("#pay a.btn-primary").click()
        expect(self.now).to_be_visible()

    def papers(self) -> bytes:
        """Open the papers of the visit. Returns the receipt."""
        page = self.page
        self.now.locator("a[href$='/papers']").click()
        receipt = page.locator("a[href*='/receipt.pdf']")
        expect(receipt).to_have_count(1)
        self.town.look(page, "phone: papers")
        found = page.request.get(f"{self.town.clinic.address}{receipt.get_attribute('href')}")
        assert found.status == 200
        return found.body()

    def sheet(self) -> Page:
        """Open the sheet that one takes home."""
        self.page.locator("a[href$='/sheet']").click()
        expect(self.page.locator(".yl-ph-h").first).to_be_visible()
        self.town.look(self.page, "phone: after-visit sheet")
        return self.page

    def _code(self) -> str:
        """The code in the newest SMS to this phone."""
        found: list[str] = []

        def arrived() -> bool:
            found[:] = re.findall(r"\b\d{6}\b", " ".join(self.town.clinic.sms(self.person.phone)))
            return bool(found)

        eventually(self.page, arrived)
        return found[-1]


class Caller:
    """Somebody who calls patients to a place, whose page follows the one who is there."""

    path, staff_no, queue_id, what = "", "", "", ""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch(self.path, self.staff_no)
        self.queue = self.page.locator(self.queue_id)
        self.here = self.queue.locator(".yl-row.yl-s-called, .yl-row.is-on")
        town.look(self.page, f"{self.what}: nobody there")

    def row(self, person: Person) -> Locator:
        """Somebody in the queue of this place."""
        return self.queue.locator(".yl-row", has_text=person.shown(self.town.language))

    def call_next(self) -> str:
        """Call whoever is next; the page opens their record by itself. Returns the number."""
        expect(self.queue.locator(".ws-call")).to_be_visible()
        self.page.keyboard.press("F2")
        self._shows_somebody()
        expect(self.here).to_have_count(1)
        return self.here.locator(".yl-no").inner_text()

    def patient(self, people: Sequence[Person]) -> Person:
        """Which of these is here."""
        name = self.here.locator(".yl-name").inner_text()
        return next(one for one in people if one.shown(self.town.language) == name)

    def _shows_somebody(self) -> None:
        self._follows_with(visits=1)

    def _shows_nobody(self) -> None:
        self._follows_with(visits=0)

    def _follows_with(self, visits: int) -> None:
        """The page has loaded itself again: with the record of who is here, or with nobody's."""
        expect(self.page.locator(f"{self.queue_id}[data-visit]")).to_have_count(visits)
        follows(self.page)


class Nurse(Caller):
    """Calls to the nurse's desk, and takes vital signs there."""

    path, staff_no, queue_id, what = "/nurse/south/", "10021", "#nurse-queue", "nurse"

    def call_in_small_window_and_take_back(self, wall: Locator) -> None:
        """Call from the small window, and take it back: the wall shows it, and no longer."""
        station = self.town.clinic.station("assessment")
        page = self.town.watch(f"/queueing/caller/{station}", self.staff_no)
        page.keyboard.press("F2")
        # The number may come before the answer to the press, and with that what is taken back.
        expect(page.locator("#toasts .yl-toast button").first).to_be_visible()
        expect(page.locator(".yl-caller-no")).to_be_visible()
        self._shows_somebody()
        self.town.look(page, "small window")
        expect(wall).to_have_text(page.locator(".yl-caller-no").inner_text())
        page.keyboard.press("Control+z")
        expect(page.locator(".yl-caller-no")).to_have_count(0)
        expect(wall).to_have_count(0)
        page.close()
        self._shows_nobody()

    def begin(self) -> None:
        """The patient sits down; the forms are there."""
        self.page.keyboard.press("F3")
        expect(self.page.locator("#part-vitals-form")).to_be_visible()
        self.town.look(self.page, "nurse: forms")

    def measure(self, **values: str) -> None:
        """Write down vital signs; the score is there while typing, and after saving."""
        for code, value in values.items():
            self.page.locator(f"#v-{code}").fill(value)
        expect(self.page.locator("#live-score")).to_contain_text("NEWS2")
        self.page.locator("#part-vitals-form button[type=submit]").click()
        expect(self.page.locator("#part-vitals .cl-scores")).to_contain_text("NEWS2")
        self.town.look(self.page, "nurse: measured")

    def send_on(self) -> None:
        """Send the patient on to the doctor."""
        self.page.keyboard.press("F9")
        self._shows_nobody()


class Doctor(Caller):
    """Calls into the room, writes the note and the prescription."""

    path, staff_no, queue_id, what = "/room/south/", "20001", "#room-queue", "room"

    def begin(self) -> None:
        """The patient has come in; the record is there."""
        self.page.keyboard.press("F3")
        expect(self.page.locator("#note-form")).to_be_visible()
        expect(self.page.locator("#part-vitals .cl-scores")).to_contain_text("NEWS2")
        expect(self.page.locator("#part-prescription")).to_be_visible()
        follows(self.page)
        self.town.look(self.page, "room: record")

    def write(self, words: str) -> None:
        """Write whatever a note must hold."""
        page = self.page
        for section in page.locator("#note-form .cl-sect", has=page.locator(".cl-must")).all():
            section.locator("textarea").fill(words)
        self.town.look(page, "room: note")

    def finish(self) -> None:
        """Sign the note as it stands, and let the patient go on."""
        self.page.locator("form[action$='/finish'] button[type=submit]").click()
        self._shows_nobody()

    def take_finish_back(self) -> None:
        """The patient has not left after all: the room shows them again, with what is signed."""
        # The message itself goes after twenty seconds; in the list it stands as long as it holds.
        expect(self.page.locator("[data-notices] button").first).to_be_attached()
        self.page.keyboard.press("Control+z")
        self._shows_somebody()
        expect(self.page.locator("#part-note .yl-badge")).to_be_visible()
        self.town.look(self.page, "room: signed note")

    def record_allergy(self, substance: str) -> None:
        """Put an allergy on record; the banner says so from then on."""
        page = self.page
        page.locator("#part-banner button[hx-get$='allergies/add']").click()
        dialog = page.locator("#dialog")
        dialog.locator("#allergy-substance").fill(substance)
        self.town.look(page, "room: allergy")
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
        expect(self.page.locator("#drug-q")).to_have_value("")

    def is_stopped(self) -> None:
        """The prescription cannot be signed, and says why."""
        expect(self.page.locator("#part-prescription [role=alert]").first).to_be_visible()
        expect(self.page.locator("#part-prescription .yl-sign button")).to_be_disabled()
        self.town.look(self.page, "room: stopped prescription")

    def take_out(self, place: int) -> None:
        """Take a medicine off the prescription."""
        rows = self.page.locator("#part-prescription .cl-item")
        before = rows.count()
        self.page.locator(f"#rx-form [name=remove][value='{place}']").click()
        expect(rows).to_have_count(before - 1)

    def sign_prescription(self, why: str) -> None:
        """Give the reasons that a prescription needs, and sign it."""
        page = self.page
        for field in ("basis", "rationale", "plan"):
            page.locator(f"#rx-{field}").fill(why)
            page.locator(f"#rx-{field}").press("Tab")
        expect(page.locator("#part-prescription .yl-sign button")).to_be_enabled()
        page.locator("#part-prescription .yl-sign button").click()
        expect(page.locator("#part-prescription .cl-signed")).to_have_count(1)
        self.town.look(page, "room: signed prescription")
