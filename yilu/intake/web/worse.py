"""Who feels worse while waiting: the live part on staff pages, and the nurse's answer."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yilu.intake import permissions
from yilu.intake.operations.worse import LONGEST_REASON, answer_worse, say_worse
from yilu.intake.selectors.worse import WorseLine, call_detail, open_calls
from yilu.platform.errors import Conflict, Stale
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once, submit

LEVELS = [
    ("1", pgettext_lazy("level", "I · resuscitation, at once")),
    ("2", pgettext_lazy("level", "II · emergent, within 10 minutes")),
    ("3", pgettext_lazy("level", "III · urgent, within 30 minutes")),
    ("4", pgettext_lazy("level", "IV · less urgent, in turn")),
]


class AnswerForm(VersionedForm):
    """What the nurse found: the level from now on, and why.

    `heard` is how many letters of the patient's words she has seen: more are added behind them.
    """

    level = forms.TypedChoiceField(
        label=gettext_lazy("Level from now on"),
        coerce=int,
        choices=LEVELS,
        widget=forms.RadioSelect,
    )
    reason = Text(label=gettext_lazy("What you found"), max_length=LONGEST_REASON)
    heard = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    field_order = ("level", "reason")


@require_safe
def calls(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Who feels worse at a site now. Empty where nobody does."""
    context = {
        "lines": open_calls(request.actor, site_id),
        "may_answer": request.actor.may(permissions.ANSWER, site_id),
    }
    return render(request, "intake/_worse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ActorRequest, feltworse_id: UUID) -> HttpResponseBase:
    """Ask what was found; then close the call and let the queue follow."""
    line = call_detail(request.actor, feltworse_id)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        answer_worse(
            actor=request.actor,
            feltworse_id=feltworse_id,
            level=typed["level"],
            reason=typed["reason"],
            version=typed["version"],
        )
        return with_toast(HttpResponse(), _("Level kept; the queue follows it"))

    if request.method != "POST":
        return _dialog(request, line, AnswerForm(initial=_usual(line)), 200)
    form = AnswerForm(request.POST)

    def show(status: int) -> HttpResponse:
        if status == Stale.status:
            return _heard_more(request, feltworse_id, form)
        return _dialog(request, line, form, status)

    try:
        return submit(request, form, save, show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return _dialog(request, line, form, refused.status)


@posted_once
def say(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Staff see, or are told, that somebody who waits is worse."""
    told = say_worse(actor=request.actor, visit_id=visit_id, channel="staff")
    said = _("The nurse is called") if told.is_new else _("The nurse is called already")
    return with_toast(HttpResponse(status=204), said)


def _usual(line: WorseLine) -> dict[str, object]:
    """What stands in the form at first: never less urgent than before, nor than suggested."""
    known = [one for one in (line.level, line.suggested) if one is not None]
    return {"level": str(min(known, default=3)), **_seen(line)}


def _seen(line: WorseLine) -> dict[str, int]:
    return {"version": line.version, "heard": len(line.words)}


def _heard_more(request: ActorRequest, feltworse_id: UUID, sent: AnswerForm) -> HttpResponse:
    """The dialog again with what was typed, and with what was said since it was drawn."""
    line = call_detail(request.actor, feltworse_id)
    typed = request.POST.copy()
    typed.update({name: str(seen) for name, seen in _seen(line).items()})
    form = AnswerForm(typed)
    added = line.words[sent.cleaned_data["heard"] or 0 :].strip()
    more = [*map(str, line.alarms), *([f"“{added}”"] if added else [])]
    if line.suggested:
        more.append(_("rules suggest level %(n)s") % {"n": line.suggested})
    said = _("More was said meanwhile: %(more)s. Nothing was closed; please look again.")
    form.add_error(None, said % {"more": " · ".join(more)})
    return _dialog(request, line, form, Stale.status)


def _dialog(request: ActorRequest, line: WorseLine, form: AnswerForm, status: int) -> HttpResponse:
    context = {"line": line, "form": form, "url": request.path}
    return render(request, "intake/_worse_answer.html", context, status=status)
