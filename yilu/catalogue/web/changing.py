"""Dialogs of the catalogue that show what would change before somebody saves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yilu.platform.errors import Conflict
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.once import submit

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """What a field says now and would say then, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialog in words. `follows` says what else a valid answer leads to; `parts` are addresses
    where higher apps say it."""

    title: str
    label: str
    follows: Callable[[dict[str, Any]], Sequence[str]]
    parts: Callable[[dict[str, Any]], Sequence[str]] = lambda _said: ()
    more_url: str = ""
    more_label: str = ""


def changing(
    request: ActorRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], HttpResponseBase],
    asked: Asked,
) -> HttpResponseBase:
    """Ask by a form. With `?look` in its address, a POST only says what saving would change."""
    if request.method == "POST" and "look" in request.GET:
        return _look(request, form, asked)

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "catalogue/changing.html",
            part="catalogue/_changing.html",
            status=status,
            form=form,
            asked=asked,
            url=request.path,
            look_url=f"{request.path}?look=1",
        )

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, save, show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return show(422)


def _look(request: ActorRequest, form: forms.Form, asked: Asked) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "is_valid": form.is_valid()}
    if form.is_valid():
        said = form.cleaned_data
        context["changes"] = changes_of(form)
        context["follows"] = asked.follows(said)
        context["parts"] = asked.parts(said)
    return render(request, "catalogue/_effect.html", context)


def changes_of(form: forms.Form) -> list[Change]:
    """What differs from what the form began with, field by field. No query."""
    return [
        Change(str(form[name].label), _words(form, name, form[name].initial),
               _words(form, name, form.cleaned_data[name]))
        for name in form.changed_data
        if name != "version"
    ]  # fmt: skip


def _words(form: forms.Form, name: str, value: Any) -> str:
    """A value as its reader knows it."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        names = {str(key): str(label) for key, label in field.choices}  # type: ignore[union-attr, misc]
        many = value if isinstance(value, list | tuple) else [value]
        return " · ".join(names.get(str(one), str(one)) for one in many if one) or NOTHING
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value) if value not in {None, ""} else NOTHING
