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
