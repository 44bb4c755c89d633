"""What is typed about predictions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.forms import Text, VersionedForm
from yilu.prediction.states import AskState


class AnswerForm(VersionedForm):
    """What the patient said on the phone."""

    state = forms.ChoiceField(
        label=_("What does the patient say?"),
        choices=[(one.value, one.label) for one in (AskState.COMES, AskState.CANNOT)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what the patient answered.")},
    )
    note = Text(label=pgettext_lazy("no-show", "Note"), required=False, max_length=200)


class FillForm(forms.Form):
    """Whom an extra place is for: somebody known, or somebody new with a name and a phone."""

    patient = forms.UUIDField(required=False)
    new_name = Text(label=_("Name"), required=False, max_length=100)
    new_phone = Text(label=_("Phone"), required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if not kept.get("patient") and not (kept.get("new_name") and kept.get("new_phone")):
            raise ValidationError(
                _("Please choose a patient, or give name and phone of a new one."), code="who"
            )
        return kept


class OpenForm(forms.Form):
    """Which extra place is to be opened."""

    site = forms.UUIDField()
    practitioner = forms.UUIDField()
    day = forms.DateField()
    starts_at = forms.DateTimeField()
