"""The entry questions on the phone before a visit, while a clinic is in outbreak mode."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yilu.outbreak.operations.screening import Whom, answer_screening
from yilu.outbreak.selectors.screenings import AtDoor, asking_at, at_door
from yilu.outbreak.states import AskedVia
from yilu.outbreak.web.asking import answers_in, asked_rows
from yilu.platform import clock
from yilu.platform.errors import Conflict, Invalid, NotFound
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once
from yilu.portal.selectors.standing import Standing, standing
from yilu.portal.web.doors import Entry, entered


def door_of(now: Standing) -> AtDoor:
    """How the door stands for who looks at their booking or visit. Four queries at most."""
    patient_id = _patient(now)
    if patient_id is None or now.is_remote or now.is_over:
        return AtDoor()
    found = at_door(now.site.id, patient_id, now.visit.id if now.visit else None)
    return found if found.route or _is_near(now, found) else AtDoor()


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def screening(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """The questions, once; afterwards which way to come in, never why."""
    now = standing(entry.door)
    patient_id = _patient(now)
    if patient_id is None or now.is_remote:
        raise NotFound
    if request.method != "POST":
        return _page(request, entry, now)

    def run() -> HttpResponseBase:
        whom = Whom(now.site.id, patient_id, entry.door.about.booking_id, entry.door.about.visit_id)
        answer_screening(
            actor=entry.door.actor, whom=whom, answers=answers_in(request) or {},
            via=AskedVia.PHONE,
        )  # fmt: skip
        return HttpResponseRedirect(f"{entry.base}/screening", status=303)

    try:
        return once(request, run)
    except (Conflict, Invalid) as refused:
        return _page(request, entry, now, refused)


def _patient(now: Standing) -> UUID | None:
    if now.booking is not None:
        return now.booking.line.patient_id
    return now.visit.patient_id if now.visit else None


def _is_near(now: Standing, door: AtDoor) -> bool:
    """Whether answers given now would still count when the visit begins."""
    if now.booking is None or not now.is_coming:
        return False
    return now.booking.line.starts_at - clock.now() <= timedelta(hours=door.valid_hours)


def _page(
    request: ActorRequest, entry: Entry, now: Standing, refused: Conflict | Invalid | None = None
) -> HttpResponse:
    patient_id = _patient(now)
    asking = asking_at(now.site.id, patient_id, via=AskedVia.PHONE) if patient_id else None
    context = {
        "now": now,
        "entry": entry,
        "base": f"{entry.base}/screening",
        "back": entry.base,
        "asking": asking,
        "rows": asked_rows(request, asking),
        "door": door_of(now),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "portal/screening.html", context, status=status)
