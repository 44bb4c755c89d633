"""The life of an examination request, and the words for what it is."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.diagnostics.errors import RequestMoved


class ExamState(TextChoices):
    OPEN = "open", pgettext_lazy("examination", "To be booked")
    BOOKED = "booked", pgettext_lazy("examination", "Booked")
    DONE = "done", pgettext_lazy("examination", "Done")
    WITHDRAWN = "withdrawn", pgettext_lazy("examination", "Withdrawn")


S = ExamState
MOVES: dict[ExamState, frozenset[ExamState]] = {
    S.OPEN: frozenset({S.BOOKED, S.WITHDRAWN}),
    S.BOOKED: frozenset({S.OPEN, S.DONE}),
    S.DONE: frozenset({S.BOOKED}),
    S.WITHDRAWN: frozenset(),
}
PENDING = (S.OPEN, S.BOOKED)


class ExamKind(TextChoices):
    IMAGING = "imaging", pgettext_lazy("examination", "Imaging")
    ENDOSCOPY = "endoscopy", pgettext_lazy("examination", "Endoscopy")
    LABORATORY = "laboratory", pgettext_lazy("examination", "Laboratory")
    FUNCTION = "function", pgettext_lazy("examination", "Function test")


class Urgency(TextChoices):
    USUAL = "usual", pgettext_lazy("examination", "Usual")
    SOON = "soon", pgettext_lazy("examination", "Soon")
    URGENT = "urgent", pgettext_lazy("examination", "Urgent")


class Flag(TextChoices):
    FASTING = "fasting", pgettext_lazy("examination", "Fasting")
    MEAL = "meal", pgettext_lazy("examination", "After a meal")
    BLADDER = "bladder", pgettext_lazy("examination", "Full bladder")
    CREATININE = "creatinine", pgettext_lazy("examination", "Creatinine is measured")
    CONTRAST = "contrast", pgettext_lazy("examination", "Contrast medium")
    COMPANION = "companion", pgettext_lazy("examination", "With a companion")
    SEDATION = "sedation", pgettext_lazy("examination", "Sedation")


def check_move(current: str, target: ExamState) -> None:
    """Refuse any move that `MOVES` does not list."""
    if target not in MOVES[ExamState(current)]:
        raise RequestMoved
