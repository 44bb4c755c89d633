"""Who works here: the administrator first, then the others."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.catalogue.selectors.defaults import default_departments
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workforce.errors import PasswordTooWeak
from yilu.workspace.operations.setup_people import PlannedPerson

ADMINISTRATOR = "administrator"
FIRST_NUMBER = 1001
ROWS, MORE, MOST = 6, 4, 80
POSTS = [
    ("doctor", pgettext_lazy("post", "Doctor")),
    ("nurse", pgettext_lazy("post", "Nurse")),
    ("front_desk", pgettext_lazy("post", "Front desk")),
    ("guide", pgettext_lazy("post", "Guide")),
    ("pharmacist", pgettext_lazy("post", "Pharmacist")),
    ("cashier", pgettext_lazy("post", "Cashier")),
    ("technician", pgettext_lazy("post", "Technician")),
    ("care", pgettext_lazy("post", "Customer care")),
    ("manager", pgettext_lazy("post", "Manager")),
    ("administrator", pgettext_lazy("post", "Administrator")),
]
TITLES = {
    "doctor": ("医师", "Doctor"),
    "nurse": ("护士", "Nurse"),
    "front_desk": ("前台", "Front desk"),
    "guide": ("导诊", "Guide"),
    "pharmacist": ("药师", "Pharmacist"),
    "cashier": ("收费员", "Cashier"),
    "technician": ("技师", "Technician"),
    "care": ("客服", "Customer care"),
    "manager": ("经理", "Manager"),
    "administrator": ("管理员", "Administrator"),
}
PRACTITIONERS = {"doctor": "doctor", "technician": "technician"}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person's line of the page."""

    number: int
    name: BoundField
    staff_no: BoundField
    post: BoundField
    department: BoundField
    errors: list[Any]


class StaffForm(forms.Form):
    """The administrator's account and password, and a line for each colleague.

    The password is hashed as soon as it is accepted: `kept` is a hash from before.
    """

    admin_name = Text(label=_("Your name"), max_length=80)
    admin_no = Text(label=_("Your staff number, for signing in"), max_length=20)
    admin_post = forms.ChoiceField(label=_("You also work as"), required=False)
    admin_department = forms.ChoiceField(label=_("In the department"), required=False)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=MOST)

    def __init__(self, data: Any, before: Any, kept: str = "", more: int = 0) -> None:
        self.kept = kept
        self.departments = default_departments(before["trades"].cleaned_data["trades"])
        self.row_count = min(_whole(data, "rows") + more if data else ROWS, MOST)
        first = {"admin_no": str(FIRST_NUMBER), "rows": self.row_count}
        super().__init__(data, initial=first)
        for name in ("password", "again"):
            self.fields[name].required = not kept
        self._choose("admin_post", [("", _("Nothing else")), *POSTS[:-1]])
        self._choose("admin_department", self._department_choices())
        for row in range(self.row_count):
            self._add_row(row)

    def _add_row(self, row: int) -> None:
        self.fields[f"name_{row}"] = Text(label=_("Name"), max_length=80, required=False)
        self.fields[f"staff_no_{row}"] = Text(
            label=pgettext_lazy("staff", "Number"), max_length=20, required=False
        )
        self.fields[f"post_{row}"] = forms.ChoiceField(label=_("Post"), choices=POSTS)
        self.fields[f"department_{row}"] = forms.ChoiceField(
            label=_("Department"), choices=self._department_choices(), required=False
        )
        self.fields[f"post_{row}"].required = False
        self.fields[f"staff_no_{row}"].widget.attrs["placeholder"] = str(FIRST_NUMBER + 1 + row)

    def _department_choices(self) -> list[tuple[str, Any]]:
        return [(one.key, str(one.name)) for one in self.departments]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self._check_password(said)
        for row in range(self.row_count):
            if said.get(f"staff_no_{row}") and not said.get(f"name_{row}"):
                required = self.fields[f"name_{row}"].error_messages["required"]
                self.add_error(f"name_{row}", required)
        numbers = [said.get("admin_no", "")]
        for row in self._filled():
            number = said.get(f"staff_no_{row}") or str(FIRST_NUMBER + 1 + row)
            if number in numbers:
                self.add_error(f"staff_no_{row}", _("Two people cannot have one number."))
            numbers.append(number)
        return said

    def _check_password(self, said: dict[str, Any]) -> None:
        password = said.get("password") or ""
        if not password and self.kept:
            return
        if password != (said.get("again") or ""):
            self.add_error("again", _("The two passwords differ."))
        try:
            validate_password(password)
        except forms.ValidationError:
            self.add_error("password", PasswordTooWeak.message)

    def _filled(self) -> list[int]:
        return [n for n in range(self.row_count) if self.cleaned_data.get(f"name_{n}")]

    def hashed(self) -> str:
        """The hash of the password that was chosen, now or before."""
        password = self.cleaned_data.get("password")
        return make_password(password) if password else self.kept

    def lines(self) -> list[PersonLine]:
        """The page's lines, one a person."""
        parts = ("name", "staff_no", "post", "department")
        return [
            PersonLine(
                n + 1,
                self[f"name_{n}"],
                self[f"staff_no_{n}"],
                self[f"post_{n}"],
                self[f"department_{n}"],
                [e for part in parts for e in self.errors.get(f"{part}_{n}", [])],
            )
            for n in range(self.row_count)
        ]

    def people(self) -> tuple[PlannedPerson, ...]:
        """Who will work here, the administrator first."""
        said = self.cleaned_data
        own = said["admin_post"]
        posts = (ADMINISTRATOR, own) if own else (ADMINISTRATOR,)
        first = self._person(
            said["admin_no"], said["admin_name"], posts, said["admin_department"], self.kept
        )
        others = [
            self._person(
                said[f"staff_no_{n}"] or str(FIRST_NUMBER + 1 + n),
                said[f"name_{n}"],
                (said[f"post_{n}"] or POSTS[0][0],),
                said[f"department_{n}"],
            )
            for n in self._filled()
        ]
        return (first, *others)

    def _person(
        self, staff_no: str, name: str, posts: tuple[str, ...], department: str, password: str = ""
    ) -> PlannedPerson:
        post = posts[-1]
        chinese, english = TITLES[post]
        return PlannedPerson(
            staff_no=staff_no,
            name=name,
            posts=posts,
            title=Localized({CHINESE: chinese, ENGLISH: english}),
            kind=PRACTITIONERS.get(post, ""),
            department=department or self.departments[0].key,
            password=password,
        )


def _whole(data: Any, name: str) -> int:
    text = str(data.get(name) or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS
