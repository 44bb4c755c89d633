"""What has been answered so far, kept in the session so that back and refresh work."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from yilu.workspace.operations.setup import ClinicPlan
from yilu.workspace.web.setup.forms import (
    ClinicForm,
    HoursForm,
    PlacesForm,
    ServicesForm,
    StaffForm,
    TradesForm,
)
from yilu.workspace.web.setup.forms.staff import MOST
from yilu.workspace.web.setup.forms.words import localized

STEPS: dict[str, type[Any]] = {
    "clinic": ClinicForm,
    "trades": TradesForm,
    "places": PlacesForm,
    "hours": HoursForm,
    "staff": StaffForm,
    "services": ServicesForm,
}
REVIEW, DONE = "review", "done"
_NOT_KEPT = {"csrfmiddlewaretoken", "password", "again", "next"}
_PLACE, _HASH, _ASKED = "setup", "setup_password", "asked"


class Draft:
    """The answers of one browser. A page can be opened when those before it are answered.

    An answer that is changed later, such as another trade, can bring new questions to pages that
    were answered before. Such a page is asked again: as answered, with the usual for what is new.
    """

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self.answers: dict[str, dict[str, list[str]]] = session.get(_PLACE, {})
        self.forms: dict[str, Any] = {}
        for step in STEPS:
            form = self._form(step, self._kept(step))
            if form is None or self._new(step, form) or not form.is_valid():
                break
            self.forms[step] = form

    @property
    def next_step(self) -> str:
        """The first page that is not answered yet."""
        return next((step for step in STEPS if step not in self.forms), REVIEW)

    def is_open(self, step: str) -> bool:
        """Whether everything before a page is answered."""
        steps = [*STEPS, REVIEW]
        return steps.index(step) <= steps.index(self.next_step)

    def form(self, step: str, data: QueryDict | None = None) -> Any:
        """A page's form: with what was sent, else with what was answered before."""
        if data is not None or step not in self.answers:
            return self._form(step, data, blank=True)
        kept = self._kept(step)
        form: Any = self._form(step, kept)
        new = self._new(step, form)
        for name, field in form.fields.items():
            said = kept.getlist(name)
            if isinstance(field, forms.MultipleChoiceField):
                said = [one for one in said if field.valid_value(one)]
            if name in kept or name in new:
                kept.setlist(name, [*said, *new.get(name, [])])
        return self._form(step, kept)

    def keep(self, step: str, form: Any, data: QueryDict) -> None:
        """Keep a page's answers; of a password only its hash."""
        if isinstance(form, StaffForm):
            self.session[_HASH] = form.hashed()
        said = {name: data.getlist(name) for name in data if name not in _NOT_KEPT}
        said[_ASKED] = [one for name in form.fields for one in _questions(form, name)]
        self.session[_PLACE] = self.answers | {step: said}

    def add_rows(self, rows: int) -> None:
        """Show more empty lines on the page of staff."""
        said = dict(self.session[_PLACE]["staff"])
        said["rows"] = [str(min(int(said.get("rows", ["0"])[0]) + rows, MOST))]
        self.session[_PLACE] = self.session[_PLACE] | {"staff": said}

    def forget(self) -> None:
        """Keep nothing."""
        self.session.pop(_PLACE, None)
        self.session.pop(_HASH, None)

    def plan(self) -> ClinicPlan:
        """Everything together. Every page must be answered."""
        clinic, trades, places, hours, staff, services = (self.forms[step] for step in STEPS)
        return ClinicPlan(
            group_name=localized(clinic.cleaned_data, "group"),
            site=clinic.site(),
            time_zone=clinic.cleaned_data["time_zone"],
            specialties=tuple(trades.cleaned_data["trades"]),
            places=places.plan(),
            hours=hours.week(),
            people=staff.people(),
            services=services.plan(),
            prices=services.prices(),
        )

    def _kept(self, step: str) -> Any:
        said = self.answers.get(step)
        return None if said is None else MultiValueDict(said)

    def _new(self, step: str, form: Any) -> dict[str, list[str]]:
        """What a page would ask now and did not when it was answered: the usual answers to it."""
        asked = set(self.answers[step].get(_ASKED, []))
        found: dict[str, list[str]] = {}
        for name in form.fields:
            usual = form.get_initial_for_field(form.fields[name], name)
            if usual is None or usual is False:
                continue
            if isinstance(usual, list):
                new = [one for one in usual if f"{name}={one}" not in asked]
            else:
                new = [] if name in asked else ["on" if usual is True else str(usual)]
            if new:
                found[name] = new
        return found

    def _form(
        self, step: str, data: Mapping[str, Any] | None, *, blank: bool = False
    ) -> Any | None:
        if data is None and not blank:
            return None
        more = {"kept": self.session.get(_HASH, "")} if step == "staff" else {}
        return STEPS[step](data, self.forms, **more)


def _questions(form: Any, name: str) -> list[str]:
    """A field's name, or where several can be chosen each of its choices."""
    field = form.fields[name]
    if isinstance(field, forms.MultipleChoiceField):
        choices: Any = field.choices
        return [f"{name}={value}" for value, _label in choices]
    return [name]
