"""What is typed about incidents."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.forms import Text, VersionedForm
from yilu.reception.scripts import script_of
from yilu.reception.selectors.incidents import Wanted
from yilu.reception.states import IncidentKind, IncidentState
from yilu.scheduling.selectors.resources import ResourceInfo

LONGEST = 1000
DAY = {"type": "date"}
UNTIL = [
    ("1h", _("in one hour")),
    ("2h", _("in two hours")),
    ("today", _("today, whole day")),
    ("1d", _("tomorrow, whole day")),
    ("6d", _("the next seven days")),
    ("29d", _("the next thirty days")),
]


class ReportForm(forms.Form):
    """Where it is, and what happened."""

    place = Text(label=_("Where"), max_length=120, required=False)
    what = Text(
        label=pgettext_lazy("incident", "What happened"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class FaultForm(ReportForm):
    """What failed, and until when it cannot be used."""

    thing = forms.TypedChoiceField(
        label=_("What failed"), coerce=UUID, empty_value=None, required=False
    )
    until = forms.ChoiceField(
        label=_("Cannot be used until"), choices=UNTIL, initial="today", required=False
    )

    field_order = ("thing", "until", "what", "place")

    def offer(self, things: Sequence[ResourceInfo]) -> None:
        """Let somebody choose among what can be booked, or none of it."""
        field: Any = self.fields["thing"]
        named = [(str(one.id), one.name) for one in things if not one.is_person]
        field.choices = [("", _("Something that is not booked")), *named]

    def until_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The end that was chosen: so many hours, or the midnight after so many days."""
        said = self.cleaned_data["until"] or "today"
        if said.endswith("h"):
            return now + timedelta(hours=int(said[:-1]))
        days = 0 if said == "today" else int(said[:-1])
        day = now.astimezone(zone).date() + timedelta(days=days + 1)
        return datetime.combine(day, time(), tzinfo=zone)


class DescribeForm(VersionedForm, ReportForm):
    """What has become known. The patient is chosen among those found."""

    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """A line of the timeline: a deed of the script or words, and when it was done."""

    deed = forms.ChoiceField(label=_("What was done"), required=False)
    text = Text(label=pgettext_lazy("timeline", "In words"), max_length=LONGEST, required=False)
    at = forms.TimeField(
        label=_("Done at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Empty: now."),
    )

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["deed"]
        deeds = script_of(kind).deeds
        field.choices = [("", "—"), *((one.key, one.label) for one in deeds)]

    def done_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant meant: today on the site's wall, or yesterday when that is still to come."""
        said = self.cleaned_data["at"]
        if said is None:
            return None
        local = now.astimezone(zone)
        meant = datetime.combine(local.date(), said, tzinfo=zone)
        if said.hour == local.hour and said.minute == local.minute:
            return now
        return meant - timedelta(days=1) if meant - now > timedelta(hours=12) else meant


class CloseForm(VersionedForm):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("incident", "How it ended"), widget=forms.RadioSelect
    )
    note = Text(
        label=_("What else is to be known"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["outcome"]
        field.choices = [(one.value, one.label) for one in script_of(kind).outcomes]


class WantedForm(forms.Form):
    """Which incidents to list."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("incident", "Kind"),
        required=False,
        choices=[("", _("All kinds")), *IncidentKind.choices],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("incident", "State"),
        required=False,
        choices=[("", _("All states")), *IncidentState.choices],
    )
    from_on = forms.DateField(
        label=pgettext_lazy("incident", "From"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    until_on = forms.DateField(
        label=pgettext_lazy("incident", "To"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )

    def wanted(self) -> Wanted:
        """What was asked for; what cannot be read asks for nothing."""
        self.is_valid()
        said: dict[str, Any] = getattr(self, "cleaned_data", {})
        days: list[date | None] = [said.get("from_on"), said.get("until_on")]
        return Wanted(said.get("kind", ""), said.get("state", ""), *days)
