"""Why a record is opened and what is said of it; what papers there are, and how they end."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.records.errors import DestructionMoveRefused


class Reason(TextChoices):
    EMERGENCY = "emergency", pgettext_lazy("opening", "Emergency")
    COLLEAGUE = "colleague", pgettext_lazy("opening", "A colleague asked for advice or cover")
    CONTACT = "contact", pgettext_lazy("opening", "The patient or family asked, by phone or letter")
    COMPLAINT = "complaint", pgettext_lazy("opening", "Complaint, dispute or incident")
    QUALITY = "quality", pgettext_lazy("opening", "Quality review or audit")
    AUTHORITY = "authority", pgettext_lazy("opening", "Required by law or an authority")
    OTHER = "other", pgettext_lazy("opening", "Something else")


class Verdict(TextChoices):
    JUSTIFIED = "justified", pgettext_lazy("opening", "Justified")
    UNJUSTIFIED = "unjustified", pgettext_lazy("opening", "Not justified")


class PaperKind(TextChoices):
    EARLIER = "earlier", pgettext_lazy("paper", "Earlier record")
    NOTE = "note", pgettext_lazy("paper", "Note written by hand")
    CONSENT = "consent", pgettext_lazy("paper", "Consent")
    REPORT = "report", pgettext_lazy("paper", "Result or report")
    REFERRAL = "referral", pgettext_lazy("paper", "Referral or discharge letter")
    CERTIFICATE = "certificate", pgettext_lazy("paper", "Certificate")
    LETTER = "letter", pgettext_lazy("paper", "Correspondence")
    OTHER = "other", pgettext_lazy("paper", "Other paper")


class DestructionState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("destruction", "Proposed")
    APPROVED = "approved", pgettext_lazy("destruction", "Approved, waiting")
    DONE = "done", pgettext_lazy("destruction", "Carried out")
    WITHDRAWN = "withdrawn", pgettext_lazy("destruction", "Taken back")


D = DestructionState

MOVES: dict[DestructionState, frozenset[DestructionState]] = {
    D.PROPOSED: frozenset({D.APPROVED, D.WITHDRAWN}),
    D.APPROVED: frozenset({D.DONE, D.WITHDRAWN}),
    D.DONE: frozenset(),
    D.WITHDRAWN: frozenset(),
}


def check_destruction_move(current: str, target: DestructionState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = DestructionState(current)
    if target not in MOVES[state]:
        raise DestructionMoveRefused(current=state.label, target=target.label)


class Kept(TextChoices):
    """Why a record of a list was not destroyed after all."""

    HOLD = "hold", pgettext_lazy("kept", "A legal hold is in force")
    HERE = "here", pgettext_lazy("kept", "A visit is open")
    TERM = "term", pgettext_lazy("kept", "The term is not over")
    NOTHING = "nothing", pgettext_lazy("kept", "No paper is left here")
