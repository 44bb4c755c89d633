"""One examination of a patient's trip, and where it could be by itself."""

from dataclasses import dataclass
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics.errors import RequestMoved
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.rules.trips import troubles
from yilu.diagnostics.selectors.trips import AHEAD, TripDetail, TripExam, exam_of, trip_detail
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling.allocation import Place
from yilu.scheduling.selectors.alongside import places_for


@dataclass(frozen=True, slots=True)
class OwnExam:
    """One examination of a patient's trip, and the places it could move to by itself."""

    detail: TripDetail
    exam: TripExam
    places: tuple[Place, ...]


def own_exam(actor: Actor, trip_id: UUID, request_id: UUID) -> TripExam:
    """One booked examination of a trip for whoever may see that. Queries as
    `trip_detail`.

    Raises: NotFound; RequestMoved: it is not booked any more.
    """
    return _booked_exam(trip_detail(actor, trip_id), request_id)


def own_places(actor: Actor, trip_id: UUID, request_id: UUID) -> OwnExam:
    """Where one examination could be while the others stay: no rule is broken, and it is not
    later than we promise. Of two weeks; two queries
    more than `trip_detail`.

    Raises: NotFound, UnknownService; RequestMoved: it is not booked any more.
    """
    detail = trip_detail(actor, trip_id)
    chosen = _booked_exam(detail, request_id)
    line = chosen.line
    today = clock.now().astimezone(detail.site.zone).date()
    free = places_for(
        detail.site.id, [line.service_id], detail.patient_id, (today, today + AHEAD),
        but_for=[line.booking_id] if line.booking_id else [],
    )  # fmt: skip
    services = service_infos(one.line.service_id for one in detail.exams)
    exams = [exam_of(one.line, services) for one in detail.exams]
    stays = {one.line.id: one.place for one in detail.exams if one.place}
    known = troubles(exams, stays, table())
    latest = max((at for at in (line.due_at, line.starts_at) if at), default=None)
    places = tuple(
        place
        for place in free[line.service_id]
        if (line.due_at is None or latest is None or place.starts_at <= latest)
        and all(one in known for one in troubles(exams, {**stays, line.id: place}, table()))
    )
    return OwnExam(detail, chosen, places)


def _booked_exam(detail: TripDetail, request_id: UUID) -> TripExam:
    found = next((one for one in detail.exams if one.line.id == request_id), None)
    if found is None:
        raise NotFound
    if found.place is None:
        raise RequestMoved
    return found
