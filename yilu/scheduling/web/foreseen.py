"""Forms that show what would follow, before somebody says yes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from yilu.platform.errors import Conflict, DomainError
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.once import submit
from yilu.scheduling.operations.foreseeing import foresee


@dataclass(frozen=True, slots=True)
class Asked:
    """A form in words: what is asked, what saying yes does, and where it stands."""

    title: str
    label: str
    text: str = ""
    harmful: bool = False
    looks_ahead: bool = True
    page: str = "scheduling/foreseen.html"
    part: str = "scheduling/_foreseen.html"
    back_url: str = ""


def foreseen(
    request: ActorRequest,
    form: BaseForm,
    *,
    plan: Callable[[dict[str, Any]], Any],
    done: Callable[[Any], HttpResponseBase],
    asked: Asked,
    site_id: UUID | None = None,
) -> HttpResponseBase:
    """Ask by a form; `plan` does what it says, `done` answers with what `plan` gave back.

    With `?look` in its address, a POST only says what `plan` would do to published time and
    bookings of the site, or of all.
    """
    if request.method == "POST" and "look" in request.GET:
        return _look(request, form, plan, site_id)

    def show(status: int) -> HttpResponse:
        url = request.path
        context = {"form": form, "asked": asked, "url": url, "look_url": f"{url}?look=1"}
        return render_page(request, asked.page, part=asked.part, status=status, **context)

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, lambda said: done(plan(said)), show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return show(422)


def _look(
    request: ActorRequest,
    form: BaseForm,
    plan: Callable[[dict[str, Any]], Any],
    site_id: UUID | None,
) -> HttpResponse:
    effect, refused = None, ""
    if form.is_valid():
        said = form.cleaned_data
        try:
            effect = foresee(actor=request.actor, try_out=lambda: plan(said), site_id=site_id)
        except DomainError as refusal:
            refused = str(refusal)
    context = {"effect": effect, "refused": refused}
    return render(request, "scheduling/_effect.html", context)
