"""Waits to explain and patients to tell how it goes: a part of the desks' boards, and its deeds."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.queueing import permissions
from yilu.queueing.operations.explaining import explain_wait, take_back_explanation
from yilu.queueing.operations.notices import note_told, take_back_told
from yilu.queueing.selectors.limits import Offered, offered_amends
from yilu.queueing.selectors.long_waits import LongWaitLine, long_wait, open_long_waits
from yilu.queueing.selectors.notices import to_tell
from yilu.queueing.states import WaitReason
from yilu.scheduling.web.here import site_here


class ExplainForm(VersionedForm):
    """Why somebody waits so long, and what they were offered."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why it takes longer"), choices=WaitReason.choices
    )
    note = Text(
        label=pgettext_lazy("long wait", "In your words"),
        max_length=200,
        required=False,
    )
    amends = forms.ChoiceField(label=gettext_lazy("What was offered"), required=False)
    was_taken = forms.BooleanField(label=gettext_lazy("The patient took it"), required=False)

    def __init__(self, offered: list[Offered], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amends"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing was offered")),
            *((str(one.id), str(one.name)) for one in offered),
        ]


@require_safe
def to_explain(request: ActorRequest) -> HttpResponse:
    """The waits to explain at a site, and whom to tell how it goes: a part of a board."""
    site = site_here(request, permissions.SEE)
    context = {
        "lines": open_long_waits(request.actor, site.id),
        "notices": to_tell(request.actor, site.id),
        "may_explain": request.actor.may(permissions.EXPLAIN, site.id),
    }
    return render(request, "queueing/_long_waits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: ActorRequest, long_wait_id: UUID) -> HttpResponseBase:
    """Ask why somebody waits so long and what they were offered; then keep it."""
    line = long_wait(request.actor, long_wait_id)
    offered = offered_amends(line.site_id)
    form = ExplainForm(
        offered,
        request.POST if request.method == "POST" else None,
        initial={
            "version": line.version,
            "reason": line.reason or None,
            "note": line.note,
            "amends": next((str(one.id) for one in offered if one.name == line.amends), ""),
            "was_taken": line.was_taken,
        },
    )

    def save(data: dict[str, Any]) -> HttpResponse:
        explain_wait(
            actor=request.actor,
            long_wait_id=long_wait_id,
            reason=WaitReason(data["reason"]),
            note=data["note"],
            amends_id=UUID(data["amends"]) if data["amends"] else None,
            was_taken=data["was_taken"],
            version=data["version"],
        )
        back = reverse("queueing:take-back-explanation", args=[long_wait_id])
        said = _("Kept: why %(number)s waits") % {"number": line.number}
        return with_toast(HttpResponse(), said, undo=back)

    def show(status: int) -> HttpResponse:
        context = {"form": form, "line": line, "url": request.path}
        return render(request, "queueing/_explain.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@posted_once
def take_back(request: ActorRequest, long_wait_id: UUID) -> HttpResponseBase:
    """Take an explanation back."""
    take_back_explanation(actor=request.actor, long_wait_id=long_wait_id)
    line: LongWaitLine = long_wait(request.actor, long_wait_id)
    return with_toast(HttpResponse(), _("Undone: %(number)s") % {"number": line.number})


@posted_once
def told(request: ActorRequest, notice_id: UUID) -> HttpResponseBase:
    """Staff have told a patient how it goes."""
    note_told(actor=request.actor, notice_id=notice_id, version=sent_version(request))
    back = reverse("queueing:take-back-told", args=[notice_id])
    return with_toast(HttpResponse(), _("Noted: the patient was told"), undo=back)


@posted_once
def not_told(request: ActorRequest, notice_id: UUID) -> HttpResponseBase:
    """Take back that staff have told a patient."""
    take_back_told(actor=request.actor, notice_id=notice_id)
    return with_toast(HttpResponse(), _("The patient is to be told"))
