"""The installed app's icons: PNG made from our own mark, because phones take no SVG.

Typst draws them, in a process of its own that ends when they are drawn, and only when the mark
or this module has changed since the last time.
"""

import hashlib
import re
import subprocess
import sys
from gettext import gettext as _
from importlib import import_module
from pathlib import Path

from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import ROOT

MARK = ROOT / "yilu" / "platform" / "static" / "platform" / "mark.svg"
ICONS = ROOT / "yilu" / "platform" / "static" / "icons"
STAMP = ".made-from"
SECONDS = 120
# Phones that cut icons to a shape of theirs leave whole what is within 40 % of the width around
# the middle. The mark's lines reach 12.3 of its 32 units from there: 36 units leave 14.4.
WHOLE, CUT, BARE = "0 0 32 32", "-2 -2 36 36", "4 4 24 24"
SIZES = {
    "app-192.png": (192, "as it is", WHOLE),
    "app-512.png": (512, "as it is", WHOLE),
    "app-maskable-192.png": (192, "to the edge", CUT),
    "app-maskable-512.png": (512, "to the edge", CUT),
    "app-touch-180.png": (180, "to the edge", WHOLE),
    "app-badge-96.png": (96, "lines alone", BARE),
}
"""Each file: its pixels, how the mark stands in it, and the part of the drawing shown."""


def build() -> bool:
    """Bring the icons up to date. Returns whether any had to be drawn. Raises: CannotRun."""
    if is_current():
        return False
    try:
        subprocess.run(
            [sys.executable, "-m", "yilu.platform.running.icons"],
            cwd=ROOT, check=True, capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise CannotRun(_("The app's icons could not be drawn: run “make setup” again.")) from error
    return True


def is_current() -> bool:
    """Whether the icons were drawn from the mark as it is now."""
    stamp = ICONS / STAMP
    made = stamp.is_file() and stamp.read_text(encoding="ascii") == _sources_hash()
    return made and all((ICONS / name).is_file() for name in SIZES)


def drawing(how: str, shown: str) -> str:
    """The mark as SVG: as it is, with its ground to the very edge, or its lines without ground."""
    svg = MARK.read_text(encoding="utf-8")
    svg = re.sub(r'viewBox="[^"]*"', f'viewBox="{shown}"', svg, count=1)
    ground = re.compile(r'<rect width="32" height="32" rx="9"')
    if how == "to the edge":
        return ground.sub('<rect x="-2" y="-2" width="36" height="36"', svg)
    return re.sub(r"<rect [^>]*/>", "", svg) if how == "lines alone" else svg


def draw() -> None:
    """Draw all icons, the stamp last."""
    typst = import_module("typst")
    ICONS.mkdir(parents=True, exist_ok=True)
    for name, (pixels, how, shown) in SIZES.items():
        page = (
            f"#set page(width: {pixels}pt, height: {pixels}pt, margin: 0pt, fill: none)\n"
            f'#image(bytes(sys.inputs.svg), format: "svg", width: {pixels}pt)'
        )
        png = typst.compile(
            page.encode(), format="png", ppi=72.0, sys_inputs={"svg": drawing(how, shown)}
        )
        (ICONS / name).write_bytes(png)
    (ICONS / STAMP).write_text(_sources_hash(), encoding="ascii")


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for source in (MARK, Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    draw()
