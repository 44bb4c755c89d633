"""Papers as PDF: typst templates of the apps, filled with data, the same bytes every time."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst
from django.apps import apps

from yilu.platform.plain import plain
from yilu.platform.running.places import FONTS, ROOT

PACKAGE = ROOT / "yilu"
PAPERS = "papers"


class CannotPrint(Exception):
    """A template is wrong, or the fonts are missing: a bug, with typst's own words."""


def render(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF of `<app>/papers/<name>.typ`, named as `"billing/receipt"`. No query.

    The template reads `data` by `#import "/platform/papers/paper.typ": data`; amounts and
    instants arrive as text, already in the reader's form. A warning is an error: a paper without
    its font must not leave the house.

    Raises: CannotPrint.
    """
    source = _source(template)
    try:
        made, warnings = typst.compile_with_warnings(
            str(source),
            root=str(PACKAGE),
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(plain(data), ensure_ascii=False)},
            timestamp=0,
        )
    except typst.TypstError as error:
        raise CannotPrint(f"{template}: {error}") from error
    if warnings:
        raise CannotPrint(f"{template}: {'; '.join(str(warning) for warning in warnings)}")
    return bytes(made)


def _source(template: str) -> Path:
    app, _, name = template.partition("/")
    return Path(apps.get_app_config(app).path) / PAPERS / f"{name}.typ"


@cache
def _fonts() -> typst.Fonts:
    """Our own fonts, read once; never those of the machine, or papers would differ by place."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
