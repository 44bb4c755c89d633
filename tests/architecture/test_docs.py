"""What the pages say is there: files they link to, and a line for every word of the code."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from yilu.platform import reference

ROOT = Path(__file__).parents[2]
README_LINES = 40
NOT_OURS = {".venv", "node_modules", "var", ".git"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PAGES = [
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("yilu/**/*.md")]
    if not NOT_OURS & set(page.relative_to(ROOT).parts)
]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
WORDS = [
    *(word for app in reference.app_names() for word in reference.permissions_of(app).values()),
    *(event.__name__ for app in reference.app_names() for event in reference.events_of(app)),
    *(
        f"{kind.__name__}.{state.value}"
        for app in reference.app_names()
        for kind in reference.states_of(app)
        for state in kind
    ),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_to_what_is_there(page: Path):
    links = [link.split("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [link for link in links if link and ":" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_permission_event_and_state_has_a_line_in_the_glossary():
    assert [word for word in WORDS if f"| `{word}` |" not in GLOSSARY] == []


@pytest.mark.parametrize("app", reference.app_names())
def test_every_event_is_called_in_both_languages_what_the_glossary_calls_it(app: str):
    mute = [event.__name__ for event in reference.events_of(app) if "says" not in vars(event)]
    assert mute == []
    with translation.override("zh-hans"):
        named = {event.__name__: str(event.says) for event in reference.events_of(app)}
    assert [k for k, said in named.items() if f"| `{k}` | {said} |" not in GLOSSARY] == []


@pytest.mark.parametrize("app", reference.app_names())
def test_an_app_explains_itself_in_one_screen(app: str):
    readme = ROOT / "yilu" / app / "README.md"
    assert readme.exists()
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= README_LINES
