"""A queue as a part of other pages, the caller's window of one station, and the printed slip."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, render_page
from yilu.queueing import permissions
from yilu.queueing.selectors.boards import QueueBoard, TicketRow, queue_board, queues
from yilu.queueing.selectors.points import StationInfo, queues_of_station, station_info
from yilu.queueing.selectors.tickets import ticket_detail, ticket_place
from yilu.queueing.selectors.topics import queue_topic, site_queues_topic, ticket_topic
from yilu.queueing.web.slots import finish_url

# A printed code opens its ticket for as long as anybody may still hold it in their hand.
VALID_FOR = timedelta(days=2)


@require_safe
def board(request: ActorRequest, queue_id: UUID) -> HttpResponse:
    """One queue with its patients: a part for any page."""
    found = queue_board(request.actor, queue_id)
    station = found.stations[0] if found.stations else None
    return render(request, "queueing/_queue.html", _board_context(request, found, station))


@require_safe
def overview(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The queues of a site: how many wait in each, and how long."""
    context: dict[str, Any] = {
        "lines": queues(request.actor, site_id),
        "site_id": site_id,
        "topic": site_queues_topic(site_id),
        "may_set_up": request.actor.may(permissions.SET_UP, site_id),
        "may_report": request.actor.may(permissions.REPORT, site_id),
    }
    return render_page(request, "queueing/queues.html", part="queueing/_queues.html", **context)


@require_safe
def caller(request: ActorRequest, station_id: UUID) -> HttpResponse:
    """The small window of a station: next, recall, skip, finish, by key or by finger."""
    station = station_info(station_id)
    request.actor.require_to_see(permissions.SEE, station.site_id)
    boards = [queue_board(request.actor, one) for one in queues_of_station(station_id)]
    context: dict[str, Any] = {
        "station": station,
        "now": _now(boards, station),
        "boards": boards,
        "waiting": sum(len(one.waiting) for one in boards),
        "topics": [queue_topic(one.queue.id) for one in boards],
        "site_topic": site_queues_topic(station.site_id),
    }
    now = context["now"]
    if isinstance(now, TicketRow):
        context["finish_url"] = finish_url(now.id)
    return render_page(request, "queueing/caller.html", part="queueing/_caller.html", **context)


@require_safe
def slip(request: ActorRequest, ticket_id: UUID) -> HttpResponse:
    """The printed ticket: number, queue, wait as a range, and a QR code of its phone page."""
    ticket_detail(request.actor, ticket_id)
    target = request.build_absolute_uri(phone_url(ticket_id))
    drawn = mark_safe(qr_svg(target))  # noqa: S308 (drawn by us, from our own address)
    return render(request, "queueing/slip.html", {"place": ticket_place(ticket_id), "qr": drawn})


@require_safe
def place(request: ActorRequest, ticket_id: UUID) -> HttpResponse:
    """Where one ticket stands: a part for the desk and for the patient's own pages."""
    ticket_detail(request.actor, ticket_id)
    return render(request, "queueing/_place.html", {"place": ticket_place(ticket_id)})


@require_safe
def phone(request: ActorRequest, signed: str) -> HttpResponse:
    """The ticket on a phone, for whoever holds its printed code: a number, a range, no name."""
    try:
        ticket_id = UUID(_signer().unsign(signed, max_age=VALID_FOR))
    except (BadSignature, ValueError) as error:
        raise NotFound from error
    found = ticket_place(ticket_id)
    context: dict[str, Any] = {
        "place": found,
        "topics": [ticket_topic(ticket_id), queue_topic(found.queue_id)],
    }
    return render_page(request, "queueing/phone.html", part="queueing/_place.html", **context)


def phone_url(ticket_id: UUID) -> str:
    """The address of a ticket's phone page, for a QR code or a message."""
    return reverse("queueing:phone", args=[_signer().sign(ticket_id.hex)])


def qr_svg(target: str) -> str:
    """A QR code as SVG that prints sharp."""
    return str(segno.make(target, micro=False, error="m").svg_inline(omitsize=True, border=2))


def _now(boards: list[QueueBoard], station: StationInfo) -> TicketRow | None:
    here = [t for one in boards for t in one.at_station if t.station_id == station.id]
    return here[0] if here else None


def _board_context(
    request: ActorRequest, found: QueueBoard, station: StationInfo | None
) -> dict[str, Any]:
    site_id = found.queue.site_id
    return {
        "board": found,
        "station": station,
        "topic": queue_topic(found.queue.id),
        "may_call": request.actor.may(permissions.CALL, site_id),
        "may_move": request.actor.may(permissions.MOVE, site_id),
    }


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="queueing.ticket")
