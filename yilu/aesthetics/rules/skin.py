"""Skin types, and how much light has aged the skin."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

FITZPATRICK: Mapping[str, Promise] = {
    "1": pgettext_lazy("skin type", "I – always burns, never tans"),
    "2": pgettext_lazy("skin type", "II – burns easily, tans little"),
    "3": pgettext_lazy("skin type", "III – burns sometimes, tans evenly"),
    "4": pgettext_lazy("skin type", "IV – burns little, tans well"),
    "5": pgettext_lazy("skin type", "V – hardly burns, brown"),
    "6": pgettext_lazy("skin type", "VI – never burns, dark brown"),
}
GLOGAU: Mapping[str, Promise] = {
    "1": pgettext_lazy("Glogau", "I – no wrinkles"),
    "2": pgettext_lazy("Glogau", "II – wrinkles in motion"),
    "3": pgettext_lazy("Glogau", "III – wrinkles at rest"),
    "4": pgettext_lazy("Glogau", "IV – only wrinkles"),
}
ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}
