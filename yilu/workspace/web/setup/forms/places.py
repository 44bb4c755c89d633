"""Rooms and chairs: how many, and what they are called."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.selectors.defaults import (
    DefaultDepartment,
    default_departments,
    default_devices,
    default_services,
)
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workspace.operations.setup_places import (
    CHAIR,
    PlannedDepartment,
    PlannedPlaces,
)
from yilu.workspace.web.setup.forms.words import chinese, english

MOST = 40
USUAL = {"room": ("诊室", "Room", 2), "chair": ("牙椅", "Chair", 3)}
COMMON_ROOMS = [
    ("triage", pgettext_lazy("room", "Triage and measuring")),
    ("cashier", pgettext_lazy("room", "Cashier")),
    ("pharmacy", pgettext_lazy("room", "Pharmacy")),
]
COMMON_NAMES = {
    "triage": Localized({CHINESE: "分诊台", ENGLISH: "Triage"}),
    "cashier": Localized({CHINESE: "收费处", ENGLISH: "Cashier"}),
    "pharmacy": Localized({CHINESE: "药房", ENGLISH: "Pharmacy"}),
}


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One department's line of the page."""

    department: DefaultDepartment
    is_chairs: bool
    number: BoundField
    name_zh: BoundField
    name_en: BoundField


class PlacesForm(forms.Form):
    """Each department's rooms or chairs, the common rooms, and the devices."""

    common = forms.MultipleChoiceField(
        label=_("Other rooms"),
        choices=COMMON_ROOMS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    devices = forms.MultipleChoiceField(
        label=_("Devices that patients are booked on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, before: Any) -> None:
        trades = before["trades"].cleaned_data["trades"]
        self.departments = default_departments(trades)
        kinds = {need.device_kind for one in default_services(trades) for need in one.needs}
        self.sorts = {k: name for k, name in default_devices().items() if k in kinds}
        first = {"common": [key for key, _name in COMMON_ROOMS], "devices": list(self.sorts)}
        super().__init__(data, initial=first)
        devices: Any = self.fields["devices"]
        devices.choices = [(kind, str(name)) for kind, name in self.sorts.items()]
        if not self.sorts:
            del self.fields["devices"]
        for department in self.departments:
            self._add_line(department)

    def _add_line(self, department: DefaultDepartment) -> None:
        name_zh, name_en, many = USUAL[department.places]
        self.fields[f"{department.key}_number"] = forms.IntegerField(
            label=_("How many"), min_value=1, max_value=MOST, initial=many
        )
        self.fields[f"{department.key}_zh"] = chinese(
            pgettext_lazy("room", "Called"), initial=name_zh
        )
        self.fields[f"{department.key}_en"] = english(_("In English"), initial=name_en)

    def lines(self) -> list[PlaceLine]:
        """The page's lines, one a department."""
        return [
            PlaceLine(
                one,
                one.places == CHAIR,
                self[f"{one.key}_number"],
                self[f"{one.key}_zh"],
                self[f"{one.key}_en"],
            )
            for one in self.departments
        ]

    def plan(self) -> PlannedPlaces:
        """The places that were asked for."""
        said = self.cleaned_data
        return PlannedPlaces(
            departments=tuple(self._department(one) for one in self.departments),
            common_rooms=tuple((kind, COMMON_NAMES[kind]) for kind in said["common"]),
            devices=tuple((kind, self.sorts[kind]) for kind in said.get("devices", [])),
        )

    def _department(self, one: DefaultDepartment) -> PlannedDepartment:
        said = self.cleaned_data
        zh, en = said[f"{one.key}_zh"], said[f"{one.key}_en"]
        numbers = range(1, said[f"{one.key}_number"] + 1)
        return PlannedDepartment(
            key=one.key,
            name=one.name,
            specialty=one.specialty,
            letter=one.letter,
            places=one.places,
            room_kind=one.room_kind,
            names=tuple(_numbered(zh, en, number) for number in numbers),
        )


def _numbered(zh: str, en: str, number: int) -> Localized:
    named = {CHINESE: f"{zh} {number}"}
    return Localized(named | ({ENGLISH: f"{en} {number}"} if en else {}))
