"""What is typed about rosters and about the days of a site."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.facility.operations.days import SpecialDayFacts
from yilu.facility.rules import WeeklyHours
from yilu.facility.selectors.calendar import CalendarDayInfo, ClosureInfo, SpecialDayInfo
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.scheduling.operations.weeks import Stretch
from yilu.scheduling.selectors.resources import ResourceInfo
from yilu.scheduling.states import BlockKind

STRETCHES = 3
LINE_FIELDS = ("from_", "until_")
WEEKDAYS = [
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
]
Times = Sequence[tuple[time, time]]
DATE = {"type": "date"}
# No `step`: browsers count it from what stands in the field, and from 15:06 nobody comes to 08:00.
TIME = {"type": "time"}


class TimesForm(VersionedForm):
    """Lines of up to three stretches of time, each with both its times."""

    def add_lines(self, lines: Sequence[tuple[Any, Times]]) -> None:
        """Ask for the times of each line; what is known is filled in."""
        self._names = [name for name, _times in lines]
        for number, (name, times) in enumerate(lines):
            for n in range(STRETCHES):
                known = times[n : n + 1]
                self._add(f"from_{number}_{n}", name, known[0][0] if known else None)
                self._add(f"until_{number}_{n}", name, known[0][1] if known else None)

    def _add(self, key: str, label: Any, initial: time | None) -> None:
        self.fields[key] = forms.TimeField(
            label=label,
            initial=initial,
            required=False,
            widget=forms.TimeInput(format="%H:%M", attrs=TIME),
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for number, name in enumerate(self._names):
            for n in range(STRETCHES):
                both = said.get(f"from_{number}_{n}"), said.get(f"until_{number}_{n}")
                if (both[0] is None) != (both[1] is None):
                    words = {"day": str(name)}
                    self.add_error(None, _("%(day)s: give both times, or none.") % words)
        return said

    def lines(self) -> list[tuple[Any, list[tuple[Any, ...]]]]:
        """The page's lines: a name and its pairs of fields."""
        return [
            (name, [self._pair(number, n) for n in range(STRETCHES)])
            for number, name in enumerate(self._names)
        ]

    def _pair(self, number: int, n: int) -> tuple[Any, ...]:
        return tuple(self[f"{key}{number}_{n}"] for key in LINE_FIELDS)

    def plain(self) -> list[Any]:
        """The fields that stand beside the lines."""
        return [one for one in self.visible_fields() if not one.name.startswith(LINE_FIELDS)]

    def times(self, number: int) -> list[tuple[time, time]]:
        """The stretches that were given in a line."""
        said = self.cleaned_data
        return [
            (starts, said[f"until_{number}_{n}"])
            for n in range(STRETCHES)
            if (starts := said[f"from_{number}_{n}"]) is not None
        ]


class HoursForm(TimesForm):
    """The opening hours of a site's week."""

    def __init__(self, data: Any, hours: Sequence[WeeklyHours], version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.add_lines(
            [
                (name, [(h.opens, h.closes) for h in hours if h.weekday == weekday])
                for weekday, name in enumerate(WEEKDAYS)
            ]
        )

    def week(self) -> list[WeeklyHours]:
        """The hours that were given."""
        return [
            WeeklyHours(weekday, *times) for weekday in range(7) for times in self.times(weekday)
        ]


class WeekForm(TimesForm):
    """A resource's week, and from which day to which it holds."""

    valid_from = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("Empty: until further notice. Afterwards the week before holds again."),
    )

    def __init__(self, data: Any, *, known: Sequence[Times], today: date, version: int) -> None:
        super().__init__(data, initial={"valid_from": today.isoformat(), "version": version})
        self.today = today
        self.add_lines(list(zip(WEEKDAYS, known, strict=True)))

    def clean_valid_from(self) -> date:
        first: date = self.cleaned_data["valid_from"]
        if first < self.today or first.year >= 2200:
            raise ValidationError(_("Please choose today or a later day."), code="past")
        return first

    def stretches(self) -> list[Stretch]:
        """The stretches that were given."""
        return [Stretch(weekday, *times) for weekday in range(7) for times in self.times(weekday)]


class SpanForm(VersionedForm):
    """From one wall time to another, on the clock of a site."""

    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs=TIME))
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    ends = forms.TimeField(
        label=_("Until"),
        widget=forms.TimeInput(format="%H:%M", attrs=TIME),
    )

    def span(self, zone: ZoneInfo) -> dict[str, datetime]:
        """The instants that were given."""
        said = self.cleaned_data
        return {
            "starts_at": datetime.combine(said["starts_on"], said["starts"], tzinfo=zone),
            "ends_at": datetime.combine(said["ends_on"], said["ends"], tzinfo=zone),
        }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        days = [said[name] for name in ("starts_on", "ends_on") if said.get(name)]
        if any(not 2000 <= day.year < 2200 for day in days):
            raise ValidationError(_("Please look at the days again."), code="year")
        if len(days) == 2 and (days[1] - days[0]).days > 400:
            raise ValidationError(_("At most 400 days at once."), code="too_long")
        return said


