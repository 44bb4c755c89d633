"""How the system does: what waits, what was given up or failed, and may be tried again."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yilu.platform import failed_jobs, given_up, health
from yilu.platform.permissions import KEEP
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once


@require_safe
def system(request: ActorRequest) -> HttpResponse:
    """Signs of life, what was given up and what failed. Three queries."""
    request.actor.require_anywhere(KEEP)
    owed = health.backlog()
    silence, free = owed.silence_seconds, health.free_bytes()
    return render_page(
        request,
        "platform/system.html",
        part="platform/_system.html",
        owed=owed,
        free_mb=free // 2**20,
        is_full=free < health.DISK_BYTES,
        is_silent=silence is None or silence > health.SILENCE_SECONDS,
        is_late=owed.lag_seconds > health.LAG_SECONDS,
        lines=given_up.given_up(request.actor),
        failed=failed_jobs.failed_jobs(request.actor),
        topic=given_up.TOPIC,
    )


@posted_once
def try_again(request: ActorRequest) -> HttpResponse:
    """Have what was given up tried once more: one kind, or all of it."""
    what = request.POST.get("what")
    number = sum(
        given_up.try_again(request.actor, *(what.split(":", 1) if what is not None else ()))
    )
    if not number:
        return with_toast(HttpResponse(), _("Nothing of it is given up any more."))
    said = ngettext("%(number)s is tried again.", "%(number)s are tried again.", number)
    return with_toast(HttpResponse(), said % {"number": number})


@posted_once
def begin_again(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Have long work that failed begun anew."""
    done = failed_jobs.begin_again(request.actor, job_id)
    return with_toast(HttpResponse(), _("It is begun again.") if done else _gone())


@posted_once
def put_away(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Let a failure rest."""
    done = failed_jobs.put_away(request.actor, job_id)
    return with_toast(HttpResponse(), _("It is put away.") if done else _gone())


def _gone() -> str:
    return _("It is not among what failed any more.")
