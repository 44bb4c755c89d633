"""Why a record is opened outside care, and what a reviewer says of it."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


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
