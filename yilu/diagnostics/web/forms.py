"""What a doctor says when asking for an examination."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.diagnostics.operations.requests import ExamWish
from yilu.diagnostics.selectors.offered import Offered
from yilu.diagnostics.states import Flag, Urgency
from yilu.platform.forms import Text


class AskForm(forms.Form):
    """Which examination, how urgent, why, and what it needs besides."""

    service = forms.ChoiceField(label=_("Examination"))
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=Urgency.choices,
        initial=Urgency.USUAL,
        widget=forms.RadioSelect,
    )
    reason = Text(label=_("Reason for the examination"), required=False, max_length=500)
    wanted_by = forms.DateField(
        label=_("Wanted by"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    more = forms.MultipleChoiceField(
        label=_("Needs besides"),
        required=False,
        choices=Flag.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, offered: list[Offered]) -> None:
        super().__init__(data)
        self.offered = {str(one.id): one for one in offered}
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{one.name} · {one.kind_label}") for one in offered
        ]

    def wish(self, visit_id: UUID, typed: dict[str, Any]) -> ExamWish:
        """What was said: the flags of the examination, and those that were added."""
        flags = (*self.offered[typed["service"]].flags, *typed["more"])
        return ExamWish(
            visit_id=visit_id,
            service_id=UUID(typed["service"]),
            urgency=typed["urgency"],
            reason=typed["reason"],
            wanted_by=typed["wanted_by"],
            flags=flags,
        )
