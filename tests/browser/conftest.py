"""A real browser before the real server. Tests that use it need committed data.

Mark them `browser` and `django_db(transaction=True)`. `visit` opens pages; at the end of the
test nothing may have gone wrong in any of them: no error in the console, nothing that the
content security policy stopped, no request that failed.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from look import browser as machine
from look import measures
from tests.browser import served
from tests.browser.patience import PATIENCE_MS
from yilu.platform.models import User
from yilu.platform.running import catalogues, icons
from yilu.platform.running.browser import ensure

expect.set_options(timeout=PATIENCE_MS)
HERE = Path(__file__).parent
SOAK = os.environ.get("YILU_SOAK") == "1"
Walk = tuple[Path, str, str]
"""The file, name and size of a walk, whatever its language."""


@pytest.fixture(scope="package")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the running product looks for the accounts of its gateway."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="package")
def push_port() -> int:
    """Where the running product believes a push service to be; a test may put one there."""
    return served.free_port()


@pytest.fixture(scope="package")
def server(
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Path,
    push_port: int,
) -> Iterator[str]:
    """The address of the running product, worker and all, until the last of these tests."""
    catalogues.compile_stale()
    icons.build()
    logs: Path = tmp_path_factory.mktemp("served")
    # The worker first: a server without one does not call itself well.
    more = {
        "YILU_WECHATPAY_FILE": str(keys / "wechatpay.json"),
        "YILU_PUSH_SANDBOX": f"127.0.0.1:{push_port}",
    }
    worker = served.worker(logs / "worker.log", more)
    with worker, served.web(logs / "web.log", more) as address:
        yield address


@dataclass
class Visit:
    """Opens pages as somebody, and remembers whatever goes wrong in them."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    # A search that the next one overtakes is broken off, as it should be.
    expected: tuple[str, ...] = ("AbortError",)

    def __call__(
        self,
        path: str,
        *,
        size: str = "desktop",
        language: str = "zh",
        user: User | None = None,
        context: BrowserContext | None = None,
    ) -> Page:
        """A page at `path`, in a browser of its own unless `context` is given."""
        page = (context or self.somebody(size=size, language=language, user=user)).new_page()
        self._watch(page)
        page.goto(f"{self.address}{path}")
        page.wait_for_load_state("load")
        return page

    def somebody(
        self, *, size: str = "desktop", language: str = "zh", user: User | None = None
    ) -> BrowserContext:
        """A browser with its own cookies: signed in as `user`, reading `language`."""
        code, locale = machine.LANGUAGES[language]
        width, height = machine.SIZES[size]
        made = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            has_touch=size == "phone",
            reduced_motion="reduce",
        )
        self._let_in(made, code, user)
        return made

    def installed(
        self, path: str, folder: Path, *, language: str = "zh", user: User | None = None
    ) -> Page:
        """A page in a window as the installed app has it, in a browser that keeps things."""
        code, locale = machine.LANGUAGES[language]
        width, height = machine.SIZES["phone"]
        made = self.browser.browser_type.launch_persistent_context(
            folder,
            executable_path=ensure(),
            args=[*machine.flags(), "--app=data:text/html,"],
            viewport={"width": width, "height": height},
            locale=locale,
            has_touch=True,
            reduced_motion="reduce",
        )
        self._let_in(made, code, user)
        page = made.pages[0]
        self._watch(page)
        page.goto(f"{self.address}{path}")
        page.wait_for_load_state("load")
        return page

    def _let_in(self, made: BrowserContext, code: str, user: User | None) -> None:
        made.set_default_timeout(PATIENCE_MS)
        cookies = {settings.LANGUAGE_COOKIE_NAME: code}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies |= {name: morsel.value for name, morsel in client.cookies.items()}
        made.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
        self.contexts.append(made)

    def expect(self, *parts: str) -> None:
        """Problems that hold one of `parts` belong to this test: a refusal that it provokes."""
        self.expected += parts

    def _watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on(
            "requestfailed",
            lambda request: (
                self.problems.append(f"failed: {request.url} {request.failure}")
                if "/live" not in request.url and "ERR_ABORTED" not in str(request.failure)
                else None
            ),
        )
        page.on(
            "response",
            lambda response: (
                self.problems.append(f"{response.status}: {response.url}")
                if response.status >= 500
                else None
            ),
        )

    def _console(self, message: ConsoleMessage) -> None:
        # htmx tells of what it broke off itself for something newer, which is as it should be.
        if message.type in {"error", "warning"} and "AbortError" not in message.text:
            self.problems.append(f"console {message.type}: {message.text}")

    def unexpected(self) -> list[str]:
        return [p for p in self.problems if not any(part in p for part in self.expected)]


@pytest.fixture
def visit(server: str, browser: Browser, transactional_db: None) -> Iterator[Visit]:
    """Open pages; whatever went wrong in one of them fails the test at its end."""
    opened = Visit(browser=browser, address=server)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.unexpected() == []


@pytest.fixture
def looks_right() -> Callable[[Page, str], None]:
    """Fail on overflow, words in the other language and findings of axe-core."""

    def check(page: Page, language: str = "zh") -> None:
        # A link that was pressed is followed as soon as its page begins to be read.
        page.wait_for_load_state("load")
        page.evaluate("() => document.fonts.ready.then(() => null)")
        assert measures.faults(page, language) == []

    return check


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take walks that come in both languages in one of them, unless at full size (`make soak`).

    Which one lies in the name of the walk, so that each language has its half. The walks through
    the clinic's day (`tests/journeys`) are always taken in both.
    """
    if SOAK:
        return
    taken = {(_walk(one), _language(one)) for one in items}
    left = [one for one in items if _is_twin(one, taken)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if one not in set(left)]


def _is_twin(item: pytest.Item, taken: set[tuple[Walk, str]]) -> bool:
    """Whether this walk is taken in the other language."""
    walk, language = _walk(item), _language(item)
    first, other = ("zh", "en") if crc32(walk[1].encode()) % 2 else ("en", "zh")
    return language == other and (walk, first) in taken


def _language(item: pytest.Item) -> str:
    return str(_parameters(item).get("language", "")) if HERE in item.path.parents else ""


def _walk(item: pytest.Item) -> Walk:
    name = str(getattr(item, "originalname", item.name))
    return item.path, name, str(_parameters(item).get("size", ""))


def _parameters(item: pytest.Item) -> dict[str, object]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}
