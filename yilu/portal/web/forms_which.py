"""What somebody types who does not know which department they need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.intake.operations.pretriage import Complaint
from yilu.intake.rules.wording import LONGEST
from yilu.intake.selectors.pretriage import choices, group_name
from yilu.patients.states import Sex
from yilu.platform.forms import Text

NOBODY = "nobody"
OLDEST = 130


class WhichForm(forms.Form):
    """Own words and choices; for whom, or their age and sex where no record says them."""

    text = Text(
        label=_("What troubles you?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )
    who = forms.ChoiceField(label=_("For whom"), required=False, widget=forms.RadioSelect)
    age = forms.DecimalField(
        label=_("Age in years"), required=False, min_value=0, max_value=OLDEST, decimal_places=2
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[(one.value, one.label) for one in (Sex.FEMALE, Sex.MALE)],
        widget=forms.RadioSelect,
    )
    pregnant = forms.BooleanField(label=pgettext_lazy("complaint", "Pregnant"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [*people, (NOBODY, pgettext_lazy("for whom", "Somebody else"))]
        self.fields["who"].choices = offered  # type: ignore[attr-defined]
        self.fields["who"].initial = offered[0][0]
        for group, found in choices().items():
            self.fields[group] = forms.MultipleChoiceField(
                label=group_name(group),
                required=False,
                choices=[(one.key, str(one.title)) for one in found],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def groups(self) -> list[Any]:
        """The choices beside the alarms, a group each."""
        return [self[group] for group in choices() if group != "alarm"]

    def complaint(self) -> Complaint:
        """What was said, as the rules take it."""
        typed = self.cleaned_data
        return Complaint(
            text=typed["text"],
            chosen=self._chosen(),
            age=float(typed["age"]) if typed["age"] is not None else None,
            sex=typed["sex"] or "",
            pregnant=typed["pregnant"],
        )

    def said(self) -> str:
        """The complaint in words, for the reason of a booking."""
        titles = {one.key: str(one.title) for group in choices().values() for one in group}
        said = [self.cleaned_data["text"], *(titles[one] for one in self._chosen())]
        return "；".join(one for one in said if one)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(key for group in choices() for key in self.cleaned_data[group])
