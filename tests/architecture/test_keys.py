"""A key that is printed on a button of every page belongs to that button alone."""

import re
from pathlib import Path

import pytest

APPS = Path(__file__).parents[2] / "yilu"
KEY = re.compile(r"""(?:data-)?key="((?:F\d+)(?: F\d+)*)\"""")
SHELL = "platform/templates/platform/_top.html"


def keys_of(path: Path) -> set[str]:
    found = KEY.findall(path.read_text(encoding="utf-8"))
    return {key for keys in found for key in keys.split()}


@pytest.mark.covers("C06")
def test_no_page_prints_a_key_that_the_head_of_every_page_answers_to():
    own = APPS / SHELL
    taken = keys_of(own)

    clashes = {
        str(path.relative_to(APPS)): sorted(taken & keys_of(path))
        for path in APPS.glob("*/templates/**/*.html")
        if path != own and taken & keys_of(path)
    }

    assert taken
    assert clashes == {}
