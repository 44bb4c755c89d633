"""Teeth and looks: the pages of the two specialities, for staff and for the patient."""

from playwright.sync_api import Page

from look.shots import BOTH, Shot

TEETH, LOOKS = "/dental/visit/{subject}", "/aesthetics/visit/{subject}"


def choose_tooth(page: Page) -> None:
    """A tooth is chosen on the chart: its entries, its plan and its pictures."""
    page.locator("#dental-plan, #dental-images").nth(1).wait_for()
    page.locator("[data-tooth='36'] [data-s=O]").click()


def book_item(page: Page) -> None:
    """When something that was accepted can be done."""
    page.locator("#dental-plan button[hx-get$='/times']").first.click()
    page.wait_for_selector("#dialog[open] form")


def propose(page: Page) -> None:
    """Plain words for the plan that is put before the patient."""
    page.locator("#dental-plan [name=service]").select_option(index=1)
    page.locator("#dental-plan [data-teeth]").fill("26")
    page.locator("#dental-plan [data-surfaces]").fill("O")
    page.locator("#dental-plan .dn-add button").click()
    page.locator("#dental-plan button[hx-get$='/propose']").click()
    page.wait_for_selector("#dialog[open] form")


def two_films(page: Page) -> None:
    """A film and a photograph side by side."""
    page.locator("#dental-images [data-strip] a").first.click()
    page.locator("nav.dn-strip a").nth(1).click()
    page.wait_for_load_state()


def beside(page: Page) -> None:
    """The chart of gums beside an earlier one, where there is one."""
    earlier = page.locator("[data-with] option")
    if earlier.count() > 1:
        page.locator("[data-with]").select_option(index=1)
        page.wait_for_load_state()


def trace(page: Page) -> None:
    """Whom the pack of this visit was opened for."""
    code = page.locator(".dn-pack-list b").first.inner_text()
    page.locator("a[href$='/packs/trace']").click()
    page.fill("#dn-q", code)
    page.locator(".dn-trace form button").click()
    page.wait_for_selector(".dn-trace tbody tr")


def wish(page: Page) -> None:
    """A treatment and where: what stands against it."""
    page.select_option("[name=kind]", "ipl")
    page.wait_for_selector("#ae-before .ae-checks")


def before_and_after(page: Page) -> None:
    """Two photographs laid over each other, or the only one."""
    pair = page.locator(".ae-pairs a")
    (pair if pair.count() else page.locator(".ae-thumbs a")).first.click()
    page.wait_for_load_state()


def one_photo(page: Page) -> None:
    """One photograph with its points."""
    page.locator(".ae-thumbs a").first.click()
    page.wait_for_load_state()


def _teeth(name: str, end: str = "/", **more: object) -> Shot:
    return Shot(name, f"{TEETH}{end}", "dentist", sizes=BOTH, about="teeth", **more)  # type: ignore[arg-type]


def _looks(name: str, end: str, **more: object) -> Shot:
    return Shot(name, f"{LOOKS}{end}", "aesthetics", sizes=BOTH, about="looks", **more)  # type: ignore[arg-type]


CHAIRS = [
    _teeth("teeth", deed=choose_tooth, whole=True),
    _teeth("teeth-book", deed=book_item),
    _teeth("teeth-propose", deed=propose),
    _teeth("teeth-films", deed=two_films),
    _teeth("teeth-patient", "/chair"),
    _teeth("teeth-print", "/print"),
    _teeth("teeth-packs", deed=trace),
    _teeth("gums", "/perio", whole=True),
    _teeth("gums-beside", "/perio", deed=beside, whole=True),
    _teeth("gums-print", "/perio/print"),
    _looks("looks", "/", whole=True),
    _looks("looks-treatment", "/treatment/", whole=True),
    _looks("looks-before", "/treatment/", deed=wish, whole=True),
    _looks("looks-photos", "/photos/", whole=True),
    _looks("looks-photo", "/photos/", deed=one_photo, whole=True),
    _looks("looks-compare", "/photos/", deed=before_and_after),
    _looks("looks-care", "/care/", whole=True),
    _looks("looks-courses", "/courses/"),
    Shot("my-courses", "/my/me/courses", "patient_looks", sizes=BOTH, whole=True),
]
