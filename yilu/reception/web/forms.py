"""What is typed at the desk when somebody comes through the door."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.patients.rules.facts import LONGEST, PatientFacts
from yilu.patients.rules.words import Need, Sex
from yilu.platform.forms import Text
from yilu.reception.states import Identifier

FILLED = ("phone", "id_number", "born_on", "sex")
RESIDENT_ID = "resident_id"


def _birth_date() -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=_("Birth date"), required=False, widget=widget)


class ArrivalForm(forms.Form):
    """Comparing who it is, filling in what is missing, and what they need today."""

    compared = forms.BooleanField(
        label=_("I have compared name and one more identifier with the patient"),
        error_messages={"required": _("Compare two identifiers first, then tick this.")},
    )
    second = forms.ChoiceField(
        label=_("Besides the name I compared"), required=False, choices=Identifier.choices
    )
    phone = Text(label=_("Phone"), required=False, max_length=40)
    id_number = Text(label=_("Number of the ID card"), required=False, max_length=40)
    born_on = _birth_date()
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=Sex.choices, initial=Sex.UNKNOWN
    )
    needs = forms.MultipleChoiceField(
        label=_("Needs help today"),
        required=False,
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(
        label=_("The patient agrees to the use of personal data"), required=False
    )

    def __init__(
        self, missing: tuple[str, ...], *args: Any, needs: Collection[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["needs"].initial = [one for one in Need.values if one in needs]
        for name in (*FILLED, "consent"):
            if name not in missing:
                del self.fields[name]
        known = (one for one in Identifier if one.value not in missing)
        self.fields["second"].initial = next(known).value

    def filled(self, facts: PatientFacts) -> PatientFacts:
        """The facts of the record, with what was filled in now."""
        typed = {name: self.cleaned_data[name] for name in FILLED if self.cleaned_data.get(name)}
        if "id_number" in typed:
            typed["id_type"] = facts.id_type or RESIDENT_ID
        return replace(facts, **typed)


class WalkInForm(forms.Form):
    """Who came, and what for. Either a patient who was found, or a name for a new one."""

    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    pretriage = forms.UUIDField(required=False, widget=forms.HiddenInput)
    door = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = Text(label=_("Name"), required=False, max_length=LONGEST["name"])
    phone = Text(label=_("Phone"), required=False, max_length=40)
    is_unknown = forms.BooleanField(
        label=_("Nobody knows who it is: unconscious, or cannot say"), required=False
    )
    id_number = Text(label=_("Number of the ID card"), required=False, max_length=40)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=Sex.choices, initial=Sex.UNKNOWN
    )
    born_on = _birth_date()
    birth_estimated = forms.BooleanField(label=_("Birth date is a guess"), required=False)
    consent = forms.BooleanField(
        label=_("The patient agrees to the use of personal data"), required=False
    )
    service = forms.ChoiceField(label=pgettext_lazy("walk-in", "What for"))
    practitioner = forms.ChoiceField(label=pgettext_lazy("walk-in", "To see"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("Needs help today"),
        required=False,
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        services: list[tuple[str, str]],
        practitioners: list[tuple[str, str]],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = services  # type: ignore[attr-defined]
        self.fields["practitioner"].choices = [  # type: ignore[attr-defined]
            ("", _("Whoever has fewest waiting")),
            *practitioners,
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("patient") or "name" in self.errors:
            return data
        if data.get("name") and data.get("is_unknown"):
            self.add_error("is_unknown", _("Type a name, or say that nobody knows it; not both."))
        elif not data.get("name") and not data.get("is_unknown"):
            self.add_error("name", _("Choose a patient above, or type the name of a new one."))
        return data

    def facts(self) -> PatientFacts:
        """A new patient's facts."""
        typed = self.cleaned_data
        born_on: date | None = typed["born_on"]
        return PatientFacts(
            name=typed["name"],
            phone=typed["phone"],
            id_type=RESIDENT_ID if typed["id_number"] else "",
            id_number=typed["id_number"],
            sex=typed["sex"] or Sex.UNKNOWN.value,
            born_on=born_on,
            birth_estimated=typed["birth_estimated"],
        )
