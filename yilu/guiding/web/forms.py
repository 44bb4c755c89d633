"""What the pages of guiding accept."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yilu.guiding.selectors.tasks import OnDuty
from yilu.guiding.states import SAID, STEPS, DeclineReason, Destination, Help, TaskEnd
from yilu.platform.forms import Text, VersionedForm
from yilu.workforce.rules import LANGUAGES

ASKED = (Help.ESCORT, Help.WHEELCHAIR, Help.STRETCHER)
MOST = 999


class AskForm(forms.Form):
    """How somebody is to be brought, where to, and what the guide should know."""

    help = forms.ChoiceField(
        label=gettext_lazy("What is needed"),
        choices=[(one.value, one.label) for one in ASKED],
        widget=forms.RadioSelect,
    )
    destination = forms.ChoiceField(label=pgettext_lazy("guiding", "To"), required=False)
    to_place = Text(
        label=gettext_lazy("The place, in words"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Needed for another place; else only when it is not plain."),
    )
    from_place = Text(label=gettext_lazy("Where the patient is"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Speaks"), choices=list(LANGUAGES.items()), required=False
    )
    note = Text(label=gettext_lazy("What the guide should know"), max_length=200, required=False)

    def lead_to(self, next_place: str) -> None:
        """Offer the next step by its name, where there is one; then every kind of place."""
        field: Any = self.fields["destination"]
        words = _("The next step: %(place)s") % {"place": next_place}
        first = [("", words)] if next_place else []
        field.choices = [*first, *Destination.choices]
        field.required = not next_place


class PersonForm(VersionedForm):
    """A guide who is on duty."""

    person = forms.TypedChoiceField(label=pgettext_lazy("guiding", "Guide"), coerce=UUID)

    def offer(self, guides: Iterable[OnDuty]) -> None:
        """Whom one may choose."""
        field: Any = self.fields["person"]
        field.choices = [(str(one.user_id), one.label) for one in guides]


class DeclineForm(VersionedForm):
    """Why a guide cannot."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )


class WithdrawForm(VersionedForm):
    """Why nobody need be brought."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[(one.value, TaskEnd(one).label) for one in SAID],
        widget=forms.RadioSelect,
    )


class RuleForm(VersionedForm):
    """Which steps become tasks, how soon they are taken up, and what stands ready."""

    for_needs = forms.MultipleChoiceField(
        label=gettext_lazy("Patients with a need are brought to"),
        choices=[(one.value, one.label) for one in STEPS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "A wheelchair, a disability, weak sight or hearing, an interpreter or a dialect; and "
            "whoever asked for help in this visit."
        ),
    )
    for_all = forms.MultipleChoiceField(
        label=gettext_lazy("Everybody is brought to"),
        choices=[(one.value, one.label) for one in STEPS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pickup_minutes = forms.IntegerField(
        label=gettext_lazy("A guide takes a task up within (minutes)"), min_value=1, max_value=120
    )
    wheelchairs = forms.IntegerField(
        label=gettext_lazy("Wheelchairs at this site"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("Left empty, they are not counted."),
    )
    stretchers = forms.IntegerField(
        label=gettext_lazy("Stretchers at this site"), min_value=0, max_value=MOST, required=False
    )
