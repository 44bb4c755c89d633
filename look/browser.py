"""The browser of this machine, as tests and pictures use it."""

import os

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
SIZES = {
    "desktop": (1440, 900),
    "phone": (390, 844),
    "wall": (1920, 1080),
    "kiosk": (1080, 1920),
}
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-GB")}
"""Our short name of a language: Django's code and the browser's locale."""


def flags() -> list[str]:
    """Quiet and offline; without its own sandbox where root runs it."""
    return [*FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
