"""What is asked when a record is opened outside care, and when that is judged."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.forms import Text, VersionedForm
from yilu.records.rules.access import (
    LONGEST_DAYS,
    LONGEST_MINUTES,
    LONGEST_REASON,
    SHORTEST_DAYS,
    SHORTEST_MINUTES,
)
from yilu.records.states import Reason, Verdict


class OpenForm(forms.Form):
    """Why somebody needs a record of a patient whom they do not look after."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("opening", "Why"), choices=Reason.choices, widget=forms.RadioSelect
    )
    text = Text(
        label=_("In a sentence: what for, and who asked"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )


class ReviewForm(VersionedForm):
    """Whether that was justified."""

    verdict = forms.ChoiceField(
        label=pgettext_lazy("opening", "Verdict"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    note = Text(
        label=pgettext_lazy("opening", "Note (needed when not justified)"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class RuleForm(VersionedForm):
    """How long things count."""

    recent_days = forms.IntegerField(
        label=_("Days that a visit, a booking or an order counts"),
        min_value=SHORTEST_DAYS,
        max_value=LONGEST_DAYS,
    )
    glass_minutes = forms.IntegerField(
        label=_("Minutes that a stated reason holds"),
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
    )
