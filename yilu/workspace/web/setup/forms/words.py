"""Words in two languages, as two fields of a form; English may be left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized


def chinese(label: Any, **options: Any) -> forms.CharField:
    """The field for the Chinese words."""
    return Text(label=label, max_length=120, **options)


def english(label: Any, **options: Any) -> forms.CharField:
    """The field for the English words; none may be given."""
    return Text(label=label, max_length=160, required=False, **options)


def localized(answers: dict[str, Any], name: str) -> Localized:
    """The words of `name` in the languages that were given."""
    both = {CHINESE: answers.get(f"{name}_zh", ""), ENGLISH: answers.get(f"{name}_en", "")}
    return Localized({language: words for language, words in both.items() if words})


GROUP = _("Name of the clinic or group"), _("The same in English")
SITE = _("Name of this site"), _("The same in English")
ADDRESS = _("Address"), _("The same in English")
