"""What a doctor says when asking for an examination."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.diagnostics.operations.requests import ExamWish
from yilu.diagnostics.operations.studies import Aim
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.selectors.offered import Offered
from yilu.diagnostics.states import Flag, Side, Urgency
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
    part = forms.ChoiceField(label=_("Part of the body"), required=False)
    side = forms.ChoiceField(
        label=_("Side"),
        choices=[("", pgettext_lazy("side", "No side")), *Side.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    is_now = forms.BooleanField(
        label=_("Now, at this visit, without a booking (imaging, ECG, endoscopy)"), required=False
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

    again = Text(label=_("Why again, if there is a recent report"), required=False, max_length=200)

    def __init__(self, data: Any, offered: list[Offered]) -> None:
        super().__init__(data)
        self.offered = {str(one.id): one for one in offered}
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{one.name} · {one.kind_label}") for one in offered
        ]
        wanted = {key for one in offered for key in one.parts}
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            ("", _("As the examination says")),
            *((key, part.name) for key, part in imaging_table().parts.items() if key in wanted),
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
            aim=Aim(self._part(typed), typed["side"], typed["again"]),
            is_now=typed["is_now"],
        )

    def _part(self, typed: dict[str, Any]) -> str:
        """What was chosen; nothing where the examination leaves no choice."""
        parts = self.offered[typed["service"]].parts
        return "" if len(parts) < 2 else str(typed["part"])
