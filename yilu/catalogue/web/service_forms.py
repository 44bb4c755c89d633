"""What the pages of services accept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.modes import Mode
from yilu.catalogue.operations.services import LONGEST, SHORTEST, STEP, ServiceFacts
from yilu.catalogue.selectors.prices import PriceInfo
from yilu.catalogue.selectors.services import Need, ServiceInfo
from yilu.catalogue.web.forms import words
from yilu.facility.selectors.places import DepartmentInfo, DeviceInfo
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workforce.selectors.practitioners import PractitionerInfo

PLAIN = (
    "department_key",
    "mode",
    "meeting_link",
    "minutes",
    "buffer_before",
    "buffer_after",
    "min_notice_minutes",
    "window_days",
    "change_until_minutes",
    "online",
    "is_active",
)
WORDS = ("name", "summary", "preparation")
AS_IT_IS = {"translate": "no"}
LONG = {"rows": 2}


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen for a service."""

    departments: Sequence[DepartmentInfo]
    devices: Sequence[DeviceInfo]
    people: Sequence[PractitionerInfo]
    fees: Sequence[PriceInfo]


class ServiceForm(VersionedForm):
    """A service's words, length, needs and rules, its fee, and who performs it."""

    wide = ("needs", "performers")

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=_("Name in English"), max_length=160, required=False)
    summary_zh = Text(label=_("In one line"), max_length=200, required=False)
    summary_en = Text(label=_("In one line, in English"), max_length=300, required=False)
    department_key = forms.ChoiceField(
        label=pgettext_lazy("catalogue", "Department"), widget=forms.Select(attrs=AS_IT_IS)
    )
    mode = forms.TypedChoiceField(
        label=_("How it takes place"), choices=Mode.choices, coerce=Mode, initial=Mode.IN_PERSON
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, step_size=STEP
    )
    fee_item_id = forms.TypedChoiceField(
        label=_("Fee"),
        required=False,
        coerce=UUID,
        empty_value=None,
        widget=forms.Select(attrs=AS_IT_IS),
        help_text=_("Its price is set, from a day on, on the price list."),
    )
    buffer_before = forms.IntegerField(
        label=_("Minutes to get ready before"), min_value=0, max_value=120, initial=0
    )
    buffer_after = forms.IntegerField(
        label=_("Minutes to clean up afterwards"), min_value=0, max_value=120, initial=0
    )
    needs = forms.MultipleChoiceField(
        label=_("What must be free besides"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By telephone or video nothing is needed."),
    )
    min_notice_minutes = forms.IntegerField(
        label=_("Bookable until so many minutes before"), min_value=0, max_value=20160, initial=30
    )
    window_days = forms.IntegerField(
        label=_("Bookable so many days ahead"), min_value=1, max_value=31, initial=30
    )
    change_until_minutes = forms.IntegerField(
        label=_("Patients may change it until so many minutes before"),
        min_value=0,
        max_value=20160,
        initial=120,
    )
    meeting_link = Text(
        label=_("Address of the video visit"),
        max_length=300,
        required=False,
        help_text=_("Sent to patients as it is. A doctor's own address comes before it."),
    )
    preparation_zh = Text(
        label=_("How to prepare"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs=LONG),
    )
    preparation_en = Text(
        label=_("How to prepare, in English"),
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs=LONG),
    )
    online = forms.BooleanField(label=_("Patients can book it themselves"), required=False)
    is_active = forms.BooleanField(label=_("On offer"), required=False)
    performers = forms.TypedMultipleChoiceField(
        label=_("Who does it"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=AS_IT_IS),
    )

    def __init__(
        self,
        data: Any,
        *,
        choices: Choices,
        known: ServiceInfo | None = None,
        now: Iterable[UUID] = (),
    ) -> None:
        initial: dict[str, Any] = {"is_active": True, "online": True}
        if known is not None:
            initial = _answers(known, now)
        super().__init__(data, initial=initial, auto_id="dialog_%s")
        self.known, self.departments = known, {one.key: one for one in choices.departments}
        fields: Any = self.fields
        fields["department_key"].choices = _with(
            [(key, str(one.name)) for key, one in self.departments.items()],
            known.department_key if known else "",
        )
        fields["needs"].choices = _needs(choices.devices, known)
        fields["fee_item_id"].choices = [
            ("", "—"),
            *_with(
                [(str(one.item_id), f"{one.name} · {one.amount:.2f}") for one in choices.fees],
                str(known.fee_item_id) if known and known.fee_item_id else "",
            ),
        ]
        fields["performers"].choices = [
            (str(one.id), f"{one.name} · {one.title}") for one in choices.people
        ]

    def facts(self) -> ServiceFacts:
        """What was said about the service; what the page does not ask stays."""
        said, known = self.cleaned_data, self.known
        facts: dict[str, Any] = {name: said[name] for name in PLAIN}
        facts |= {name: words(said, name) for name in WORDS}
        facts["needs"] = tuple(_need(one) for one in said["needs"])
        facts["fee_item_id"] = said["fee_item_id"]
        if known is None:
            department = self.departments[said["department_key"]]
            return ServiceFacts(**facts, specialty=department.specialty)
        kept = ("specialty", "wants_assessment", "icon", "position")
        return ServiceFacts(**facts, **{name: getattr(known, name) for name in kept})


def _answers(known: ServiceInfo, now: Iterable[UUID]) -> dict[str, Any]:
    answers: dict[str, Any] = {name: getattr(known, name) for name in (*PLAIN, "version")}
    for name in WORDS:
        text: Localized = getattr(known, name)
        answers |= {f"{name}_zh": text.get(CHINESE, ""), f"{name}_en": text.get(ENGLISH, "")}
    answers["needs"] = [_key(one) for one in known.needs]
    answers["fee_item_id"] = str(known.fee_item_id or "")
    return answers | {"performers": [str(one) for one in now]}


def _needs(devices: Iterable[DeviceInfo], known: ServiceInfo | None) -> list[tuple[str, Any]]:
    """A room, a chair, and each sort of device that a site has, by the name of one of them."""
    choices: dict[str, Any] = {
        "room": pgettext_lazy("catalogue", "A consulting room"),
        "chair": pgettext_lazy("catalogue", "A dental chair"),
    }
    for device in devices:
        choices.setdefault(_key(Need("device", device.kind)), str(device.name))
    for need in known.needs if known else ():
        choices.setdefault(_key(need), need.device_kind or need.kind)
    return list(choices.items())


def _key(need: Need) -> str:
    return f"{need.kind}:{need.device_kind}" if need.device_kind else need.kind


def _need(key: str) -> Need:
    kind, _colon, detail = key.partition(":")
    return Need(kind, detail)


def _with(choices: list[tuple[str, Any]], held: str) -> list[tuple[str, Any]]:
    """The choices with what is held, should it not be offered any more."""
    known = {key for key, _label in choices}
    return choices if not held or held in known else [*choices, (held, held)]
