"""What its reader types, filters and chooses stays on the page, whatever else arrives."""


import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import Visit
from tests.browser.test_crossing import counts, heard, somebody
from yilu.patients.tests.factories import make_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def refreshed(page: Page, part: str) -> None:
    """All live parts of the page are fetched again; `part` is in its place when this ends."""
    counts(page, "htmx:after:swap", part)
    page.evaluate("window.yilu.refreshAll()")
    heard(page)


def is_live(sent: Request) -> bool:
    """Whether a live part is fetched by itself."""
    return "x-yilu-unattended" in sent.headers


@pytest.mark.parametrize(
    "path", ["/workforce/", "/catalogue/prices", "/catalogue/drugs", "/prices"]
)
def test_a_list_is_searched_while_somebody_types(visit: Visit, path: str):
    site = make_site()
    page = visit(path, user=somebody("administrator", site.pk))

    with page.expect_response(lambda answer: "q=zzz" in answer.url):
        page.locator("main [name=q]").press_sequentially("zzz")
