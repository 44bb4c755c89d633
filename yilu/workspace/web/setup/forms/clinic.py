"""Who we are, where, and what we do."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.catalogue.selectors.defaults import DefaultSpecialty, default_specialties
from yilu.facility.errors import UnknownZone
from yilu.facility.operations.sites import SiteFacts
from yilu.facility.rules import check_zone
from yilu.platform.forms import Telephone
from yilu.workspace.web.setup.forms.words import ADDRESS, GROUP, SITE, chinese, english, localized

ZONES = [
    ("Asia/Shanghai", _("Beijing time (mainland China)")),
    ("Asia/Urumqi", _("Ürümqi")),
    ("Asia/Hong_Kong", _("Hong Kong")),
    ("Asia/Macau", _("Macau")),
    ("Asia/Taipei", _("Taipei")),
    ("Asia/Singapore", _("Singapore")),
    ("Asia/Kuala_Lumpur", _("Kuala Lumpur")),
    ("Asia/Tokyo", _("Tokyo")),
    ("Europe/London", _("London")),
    ("Europe/Berlin", _("Berlin")),
    ("America/New_York", _("New York")),
    ("America/Los_Angeles", _("Los Angeles")),
    ("Australia/Sydney", _("Sydney")),
]
HOLIDAYS = [
    ("as_usual", _("Open as on any other day")),
    ("closed", _("Closed on public holidays, open on make-up workdays")),
]


class ClinicForm(forms.Form):
    """The group, its first site, and how it keeps holidays."""

    group_zh = chinese(GROUP[0])
    group_en = english(GROUP[1])
    site_zh = chinese(SITE[0])
    site_en = english(SITE[1])
    address_zh = chinese(ADDRESS[0])
    address_en = english(ADDRESS[1])
    phone = Telephone(label=_("Telephone"), max_length=30, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    holiday_rule = forms.ChoiceField(
        label=_("On public holidays"), choices=HOLIDAYS, widget=forms.RadioSelect
    )

    hints: ClassVar[dict[str, Any]] = {"time_zone": _("It cannot be changed later.")}

    def __init__(self, data: Any, before: Any) -> None:
        first = {"time_zone": "Asia/Shanghai", "holiday_rule": "as_usual"}
        super().__init__(data, initial=first)

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        try:
            check_zone(zone)
        except UnknownZone as error:
            raise forms.ValidationError(str(error)) from error
        return zone

    def site(self) -> SiteFacts:
        """What was said about the site."""
        said = self.cleaned_data
        return SiteFacts(
            name=localized(said, "site"),
            address=localized(said, "address"),
            phone=said["phone"],
            holiday_rule=said["holiday_rule"],
        )


class TradesForm(forms.Form):
    """What the clinic does: each trade brings its departments and services."""

    trades = forms.MultipleChoiceField(
        label=_("What do you offer?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, before: Any) -> None:
        super().__init__(data, initial={"trades": ["general"]})
        self.offered = default_specialties()
        field: Any = self.fields["trades"]
        field.choices = [(one.key, str(one.name)) for one in self.offered]

    def cards(self) -> list[tuple[DefaultSpecialty, bool]]:
        """Each trade, and whether it is chosen."""
        chosen = set(self["trades"].value() or [])
        return [(one, one.key in chosen) for one in self.offered]
