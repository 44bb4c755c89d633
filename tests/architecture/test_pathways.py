"""The pathways that apps bring can be run, and wait for events that somebody publishes."""

import re
from pathlib import Path

import pytest
import yaml

from yilu.pathways.rules.checking import problems
from yilu.pathways.rules.plan import plan_of

ROOT = Path(__file__).parents[2] / "yilu"
DEFINITIONS = sorted(ROOT.glob("*/pathways/*.yaml"))
EVENTS = {
    name
    for path in [*ROOT.glob("*/events.py"), *ROOT.glob("*/events/*.py")]
    for name in re.findall(r"^class ([A-Z]\w+)", path.read_text(), re.MULTILINE)
}
POSTS = [
    post["key"] for post in yaml.safe_load((ROOT / "workforce/posts.yaml").read_text())["posts"]
]


@pytest.mark.covers("I01")
@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_a_pathway_in_the_code_can_be_run(path: Path):
    body = yaml.safe_load(path.read_text())

    assert problems(body, POSTS) == []
    assert body["key"] == path.stem
    assert plan_of(body).hears - EVENTS == set()
