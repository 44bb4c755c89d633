"""The lives of partners and of what we tell them, and the kinds of calendar feeds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerState(TextChoices):
    """A stopped partner makes nothing new; what it booked it still reads, cancels and hears of."""

    ACTIVE = "active", pgettext_lazy("partner", "Active")
    STOPPED = "stopped", pgettext_lazy("partner", "Stopped")


MOVES: dict[PartnerState, frozenset[PartnerState]] = {
    PartnerState.ACTIVE: frozenset({PartnerState.STOPPED}),
    PartnerState.STOPPED: frozenset({PartnerState.ACTIVE}),
}


class NoticeState(TextChoices):
    """A webhook on its way to a partner."""

    WAITING = "waiting", pgettext_lazy("webhook", "Waiting")
    SENDING = "sending", pgettext_lazy("webhook", "On its way")
    DELIVERED = "delivered", pgettext_lazy("webhook", "Arrived")
    DEAD = "dead", pgettext_lazy("webhook", "Given up")


OPEN_NOTICES = (NoticeState.WAITING, NoticeState.SENDING)


class FeedKind(TextChoices):
    PRACTITIONER = "practitioner", _("Practitioner")
    ROOM = "room", _("Room")


class DeviceKind(TextChoices):
    DICOM = "dicom", pgettext_lazy("device", "Imaging (DICOM)")
    HL7 = "hl7", pgettext_lazy("device", "Analyser (HL7)")


class HeardState(TextChoices):
    """What became of a message of an analyser."""

    TAKEN = "taken", pgettext_lazy("analyser", "Entered")
    UNMATCHED = "unmatched", pgettext_lazy("analyser", "Specimen unknown")
    REFUSED = "refused", pgettext_lazy("analyser", "Not taken")
    PUT_ASIDE = "put_aside", pgettext_lazy("analyser", "Put aside")


# What is noted of a machine in English, as it is answered: in the words of who reads it.
FAULTS = {
    "specimen unknown": pgettext_lazy("fault of a machine", "specimen unknown"),
    "unreadable object": pgettext_lazy("fault of a machine", "an object could not be read"),
    "unreadable question": pgettext_lazy("fault of a machine", "a question could not be read"),
    "too large": pgettext_lazy("fault of a machine", "an object is too large"),
}


HEARD_MOVES: dict[HeardState, frozenset[HeardState]] = {
    HeardState.TAKEN: frozenset(),
    HeardState.UNMATCHED: frozenset({HeardState.TAKEN, HeardState.PUT_ASIDE}),
    HeardState.REFUSED: frozenset({HeardState.TAKEN, HeardState.PUT_ASIDE}),
    HeardState.PUT_ASIDE: frozenset(),
}
