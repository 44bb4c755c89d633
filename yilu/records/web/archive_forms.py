"""What is asked when a paper is filed, a record held, a term set, or papers are to be destroyed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.forms import Text, VersionedForm
from yilu.records.rules.access import LONGEST_REASON
from yilu.records.rules.archive import (
    LONGEST_SHELF,
    LONGEST_TITLE,
    LONGEST_WAIT,
    LONGEST_YEARS,
    SHORTEST_WAIT,
    SHORTEST_YEARS,
)
from yilu.records.states import PaperKind

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PaperForm(forms.Form):
    """What a paper is. Its pages are chosen beside it."""

    kind = forms.ChoiceField(label=pgettext_lazy("paper", "Kind"), choices=PaperKind.choices)
    title = Text(label=pgettext_lazy("paper", "What it is"), max_length=LONGEST_TITLE)
    dated_on = forms.DateField(label=_("Day on the paper"), widget=DAY)
    visit_id = forms.TypedChoiceField(
        label=pgettext_lazy("paper", "Belongs to"), required=False, coerce=UUID, empty_value=None
    )
    shelf = Text(label=_("Where the original lies"), max_length=LONGEST_SHELF, required=False)

    def __init__(self, *args: Any, visits: Iterable[tuple[str, str]] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        field: Any = self.fields["visit_id"]
        field.choices = [("", _("The patient's record as a whole")), *visits]


class WhyForm(VersionedForm):
    """A reason in a sentence."""

    reason = Text(
        label=pgettext_lazy("archive", "Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )


class NoteForm(VersionedForm):
    """How the originals were destroyed."""

    note = Text(
        label=_("How the originals were destroyed, and who was there"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )


class HoldForm(forms.Form):
    """Who demands that a record be kept, and why."""

    demanded_by = Text(label=_("Who demands it"), max_length=LONGEST_TITLE)
    reason = Text(
        label=pgettext_lazy("archive", "Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )
    review_on = forms.DateField(label=_("To be looked at again on"), required=False, widget=DAY)


class RetentionForm(VersionedForm):
    """How long records are kept, and papers of a kind if longer."""

    years = forms.IntegerField(
        label=_("Years after the last visit"), min_value=SHORTEST_YEARS, max_value=LONGEST_YEARS
    )
    waiting_days = forms.IntegerField(
        label=_("Days between approval and destruction"),
        min_value=SHORTEST_WAIT,
        max_value=LONGEST_WAIT,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for kind in PaperKind:
            self.fields[kind.value] = forms.IntegerField(
                label=_("Years if it holds: %(kind)s") % {"kind": kind.label},
                required=False,
                min_value=SHORTEST_YEARS,
                max_value=LONGEST_YEARS,
            )
