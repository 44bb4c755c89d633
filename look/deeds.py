"""What is done on a page before its picture is taken. Words differ by language; none is used."""

import secrets
from urllib.parse import urlsplit

from playwright.sync_api import Page


def wrong_password(page: Page) -> None:
    """Sign in with a password that is not right."""
    page.fill("input[name=number]", "10027")
    page.fill("input[name=password]", "not the password")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def choose_service(page: Page) -> None:
    """The second service of the list."""
    page.locator("a.yl-pick").nth(1).click()
    page.wait_for_load_state()


def choose_doctor(page: Page) -> None:
    """Whoever is free first."""
    choose_service(page)
    page.locator("a.yl-pick").first.click()
    page.wait_for_load_state()


def choose_time(page: Page) -> None:
    """The last time of the day; strangers are asked for their phone then."""
    choose_doctor(page)
    page.locator(".yl-times button").last.click()
    page.wait_for_selector("input[name=phone]")


def ask_for_code(page: Page) -> None:
    """Give a phone that nobody has."""
    choose_time(page)
    page.fill("input[name=phone]", f"121{secrets.randbelow(10**8):08}")
    page.click("main button.btn-primary")
    page.wait_for_selector("input[name=code]")


def prove_phone(page: Page) -> None:
    """Type the code that the demonstration shows."""
    ask_for_code(page)
    page.fill("input[name=code]", page.locator(".yl-note b").inner_text())
    page.click("main button.btn-primary")
    page.wait_for_selector(".yl-ph-cta button")


def forget_all(page: Page) -> None:
    """Book without saying for whom."""
    prove_phone(page)
    page.click(".yl-ph-cta button")
    page.wait_for_selector(".yl-err")


def wrong_phone(page: Page) -> None:
    """A number that nobody can have."""
    page.fill("input[name=phone]", "12345")
    page.click("main button.btn-primary")
    page.wait_for_selector(".yl-err")


def ask_to_pay(page: Page) -> None:
    """Have the gateway give a code, if none is shown yet."""
    if page.locator("img.po-qr").count() == 0:
        page.click("form[action$='/pay/ask'] button")
    page.wait_for_selector("img.po-qr")


def let_other_pay(page: Page) -> None:
    """Make a link for somebody else."""
    page.click("form[action$='/pay/other'] button")
    page.wait_for_selector("#payer-link")


def open_payer_link(page: Page) -> None:
    """Be that somebody else."""
    let_other_pay(page)
    link = urlsplit(page.input_value("#payer-link"))
    page.goto(f"{page.url.split('/my/', maxsplit=1)[0]}{link.path}")


def new_booking(page: Page) -> None:
    """Begin a booking by its key."""
    page.keyboard.press("n")
    page.wait_for_selector("#dialog[open] #id_service")


def first_booking(page: Page) -> None:
    """Open the first booking of the day."""
    page.locator("a[href*='/scheduling/bookings/']").first.click()
    page.wait_for_load_state()


def first_patient(page: Page) -> None:
    """Open the first patient that was found."""
    page.locator("main a[href^='/patients/0']").first.click()
    page.wait_for_load_state()


def search(page: Page) -> None:
    """Search by the end of a phone, from the field at the top."""
    page.keyboard.press("/")
    page.keyboard.type("1205")
    page.wait_for_selector("#hits a, .yl-hits a")


def first_queue(page: Page) -> None:
    """Open the first queue."""
    page.locator("main a[href*='/queueing/queues/']").first.click()
    page.wait_for_load_state()


def first_pathway(page: Page) -> None:
    """Open the first pathway."""
    page.locator(
        "main a[href^='/pathways/definitions/']:not([href$='/definitions/'])"
    ).first.click()
    page.wait_for_load_state()
