"""The life of a session: it runs, and is done or was stopped."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.aesthetics.errors import SessionOver


class SessionState(TextChoices):
    RUNNING = "running", pgettext_lazy("session", "Running")
    DONE = "done", pgettext_lazy("session", "Done")
    STOPPED = "stopped", pgettext_lazy("session", "Stopped")


S = SessionState
MOVES: dict[SessionState, frozenset[SessionState]] = {
    S.RUNNING: frozenset({S.DONE, S.STOPPED}),
    S.DONE: frozenset(),
    S.STOPPED: frozenset(),
}


def check_move(state: str, target: SessionState) -> None:
    """Raises: SessionOver."""
    if target not in MOVES[SessionState(state)]:
        raise SessionOver


class TestSpot(TextChoices):
    """Whether a small place was tried before."""

    NOW = "now", pgettext_lazy("test spot", "Done now")
    EARLIER = "earlier", pgettext_lazy("test spot", "Done before")
    WAIVED = "waived", pgettext_lazy("test spot", "Left out")
    NOT_NEEDED = "not_needed", pgettext_lazy("test spot", "Not needed")


class CourseState(TextChoices):
    """Of a course: only a paid one is counted down."""

    SOLD = "sold", pgettext_lazy("course", "To be paid")
    PAID = "paid", pgettext_lazy("course", "Paid")
    ENDED = "ended", pgettext_lazy("course", "Ended")
