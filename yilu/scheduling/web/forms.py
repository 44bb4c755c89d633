"""What is typed about bookings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yilu.catalogue.selectors.services import ServiceInfo
from yilu.patients.rules.facts import LONGEST, LONGEST_CARD, PatientFacts
from yilu.patients.rules.papers import Paper
from yilu.patients.states import Need, Sex
from yilu.platform.forms import Text
from yilu.scheduling.rules import LONGEST_MEDICATION
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.prepaying import Prepaid
from yilu.scheduling.states import CancelReason, Channel, Urgency

PATIENT, CLINIC = "patient", "clinic"
LONGEST_PHONE = 40
AT_THE_DESK = [
    (one.value, one.label) for one in (Channel.PHONE, Channel.DESK, Channel.WECHAT, Channel.ROOM)
]


class TimeField(forms.CharField):
    """A time with whom, as `Choice.value` writes it."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        instant, _bar, who = text.partition("|")
        try:
            starts_at, practitioner_id = datetime.fromisoformat(instant), UUID(who)
            starts_at.astimezone()
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("Please choose a time."), code="unreadable") from error
        if starts_at.tzinfo is None:
            raise ValidationError(_("Please choose a time."), code="unreadable")
        return starts_at, practitioner_id


class SomebodyNew(forms.Form):
    """Somebody who is not registered yet: a name is enough, and what else they say is kept."""

    new_name = Text(label=_("Name"), required=False, max_length=100)
    new_phone = Text(label=_("Phone"), required=False, max_length=LONGEST_PHONE)
    new_id_type = forms.ChoiceField(
        label=_("Paper"), required=False, choices=Paper.choices, initial=Paper.RESIDENT_ID
    )
    new_id_number = Text(label=_("Number of the paper"), required=False, max_length=40)
    new_born_on = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    new_sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=Sex.choices, initial=Sex.UNKNOWN
    )
    new_address = Text(label=_("Address"), required=False, max_length=LONGEST["address"])
    new_visit_card = Text(label=_("Visit card number"), required=False, max_length=LONGEST_CARD)
    new_insurance_card = Text(
        label=_("Insurance card number"), required=False, max_length=LONGEST_CARD
    )

    @property
    def says_more(self) -> bool:
        """Whether more than a name and a phone was typed, or is wrong."""
        more = MORE - {"new_sex", "new_id_type"}
        return any(self[name].value() for name in more) or not MORE.isdisjoint(self.errors)

    def facts(self) -> PatientFacts:
        """Who they are, as facts."""
        typed = self.cleaned_data
        return PatientFacts(
            name=typed["new_name"],
            phone=typed["new_phone"],
            id_type=typed["new_id_type"] if typed["new_id_number"] else "",
            id_number=typed["new_id_number"],
            born_on=typed["new_born_on"],
            sex=typed["new_sex"] or Sex.UNKNOWN.value,
            address=typed["new_address"],
            visit_card=typed["new_visit_card"],
            insurance_card=typed["new_insurance_card"],
        )


MORE = set(SomebodyNew.base_fields) - {"new_name", "new_phone"}


