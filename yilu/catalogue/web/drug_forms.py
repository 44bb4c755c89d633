"""What the pages of medicines accept."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.operations.drugs import DrugFacts, DrugIdentity
from yilu.catalogue.selectors.drugs import DrugInfo, DrugWords
from yilu.catalogue.selectors.prices import CATEGORIES
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.names import CHINESE, ENGLISH, Localized

DRUGS = {"09", "10", "11"}
AS_IT_IS = {"translate": "no"}
LEVELS = [
    (0, _("none")),
    (1, _("unrestricted")),
    (2, _("restricted")),
    (3, _("special")),
]
LONG = {"rows": 2}
PLAIN = (
    "atc",
    "antibiotic_level",
    "usual_dose",
    "usual_frequency",
    "max_single_dose",
    "max_daily_dose",
    "max_daily_per_kg",
    "min_age_months",
    "default_route",
    "needs_skin_test",
    "is_high_alert",
    "is_clinic_use",
    "is_active",
)
WORDS = ("name", "brand", "storage", "warnings")


def _amount(label: Any, *, required: bool = False, least: str = "0") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(least),
        max_value=Decimal(1_000_000),
        decimal_places=4,
    )


class DrugForm(VersionedForm):
    """What is said about a drug: names, limits, warnings."""

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_en = Text(label=_("Name in English"), max_length=120, required=False)
    brand_zh = Text(label=_("Brand"), max_length=80, required=False)
    brand_en = Text(label=_("Brand in English"), max_length=120, required=False)
    atc = forms.RegexField(r"^[A-Z][0-9A-Z]{0,6}$", label=_("ATC code"), required=False)
    antibiotic_level = forms.TypedChoiceField(label=_("Antibiotic"), coerce=int, choices=LEVELS)
    default_route = forms.ChoiceField(label=_("Usual route"), widget=forms.Select(attrs=AS_IT_IS))
    usual_frequency = forms.ChoiceField(
        label=_("Usual frequency"), required=False, widget=forms.Select(attrs=AS_IT_IS)
    )
    usual_dose = _amount(_("Usual dose"))
    max_single_dose = _amount(_("Most in one dose"))
    max_daily_dose = _amount(_("Most in a day"))
    max_daily_per_kg = _amount(_("Most in a day per kilogram, for children"))
    min_age_months = forms.IntegerField(
        label=_("Not before this age, in months"), required=False, min_value=0, max_value=240
    )
    allergy_groups = forms.MultipleChoiceField(
        label=_("Allergy groups"),
        required=False,
        widget=forms.SelectMultiple(attrs=AS_IT_IS | {"size": 4}),
    )
    storage_zh = Text(label=_("Storage"), max_length=200, required=False)
    storage_en = Text(label=_("Storage, in English"), max_length=300, required=False)
    warnings_zh = Text(
        label=_("Warnings"), max_length=600, required=False, widget=forms.Textarea(attrs=LONG)
    )
    warnings_en = Text(
        label=_("Warnings, in English"),
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs=LONG),
    )
    needs_skin_test = forms.BooleanField(label=_("Needs a skin test"), required=False)
    is_high_alert = forms.BooleanField(label=_("High-alert medicine"), required=False)
    is_clinic_use = forms.BooleanField(label=_("Given in the clinic only"), required=False)
    is_active = forms.BooleanField(label=_("On offer"), required=False)

    def __init__(self, data: Any, *, words: DrugWords, known: DrugInfo | None = None) -> None:
        initial: dict[str, Any] = {"is_active": True}
        if known is not None:
            initial = {name: getattr(known, name) for name in (*PLAIN, "version")}
            initial["allergy_groups"] = list(known.allergy_groups)
            for name in WORDS:
                text: Localized = getattr(known, name)
                initial |= {
                    f"{name}_zh": text.get(CHINESE, ""),
                    f"{name}_en": text.get(ENGLISH, ""),
                }
        super().__init__(data, initial=initial, auto_id="dialog_%s")
        fields: Any = self.fields
        fields["default_route"].choices = [(one, one) for one in words.routes]
        fields["usual_frequency"].choices = [("", "—"), *((one, one) for one in words.frequencies)]
        fields["allergy_groups"].choices = [(one, one) for one in words.allergy_groups]

    def facts(self) -> DrugFacts:
        """What was said about the drug."""
        said = self.cleaned_data
        facts: dict[str, Any] = {name: said[name] for name in PLAIN}
        facts |= {name: _words(said, name) for name in WORDS}
        return DrugFacts(**facts, allergy_groups=tuple(said["allergy_groups"]))


class NewDrugForm(DrugForm):
    """A drug that is not on the list yet: what it is, what is said about it, what a pack costs."""

    code = forms.RegexField(r"^[A-Z0-9][A-Z0-9-]{1,29}$", label=_("Code"))
    strength = Text(label=_("Strength"), max_length=60)
    form_zh = Text(label=_("Form"), max_length=40)
    form_en = Text(label=_("Form in English"), max_length=60, required=False)
    dose_unit = Text(label=_("A dose is counted in"), max_length=12, help_text="mg, ml …")
    dose_per_unit = _amount(_("So much in one tablet, sachet …"), required=True, least="0.0001")
    form_unit_zh = Text(label=_("One tablet, sachet … is called"), max_length=12)
    form_unit_en = Text(label=_("Its unit in English"), max_length=20, required=False)
    units_per_pack = _amount(_("So many in a pack"), required=True, least="0.0001")
    dispense_unit_zh = Text(label=_("A pack is called"), max_length=12)
    dispense_unit_en = Text(label=_("A pack in English"), max_length=20, required=False)
    category = forms.ChoiceField(
        label=_("On the receipt as"), choices=[one for one in CATEGORIES if one[0] in DRUGS]
    )
    price = _amount(_("Price of a pack in yuan"), required=True)

    field_order = ("code", "name_zh", "name_en", "strength", "form_zh", "form_en")

    def identity(self) -> DrugIdentity:
        """What the drug is."""
        said = self.cleaned_data
        return DrugIdentity(
            code=said["code"],
            strength=said["strength"],
            form=_words(said, "form"),
            dose_unit=said["dose_unit"],
            dose_per_unit=said["dose_per_unit"],
            form_unit=_words(said, "form_unit"),
            units_per_pack=said["units_per_pack"],
            dispense_unit=_words(said, "dispense_unit"),
        )


def _words(said: dict[str, Any], name: str) -> Localized:
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})
