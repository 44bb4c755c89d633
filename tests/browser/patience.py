"""How long a walk waits for what must come: long enough for a machine that is busy with all else.

Nobody waits longer than a thing takes. How fast things are is measured by the benchmark.
"""

from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

Found = TypeVar("Found")
PATIENCE_MS = 60_000
LOOK_MS = 100


def eventually(page: Page, look: Callable[[], Found], missed: str = "it did not come") -> Found:
    """What `look` finds once it finds something; the page goes on meanwhile.

    Raises AssertionError with `missed` when nothing comes.
    """
    for _ in range(PATIENCE_MS // LOOK_MS):
        if found := look():
            return found
        page.wait_for_timeout(LOOK_MS)
    raise AssertionError(missed)
