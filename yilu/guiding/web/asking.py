"""The dialogs: ask for help, hand over, decline, assign, take off the list."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.guiding import permissions
from yilu.guiding.operations.asking import Wish, ask_for_help
from yilu.guiding.operations.leading import decline_task, hand_over_task
from yilu.guiding.operations.receiving import assign_task, withdraw_task
from yilu.guiding.selectors.asking import asking_page
from yilu.guiding.selectors.lines import TaskLine
from yilu.guiding.selectors.tasks import guides_on_duty, task_line
from yilu.guiding.web.forms import AskForm, DeclineForm, PersonForm, WithdrawForm
from yilu.platform import undo
from yilu.platform.errors import NotAllowed
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import submit

Save = Callable[[dict[str, Any]], HttpResponseBase]
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def ask(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask for somebody to come along, a wheelchair or a stretcher."""
    found = asking_page(request.actor, visit_id)
    known = {"help": found.help, "language": found.language}
    form = AskForm(request.POST or None, initial=known, auto_id="dialog_%s")
    form.lead_to(found.next_place)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        wish = Wish(visit_id=visit_id, **said)
        ask_for_help(actor=request.actor, wish=wish)
        return with_toast(HttpResponse(status=204), _("Asked for: it stands in the guides’ list"))

    def again(status: int) -> HttpResponse:
        context = {"form": form, "found": found, "url": request.path}
        return render(request, "guiding/_ask.html", context, status=status)

    return submit(request, form, save, again) if request.method == "POST" else again(200)


@require_http_methods(METHODS)
def hand_over(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """Let a colleague bring the patient."""
    line = _line(request, task_id, permissions.LEAD)
    form = PersonForm(request.POST or None, initial={"version": line.version}, auto_id="dialog_%s")
    me = request.actor.user_id
    form.offer(one for one in guides_on_duty(line.site_id) if one.user_id != me)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        hand_over_task(
            actor=request.actor,
            task_id=task_id,
            user_id=said["person"],
            version=said["version"],
        )
        return with_toast(HttpResponse(status=204), _("Your colleague has it now"))

    return _dialog(
        request, form, save, line, title=_("Hand over to a colleague"), label=_("Hand over")
    )


@require_http_methods(METHODS)
def decline(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """Say why one cannot."""
    line = _line(request, task_id, permissions.LEAD)
    form = DeclineForm(request.POST or None, initial={"version": line.version}, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        decline_task(
            actor=request.actor, task_id=task_id, reason=said["reason"], version=said["version"]
        )
        return with_toast(HttpResponse(status=204), _("Noted: somebody else is looked for"))

    return _dialog(request, form, save, line, title=_("I cannot do this"), label=_("Give it back"))


@require_http_methods(METHODS)
def assign(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """Give the task to a guide by hand."""
    line = _line(request, task_id, permissions.STEER)
    form = PersonForm(request.POST or None, initial={"version": line.version}, auto_id="dialog_%s")
    form.offer(guides_on_duty(line.site_id))

    def save(said: dict[str, Any]) -> HttpResponseBase:
        assign_task(
            actor=request.actor,
            task_id=task_id,
            user_id=said["person"],
            version=said["version"],
        )
        return with_toast(HttpResponse(status=204), _("Given: it stands on the guide’s phone"))

    return _dialog(request, form, save, line, title=_("Give it to a guide"), label=_("Give it"))


@require_http_methods(METHODS)
def withdraw(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """Take the task off the list."""
    line = task_line(request.actor, task_id)
    if not line.may_withdraw:
        raise NotAllowed(permission=permissions.STEER)
    form = WithdrawForm(
        request.POST or None, initial={"version": line.version}, auto_id="dialog_%s"
    )

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = withdraw_task(
            actor=request.actor, task_id=task_id, reason=said["reason"], version=said["version"]
        )
        return with_toast(HttpResponse(status=204), _("Off the list"), undo=undo.address(offer))

    return _dialog(
        request, form, save, line, title=_("Nobody need be brought"), label=_("Take it off")
    )


def _line(request: ActorRequest, task_id: UUID, permission: str) -> TaskLine:
    line = task_line(request.actor, task_id)
    request.actor.require(permission, line.site_id)
    return line


def _dialog(
    request: ActorRequest, form: forms.Form, save: Save, line: TaskLine, *, title: str, label: str
) -> HttpResponseBase:
    def again(status: int) -> HttpResponse:
        context = {
            "form": form,
            "line": line,
            "title": title,
            "label": label,
            "url": request.path,
        }
        return render(request, "guiding/_dialog.html", context, status=status)

    return submit(request, form, save, again) if request.method == "POST" else again(200)
