"""The address behind every “undo” in a toast."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase

from yilu.platform import undo
from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once


@posted_once
def take_back(request: ActorRequest, undo_id: UUID) -> HttpResponseBase:
    """Take a deed back; live parts then show how things stand."""
    if request.actor.kind == "nobody":
        raise NotSignedIn
    return with_toast(HttpResponse(), undo.run(request.actor, undo_id))
