"""What is typed about a patient."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.patients.rules.facts import LONGEST, LONGEST_CARD, PatientFacts
from yilu.patients.rules.papers import Paper
from yilu.patients.rules.words import STANDING_NEEDS
from yilu.patients.states import ConsentHow, Kinship, Sex
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH
from yilu.platform.phones import shown_phone

LANGUAGES = [(CHINESE, "中文"), (ENGLISH, "English")]


class PatientForm(forms.Form):
    """A patient's facts. What is right the operation decides; the form keeps what was typed."""

    name = Text(label=_("Name"), max_length=LONGEST["name"])
    phone = Text(label=_("Phone"), required=False, max_length=40)
    id_type = forms.ChoiceField(
        label=_("Paper"), required=False, choices=Paper.choices, initial=Paper.RESIDENT_ID
    )
    # What the page answers while it is typed never changes it: it stays as the typist has it now.
    id_number = Text(
        label=_("Number of the paper"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"hx-morph-skip": ""}),
    )  # fmt: skip
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=Sex.choices, initial=Sex.UNKNOWN
    )
    born_on = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    birth_estimated = forms.BooleanField(label=_("Birth date is a guess"), required=False)
    special_needs = forms.MultipleChoiceField(
        label=_("Needs and priority"), required=False,
        choices=[(one.value, one.label) for one in STANDING_NEEDS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), required=False, choices=LANGUAGES)
    companion = Text(label=_("Companion"), required=False, max_length=LONGEST["companion"])
    email = Text(label=_("E-mail"), required=False, max_length=LONGEST["email"])
    wechat = Text(label=_("WeChat open ID"), required=False, max_length=LONGEST["wechat"])
    address = Text(label=_("Address"), required=False, max_length=LONGEST["address"])
    visit_card = Text(label=_("Visit card number"), required=False, max_length=LONGEST_CARD)
    insurance_card = Text(label=_("Insurance card number"), required=False, max_length=LONGEST_CARD)
    consent = forms.BooleanField(
        label=_("The patient agrees to the use of personal data"), required=False
    )

    def facts(self) -> PatientFacts:
        """What was typed, as facts for the operation."""
        return facts_from(self.cleaned_data)


class RelativeForm(forms.Form):
    """A relative by name and phone, or by the record found for them."""

    kind = forms.ChoiceField(label=_("They are the patient’s"), choices=Kinship.choices)
    relative = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = Text(label=_("Name"), required=False, max_length=LONGEST["name"])
    phone = Text(label=_("Phone"), required=False, max_length=40)
    may_act = forms.BooleanField(label=_("May see and act for the patient"), required=False)


class ConsentForm(forms.Form):
    """How a patient agreed."""

    how = forms.ChoiceField(label=_("How"), choices=ConsentHow.choices)


def facts_from(typed: dict[str, Any]) -> PatientFacts:
    """Cleaned fields as facts."""
    names = set(PatientFacts.__dataclass_fields__)
    known = {name: value for name, value in typed.items() if name in names}
    return PatientFacts(
        **known
        | {
            "sex": known.get("sex") or Sex.UNKNOWN.value,
            "language": known.get("language") or CHINESE,
            "special_needs": tuple(known.get("special_needs") or ()),
        }
    )


def typed_from(facts: PatientFacts) -> dict[str, Any]:
    """Facts as somebody would type them."""
    return asdict(facts) | {
        "phone": shown_phone(facts.phone),
        "special_needs": list(facts.special_needs),
        "id_type": facts.id_type or Paper.RESIDENT_ID.value,
    }


def read_date(typed: str) -> date | None:
    """A date from a field that is still being typed, or None."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
