"""`python -m yilu.config.serve OPTIONS…`: granian, with the product loaded before it divides.

Its processes then share what they only read, half of what each would load for itself, and one
that died is there again at once.
"""

import gc
import os
from importlib import import_module

from django.urls import get_resolver
from granian.cli import entrypoint

from yilu.platform.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yilu.config.settings.base")


def preload() -> None:
    """Load every page, and let no collection of garbage look at what is loaded ever again.

    Opens no connection and starts no thread: both would be lost or broken in the copies.
    """
    gc.disable()  # next to nothing of what is loaded is garbage
    import_module("yilu.config.asgi")
    # Pages are found by address only at the first request; looking at them loads them.
    _ = get_resolver().url_patterns
    settle()
    gc.enable()


if __name__ == "__main__":
    preload()
    entrypoint()  # type: ignore[no-untyped-call]
