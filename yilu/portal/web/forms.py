"""What patients type."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.patients.rules.facts import LONGEST, LONGEST_CARD, PatientFacts
from yilu.patients.rules.papers import Paper
from yilu.patients.rules.text import fold
from yilu.patients.states import Kinship, Need, Sex
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, reader_is_english
from yilu.scheduling.rules import LONGEST_MEDICATION

NEW = "new"
NEEDS = [(need.value, need.label) for need in Need]
SEXES = [(Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)]
NAME_NEEDED = _("Please give the name as it is in your identity paper.")
BIRTH = forms.DateInput(
    attrs={"type": "date", "autocomplete": "bday", "min": "1890-01-01"}, format="%Y-%m-%d"
)


class Digits(Text):
    """So many digits, however they are typed: with spaces or dashes, in full width.

    `letters` may stand among them, as the X of an identity number.
    """

    def __init__(self, count: int, *, letters: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.count, self.shape = count, re.compile(rf"[0-9{letters}]{{{count}}}")

    def to_python(self, value: Any) -> str:
        """What was typed, without what only stands between."""
        return re.sub(r"[\s\-‐-―.·]", "", fold(super().to_python(value) or "")).upper()

    def validate(self, value: Any) -> None:
        """Refuse too few, too many, and other signs."""
        super().validate(value)
        if value and not self.shape.fullmatch(value):
            words = _("Please type all %(count)s signs, and no others.") % {"count": self.count}
            raise ValidationError(words, code="digits")


class PhoneForm(forms.Form):
    """A phone that will get a code."""

    phone = Text(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(PhoneForm):
    """The code that a phone got. The phone travels with it."""

    code = Digits(
        6,
        label=pgettext_lazy("phone", "Code"),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phone"].widget = forms.HiddenInput()


class WhoForm(forms.Form):
    """For whom a booking is, and what the clinic should know. New people fill in who they are."""

    who = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    name = Text(
        label=_("Name"), required=False, max_length=LONGEST["name"],
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES, widget=forms.RadioSelect)
    born_on = forms.DateField(label=_("Birth date"), required=False, widget=BIRTH)
    id_type = forms.ChoiceField(
        label=_("Paper"), required=False, choices=Paper.choices, initial=Paper.RESIDENT_ID
    )
    id_number = Text(
        label=_("Identity number"), required=False, max_length=40,
        help_text=_("Fills in birth date and sex, and finds your record. Kept encrypted."),
    )  # fmt: skip
    address = Text(
        label=_("Address"), required=False, max_length=LONGEST["address"],
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )  # fmt: skip
    visit_card = Text(
        label=_("Visit card number"), required=False, max_length=LONGEST_CARD,
        help_text=_("If you have a card of ours."),
    )  # fmt: skip
    insurance_card = Text(label=_("Insurance card number"), required=False, max_length=LONGEST_CARD)
    reason = Text(
        label=_("What is wrong?"), required=False, max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    visit = forms.ChoiceField(
        label=_("Been here before?"), required=False, widget=forms.RadioSelect, initial="first",
        choices=[
            ("first", pgettext_lazy("visit", "First visit")),
            ("return", pgettext_lazy("visit", "Came before")),
        ],
    )  # fmt: skip
    special_needs = forms.MultipleChoiceField(
        label=_("What should we prepare?"), required=False, choices=NEEDS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    companion = Text(label=_("Who comes along"), required=False, max_length=LONGEST["companion"])
    medication = Text(
        label=_("Medicines you take now"), required=False, max_length=LONGEST_MEDICATION
    )
    consent = forms.BooleanField(label=_("I have read this and agree"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = [*people, (NEW, _("Somebody else"))]  # type: ignore[attr-defined]
        self.people = people
        # Said beside the label; what is missing is said by `clean`, in its own words.
        name = self.fields["name"]
        name.required = self["who"].value() == NEW
        name.error_messages["required"] = NAME_NEEDED

    def clean(self) -> dict[str, Any]:
        """Somebody new needs a name, a sex and a birth date, unless the number says them."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("who") != NEW:
            return typed
        if not typed.get("id_number"):
            if not typed.get("born_on") and "born_on" not in self.errors:
                self.add_error("born_on", _("Please give the birth date, or the identity number."))
            if not typed.get("sex"):
                self.add_error("sex", _("Please choose."))
        if not typed.get("consent"):
            self.add_error("consent", _("Please agree first; without it we may keep no booking."))
        return typed

    def facts(self, phone: str) -> PatientFacts:
        """Somebody new, as facts; the phone is the one that was proved."""
        typed = self.cleaned_data
        return PatientFacts(
            name=typed["name"],
            sex=typed["sex"] or Sex.UNKNOWN.value,
            born_on=typed["born_on"],
            phone=phone,
            id_type=typed["id_type"] if typed["id_number"] else "",
            id_number=typed["id_number"],
            address=typed["address"],
            visit_card=typed["visit_card"],
            insurance_card=typed["insurance_card"],
            language=ENGLISH if reader_is_english() else CHINESE,
        )


