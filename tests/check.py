"""`make check`: everything that can be said about the code without running the product."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
SETTINGS = {"DJANGO_SETTINGS_MODULE": "yilu.config.settings.test", "YILU_DB_ROLE": "owner"}


@dataclass(frozen=True)
class Step:
    """One tool, and what it says when all is well."""

    name: str
    command: list[str]


def steps() -> list[Step]:
    """The tools, slowest first, so that the short ones fill the time beside it."""
    manage = [sys.executable, "manage.py"]
    templates = [str(path) for path in sorted((ROOT / "yilu").glob("*/templates/**/*.html"))]
    return [
        Step("types", [str(BIN / "mypy"), "yilu", "bench", "look"]),
        Step("style", [str(BIN / "ruff"), "check", "."]),
        Step("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("layers", [str(BIN / "lint-imports")]),
        Step("templates", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]),
        Step("django", [*manage, "check", "--fail-level", "WARNING"]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("translations", [*manage, "check_translations"]),
        Step("reference", [*manage, "write_docs", "--check"]),
        Step("behaviours", [sys.executable, "-m", "tests.trace", "--check"]),
    ]


def run(step: Step) -> bool:
    """Run one tool; what it says is shown only when it fails."""
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603 - tools of the environment
        step.command,
        cwd=ROOT,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        text=True,
        check=False,
    )
    ok = done.returncode == 0
    said = "" if ok else f"\n{done.stdout}{done.stderr}"
    seconds = time.monotonic() - begun
    print(f"{'ok ' if ok else 'BAD'}  {step.name:<12} {seconds:5.1f} s{said}", flush=True)
    return ok


def main() -> int:
    """Run every tool, also after one has failed; 1 when any did."""
    with ThreadPoolExecutor(2) as pool:
        return 0 if all(list(pool.map(run, steps()))) else 1


if __name__ == "__main__":
    sys.exit(main())
