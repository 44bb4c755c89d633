"""The words that a patient's record chooses from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.patients.rules.words import Need, Sex

__all__ = [
    "CardEnd",
    "CardKind",
    "ConsentHow",
    "ConsentKind",
    "ContactKind",
    "Kinship",
    "LinkHow",
    "Need",
    "Sex",
]


class ContactKind(TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")


class CardKind(TextChoices):
    VISIT = "visit", _("Visit card")
    INSURANCE = "insurance", _("Insurance card")


class CardEnd(TextChoices):
    """Why a card works no longer."""

    LOST = "lost", pgettext_lazy("card", "Lost")
    REPLACED = "replaced", pgettext_lazy("card", "Replaced")
    GIVEN_BACK = "given_back", pgettext_lazy("card", "Given back")


class ConsentKind(TextChoices):
    DATA_USE = "data_use", _("Use of personal data")
    SHARING = "sharing", _("Sharing between the group's clinics")
    PROMOTION = "promotion", _("News and offers")


class ConsentHow(TextChoices):
    SIGNED = "signed", _("Signed on paper")
    SPOKEN = "spoken", _("Said at the desk")
    ONLINE = "online", _("Ticked online")


class Kinship(TextChoices):
    """What the relative is to the patient."""

    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SPOUSE = "spouse", _("Husband or wife")
    SIBLING = "sibling", _("Brother or sister")
    GUARDIAN = "guardian", _("Guardian")
    OTHER = "other", _("Other")


class LinkHow(TextChoices):
    """How an account came to see a patient."""

    CREATED = "created", _("Registered it")
    MATCHED = "matched", _("Proved who they are")
    DESK = "desk", _("Linked by the desk")
