"""What the pages of staff accept."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.facility.selectors.places import departments
from yilu.facility.selectors.sites import visible_sites
from yilu.platform.actors import Actor
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workforce import permissions
from yilu.workforce.operations.practitioners import PractitionerFacts
from yilu.workforce.operations.staff import StaffFacts
from yilu.workforce.rules import LANGUAGES, MANDARIN
from yilu.workforce.selectors.practitioners import PractitionerInfo
from yilu.workforce.selectors.staff import posts

KINDS = [
    ("doctor", pgettext_lazy("post", "Doctor")),
    ("nurse", pgettext_lazy("post", "Nurse")),
    ("technician", pgettext_lazy("post", "Technician")),
    ("pharmacist", pgettext_lazy("post", "Pharmacist")),
    ("therapist", pgettext_lazy("post", "Therapist")),
]
LEVELS = [
    (0, _("None")),
    (1, _("Unrestricted")),
    (2, _("Unrestricted and restricted")),
    (3, _("All, with special ones")),
]


class StaffForm(forms.Form):
    name = Text(label=_("Name"), max_length=80)
    pinyin = Text(
        label=_("In Latin letters"),
        max_length=160,
        required=False,
        help_text=_("Made from the name when left empty."),
    )
    staff_no = Text(
        label=_("Staff number"), max_length=20, help_text=_("With it this person signs in.")
    )
    title_zh = Text(label=pgettext_lazy("staff", "Title"), max_length=60, required=False)
    title_en = Text(label=_("Title in English"), max_length=80, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Speaks with patients in"),
        choices=list(LANGUAGES.items()),
        initial=[MANDARIN],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Guides are given patients whose language they speak."),
    )

    def facts(self) -> StaffFacts:
        """What was said about the person."""
        said = self.cleaned_data
        return StaffFacts(
            staff_no=said["staff_no"],
            name=said["name"],
            pinyin=said["pinyin"],
            title=_words(said, "title"),
            languages=tuple(said["languages"]),
        )


class AssignForm(forms.Form):
    """A post at a site where the actor looks after staff."""

    post = forms.ChoiceField(label=_("Post"))
    site = forms.TypedChoiceField(label=_("Site"), coerce=UUID)
    from_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        localize=False,
    )
    to_on = forms.DateField(
        label=_("Until, that day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Without end when left empty."),
    )

    def __init__(self, data: Any, *, actor: Actor, **options: Any) -> None:
        super().__init__(data, **options)
        self._choose("post", [(post.key, str(post.name)) for post in posts()])
        sites = [site for site in visible_sites(actor) if actor.may(permissions.MANAGE, site.id)]
        self._choose("site", [(str(site.id), str(site.short_name)) for site in sites])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


class PractitionerForm(forms.Form):
    """What somebody does who sees patients."""

    kind = forms.ChoiceField(label=_("Works as"), choices=KINDS)
    department = forms.TypedChoiceField(label=_("Department"), coerce=UUID)
    title_zh = Text(label=pgettext_lazy("staff", "Title"), max_length=60, required=False)
    title_en = Text(label=_("Title in English"), max_length=80, required=False)
    specialty_zh = Text(label=_("Good at"), max_length=200, required=False)
    specialty_en = Text(label=_("Good at, in English"), max_length=300, required=False)
    introduction_zh = Text(
        label=_("Introduction for patients"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    introduction_en = Text(
        label=_("Introduction in English"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    meeting_link = Text(
        label=_("Own address for video visits"),
        max_length=300,
        required=False,
        validators=[RegexValidator("^https://", _("It begins with https://"))],
    )
    is_bookable = forms.BooleanField(
        label=_("Patients can book this person"),
        required=False,
        help_text=_(
            "When taken away, what is booked with them is planned anew; the front desk confirms it."
        ),
    )
    may_prescribe = forms.BooleanField(label=_("May prescribe"), required=False)
    antibiotic_level = forms.TypedChoiceField(
        label=_("Antibacterials that may be prescribed"), choices=LEVELS, coerce=int
    )

    def __init__(self, data: Any, *, actor: Actor, known: PractitionerInfo | None = None) -> None:
        super().__init__(data, initial=_as_answers(known) if known else {"is_bookable": True})
        field: Any = self.fields["department"]
        field.choices = [
            (str(one.id), f"{site.short_name} · {one.name}")
            for site in visible_sites(actor)
            for one in departments(site.id)
        ]

    def facts(self) -> PractitionerFacts:
        """What was said about the practitioner."""
        said = self.cleaned_data
        return PractitionerFacts(
            kind=said["kind"],
            department_id=said["department"],
            title=_words(said, "title"),
            specialty=_words(said, "specialty"),
            introduction=_words(said, "introduction"),
            is_bookable=said["is_bookable"],
            may_prescribe=said["may_prescribe"],
            antibiotic_level=said["antibiotic_level"],
            meeting_link=said["meeting_link"],
        )


def _as_answers(known: PractitionerInfo) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "kind": known.kind,
        "department": str(known.department_id),
        "is_bookable": known.is_bookable,
        "may_prescribe": known.may_prescribe,
        "antibiotic_level": known.antibiotic_level,
        "meeting_link": known.meeting_link,
    }
    for name in ("title", "specialty", "introduction"):
        words: Localized = getattr(known, name)
        answers |= {
            f"{name}_zh": words.get(CHINESE, ""),
            f"{name}_en": words.get(ENGLISH, ""),
        }
    return answers


def _words(said: dict[str, Any], name: str) -> Localized:
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})
