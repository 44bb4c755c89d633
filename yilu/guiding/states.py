"""The life of a guide's task: its states, the only moves between them, and the words for it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.guiding.errors import TaskMoveRefused


class Destination(TextChoices):
    """Where somebody is brought."""

    WAITING = "waiting", _("Waiting area")
    ROOM = "room", pgettext_lazy("guiding", "Room")
    CASHIER = "cashier", pgettext_lazy("guiding", "Cashier")
    PHARMACY = "pharmacy", pgettext_lazy("guiding", "Pharmacy")
    EXAMINATION = "examination", pgettext_lazy("guiding", "Examination")
    EXIT = "exit", _("The way out")
    OTHER = "other", pgettext_lazy("guiding", "Another place")


# The next step of a visit leads to one of these; elsewhere somebody goes only when it is asked for.
STEPS = (
    Destination.WAITING,
    Destination.ROOM,
    Destination.CASHIER,
    Destination.PHARMACY,
    Destination.EXAMINATION,
)


class Help(TextChoices):
    """How somebody is brought, from the least to the most."""

    LEAD = "lead", _("Show the way")
    ESCORT = "escort", pgettext_lazy("guiding", "Escort")
    WHEELCHAIR = "wheelchair", pgettext_lazy("guiding", "Wheelchair")
    STRETCHER = "stretcher", pgettext_lazy("guiding", "Stretcher")


class TaskState(TextChoices):
    OPEN = "open", _("Nobody has it")
    GIVEN = "given", _("Given, not taken up")
    TAKEN = "taken", pgettext_lazy("guiding", "On the way")
    DELIVERED = "delivered", _("Brought, to be confirmed")
    DONE = "done", pgettext_lazy("guiding", "Received")
    WITHDRAWN = "withdrawn", pgettext_lazy("guiding", "Not needed any more")


S = TaskState
LIVE = (S.OPEN, S.GIVEN, S.TAKEN, S.DELIVERED)
TO_BE_TAKEN = (S.OPEN, S.GIVEN)
UNDER_WAY = (S.TAKEN, S.DELIVERED)

MOVES: dict[TaskState, frozenset[TaskState]] = {
    S.OPEN: frozenset({S.OPEN, S.GIVEN, S.TAKEN, S.WITHDRAWN}),
    S.GIVEN: frozenset({S.OPEN, S.GIVEN, S.TAKEN, S.DONE, S.WITHDRAWN}),
    # Back to open or given: handed over to somebody else, or declined half way.
    S.TAKEN: frozenset({S.OPEN, S.GIVEN, S.TAKEN, S.DELIVERED, S.DONE, S.WITHDRAWN}),
    S.DELIVERED: frozenset({S.DONE, S.WITHDRAWN}),
    S.DONE: frozenset(),
    S.WITHDRAWN: frozenset({S.DONE}),  # Who served the patient says so after the step was over.
}
# What a deed that is taken back leads to.
BACK: dict[TaskState, frozenset[TaskState]] = {
    S.OPEN: frozenset(),
    S.GIVEN: frozenset(),
    S.TAKEN: frozenset({S.OPEN, S.GIVEN}),
    S.DELIVERED: frozenset({S.TAKEN}),
    S.DONE: frozenset({S.GIVEN, S.TAKEN, S.DELIVERED}),
    S.WITHDRAWN: frozenset({S.OPEN, S.GIVEN, S.TAKEN, S.DELIVERED}),
}


def check_move(current: str, target: TaskState) -> None:
    """Refuse any move that `MOVES` does not list."""
    _check(MOVES, current, target)


def check_back(current: str, target: TaskState) -> None:
    """Refuse any way back that `BACK` does not list."""
    _check(BACK, current, target)


def _check(table: dict[TaskState, frozenset[TaskState]], current: str, target: TaskState) -> None:
    state = TaskState(current)
    if target not in table[state]:
        raise TaskMoveRefused(current=state.label, target=target.label)


class TaskEnd(TextChoices):
    """Why somebody need not be brought any more."""

    REPLACED = "replaced", _("The next step is another one")
    OVER = "over", _("The step was over before")
    GONE = "gone", _("The patient has left")
    NOT_NEEDED = "not_needed", _("Help is not needed")
    ALONE = "alone", _("Came without us")
    MISTAKE = "mistake", _("Asked for by mistake")


# What a person may say; the others are what becomes of the visit.
SAID = (TaskEnd.NOT_NEEDED, TaskEnd.ALONE, TaskEnd.MISTAKE)


class Unfit(TextChoices):
    """Why nobody could be given a task."""

    NOBODY = "nobody", _("No guide is on duty")
    LANGUAGE = "language", _("No guide on duty speaks this language")
    DECLINED = "declined", _("Everybody who fits has declined")
    TWO = "two", _("A second person is missing")


class DeclineReason(TextChoices):
    BUSY = "busy", _("I am with somebody else")
    LANGUAGE = "language", _("I do not speak the language")
    NOT_FOUND = "not_found", _("The patient is not there")
    HEAVY = "heavy", _("I cannot do this alone")
    OTHER = "other", pgettext_lazy("guiding", "Something else")


class Receipt(TextChoices):
    """How the receiving person confirmed."""

    HAND = "hand", _("Confirmed by hand")
    SERVED = "served", _("By attending to the patient")
