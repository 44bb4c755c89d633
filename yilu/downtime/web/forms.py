"""What is typed from paper: times on the wall clock of the site."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.downtime.operations.entering import Written
from yilu.downtime.rules import TrueTimes
from yilu.downtime.selectors.kits import OutageLine
from yilu.platform.forms import Text


def _clock(label: Any, *, required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OutageForm(forms.Form):
    """From when until when a site worked on paper, and with which kit."""

    kit = forms.ChoiceField(label=_("Kit"))
    day = _day(_("Day"))
    began = _clock(_("From"), required=True)
    ended = _clock(_("Until"), required=True)

    def __init__(self, kits: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kit"].choices = kits  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """What became of a form that holds no visit."""

    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("unused", _("Blank")), ("void", _("Spoilt")), ("missing", _("Cannot be found"))],
    )
    reason = Text(label=_("Why"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") != "unused" and not data.get("reason"):
            self.add_error("reason", _("Say why in a word."))
        return data


class PaperEntryForm(forms.Form):
    """A visit from its form: who, what, with whom, when, and what was paid in cash."""

    patient = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose a patient above.")}
    )
    booking = forms.ChoiceField(label=_("Booking"), required=False)
    service = forms.ChoiceField(label=_("Service"))
    practitioner = forms.ChoiceField(label=_("Doctor"))
    arrived = _clock(_("Arrived at"), required=True)
    called = _clock(_("Called at"))
    ended = _clock(_("Ended at"))
    paid_at = _clock(_("Paid at"))
    paid = forms.DecimalField(
        label=_("Sum in cash"), required=False, min_value=Decimal(0), max_digits=10,
        decimal_places=2,
    )  # fmt: skip

    def __init__(
        self, choices: dict[str, list[tuple[str, str]]], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def written(self, line: OutageLine) -> Written:
        """What stands on the paper, its times on the wall clock of the outage."""
        typed = self.cleaned_data

        def moment(clock_time: time | None) -> datetime | None:
            return within(line, clock_time) if clock_time else None

        return Written(
            patient_id=typed["patient"],
            service_id=UUID(typed["service"]),
            practitioner_id=UUID(typed["practitioner"]),
            booking_id=UUID(typed["booking"]) if typed["booking"] else None,
            paid=typed["paid"],
            times=TrueTimes(
                arrived_at=within(line, typed["arrived"]),
                called_at=moment(typed["called"]),
                ended_at=moment(typed["ended"]),
                paid_at=moment(typed["paid_at"]),
            ),
        )


def within(line: OutageLine, clock_time: time) -> datetime:
    """A time on the paper of an outage: of its first day, or of the next when midnight passed."""
    began = line.began_at
    found = datetime.combine(began.date(), clock_time, tzinfo=began.tzinfo)
    passed_midnight = line.ended_at.date() > began.date()
    early = found < began.replace(second=0, microsecond=0)
    return found + timedelta(days=1) if passed_midnight and early else found


def at(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """A time on the wall clock of a site."""
    return datetime.combine(day, clock_time, tzinfo=zone)
