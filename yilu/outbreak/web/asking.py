"""The entry questions inside other forms: at the desk, at a kiosk, on a phone."""

from typing import Any

from django.http import HttpRequest

from yilu.intake.rules.questions import Question
from yilu.outbreak.selectors.screenings import Asking

PREFIX = "q-"
MOST = 40


def answers_in(request: HttpRequest) -> dict[str, str] | None:
    """What a form says to the entry questions; None when none was answered."""
    sent = {
        name.removeprefix(PREFIX): str(request.POST[name])[:10]
        for name in list(request.POST)[:200]
        if name.startswith(PREFIX)
    }
    return dict(list(sent.items())[:MOST]) or None


def asked_rows(request: HttpRequest, asking: Asking | None) -> list[tuple[Question, str, bool]]:
    """The questions as `intake/_questions.html` takes them: what was typed, and what is open."""
    if asking is None:
        return []
    said: dict[str, Any] = (answers_in(request) or {}) if request.method == "POST" else {}
    is_open = bool(said) or (request.method == "POST" and asking.must)
    return [
        (one, said.get(one.key, ""), is_open and one.key not in said) for one in asking.questions
    ]
