"""Forms of dentistry. What they send is checked again by the operations."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yilu.clinical.rules.plans import LONGEST, OF_OPTION
from yilu.clinical.selectors.context import Setting
from yilu.clinical.web.sealed import FIELD, context_of
from yilu.platform.forms import Text


class ProposalForm(forms.Form):
    """What is said of a plan in plain words."""

    title = Text(label=gettext_lazy("What it is about"), max_length=LONGEST["title"])
    explanation = Text(
        label=gettext_lazy("Why, in plain words"),
        max_length=LONGEST["explanation"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    benefits = Text(
        label=gettext_lazy("What it does for the patient"),
        max_length=OF_OPTION["benefits"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    risks = Text(
        label=gettext_lazy("What may happen"),
        max_length=OF_OPTION["risks"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    duration = Text(
        label=gettext_lazy("How long it takes"), max_length=OF_OPTION["duration"], required=False
    )
    context = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def about(cls, where: Setting) -> "ProposalForm":
        """A form that says for whom it is."""
        return cls(initial={FIELD: context_of(where), "title": _("Dental treatment plan")})
