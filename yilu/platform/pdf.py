"""Papers as PDF: typst templates of the apps, filled with data, the same bytes every time."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.apps import apps

from yilu.platform.plain import plain
from yilu.platform.running.places import FONTS, ROOT
from yilu.platform.typesetting import NotSet, typeset

PACKAGE = ROOT / "yilu"
PAPERS = "papers"
MOST_SECONDS = 60


class CannotPrint(Exception):
    """A template is wrong, or the fonts are missing: a bug, with typst's own words."""


def render(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF of `<app>/papers/<name>.typ`, named as `"billing/receipt"`. No query.

    The template reads `data` by `#import "/platform/papers/paper.typ": data`; amounts and
    instants arrive as text, already in the reader's form. A warning is an error: a paper without
    its font must not leave the house.

    Raises: CannotPrint.
    """
    try:
        return typeset(**_order(template, data))
    except NotSet as error:
        raise CannotPrint(f"{template}: {error}") from error


def render_apart(template: str, data: Mapping[str, object]) -> bytes:
    """As `render`, in a process of its own, which takes a third of a second more: for long papers.

    The typesetter remembers the last papers it has set. Of long ones that is hundreds of
    megabytes, which go with the process.

    Raises: CannotPrint, also when it takes longer than a minute.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yilu.platform.typesetting"],
            input=json.dumps(_order(template, data)).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotPrint(f"{template}: not done within {MOST_SECONDS} s") from error
    if done.returncode:
        raise CannotPrint(f"{template}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _order(template: str, data: Mapping[str, object]) -> dict[str, str]:
    return {
        "source": str(_source(template)),
        "root": str(PACKAGE),
        "fonts": str(FONTS),
        "data": json.dumps(plain(data), ensure_ascii=False),
    }


def _source(template: str) -> Path:
    app, _, name = template.partition("/")
    return Path(apps.get_app_config(app).path) / PAPERS / f"{name}.typ"
