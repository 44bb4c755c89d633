"""Forms of the record's dialogs. What they send is checked again by the operations."""

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
