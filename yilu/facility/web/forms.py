"""What the pages of facility accept."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.facility.operations.places import (
    ChairFacts,
    DepartmentFacts,
    DeviceFacts,
    PlaceFacts,
    RoomFacts,
)
from yilu.facility.operations.sites import SiteFacts
from yilu.facility.selectors.places import HOLIDAY_RULES, ROOM_KINDS, departments, rooms
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform.forms import Telephone, Text
from yilu.platform.names import CHINESE, ENGLISH, Localized

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SiteForm(forms.Form):
    """What is said about a site."""

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=_("Name in English"), max_length=160, required=False)
    short_name_zh = Text(label=_("Short name"), max_length=40)
    short_name_en = Text(label=_("Short name in English"), max_length=60, required=False)
    address_zh = Text(label=_("Address"), max_length=200)
    address_en = Text(label=_("Address in English"), max_length=300, required=False)
    phone = Telephone(label=_("Telephone"), max_length=30, required=False)
    directions_zh = Text(
        label=_("How to get here"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    directions_en = Text(
        label=_("How to get here, in English"),
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    holiday_rule = forms.ChoiceField(
        label=_("On public holidays"), choices=HOLIDAY_RULES, widget=forms.RadioSelect
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=CLOCK)
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        widget=CLOCK,
        help_text=_(
            "Meanwhile patients are asked nothing: free times are offered afterwards. The same"
            " twice means at no time. What they do themselves is confirmed at once."
        ),
    )

    def __init__(self, data: Any, site: SiteInfo) -> None:
        self.position = site.position
        plain = ("phone", "holiday_rule", "quiet_from", "quiet_until")
        answers: dict[str, Any] = {name: getattr(site, name) for name in plain}
        for name in ("name", "short_name", "address", "directions"):
            answers |= _answers(name, getattr(site, name))
        super().__init__(data, initial=answers)

    def facts(self) -> SiteFacts:
        """What was said about the site."""
        said = self.cleaned_data
        return SiteFacts(
            name=_words(said, "name"),
            short_name=_words(said, "short_name"),
            address=_words(said, "address"),
            phone=said["phone"],
            directions=_words(said, "directions"),
            holiday_rule=said["holiday_rule"],
            position=self.position,
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
        )


class PlaceForm(forms.Form):
    """A place's name, and what else its kind has; `known` is the place as it is."""

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_en = Text(label=_("Name in English"), max_length=120, required=False)
    position = forms.IntegerField(label=_("Position in lists"), min_value=0, max_value=9999)

    def __init__(self, data: Any, *, kind: str, site_id: UUID, known: Any = None) -> None:
        super().__init__(data, initial=self._initial(kind, known))
        self.kind = kind
        getattr(self, f"_add_{kind}")(site_id)
        self.order_fields(["name_zh", "name_en"])

    def _initial(self, kind: str, known: Any) -> dict[str, Any]:
        if known is None:
            return {"position": 0}
        answers = _answers("name", known.name) | {"position": known.position}
        if kind == "department":
            answers |= _answers("floor", known.floor)
            return answers | {"specialty": known.specialty, "letter": known.letter}
        return answers | {
            "kind": getattr(known, "kind", ""),
            "department": str(getattr(known, "department_id", "") or ""),
            "room": str(getattr(known, "room_id", "") or ""),
        }

    def _add_department(self, site_id: UUID) -> None:
        self.fields["specialty"] = forms.SlugField(label=_("Specialty (code)"), max_length=40)
        self.fields["letter"] = forms.RegexField(
            r"^[A-Z]{1,2}$",
            label=_("Letter of its tickets"),
            required=False,
            help_text=_("One or two capital letters; a free one is found when left empty."),
        )
        self.fields["floor_zh"] = Text(label=_("Floor"), max_length=40, required=False)
        self.fields["floor_en"] = Text(label=_("Floor in English"), max_length=60, required=False)

    def _add_room(self, site_id: UUID) -> None:
        self.fields["kind"] = forms.ChoiceField(label=_("Used as"), choices=ROOM_KINDS)
        choices = [(str(one.id), str(one.name)) for one in departments(site_id)]
        self.fields["department"] = forms.TypedChoiceField(
            label=_("Department"),
            choices=[("", _("None")), *choices],
            coerce=UUID,
            empty_value=None,
            required=False,
        )

    def _add_chair(self, site_id: UUID) -> None:
        self.fields["room"] = _room_field(site_id, required=True)

    def _add_device(self, site_id: UUID) -> None:
        self.fields["kind"] = forms.SlugField(
            label=_("Sort (code)"),
            max_length=40,
            help_text=_("By this code services ask for it, for example cbct."),
        )
        self.fields["room"] = _room_field(site_id, required=False)

    def facts(self) -> PlaceFacts:
        """What was said about the place."""
        said = self.cleaned_data
        name, position = _words(said, "name"), said["position"]
        match self.kind:
            case "department":
                return DepartmentFacts(
                    name=name,
                    position=position,
                    specialty=said["specialty"],
                    letter=said["letter"],
                    floor=_words(said, "floor"),
                )
            case "room":
                return RoomFacts(
                    name=name,
                    position=position,
                    kind=said["kind"],
                    department_id=said["department"],
                )
            case "chair":
                return ChairFacts(name=name, position=position, room_id=said["room"])
        return DeviceFacts(name=name, position=position, kind=said["kind"], room_id=said["room"])


def _room_field(site_id: UUID, *, required: bool) -> forms.TypedChoiceField:
    choices = [(str(one.id), str(one.name)) for one in rooms(site_id)]
    none = [] if required else [("", _("None"))]
    return forms.TypedChoiceField(
        label=_("Room"),
        choices=[*none, *choices],
        coerce=UUID,
        empty_value=None,
        required=required,
    )


def _answers(name: str, words: Localized) -> dict[str, Any]:
    return {f"{name}_zh": words.get(CHINESE, ""), f"{name}_en": words.get(ENGLISH, "")}


def _words(said: dict[str, Any], name: str) -> Localized:
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})
