"""`python -m yilu.config.serve OPTIONS…`: granian, with the product loaded before it divides.

Its processes then share what they only read, half of what each would load for itself, and one
that died is there again at once.
"""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.template import engines
from django.urls import get_resolver, resolve
from django.utils import translation
from granian.cli import entrypoint

from yilu.platform.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yilu.config.settings.base")


def preload() -> None:
    """Load every page, and let no collection of garbage look at what is loaded ever again.

    What the first requests would make for themselves is made here, once for all: the patterns of
    addresses, addresses by name in every language, the libraries of templates. Opens no connection
    and starts no thread: both would be lost or broken in the copies.
    """
    gc.disable()  # next to nothing of what is loaded is garbage
    import_module("yilu.config.asgi")
    resolve("/healthz")
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            _ = get_resolver().reverse_dict
    engines.all()
    settle()
    gc.enable()


if __name__ == "__main__":
    preload()
    entrypoint()  # type: ignore[no-untyped-call]
