"""What the pages of the catalogue accept."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.operations.prices import ItemFacts
from yilu.catalogue.operations.services import LONGEST, SHORTEST, STEP, ServiceFacts
from yilu.catalogue.selectors.prices import CATEGORIES
from yilu.catalogue.selectors.services import ServiceInfo
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workforce.selectors.practitioners import PractitionerInfo

DEAREST = Decimal(1_000_000)


class PriceForm(forms.Form):
    """What an item costs from a day on."""

    amount = forms.DecimalField(
        label=_("Price in yuan"), min_value=0, max_value=DEAREST, decimal_places=4
    )
    from_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The price before it ends the day before; past days stay as they were."),
    )


class ItemForm(forms.Form):
    """Something new on the price list."""

    code = Text(label=_("Code"), max_length=40)
    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=_("Name in English"), max_length=160, required=False)
    category = forms.ChoiceField(label=_("Category"), choices=CATEGORIES)
    unit_zh = Text(label=_("Unit"), max_length=20)
    unit_en = Text(label=_("Unit in English"), max_length=30, required=False)
    amount = forms.DecimalField(
        label=_("Price in yuan"), min_value=0, max_value=DEAREST, decimal_places=4
    )

    def facts(self) -> ItemFacts:
        """What was said about the item."""
        said = self.cleaned_data
        return ItemFacts(
            code=said["code"],
            name=_words(said, "name"),
            category=said["category"],
            unit=_words(said, "unit"),
        )


class ServiceForm(forms.Form):
    """A service's words, length and rules, and who performs it."""

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=_("Name in English"), max_length=160, required=False)
    summary_zh = Text(label=_("In one line"), max_length=200, required=False)
    summary_en = Text(label=_("In one line, in English"), max_length=300, required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, step_size=STEP
    )
    buffer_after = forms.IntegerField(
        label=_("Minutes to clean up afterwards"), min_value=0, max_value=120
    )
    min_notice_minutes = forms.IntegerField(
        label=_("Bookable until so many minutes before"), min_value=0, max_value=20160
    )
    window_days = forms.IntegerField(
        label=_("Bookable so many days ahead"), min_value=1, max_value=31
    )
    change_until_minutes = forms.IntegerField(
        label=_("Patients may change it until so many minutes before"),
        min_value=0,
        max_value=20160,
    )
    online = forms.BooleanField(label=_("Patients can book it themselves"), required=False)
    is_active = forms.BooleanField(label=_("On offer"), required=False)
    preparation_zh = Text(
        label=_("How to prepare"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    preparation_en = Text(
        label=_("How to prepare, in English"),
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    performers = forms.TypedMultipleChoiceField(
        label=_("Who does it"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Any, *, known: ServiceInfo, now: list[UUID], people: list[PractitionerInfo]
    ) -> None:
        super().__init__(data, initial=_answers(known, now))
        self.known = known
        field: Any = self.fields["performers"]
        field.choices = [(str(one.id), f"{one.name} · {one.title}") for one in people]

    def facts(self) -> ServiceFacts:
        """What was said about the service; what the page does not ask stays."""
        said = self.cleaned_data
        kept = {name: getattr(self.known, name) for name in ServiceFacts.__slots__}
        asked = {name: said[name] for name in kept if name in said}
        words = {name: _words(said, name) for name in ("name", "summary", "preparation")}
        return ServiceFacts(**(kept | asked | words))


class VersionForm(forms.Form):
    """A deed on what was seen: which version it was."""

    version = forms.IntegerField(required=False, min_value=1)


def _answers(known: ServiceInfo, now: list[UUID]) -> dict[str, Any]:
    plain = ("minutes", "buffer_after", "min_notice_minutes", "window_days")
    more = ("change_until_minutes", "online", "is_active")
    answers: dict[str, Any] = {name: getattr(known, name) for name in plain + more}
    for name in ("name", "summary", "preparation"):
        words: Localized = getattr(known, name)
        answers |= {f"{name}_zh": words.get(CHINESE, ""), f"{name}_en": words.get(ENGLISH, "")}
    return answers | {"performers": [str(one) for one in now]}


def _words(said: dict[str, Any], name: str) -> Localized:
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})
