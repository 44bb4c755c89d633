"""Compiles the Chinese catalogues: gettext's own compiler is absent on a bare machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import ROOT


def sources(root: Path = ROOT) -> list[Path]:
    """Every catalogue of the product, as people write them."""
    return sorted((root / "yilu").glob("*/locale/*/LC_MESSAGES/*.po"))


def stale(root: Path = ROOT) -> list[Path]:
    """The catalogues that were changed since they were compiled."""
    return [po for po in sources(root) if not _is_fresh(po)]


def compile_stale(root: Path = ROOT) -> list[Path]:
    """Compile what was changed and return it.

    Raises: CannotRun, for a catalogue with a mistake in it or a folder that cannot be written.
    """
    made = stale(root)
    for po in made:
        _compile(po)
    return made


def _is_fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.is_file() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def _compile(po: Path) -> None:
    try:
        with po.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
        fresh = po.with_suffix(".mo.new")
        with fresh.open("wb") as target:
            write_mo(target, catalogue)
        fresh.replace(po.with_suffix(".mo"))
    except (OSError, ValueError) as error:
        raise CannotRun(f"The catalogue {po} cannot be compiled ({error}): mend it.") from error
