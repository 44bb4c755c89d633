"""Forms of the record's dialogs. What they send is checked again by the operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.clinical.web.sealed import FIELD
from yilu.platform.forms import Text


class ReasonForm(forms.Form):
    """Why something is done that needs a reason."""

    reason = Text(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    context = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def about(cls, context: str) -> "ReasonForm":
        """An empty form that says for whom it is."""
        return cls(initial={FIELD: context})


class WitnessForm(forms.Form):
    """What was said before a witness, instead of a signature by hand."""

    decision = forms.ChoiceField(
        label=_("They said"),
        choices=[("agree", _("I agree")), ("refuse", _("I do not agree"))],
        widget=forms.RadioSelect,
    )
    witness = Text(label=_("Name of the witness"), max_length=60)
    name = Text(label=_("Name of who signs"), max_length=60, required=False)
    relation = Text(label=_("Relation to the patient"), max_length=40, required=False)
    reason = Text(
        label=_("Reason, if they do not agree"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    context = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_own:
            # The patient answers for themselves.
            del self.fields["name"], self.fields["relation"]


class ExemptionForm(ReasonForm):
    """Why a treatment begins without the examination that ought to come first."""

    is_emergency = forms.BooleanField(
        label=_("An emergency: the consent cannot be waited for either"), required=False
    )
