"""The strip of reminders above the doctor's room, fetched after the room is drawn."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.clinical import permissions as clinical
from yilu.clinical.web.reading import read_id
from yilu.platform.web.http import ActorRequest
from yilu.workspace.selectors.reminders import reminder_lines, reminders, titles
from yilu.workspace.web.home import site_at


@require_safe
def strip(request: ActorRequest, site_key: str) -> HttpResponse:
    """What waits for this doctor, counted."""
    site = site_at(request, site_key, clinical.SEE)
    found = reminders(request.actor, site_key, site.id, _shown(request))
    context = {"reminders": found, "shown": request.GET.get("visit", "")}
    return render(request, "workspace/_reminders.html", context)


@require_safe
def reminded(request: ActorRequest, site_key: str, key: str) -> HttpResponse:
    """The things of one kind, each with the way to where it is done."""
    site = site_at(request, site_key, clinical.SEE)
    lines = reminder_lines(request.actor, site.id, key, _shown(request))
    context = {"lines": lines, "title": titles()[key], "site": site, "key": key}
    return render(request, "workspace/_reminded.html", context)


def _shown(request: ActorRequest) -> UUID | None:
    """The visit that is open in the room: its own note is no reminder."""
    return read_id(request.GET.get("visit", ""))
