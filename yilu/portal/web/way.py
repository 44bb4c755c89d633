"""Help on the way: one press on the page of a visit asks for a guide or a wheelchair."""

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yilu.guiding.operations.asking import BY_PATIENTS, Wish, ask_for_help
from yilu.guiding.operations.receiving import call_own_help_off
from yilu.platform import throttle
from yilu.platform.errors import BadRequest, NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once
from yilu.portal.web.doors import Entry, entered

MOST_PRESSES, TEN_MINUTES = 12, 600
NOBODY = "none"


@require_POST
@entered
def way(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Ask for somebody to come along, or for nobody any more."""
    visit_id = entry.door.about.visit_id
    wanted = request.POST.get("help", "")
    if visit_id is None:
        raise NotFound
    if wanted != NOBODY and wanted not in BY_PATIENTS:
        raise BadRequest
    throttle.take(f"portal:way:{visit_id}", MOST_PRESSES, TEN_MINUTES)

    def run() -> HttpResponseBase:
        if wanted == NOBODY:
            call_own_help_off(actor=entry.door.actor, visit_id=visit_id)
            words = _("Nobody comes any more.")
        else:
            wish = Wish(visit_id=visit_id, help=wanted)
            ask_for_help(actor=entry.door.actor, wish=wish)
            words = _("We are told. Please stay where you are: somebody comes to you.")
        return with_toast(HttpResponseRedirect(entry.base, status=303), words)

    return once(request, run)
