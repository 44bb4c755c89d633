"""What is done at laboratory and imaging before a picture is taken. Words differ; none is used."""

from playwright.sync_api import Page


def reported_tube(page: Page) -> None:
    """The first tube that is reported."""
    _list(page, "released")
    _open(page)


def reported_study(page: Page) -> None:
    """The first examination that is reported."""
    _list(page, "released")
    _open(page)


def images(page: Page) -> None:
    """The images of the first examination that is reported."""
    reported_study(page)
    page.goto(page.locator("#study-part a[href$='/images']").evaluate("(link) => link.href"))
    page.locator("#vw-state").filter(has_text="1 / ").wait_for()


def printing(page: Page) -> None:
    """The dialog in which a desk finds out for whom it prints the first report."""
    page.locator("main [hx-get$='/print']").first.click()
    page.wait_for_selector("#dialog[open] form")


def printing_refused(page: Page) -> None:
    """Somebody who does not know who they are."""
    printing(page)
    page.locator("#id-name").fill("—")
    page.locator("#dialog [type=submit]").click()
    page.wait_for_selector("#dialog [role=alert]")


def ordering(page: Page) -> None:
    """The tests that can be ordered for the patient in the room."""
    _somebody_called(page)
    page.keyboard.press("Alt+l")
    page.wait_for_selector("#dialog[open] #lab-order-form")


def asking(page: Page) -> None:
    """Asking for an examination of the patient in the room."""
    _somebody_called(page)
    page.keyboard.press("Alt+e")
    page.wait_for_selector("#dialog[open] form")


def report_in_force(page: Page) -> None:
    """The first report of the list."""
    page.locator("main .rp-row .yl-open").first.click()
    page.wait_for_selector("#dialog[open] h3")


def _list(page: Page, step: str) -> None:
    page.locator("[data-stream=open]").wait_for(state="attached")
    page.locator(f".lab-tabs [hx-get$='step={step}']").click()
    page.locator(f".lab-tabs .is-on[hx-get$='step={step}']").wait_for()


def _open(page: Page) -> None:
    page.locator(".lab-row .yl-open").first.click()
    page.locator("#lab-part h1, #study-part h1").wait_for()


def _somebody_called(page: Page) -> None:
    page.locator("[data-stream=open]").wait_for(state="attached")
    if not page.locator("#visit-laboratory").count():
        page.get_by_role("button").filter(has_text="F2").first.click()
    page.locator("#visit-laboratory button").first.wait_for()
