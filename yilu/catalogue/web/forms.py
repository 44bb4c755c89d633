"""What the pages of the catalogue accept."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.operations.prices import ItemFacts
from yilu.catalogue.selectors.prices import CATEGORIES, ItemInfo, group_today
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.names import CHINESE, ENGLISH, Localized

DEAREST = Decimal(1_000_000)


class PriceForm(VersionedForm):
    """What an item costs from a day on."""

    amount = forms.DecimalField(
        label=_("Price in yuan"), min_value=0, max_value=DEAREST, decimal_places=4
    )
    from_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The price before it ends the day before; past days stay as they were."),
    )


class ItemForm(VersionedForm):
    """What is said about something on the price list."""

    code = Text(label=_("Code"), max_length=40)
    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=_("Name in English"), max_length=160, required=False)
    category = forms.ChoiceField(label=_("Category"), choices=CATEGORIES)
    unit_zh = Text(label=_("Unit"), max_length=20)
    unit_en = Text(label=_("Unit in English"), max_length=30, required=False)
    is_active = forms.BooleanField(label=_("On the price list"), required=False)

    def __init__(self, data: Any, *, known: ItemInfo | None = None) -> None:
        initial: dict[str, Any] = {"is_active": True, "from_on": group_today()}
        if known is not None:
            initial = {name: getattr(known, name) for name in ("code", "category", "is_active")}
            initial["version"] = known.version
            for name in ("name", "unit"):
                text: Localized = getattr(known, name)
                initial |= {
                    f"{name}_zh": text.get(CHINESE, ""),
                    f"{name}_en": text.get(ENGLISH, ""),
                }
        super().__init__(data, initial=initial, auto_id="dialog_%s")

    def facts(self) -> ItemFacts:
        """What was said about the item."""
        said = self.cleaned_data
        return ItemFacts(
            code=said["code"],
            name=words(said, "name"),
            category=said["category"],
            unit=words(said, "unit"),
            is_active=said["is_active"],
        )


class NewItemForm(ItemForm):
    """Something that is not on the price list yet, and what it costs from a day on."""

    amount = forms.DecimalField(
        label=_("Price in yuan"), min_value=0, max_value=DEAREST, decimal_places=4
    )
    from_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def words(said: dict[str, Any], name: str) -> Localized:
    """What was typed in both languages; a language without words is left out."""
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: text for language, text in both.items() if text})
