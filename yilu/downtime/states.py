"""What becomes of a form with a number on it."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class FormState(TextChoices):
    OPEN = "open", pgettext_lazy("paper form", "Not accounted for")
    USED = "used", pgettext_lazy("paper form", "Used")
    UNUSED = "unused", pgettext_lazy("paper form", "Unused")
    VOID = "void", pgettext_lazy("paper form", "Void")
    MISSING = "missing", pgettext_lazy("paper form", "Missing")


# Nothing stands on it as far as we know: paper that turns up after all is entered.
ENTERABLE = (FormState.OPEN, FormState.UNUSED)
SETTLED = (FormState.USED, FormState.UNUSED, FormState.VOID, FormState.MISSING)
BY_HAND = (FormState.UNUSED, FormState.VOID, FormState.MISSING)
