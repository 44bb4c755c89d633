"""The lives of what outbreak mode keeps, and the words for them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Illness(TextChoices):
    """The kind of illness that a site guards against: it chooses the questions."""

    RESPIRATORY = "respiratory", _("Respiratory illness")
    INTESTINAL = "intestinal", _("Intestinal illness")
    RASH = "rash", _("Illness with rash and fever")
    OTHER = "other", _("Another or unknown illness")


class ScreeningOutcome(TextChoices):
    CLEAR = "clear", pgettext_lazy("screening", "Nothing found")
    POSITIVE = "positive", pgettext_lazy("screening", "Suspected")


class AskedVia(TextChoices):
    """Where the questions were answered; `staff` is a suspicion without them."""

    DESK = "desk", pgettext_lazy("screening", "At the desk")
    KIOSK = "kiosk", pgettext_lazy("screening", "At a kiosk")
    PHONE = "phone", pgettext_lazy("screening", "On the phone, before the visit")
    STAFF = "staff", pgettext_lazy("screening", "Suspected by staff")


# Where an actor of a kind answers; anybody else is at the desk.
VIA = {"patient": AskedVia.PHONE, "device": AskedVia.KIOSK}


class CaseGroup(TextChoices):
    """What is suspected, as far as the time for the report depends on it."""

    CLASS_A = "class_a", _("Class A")
    LIKE_A = "like_a", _("Class B managed as A (pulmonary anthrax, SARS …)")
    UNKNOWN = "unknown", _("New illness, or cause unknown")
    CLUSTER = "cluster", _("Outbreak: several linked cases")
    OTHER = "other", _("Other class B or C")


class CaseState(TextChoices):
    OPEN = "open", pgettext_lazy("case report", "To be sent")
    SENT = "sent", pgettext_lazy("case report", "Sent")
    WITHDRAWN = "withdrawn", pgettext_lazy("case report", "Withdrawn")


class CaseWay(TextChoices):
    NETWORK = "network", _("Network report")
    FASTEST = "fastest", _("By telephone or fax to the county CDC")


class CaseOutcome(TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("case report", "Confirmed")
    EXCLUDED = "excluded", pgettext_lazy("case report", "Excluded")
    REFERRED = "referred", pgettext_lazy("case report", "Taken over by another hospital")
