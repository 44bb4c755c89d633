"""The words for a person that rules choose from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    UNKNOWN = "unknown", _("Not known")


def sexes_differ(one: str, other: str) -> bool:
    """Whether two records say that one is a woman and the other a man."""
    return {one, other} == {Sex.FEMALE, Sex.MALE}


class Need(TextChoices):
    """What somebody needs from us, and what gives them priority."""

    ELDERLY = "elderly", _("Elderly")
    CHILD = "child", pgettext_lazy("need", "Child")
    PREGNANT = "pregnant", _("Pregnant")
    DISABLED = "disabled", pgettext_lazy("need", "Disabled")
    WHEELCHAIR = "wheelchair", _("Wheelchair")
    HEARING = "hearing", _("Hard of hearing")
    SIGHT = "sight", _("Weak sight")
    INTERPRETER = "interpreter", _("Interpreter")
    DIALECT = "dialect", _("Speaks dialect")
    ALLERGY = "allergy", pgettext_lazy("need", "Allergy")


STANDING_NEEDS = tuple(need for need in Need if need != Need.ALLERGY)
"""What may hold for every visit. An allergy that was told is asked about; the record keeps it."""
