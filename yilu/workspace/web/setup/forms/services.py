"""What can be booked, how long it takes, who does it, and what it costs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from yilu.catalogue.selectors.defaults import (
    DefaultItem,
    DefaultService,
    default_items,
    default_services,
)
from yilu.platform.names import Localized
from yilu.workspace.operations.setup import PlannedService
from yilu.workspace.operations.setup_people import PlannedPerson

LONGEST, STEP = 480, 5
DEAREST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service's line of the page; `lacks` is the device that it needs and nobody has."""

    service: DefaultService
    is_offered: BoundField
    minutes: BoundField
    performers: BoundField | None
    lacks: Localized | None
    errors: list[Any]


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of the price list that services of this clinic use."""

    item: DefaultItem
    price: BoundField


class ServicesForm(forms.Form):
    """Every service of the chosen trades, pre-filled as the product delivers it."""

    def __init__(self, data: Any, before: Any) -> None:
        super().__init__(data)
        self.delivered = default_services(before["trades"].cleaned_data["trades"])
        self.people = [person for person in before["staff"].people() if person.kind]
        self.devices = before["places"].sorts
        self.has_devices = set(before["places"].cleaned_data.get("devices", []))
        used = {service.fee_code for service in self.delivered}
        self.items = [item for item in default_items() if item.code in used]
        for service in self.delivered:
            self._add_line(service)
        for item in self.items:
            self.fields[f"price_{item.code}"] = forms.DecimalField(
                label=str(item.name),
                min_value=0,
                max_value=DEAREST,
                decimal_places=2,
                initial=item.price,
            )

    def _add_line(self, service: DefaultService) -> None:
        self.fields[f"on_{service.key}"] = forms.BooleanField(
            label=str(service.name), required=False, initial=not self._lacks(service)
        )
        self.fields[f"minutes_{service.key}"] = forms.IntegerField(
            label=_("Minutes"),
            min_value=STEP,
            max_value=LONGEST,
            step_size=STEP,
            initial=service.minutes,
        )
        if self.people:
            self.fields[f"by_{service.key}"] = forms.MultipleChoiceField(
                label=_("Who does it"),
                required=False,
                choices=[(person.staff_no, person.name) for person in self.people],
                initial=self._usual_performers(service),
                widget=forms.CheckboxSelectMultiple,
            )

    def _usual_performers(self, service: DefaultService) -> list[str]:
        own = [one for one in self.people if one.department == service.department_key]
        doctors = [one for one in own if one.kind == "doctor"]
        return [one.staff_no for one in (doctors or own)]

    def _lacks(self, service: DefaultService) -> Localized | None:
        wanted = [need.device_kind for need in service.needs if need.kind == "device"]
        missing = [kind for kind in wanted if kind not in self.has_devices]
        return self.devices.get(missing[0]) if missing else None

    def lines(self) -> list[ServiceLine]:
        """The page's lines, one a service."""
        return [
            ServiceLine(
                one,
                self[f"on_{one.key}"],
                self[f"minutes_{one.key}"],
                self[f"by_{one.key}"] if self.people else None,
                self._lacks(one),
                [
                    error
                    for part in ("on", "minutes", "by")
                    for error in self.errors.get(f"{part}_{one.key}", [])
                ],
            )
            for one in self.delivered
        ]

    def price_lines(self) -> list[PriceLine]:
        """The prices that these services are charged at."""
        return [PriceLine(item, self[f"price_{item.code}"]) for item in self.items]

    def plan(self) -> tuple[PlannedService, ...]:
        """What will be offered, by whom."""
        said = self.cleaned_data
        return tuple(
            PlannedService(
                key=one.key,
                is_offered=said[f"on_{one.key}"],
                minutes=said[f"minutes_{one.key}"],
                performers=tuple(said.get(f"by_{one.key}", [])),
            )
            for one in self.delivered
        )

    def prices(self) -> dict[str, Decimal]:
        """What each item will cost, by its code."""
        return {item.code: self.cleaned_data[f"price_{item.code}"] for item in self.items}

    def unmanned(self) -> list[Localized]:
        """Services on offer that nobody performs, so that they cannot be booked."""
        names = {one.key: one.name for one in self.delivered}
        return [names[one.key] for one in self.plan() if one.is_offered and not one.performers]


def people_named(people: tuple[PlannedPerson, ...], staff_numbers: tuple[str, ...]) -> list[str]:
    """The names behind staff numbers, in the people's order."""
    return [one.name for one in people if one.staff_no in staff_numbers]