class AlongForm(forms.Form):
    """What is asked about each of several who come together."""

    reason = Text(
        label=_("What is wrong?"), required=False, max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    special_needs = forms.MultipleChoiceField(
        label=_("What should we prepare?"), required=False, choices=NEEDS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    medication = Text(
        label=_("Medicines you take now"), required=False, max_length=LONGEST_MEDICATION
    )


class CancelForm(forms.Form):
    """Why somebody does not come. The code is kept with the booking, and reads in any language."""

    reason = forms.ChoiceField(
        label=_("Why?"), widget=forms.RadioSelect,
        choices=[
            ("time", _("The time no longer suits me")),
            ("better", _("I feel better")),
            ("elsewhere", _("I am treated elsewhere")),
            ("wait", _("The wait is too long")),
            ("cost", _("It costs too much")),
            ("other", _("Another reason")),
        ],
    )  # fmt: skip
    words = Text(
        label=pgettext_lazy("examination", "In your own words"), max_length=200, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    back = forms.DecimalField(
        widget=forms.HiddenInput, required=False, min_value=0, max_digits=12, decimal_places=2
    )
    all_of_them = forms.BooleanField(required=False)


class LateForm(forms.Form):
    """How late somebody will be."""

    minutes = forms.TypedChoiceField(
        coerce=int, choices=[(n, n) for n in (0, 5, 10, 15, 20, 30, 45, 60)]
    )


class ArriveForm(forms.Form):
    """The code shown at the clinic."""

    code = Digits(
        4, label=_("Code shown at the clinic"),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "yl-big"}),
    )  # fmt: skip


class BirthForm(forms.Form):
    """The question before papers."""

    born_on = forms.DateField(label=_("Birth date of the patient"), widget=BIRTH)


class LinkForm(forms.Form):
    """The three answers that link an existing record."""

    name = Text(label=_("Name"), max_length=LONGEST["name"])
    born_on = forms.DateField(label=_("Birth date"), widget=BIRTH)
    id_tail = Digits(
        4, letters="X", label=_("Last four of the identity number"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip


class FamilyForm(forms.Form):
    """Somebody of the family whom this account may book for."""

    name = Text(label=_("Name"), max_length=LONGEST["name"])
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, widget=forms.RadioSelect)
    born_on = forms.DateField(label=_("Birth date"), widget=BIRTH)
    kind = forms.ChoiceField(label=_("They are my"), choices=Kinship.choices)
    consent = forms.BooleanField(label=_("I may agree for them, and do"))


class SelfForm(forms.Form):
    """Who takes a place in a queue without being known here yet: the least that names a person."""

    name = Text(
        label=_("Name"), max_length=LONGEST["name"],
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, widget=forms.RadioSelect)
    born_on = forms.DateField(label=_("Birth date"), widget=BIRTH)
    consent = forms.BooleanField(label=_("I have read this and agree"))
