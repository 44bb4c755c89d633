"""What the caller writes down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.aftercare.operations.follow_ups import Outcome
from yilu.aftercare.states import Medication, Recovery
from yilu.platform.forms import Text, VersionedForm

STARS = [("", "—"), *((str(n), str(n)) for n in range(5, 0, -1))]


class OutcomeForm(VersionedForm):
    """How the patient is, in the order in which the script asks."""

    recovery = forms.ChoiceField(
        label=_("How are you since your visit?"), choices=Recovery.choices, widget=forms.RadioSelect
    )
    medication = forms.ChoiceField(
        label=_("Do you take the medicines as told?"),
        choices=Medication.choices, widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    reactions = Text(
        label=_("Anything that does not agree with you?"), required=False, max_length=400
    )
    satisfaction = forms.ChoiceField(
        label=_("How satisfied are you with us, 1 to 5?"), choices=STARS, required=False
    )
    wants_visit = forms.BooleanField(label=_("Wants to come again"), required=False)
    needs_doctor = forms.BooleanField(label=_("A doctor should look at this"), required=False)
    note = Text(
        label=pgettext_lazy("aftercare", "Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )

    def outcome(self, typed: dict[str, Any]) -> Outcome:
        """The answers as an outcome."""
        stars = typed["satisfaction"]
        names = ("recovery", "medication", "reactions", "wants_visit", "needs_doctor", "note")
        return Outcome(
            satisfaction=int(stars) if stars else None, **{name: typed[name] for name in names}
        )
