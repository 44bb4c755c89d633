"""The life of an examination request, and the words for what it is."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.diagnostics.errors import LabMoved, RequestMoved


class ExamState(TextChoices):
    OPEN = "open", pgettext_lazy("examination", "To be booked")
    BOOKED = "booked", pgettext_lazy("examination", "Booked")
    HERE = "here", pgettext_lazy("examination", "At this visit")
    DONE = "done", pgettext_lazy("examination", "Done")
    WITHDRAWN = "withdrawn", pgettext_lazy("examination", "Withdrawn")


S = ExamState
MOVES: dict[ExamState, frozenset[ExamState]] = {
    S.OPEN: frozenset({S.BOOKED, S.HERE, S.WITHDRAWN}),
    S.BOOKED: frozenset({S.OPEN, S.DONE}),
    # Done at the visit at which it was asked for, without a booking.
    S.HERE: frozenset({S.DONE, S.WITHDRAWN}),
    S.DONE: frozenset({S.BOOKED}),
    S.WITHDRAWN: frozenset(),
}
# What the desk books, or has booked · what is not done yet.
TO_FIT = (S.OPEN, S.BOOKED)
PENDING = (S.OPEN, S.BOOKED, S.HERE)


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


class StudyState(TextChoices):
    """How far an examination is that is done with a device and reported."""

    ORDERED = "ordered", pgettext_lazy("study", "Expected")
    ARRIVED = "arrived", pgettext_lazy("study", "Arrived")
    BEGUN = "begun", pgettext_lazy("study", "Under way")
    TAKEN = "taken", pgettext_lazy("study", "To report")
    REPORTED = "reported", pgettext_lazy("study", "To verify")
    RELEASED = "released", pgettext_lazy("study", "Reported")
    CANCELLED = "cancelled", pgettext_lazy("study", "Cancelled")


class Side(TextChoices):
    """Which side of the body."""

    LEFT = "left", pgettext_lazy("side", "Left")
    RIGHT = "right", pgettext_lazy("side", "Right")
    BOTH = "both", pgettext_lazy("side", "Both")


class LabState(TextChoices):
    """What has become of a test that was ordered."""

    ORDERED = "ordered", pgettext_lazy("laboratory", "To collect")
    COLLECTED = "collected", pgettext_lazy("laboratory", "In the laboratory")
    RELEASED = "released", pgettext_lazy("laboratory", "Reported")
    CANCELLED = "cancelled", pgettext_lazy("laboratory", "Cancelled")


class SpecimenState(TextChoices):
    """Where a tube is on its way."""

    COLLECTED = "collected", pgettext_lazy("laboratory", "To receive")
    RECEIVED = "received", pgettext_lazy("laboratory", "To enter")
    ENTERED = "entered", pgettext_lazy("laboratory", "To verify")
    RELEASED = "released", pgettext_lazy("laboratory", "Reported")
    REJECTED = "rejected", pgettext_lazy("laboratory", "Rejected")


class ReportState(TextChoices):
    """Whether a report is in force."""

    ENTERED = "entered", pgettext_lazy("laboratory", "To verify")
    RELEASED = "released", pgettext_lazy("laboratory", "Reported")
    REPLACED = "replaced", pgettext_lazy("laboratory", "Replaced by a newer issue")
    DROPPED = "dropped", pgettext_lazy("laboratory", "Sent back")


class CriticalState(TextChoices):
    """Whether somebody knows of a critical value, and what they did."""

    OPEN = "open", pgettext_lazy("laboratory", "Nobody has answered")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("laboratory", "Acknowledged")
    HANDLED = "handled", pgettext_lazy("laboratory", "Acted on")
    WITHDRAWN = "withdrawn", pgettext_lazy("laboratory", "Withdrawn by the laboratory")


T = StudyState
STUDY_MOVES: dict[StudyState, frozenset[StudyState]] = {
    T.ORDERED: frozenset({T.ARRIVED, T.CANCELLED}),
    # Who leaves again is expected again.
    T.ARRIVED: frozenset({T.BEGUN, T.ORDERED, T.CANCELLED}),
    T.BEGUN: frozenset({T.TAKEN}),
    # More images may be wanted.
    T.TAKEN: frozenset({T.REPORTED, T.BEGUN}),
    T.REPORTED: frozenset({T.RELEASED, T.TAKEN}),
    T.RELEASED: frozenset(),
    T.CANCELLED: frozenset(),
}
STUDY_HERE = (T.ARRIVED, T.BEGUN, T.TAKEN, T.REPORTED)
STUDY_PENDING = (T.ORDERED, *STUDY_HERE)
LAB_MOVES: dict[LabState, frozenset[LabState]] = {
    LabState.ORDERED: frozenset({LabState.COLLECTED, LabState.CANCELLED}),
    # A refused tube is taken again.
    LabState.COLLECTED: frozenset({LabState.RELEASED, LabState.ORDERED}),
    LabState.RELEASED: frozenset(),
    LabState.CANCELLED: frozenset(),
}
P = SpecimenState
SPECIMEN_MOVES: dict[SpecimenState, frozenset[SpecimenState]] = {
    P.COLLECTED: frozenset({P.RECEIVED, P.REJECTED}),
    P.RECEIVED: frozenset({P.ENTERED, P.REJECTED}),
    P.ENTERED: frozenset({P.RELEASED, P.RECEIVED, P.REJECTED}),
    P.RELEASED: frozenset(),
    P.REJECTED: frozenset(),
}
REPORT_MOVES: dict[ReportState, frozenset[ReportState]] = {
    ReportState.ENTERED: frozenset({ReportState.RELEASED, ReportState.DROPPED}),
    ReportState.RELEASED: frozenset({ReportState.REPLACED}),
    ReportState.REPLACED: frozenset(),
    ReportState.DROPPED: frozenset(),
}
CRITICAL_MOVES: dict[CriticalState, frozenset[CriticalState]] = {
    CriticalState.OPEN: frozenset({CriticalState.ACKNOWLEDGED, CriticalState.WITHDRAWN}),
    CriticalState.ACKNOWLEDGED: frozenset({CriticalState.HANDLED, CriticalState.WITHDRAWN}),
    CriticalState.HANDLED: frozenset({CriticalState.WITHDRAWN}),
    CriticalState.WITHDRAWN: frozenset(),
}
# What a patient still waits for of a visit.
LAB_PENDING = (LabState.ORDERED, LabState.COLLECTED)
IN_LABORATORY = (P.COLLECTED, P.RECEIVED, P.ENTERED)
CRITICAL_OPEN = (CriticalState.OPEN, CriticalState.ACKNOWLEDGED)


def check_study_move(current: str, target: StudyState) -> None:
    """Refuse any move of a study that `STUDY_MOVES` does not list."""
    if target not in STUDY_MOVES[StudyState(current)]:
        raise LabMoved(current=StudyState(current).label)


def check_lab_move(current: str, target: LabState) -> None:
    """Refuse any move of an order that `LAB_MOVES` does not list."""
    if target not in LAB_MOVES[LabState(current)]:
        raise LabMoved(current=LabState(current).label)


def check_specimen_move(current: str, target: SpecimenState) -> None:
    """Refuse any move of a tube that `SPECIMEN_MOVES` does not list."""
    if target not in SPECIMEN_MOVES[SpecimenState(current)]:
        raise LabMoved(current=SpecimenState(current).label)


def check_report_move(current: str, target: ReportState) -> None:
    """Refuse any move of a report that `REPORT_MOVES` does not list."""
    if target not in REPORT_MOVES[ReportState(current)]:
        raise LabMoved(current=ReportState(current).label)


def check_critical_move(current: str, target: CriticalState) -> None:
    """Refuse any move of a critical value that `CRITICAL_MOVES` does not list."""
    if target not in CRITICAL_MOVES[CriticalState(current)]:
        raise LabMoved(current=CriticalState(current).label)
