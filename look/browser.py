"""The browser of this machine, as tests and pictures use it."""

import os
import shutil

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--autoplay-policy=no-user-gesture-required",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES = {
    "desktop": (1440, 900),
    "phone": (390, 844),
    "wall": (1920, 1080),
    "kiosk": (1080, 1920),
}
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-GB")}
"""Our short name of a language: Django's code and the browser's locale."""


class NoBrowser(Exception):
    """There is no Chromium on this machine. Says how to get one."""

    def __str__(self) -> str:
        return "This needs Chromium: apt-get install chromium (or name one with YILU_CHROMIUM)."


def chromium() -> str:
    """Where Chromium is; `YILU_CHROMIUM` names another.

    Raises: NoBrowser.
    """
    named = os.environ.get("YILU_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowser
    return found


def flags() -> list[str]:
    """Quiet and offline; without its own sandbox where root runs it."""
    return [*FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
