"""The lives of what reception keeps, and the words for them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Identifier(TextChoices):
    """What is compared besides the name, so that nobody is taken for somebody else."""

    BORN_ON = "born_on", _("Birth date")
    PHONE = "phone", _("Last four of the phone")
    ID_NUMBER = "id_number", _("Last four of the ID number")
    CARD = "card", _("A card or paper with a picture")
    ESCORT = "escort", _("The word of who came along")


class IncidentKind(TextChoices):
    """What has happened at the desk or in the halls."""

    ILLNESS = "illness", _("Sudden illness")
    EQUIPMENT = "equipment", _("Equipment failure")
    UPSET = "upset", _("Upset visitor")
    FLOW = "flow", _("Too many people at once")


class IncidentState(TextChoices):
    OPEN = "open", pgettext_lazy("incident", "Under way")
    CLOSED = "closed", pgettext_lazy("incident", "Over")
    WITHDRAWN = "withdrawn", _("Opened by mistake")


class IncidentOutcome(TextChoices):
    """How an incident ended; which of them fit a kind stands in `scripts`."""

    RECOVERED = "recovered", _("Recovered, stays under observation")
    SEEN_HERE = "seen_here", _("Treated here")
    TAKEN_AWAY = "taken_away", _("Handed over to the ambulance")
    DECLINED_HELP = "declined_help", _("Declined help, was told the risks")
    DIED = "died", _("Died")
    REPAIRED = "repaired", _("Repaired and tested")
    REPLACED = "replaced", _("Replaced by another")
    OUT_OF_USE = "out_of_use", _("Out of use until further notice")
    SETTLED = "settled", _("Settled on the spot")
    COMPLAINT = "complaint", _("Becomes a complaint")
    LEFT = "left", _("Left without a solution")
    POLICE = "police", _("Security or police took over")
    CLEARED = "cleared", _("Flows again")
    STILL_BUSY = "still_busy", _("Still busy, looked after as usual")


class CallState(TextChoices):
    RINGING = "ringing", _("Rings")
    TALKING = "talking", _("On the line")
    ENDED = "ended", pgettext_lazy("call", "Over")
    MISSED = "missed", _("Missed")


class CallNeed(TextChoices):
    """Why somebody calls."""

    BOOK = "book", _("Make a booking")
    CHANGE = "change", _("Move a booking")
    CANCEL = "cancel", _("Cancel a booking")
    RESULT = "result", _("Ask for a result")
    QUESTION = "question", _("A question")
    COMPLAINT = "complaint", _("A complaint")
    OTHER = "other", _("Something else")


class CallerFact(TextChoices):
    """What a caller can say to show who they are. The number they call from is none."""

    NAME = "name", _("Full name")
    BORN = "born", _("Date of birth")
    ID_TAIL = "id_tail", _("Last four of the ID number")
    RECORD = "record", _("Record number")
    BOOKING = "booking", _("Day and time of the booking")


class CallBackState(TextChoices):
    DUE = "due", _("To be called back")
    OVER = "over", pgettext_lazy("call back", "Over")


class CallBackOutcome(TextChoices):
    REACHED = "reached", pgettext_lazy("call back", "Reached")
    THEY_RANG = "they_rang", _("Rang again themselves")
    GIVEN_UP = "given_up", _("Given up after several tries")
    NOT_NEEDED = "not_needed", _("Not needed any more")
