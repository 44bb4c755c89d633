"""What is typed at the telephone desk."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.forms import Text, VersionedForm
from yilu.reception.states import CallBackOutcome, CallerFact, CallNeed
from yilu.workforce.selectors.staff import Colleague

LONGEST = 2000


class IdentifyForm(VersionedForm):
    """About whom the caller speaks, and which facts they gave."""

    patient = forms.UUIDField(error_messages={"required": _("Choose about whom they call.")})
    identifiers = forms.MultipleChoiceField(
        label=_("The caller said correctly"),
        choices=CallerFact.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class CallForm(forms.Form):
    """What the caller needs, what was said, and whether it was read back."""

    need = forms.ChoiceField(
        label=_("What they need"), choices=CallNeed.choices, widget=forms.RadioSelect
    )
    note = Text(
        label=pgettext_lazy("call", "Note"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    read_back = forms.BooleanField(
        label=_("Read back what was agreed, and the caller said yes"), required=False
    )


class CallBackForm(forms.Form):
    """Whom to call back, when, why, and who does it."""

    phone = Text(label=_("Telephone number"), max_length=40)
    day = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("By"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    reason = Text(label=pgettext_lazy("call back", "Why"), max_length=400)
    owner = forms.TypedChoiceField(
        label=_("Who calls"), coerce=UUID, empty_value=None, required=False
    )
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def offer(self, people: Sequence[Colleague]) -> None:
        """Let somebody choose among those who work here today."""
        field: Any = self.fields["owner"]
        named = [(str(one.user_id), str(one.name)) for one in people]
        field.choices = [("", _("Whoever is free at the desk")), *named]

    def due_at(self, zone: ZoneInfo) -> datetime:
        """The time that was promised, on the wall of the site."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data["at"]
        return datetime.combine(day, at, tzinfo=zone)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year < 2200:
            raise forms.ValidationError(_("Please look at the days again."), code="year")
        return day


class OverForm(VersionedForm):
    """Why a call is off the list."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=[
            (one.value, one.label) for one in CallBackOutcome if one != CallBackOutcome.THEY_RANG
        ],
    )


class LineForm(forms.Form):
    """What a telephone system is called."""

    name = Text(label=_("Name of the telephone system"), max_length=80)
