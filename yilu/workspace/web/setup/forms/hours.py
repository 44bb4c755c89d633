"""When the site is open, weekday by weekday, with a break at noon."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from yilu.facility.rules import WeeklyHours

WEEKDAYS = [
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
]
SUNDAY = 6
USUAL = {"opens": "09:00", "closes": "18:00", "pause": "12:00", "again": "13:30"}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One weekday's line of the page."""

    name: Any
    is_open: BoundField
    opens: BoundField
    pause: BoundField
    again: BoundField
    closes: BoundField
    errors: list[Any]


class HoursForm(forms.Form):
    """The opening hours of the week; a break needs both of its times."""

    def __init__(self, data: Any, before: Any) -> None:
        super().__init__(data)
        for weekday, name in enumerate(WEEKDAYS):
            self.fields[f"open_{weekday}"] = forms.BooleanField(
                label=name, required=False, initial=weekday != SUNDAY
            )
            for part, usual in USUAL.items():
                self.fields[f"{part}_{weekday}"] = forms.TimeField(
                    label=name,
                    required=False,
                    initial=usual,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for weekday in range(7):
            if said.get(f"open_{weekday}") and not self._fits(said, weekday):
                self.add_error(
                    f"open_{weekday}",
                    _("These times do not follow one another. Use for example 09:00–18:00."),
                )
        if not any(said.get(f"open_{weekday}") for weekday in range(7)):
            self.add_error(None, _("Please open at least one day."))
        return said

    def _fits(self, said: dict[str, Any], weekday: int) -> bool:
        opens, closes, pause, again = (
            said.get(f"{part}_{weekday}") for part in ("opens", "closes", "pause", "again")
        )
        if opens is None or closes is None or opens >= closes:
            return False
        if pause is None and again is None:
            return True
        return pause is not None and again is not None and opens < pause < again < closes

    def lines(self) -> list[DayLine]:
        """The page's lines, one a weekday."""
        return [
            DayLine(
                name,
                self[f"open_{n}"],
                self[f"opens_{n}"],
                self[f"pause_{n}"],
                self[f"again_{n}"],
                self[f"closes_{n}"],
                [
                    error
                    for part in ("open", *USUAL)
                    for error in self.errors.get(f"{part}_{n}", [])
                ],
            )
            for n, name in enumerate(WEEKDAYS)
        ]

    def week(self) -> tuple[WeeklyHours, ...]:
        """The opening hours that were asked for."""
        return tuple(
            WeeklyHours(weekday, starts, ends)
            for weekday in range(7)
            if self.cleaned_data[f"open_{weekday}"]
            for starts, ends in self._stretches(weekday)
        )

    def _stretches(self, weekday: int) -> list[tuple[time, time]]:
        said = self.cleaned_data
        opens, closes = said[f"opens_{weekday}"], said[f"closes_{weekday}"]
        pause, again = said[f"pause_{weekday}"], said[f"again_{weekday}"]
        return [(opens, closes)] if pause is None else [(opens, pause), (again, closes)]
