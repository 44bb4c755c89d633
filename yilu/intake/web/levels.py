"""How urgent a visit is, at the nurse's desk: the level, what is suggested, and setting it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical.selectors.context import clinical_topic
from yilu.intake.operations.levels import set_level
from yilu.intake.selectors.levels import LevelNow, level_now
from yilu.intake.web.worse import AnswerForm
from yilu.platform.errors import Conflict
from yilu.platform.web.dialogs import form_dialog
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import submit
from yilu.visits.selectors.visits import visit_topic


@require_safe
def level(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The level now and the one suggested; nothing for who waits nowhere."""
    context = {
        "now": level_now(request.actor, visit_id),
        "topics": [clinical_topic(visit_id), visit_topic(visit_id)],
    }
    return render(request, "intake/_level.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask for the level and why; then the queue follows."""
    now = level_now(request.actor, visit_id)
    form = AnswerForm(request.POST or None, initial=_usual(now))

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        set_level(
            actor=request.actor,
            visit_id=visit_id,
            level=typed["level"],
            reason=typed["reason"],
            version=typed["version"],
        )
        return with_toast(HttpResponse(), _("Level kept; the queue follows it"))

    def again(status: int = 200) -> HttpResponse:
        shown = form_dialog(
            request, form, _("How urgent is it?"), request.path, _("Keep the level")
        )
        shown.status_code = status
        return shown

    if request.method != "POST":
        return again()
    try:
        return submit(request, form, save, again)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return again(refused.status)


def _usual(now: LevelNow) -> dict[str, object]:
    """What stands in the form at first: never less urgent than the level now."""
    if now.ticket is None:
        return {}
    wanted = now.ticket.level
    reason = ""
    if now.suggested is not None and now.is_higher:
        wanted, reason = int(now.suggested.total), " · ".join(now.suggested.reasons)
    return {"version": now.ticket.version, "level": str(wanted), "reason": reason}
