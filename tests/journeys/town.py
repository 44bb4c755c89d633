"""The town in which journeys are made: who lives there, and the pages that its people open.

Nothing in it waits for a time: every step waits until a page shows what it should.
"""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from look import measures
from tests.browser.conftest import Visit
from tests.journeys.clinic import Clinic
from yilu.queueing.selectors.points import station_info

DJANGO_CODES = {"zh": "zh-Hans", "en": "en"}


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
    """Opens pages for people, all in one language, and looks at each of them."""

    def __init__(self, clinic: Clinic, eyes: Visit, language: str) -> None:
        self.clinic, self.eyes, self.language = clinic, eyes, language
        self.wrong: list[str] = []
        self._seen: set[str] = set()

    def open(self, path: str, staff_no: str = "", size: str = "desktop") -> Page:
        """A page in a browser of its own, signed in by staff number."""
        user = self.clinic.user(staff_no) if staff_no else None
        return self.eyes(path, size=size, language=self.language, user=user)

    def watch(self, path: str, staff_no: str = "", size: str = "desktop") -> Page:
        """A page that follows what happens: ready when its stream is open."""
        page = self.open(path, staff_no, size)
        follows(page)
        return page

    def say(self, chinese: str, english: str) -> str:
        """What somebody writes, in the language of this day."""
        return chinese if self.language == "zh" else english

    def room(self) -> str:
        """What the doctor's room is called."""
        station = station_info(self.clinic.station("consultation"))
        return dict(station.name)[DJANGO_CODES[self.language]]

    def look(self, page: Page, what: str) -> None:
        """Note what is wrong with the look of a page, the first time that it is shown so."""
        if what in self._seen:
            return
        self._seen.add(what)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.wait_for_function("() => [...document.images].every((image) => image.complete)")
        self.wrong += [f"{what}: {one}" for one in measures.faults(page, self.language)]


def follows(page: Page) -> None:
    """Wait until a page's stream is open: its scripts run, and nothing is missed from here on."""
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
