"""The main pages, each as somebody sees it. Whoever adds a page to the product adds it here."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Deed = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Shot:
    """One page, as `role` (the key of a post, or "" for anybody) sees it after `deed`.

    `whole` takes the page to its end instead of one window of it.
    """

    name: str
    path: str
    role: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    sizes: tuple[str, ...] = ("desktop",)
    deed: Deed | None = None
    whole: bool = False


DESK = ("desktop", "phone")


def _wrong_password(page: Page) -> None:
    page.fill("input[name=number]", "10027")
    page.fill("input[name=password]", "not the password")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


SHOTS = [
    Shot("sign-in", "/sign-in", sizes=DESK),
    Shot("sign-in-refused", "/sign-in", sizes=DESK, deed=_wrong_password),
    Shot("design-system", "/design", sizes=DESK, whole=True),
    Shot("book", "/book", sizes=DESK, whole=True),
    Shot("my-sign-in", "/my/sign-in", sizes=DESK),
    Shot("link-over", "/v/never-given-out", sizes=("phone",)),
    Shot("front-desk", "/desk/", role="front_desk", sizes=DESK),
    Shot("walk-in", "/reception/south/walk-in", role="front_desk", sizes=DESK),
    Shot("nurse", "/nurse/", role="nurse", sizes=DESK),
    Shot("doctor-room", "/room/", role="doctor", sizes=DESK),
    Shot("manager", "/manager/", role="manager", sizes=DESK),
    Shot("nothing-here", "/no-such-page", sizes=DESK),
]
