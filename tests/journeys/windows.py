"""Who takes part in an afternoon: cashier, pharmacists, manager, and who asks afterwards."""

import re
from decimal import Decimal

from playwright.sync_api import Locator, expect

from tests.journeys.town import Person, Town, follows

NOTE = Decimal(1000)


class Cashier:
    """Takes money."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch(f"/billing/{town.clinic.site_id}/", "10031")
        town.look(self.page, "cashier: nobody there")

    def row(self, person: Person) -> Locator:
        """Somebody in the list of those who pay."""
        name = person.shown(self.town.language)
        return self.page.locator("#waiting-bills .yl-row", has_text=name)

    def open(self, person: Person) -> None:
        """Open somebody's bill."""
        self.row(person).locator("a").click()
        name = person.shown(self.town.language)
        expect(self.page.locator("#opened h1")).to_have_text(name)
        follows(self.page)
        self.town.look(self.page, "cashier: bill")

    def take_cash(self, person: Person) -> None:
        """Take a note of a thousand, and give change. The bill leaves the list."""
        due = Decimal(self.page.locator("#cash [name=due]").input_value())
        change = f"¥{NOTE - due:.2f}"
        self.page.locator("#cash [name=tendered]").fill(str(NOTE))
        expect(self.page.locator("[data-change]")).to_have_text(change)
        self.page.locator("#cash button[data-of=change]").click()
        self.is_paid(person)
        expect(self.page.locator("#opened")).to_contain_text(f"{NOTE - due:.2f}")
        self.town.look(self.page, "cashier: paid in cash")

    def show_code(self) -> None:
        """Show the code that the patient scans."""
        self.page.keyboard.press("1")
        expect(self.page.locator("#opened .yl-qr")).to_be_visible()
        self.town.look(self.page, "cashier: code")

    def is_paid(self, person: Person) -> None:
        """The page says by itself that the money is there."""
        expect(self.page.locator("#opened form[action*='/receipt/']")).to_have_count(1)
        expect(self.row(person)).to_have_count(0)
        self.town.look(self.page, "cashier: paid")

    def receipt(self) -> bytes:
        """The paper that the patient gets."""
        form = self.page.locator("#opened form[action*='/receipt/']")
        token = form.locator("[name=csrfmiddlewaretoken]").input_value()
        answer = self.page.request.post(
            f"{self.town.clinic.address}{form.get_attribute('action')}",
            form={"csrfmiddlewaretoken": token},
            headers={"Referer": self.page.url},
        )
        assert answer.status == 200
        return answer.body()


class Pharmacist:
    """Reviews, picks, checks and hands over."""

    def __init__(self, town: Town, staff_no: str) -> None:
        self.town = town
        self.page = town.watch("/pharmacy/", staff_no)
        self.part = self.page.locator("#part-dispense")
        town.look(self.page, "pharmacy: nothing there")

    def row(self, person: Person) -> Locator:
        """Somebody's prescription in the list of what is to be done."""
        name = person.shown(self.town.language)
        return self.page.locator("#worklist .yl-row", has_text=name)

    def open(self, person: Person) -> None:
        """Open somebody's prescription."""
        self.row(person).locator("a").click()
        expect(self.part.locator("h1")).to_have_text(person.shown(self.town.language))

    def review(self) -> None:
        """Tick every point, and pass it."""
        for box in self.part.locator(".ph-review [name=ticked]").all():
            box.check()
        self.town.look(self.page, "pharmacy: review")
        self._submit(self.part.locator("[name^=batch-]").first)

    def pick(self) -> None:
        """Take the medicine from the shelf."""
        for field in self.part.locator("[name^=batch-]").all():
            field.fill("B20310101")
        for field in self.part.locator("[name^=expires-]").all():
            field.fill("2033-12-31")
        self.town.look(self.page, "pharmacy: pick")
        self._submit(self.part.locator(".yl-why"))
        self.town.look(self.page, "pharmacy: picked")

    def check(self) -> None:
        """Look at what somebody else has picked."""
        self.town.look(self.page, "pharmacy: check")
        self._submit(self.part.locator("#ph-receiver"))

    def labels(self) -> bytes:
        """The labels that go onto the medicine."""
        address = self.part.locator("a[href$='/labels.pdf']").first.get_attribute("href")
        answer = self.page.request.get(f"{self.town.clinic.address}{address}")
        assert answer.status == 200
        return answer.body()

    def hand_over(self, person: Person) -> None:
        """Ask for two identifiers, explain, and give it."""
        self.part.locator("#id-name").fill(person.written)
        self.part.locator("#id-phone_tail").fill(person.phone[-4:])
        for box in self.part.locator("[name=points], [name=teach_back]").all():
            box.check()
        self.town.look(self.page, "pharmacy: hand-over")
        self._submit(self.part.locator(".ph-back"))
        self.town.look(self.page, "pharmacy: handed over")

    def _submit(self, then: Locator) -> None:
        self.part.locator("footer .btn-primary").click()
        expect(then).to_be_attached()


class Manager:
    """Looks at the board of the day, and touches nothing."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch("/manager/south/", "10002")
        town.look(self.page, "manager: morning")

    def counts(self, booked: int, came: int, left: int) -> None:
        """The board says by itself how many are booked, have come, and have left."""
        shown = re.compile(rf"{booked}\D+{came}\D+{left}\D*$")
        expect(self.page.locator("#manager .yl-bar span")).to_have_text(shown)

    def taken(self) -> str:
        """The money of the day, as the board shows it."""
        return self.page.locator("#manager .yl-fig").last.locator("b").inner_text()

    def sees_more_than(self, before: str) -> None:
        """The money of the day grows by itself."""
        expect(self.page.locator("#manager .yl-fig").last.locator("b")).not_to_have_text(before)


class Care:
    """Asks patients how they are."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.page = town.watch(f"/aftercare/{town.clinic.site_id}/", "10051")
        town.look(self.page, "follow-up: morning")

    def row(self, person: Person) -> Locator:
        """Somebody who is to be called."""
        name = person.shown(self.town.language)
        return self.page.locator("#follow-ups .yl-row.has-edge:not(.is-ended)", has_text=name)

    def call(self, person: Person) -> None:
        """Call, and write down that all is well: the step is done."""
        self.row(person).locator("button.btn-primary").click()
        dialog = self.page.locator("#dialog")
        dialog.locator("[name=recovery]").first.check()
        self.town.look(self.page, "follow-up: call")
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_be_hidden()
        expect(self.row(person)).to_have_count(0)
        self.town.look(self.page, "follow-up: evening")
