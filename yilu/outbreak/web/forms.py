"""What is typed about outbreaks."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.outbreak.operations.plans import PlanFacts
from yilu.outbreak.selectors.modes import PlanInfo
from yilu.outbreak.states import CaseGroup, CaseOutcome, CaseWay, Illness
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.names import CHINESE, ENGLISH, Localized

DAY = {"type": "date"}
ROUTE = forms.Textarea(attrs={"rows": 2, "translate": "no"})


class SwitchForm(forms.Form):
    """Which illness, and why."""

    illness = forms.ChoiceField(
        label=_("Against what"), choices=Illness.choices, widget=forms.RadioSelect
    )
    reason = Text(label=pgettext_lazy("outbreak", "Why"), max_length=300)


class EndForm(VersionedForm):
    """Why it ends."""

    note = Text(label=pgettext_lazy("outbreak", "Why it ends"), max_length=1000)


class DrillEndForm(VersionedForm):
    """What a drill has shown."""

    note = Text(
        label=_("What was found, and what is to be done about it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhyForm(VersionedForm):
    """A reason in words."""

    reason = Text(label=pgettext_lazy("outbreak", "Why"), max_length=300)


class PlanForm(VersionedForm):
    """What a site does in an outbreak."""

    route_zh = Text(label=_("Isolation route: entrance, corridor"), max_length=300, widget=ROUTE)
    route_en = Text(
        label=_("Isolation route in English"), max_length=400, required=False, widget=ROUTE
    )
    room = forms.TypedChoiceField(
        label=_("Isolation room"),
        coerce=UUID,
        help_text=_("It gets a queue of its own. Walls call it by its name and say nothing else."),
    )
    online_per_day = forms.IntegerField(
        label=_("Bookings online a day, at most"),
        required=False,
        min_value=0,
        max_value=5000,
        help_text=_("Empty: no limit. The desk and the telephone are never bound."),
    )
    closed_service_ids = forms.TypedMultipleChoiceField(
        label=_("Services that cannot be booked online meanwhile"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_hours = forms.IntegerField(
        label=_("Answers hold for so many hours"), min_value=1, max_value=72
    )
    window_minutes = forms.IntegerField(
        label=_("Contacts: also so many minutes before and after"), min_value=0, max_value=240
    )
    drill_days = forms.IntegerField(
        label=_("Remind of a drill after so many days"), min_value=1, max_value=730
    )

    def __init__(
        self,
        data: Any,
        plan: PlanInfo | None,
        rooms: Sequence[tuple[str, str]],
        services: Sequence[tuple[str, str]],
    ) -> None:
        known: dict[str, Any] = {"valid_hours": 24, "window_minutes": 30, "drill_days": 90}
        if plan is not None:
            known = {name: getattr(plan, name) for name in (*known, "online_per_day", "version")}
            known |= {
                "route_zh": plan.route.get(CHINESE, ""),
                "route_en": plan.route.get(ENGLISH, ""),
                "room": str(plan.room_id),
                "closed_service_ids": [str(one) for one in plan.closed_service_ids],
            }
        super().__init__(data, initial=known)
        self.fields["room"].choices = [("", "—"), *rooms]  # type: ignore[attr-defined]
        self.fields["closed_service_ids"].choices = services  # type: ignore[attr-defined]

    def facts(self) -> PlanFacts:
        """What was typed."""
        said = self.cleaned_data
        route = {CHINESE: said["route_zh"], ENGLISH: said["route_en"]}
        return PlanFacts(
            route=Localized({key: words for key, words in route.items() if words}),
            room_id=said["room"],
            valid_hours=said["valid_hours"],
            window_minutes=said["window_minutes"],
            drill_days=said["drill_days"],
            online_per_day=said["online_per_day"],
            closed_service_ids=tuple(said["closed_service_ids"]),
        )


class CaseForm(forms.Form):
    """What is suspected."""

    group = forms.ChoiceField(
        label=_("Which group"), choices=CaseGroup.choices, widget=forms.RadioSelect
    )
    disease = Text(label=_("Suspected illness"), max_length=200)


class SendForm(VersionedForm):
    """How and when the report was sent."""

    way = forms.ChoiceField(label=_("How"), choices=CaseWay.choices, widget=forms.RadioSelect)
    receipt = Text(label=_("Receipt or card number"), max_length=80, required=False)
    at = forms.TimeField(
        label=_("Sent at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Empty: now."),
    )

    def sent_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant meant: today on the site's wall, or yesterday when that is still to come."""
        said: time | None = self.cleaned_data["at"]
        if said is None:
            return None
        local = now.astimezone(zone)
        if (said.hour, said.minute) == (local.hour, local.minute):
            return now
        meant = datetime.combine(local.date(), said, tzinfo=zone)
        return meant - timedelta(days=1) if meant - now > timedelta(hours=12) else meant


class OutcomeForm(VersionedForm):
    """How a reported case came out."""

    outcome = forms.ChoiceField(
        label=_("How it came out"), choices=CaseOutcome.choices, widget=forms.RadioSelect
    )


class DaysForm(forms.Form):
    """Which days to count."""

    first = forms.DateField(
        label=pgettext_lazy("outbreak", "From"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=pgettext_lazy("outbreak", "To"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )

    def days(self, today: date) -> tuple[date, date]:
        """The days asked for; today when nothing that can be read was."""
        self.is_valid()
        said: dict[str, Any] = getattr(self, "cleaned_data", {})
        last = said.get("last") or today
        return said.get("first") or last, last