class AbsenceForm(SpanForm):
    """When a resource cannot be had, and why."""

    kind = forms.ChoiceField(label=_("What it is"), choices=BlockKind.choices)
    reason = Text(label=_("Why"), required=False, max_length=200)

    field_order = ("kind", "starts_on", "starts", "ends_on", "ends", "reason")


class AwayForm(SpanForm):
    """Who or what is not there, from when until when, and why."""

    who = forms.TypedChoiceField(label=_("Who or what"), coerce=UUID)
    reason = Text(label=_("Why"), required=False, max_length=200)

    field_order = ("who", "starts_on", "starts", "ends_on", "ends", "reason")

    def offer(self, resources: Sequence[ResourceInfo]) -> None:
        """Let somebody choose among people, then things."""
        field: Any = self.fields["who"]
        field.choices = [
            ("", ""),
            (_("People"), [(str(one.id), one.name) for one in resources if one.is_person]),
            (_("Things"), [(str(one.id), one.name) for one in resources if not one.is_person]),
        ]


class HomeForm(VersionedForm):
    """The room or chair that a practitioner prefers."""

    home = forms.TypedChoiceField(
        label=_("Preferred room or chair"), coerce=UUID, empty_value=None, required=False
    )

    def __init__(self, data: Any, places: Sequence[ResourceInfo], resource: ResourceInfo) -> None:
        known = {"home": str(resource.home_id or ""), "version": resource.version}
        super().__init__(data, initial=known, auto_id="dialog_%s")
        field: Any = self.fields["home"]
        field.choices = [("", _("None")), *((str(one.id), one.name) for one in places)]


class ClosureForm(VersionedForm):
    """Days on which the site is closed."""

    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    reason_zh = Text(label=_("Why"), max_length=120)
    reason_en = Text(label=_("Why, in English"), max_length=160, required=False)

    def __init__(self, data: Any, *, known: ClosureInfo | None = None, day: str = "") -> None:
        initial: dict[str, Any] = {"starts_on": day, "ends_on": day}
        if known is not None:
            initial = _words_of("reason", known.reason) | {
                "starts_on": known.starts_on.isoformat(),
                "ends_on": known.ends_on.isoformat(),
                "version": known.version,
            }
        super().__init__(data, initial=initial, auto_id="dialog_%s")

    def facts(self) -> dict[str, Any]:
        """What was said about the closure."""
        said = self.cleaned_data
        days = {"starts_on": said["starts_on"], "ends_on": said["ends_on"]}
        return days | {"reason": words_said(said, "reason")}


class SpecialDayForm(TimesForm):
    """The hours of one day, and whose rosters hold on it."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    works_as = forms.TypedChoiceField(
        label=_("Rosters as on"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("its own weekday")), *enumerate(WEEKDAYS)],
        help_text=_("Who works on that weekday works on this day too."),
    )
    reason_zh = Text(label=_("Why"), max_length=120)
    reason_en = Text(label=_("Why, in English"), max_length=160, required=False)

    def __init__(self, data: Any, *, known: SpecialDayInfo | None = None, day: str = "") -> None:
        initial: dict[str, Any] = {"day": day, "version": 0}
        if known is not None:
            initial = _words_of("reason", known.reason) | {
                "day": known.day.isoformat(),
                "works_as": "" if known.works_as is None else known.works_as,
                "version": known.version,
            }
        super().__init__(data, initial=initial, auto_id="dialog_%s")
        self.add_lines([(_("Open"), known.hours if known else ())])

    def facts(self) -> SpecialDayFacts:
        """What was said about the day."""
        said = self.cleaned_data
        return SpecialDayFacts(
            hours=self.times(0), reason=words_said(said, "reason"), works_as=said["works_as"]
        )


class CalendarDayForm(VersionedForm):
    """What a day is for the whole group, whatever the public calendar says."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("It is"),
        choices=[("holiday", _("Holiday")), ("workday", _("Working day"))],
        widget=forms.RadioSelect,
    )
    works_as = forms.TypedChoiceField(
        label=_("A working day with the hours and rosters of"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("its own weekday")), *enumerate(WEEKDAYS)],
    )
    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_en = Text(label=_("Name in English"), max_length=120, required=False)

    def __init__(self, data: Any, *, known: CalendarDayInfo | None = None, day: str = "") -> None:
        initial: dict[str, Any] = {"day": day, "kind": "holiday", "version": 0}
        if known is not None:
            initial = _words_of("name", known.name) | {
                "day": known.day.isoformat(),
                "kind": known.kind,
                "works_as": "" if known.works_as is None else known.works_as,
                "version": known.version,
            }
        super().__init__(data, initial=initial, auto_id="dialog_%s")

    def facts(self) -> dict[str, Any]:
        """What was said about the day."""
        said = self.cleaned_data
        facts = {name: said[name] for name in ("day", "kind", "works_as", "version")}
        return facts | {"name": words_said(said, "name")}


def words_said(said: Mapping[str, Any], name: str) -> Localized:
    """Words in both languages as a form asked for them."""
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})


def _words_of(name: str, words: Localized) -> dict[str, str]:
    return {f"{name}_zh": words.get(CHINESE, ""), f"{name}_en": words.get(ENGLISH, "")}