class DetailsForm(forms.Form):
    """What a booking says of its visit."""

    channel = forms.ChoiceField(label=_("Asked by"), choices=AT_THE_DESK)
    reason_for_visit = Text(
        label=_("Reason or complaint"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    special_needs = forms.MultipleChoiceField(
        label=_("Special needs"),
        required=False,
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    companion = Text(label=_("Companion"), required=False, max_length=80)
    medication = Text(label=_("Medicines taken now"), required=False, max_length=LONGEST_MEDICATION)
    note = Text(label=_("Note for colleagues"), required=False, max_length=500)
    is_first_visit = forms.BooleanField(label=_("First visit"), required=False)

    def keep_channel(self, channel: str) -> None:
        """Leave it as it is where the patient booked without the desk."""
        if channel not in dict(AT_THE_DESK):
            del self.fields["channel"]


class BookingForm(SomebodyNew, DetailsForm):
    """A new booking. The patient is chosen, or new with a name and a phone."""

    service = forms.UUIDField()
    time = TimeField(label=_("Time"), error_messages={"required": _("Please choose a time.")})
    patient = forms.UUIDField(required=False)
    overrule_reason = Text(label=_("Reason for an exception"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if not kept.get("patient") and not kept.get("new_name"):
            raise ValidationError(
                _("Please choose a patient, or give the name of a new one."), code="who"
            )
        return kept


WEEKDAYS = [
    ("0", pgettext_lazy("short weekday", "Mon")),
    ("1", pgettext_lazy("short weekday", "Tue")),
    ("2", pgettext_lazy("short weekday", "Wed")),
    ("3", pgettext_lazy("short weekday", "Thu")),
    ("4", pgettext_lazy("short weekday", "Fri")),
    ("5", pgettext_lazy("short weekday", "Sat")),
    ("6", pgettext_lazy("short weekday", "Sun")),
]
NOTICE = [
    ("30", _("30 minutes")),
    ("60", _("1 hour")),
    ("120", _("2 hours")),
    ("240", _("4 hours")),
    ("1440", _("1 day")),
]


class WaitingForm(forms.Form):
    """Somebody for the waiting list. The patient is chosen, or new with a name and a phone."""

    service = forms.ChoiceField(label=_("Service"))
    practitioner = forms.UUIDField(label=_("With"), required=False)
    patient = forms.UUIDField(required=False)
    new_name = Text(label=_("Name"), required=False, max_length=100)
    new_phone = Text(label=_("Phone"), required=False, max_length=40)
    from_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Only on"),
        required=False,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    not_before = forms.TimeField(
        label=_("Not before"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    not_after = forms.TimeField(
        label=_("Not after"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    notice = forms.ChoiceField(label=_("Needs to know before"), choices=NOTICE, initial="60")
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, initial=Urgency.USUAL.value
    )
    note = Text(label=_("Note for colleagues"), required=False, max_length=200)

    def offer(self, services: list[ServiceInfo]) -> None:
        """Let one of these be chosen."""
        self.fields["service"].choices = [(str(one.id), str(one.name)) for one in services]  # type: ignore[attr-defined]

    @property
    def first_service(self) -> str:
        """The service that is chosen before anybody has chosen."""
        return next((key for key, _name in self.fields["service"].choices), "")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if not kept.get("patient") and not (kept.get("new_name") and kept.get("new_phone")):
            raise ValidationError(
                _("Please choose a patient, or give name and phone of a new one."), code="who"
            )
        return kept


class CancelForm(forms.Form):
    """Why a booking is cancelled."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *CancelReason.choices],
        error_messages={"required": _("Please choose a reason.")},
    )  # fmt: skip
    words = Text(
        label=_("In own words"),
        max_length=200,
        required=False,
        help_text=_("Needed with another reason."),
    )
    wanted_by = forms.ChoiceField(
        label=_("Who wants it cancelled?"), widget=forms.RadioSelect, initial=PATIENT
    )

    def __init__(
        self, data: Any, paid: Prepaid | None = None, *, along: Sequence[BookingLine] = ()
    ) -> None:
        super().__init__(data)
        self._ask_for_all(along)
        if paid is None or paid.mine is None or paid.clinics is None or not paid.paid:
            del self.fields["wanted_by"]
            return
        mine = {"sum": f"¥{paid.mine.amount:.2f}", "why": paid.mine.because}
        whole = {"sum": f"¥{paid.clinics.amount:.2f}"}
        self.fields["wanted_by"].choices = [  # type: ignore[attr-defined]
            (PATIENT, gettext("The patient: %(sum)s goes back, because %(why)s") % mine),
            (CLINIC, gettext("The clinic: all of it goes back, %(sum)s") % whole),
        ]

    def clean(self) -> dict[str, Any]:
        """Another reason is said in words."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("reason") == CancelReason.OTHER and not cleaned.get("words"):
            self.add_error("words", gettext("Please say the reason."))
        return cleaned

    def _ask_for_all(self, along: Sequence[BookingLine]) -> None:
        if along:
            names = "、".join(str(one.patient.name) for one in along if one.patient)
            self.fields["all_of_them"] = forms.BooleanField(
                label=_("Cancel for all who come along: %(names)s") % {"names": names},
                required=False,
            )


class LateForm(forms.Form):
    """By how much the patient will be late."""

    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=0,
        max_value=240,
        initial=15,
        help_text=_("0 means on time again."),
    )


class MoveForm(forms.Form):
    """Where a booking goes."""

    time = TimeField(label=_("Time"), error_messages={"required": _("Please choose a time.")})
