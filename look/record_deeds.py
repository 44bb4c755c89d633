"""What is done on pages of the record before a picture is taken. Words differ; none is used."""

from urllib.parse import urljoin

from playwright.sync_api import Page


def my_record(page: Page) -> None:
    """The account's own record; of several people the first one's."""
    people = page.locator("a.po-line[href*='/me/record/']")
    if people.count() and page.url.rstrip("/").endswith("/record"):
        _follow(page, "a.po-line[href*='/me/record/']")


def plain_record(page: Page) -> None:
    """The same in large print and plain words."""
    my_record(page)
    for name in ("large", "plain"):
        page.locator(f"[name={name}]").check()
    with page.expect_navigation():
        page.locator(".po-styles button").click()


def record_download(page: Page) -> None:
    """What to take along; who has just signed in has proved their phone."""
    my_record(page)
    _follow(page, "a[href$='/download']")


def break_glass(page: Page) -> None:
    """Somebody whom the reader does not look after: why the record is needed."""
    page.locator("main a[href^='/patients/0']").first.click()
    page.locator("a[href*='/records/patient/']").first.click()
    page.wait_for_selector("#open-record form")


def review(page: Page) -> None:
    """The dialog of the first reason that is to be reviewed."""
    _dialog(page, "#openings button[hx-get]", "form")


def access_rule(page: Page) -> None:
    """How long things count."""
    _dialog(page, "[hx-get$='/openings/rule']", "form")


def consent_text(page: Page) -> None:
    """The first text."""
    _follow(page, "main .yl-table a")


def discussion(page: Page) -> None:
    """The first case discussion of one's work."""
    _follow(page, "#my-discussions a[href*='/discussion']")


def plans(page: Page) -> None:
    """The plans of the patient in the room."""
    _treatment(page, "/plans")


def new_plan(page: Page) -> None:
    """A plan that is being written."""
    plans(page)
    page.locator("#dialog [hx-get$='/plans/new']").first.click()
    page.wait_for_selector("#dialog [name=title]")


def opinions(page: Page) -> None:
    """Asking colleagues about the patient in the room."""
    _treatment(page, "/opinions")


def reminded(page: Page) -> None:
    """The first list of what waits for the doctor."""
    page.locator("#reminders button").first.click()
    page.wait_for_selector("#dialog[open] table")


def my_plan(page: Page) -> None:
    """The first plan in the account."""
    page.goto(urljoin(page.url, "/my/me/consents"))
    _follow(page, "a[href*='/plans/'], a[href*='/plan/']")


def _treatment(page: Page, end: str) -> None:
    page.locator("[hx-get$='/consents']").first.click()
    page.wait_for_selector("#dialog[open] .cl-consents")
    page.locator(f"#dialog [hx-get$='{end}']").first.click()
    page.wait_for_timeout(600)


def _dialog(page: Page, opener: str, inside: str) -> None:
    page.locator(opener).first.click()
    page.wait_for_selector(f"#dialog[open] {inside}")


def _follow(page: Page, link: str) -> None:
    with page.expect_navigation():
        page.locator(link).first.click()
