"""Sittings that are planned but not booked: of one treatment, and all of a site for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, Sitting
from yilu.scheduling.selectors.published import published_until
from yilu.scheduling.sittings import Step, Window, is_due, windows_after
from yilu.scheduling.states import BookingState, Stuck

LOST = (BookingState.CANCELLED, BookingState.NO_SHOW)
MOST = 300


@dataclass(frozen=True, slots=True)
class PlannedSitting:
    """A sitting without a booking, and the days on which it is to be.

    `stuck` says why it could not be booked when we last looked; empty when that was not tried.
    """

    position: int
    service: ServiceInfo
    step: Step
    window: Window
    stuck: str
    tried_at: datetime | None

    @property
    def number(self) -> int:
        return self.position + 1

    @property
    def service_name(self) -> Localized:
        return self.service.name

    @property
    def look(self) -> str:
        return "late" if self.stuck else "booked"

    @property
    def says(self) -> str:
        """Why it is not booked, in words."""
        return str(Stuck(self.stuck).label) if self.stuck else _("Not booked yet")


@dataclass(frozen=True, slots=True)
class NextPlanned:
    """The next sitting of a treatment that is planned only; `others` are planned after it.

    `is_waiting`: the sitting before it is lost, and has to be placed first.
    """

    series_id: UUID
    name: Localized
    patient: PatientBrief | None
    number: int
    of: int
    others: int
    service: ServiceInfo
    window: Window
    before: date
    stuck: str
    tried_at: datetime | None
    is_waiting: bool
    is_due: bool

    @property
    def needs_somebody(self) -> bool:
        """Whether it will not be booked by itself."""
        return self.is_waiting or bool(self.stuck)

    @property
    def look(self) -> str:
        return "late" if self.needs_somebody else "booked"

    @property
    def says(self) -> str:
        if self.is_waiting:
            return _("The sitting before it needs another time first.")
        if self.stuck:
            return str(Stuck(self.stuck).label)
        if self.is_due:
            return _("Is booked by itself at the next look.")
        return _("Is booked by itself once these days are published.")


def planned_after(
    before: date, rows: Sequence[Sitting], services: dict[UUID, ServiceInfo], today: date
) -> tuple[PlannedSitting, ...]:
    """The planned sittings of a treatment, in order, after the day of the last booked. No query."""
    steps = [Step(row.service_id, row.min_days, row.max_days) for row in rows]
    windows = windows_after(Window(before, before), steps, today)
    return tuple(
        PlannedSitting(
            row.position, services[row.service_id], step, window, row.stuck, row.tried_at
        )
        for row, step, window in zip(rows, steps, windows, strict=True)
    )


def next_planned(actor: Actor, site_id: UUID) -> list[NextPlanned]:
    """The next planned sitting of each treatment of a site, those that need somebody first, then
    by their days. Seven queries, however many; three hundred at most. Raises: NotAllowed."""
    actor.require(permissions.SEE, site_id)
    found = _next_of_each(site_id)
    until = published_until(site_id) if found else None
    patients = patient_briefs(actor, {one.series.patient_id for one, _last in found}, "series")
    services = service_infos(one.service_id for one, _last in found)
    counts = dict(
        Sitting.objects.filter(series__in=[one.series_id for one, _last in found])
        .values_list("series_id")
        .annotate(last=Max("position"))
    )
    zone = site_zone(site_id)
    today = clock.now().astimezone(zone).date()
    lines = []
    for row, last in found:
        day = last.starts_at.astimezone(zone).date()
        window = _window(row, day, today)
        lines.append(
            NextPlanned(
                series_id=row.series_id,
                name=row.series.name,
                patient=patients.get(row.series.patient_id),
                number=row.position + 1,
                of=counts[row.series_id] + 1,
                others=counts[row.series_id] - row.position,
                service=services[row.service_id],
                window=window,
                before=day,
                stuck=row.stuck,
                tried_at=row.tried_at and row.tried_at.astimezone(zone),
                is_waiting=last.state in LOST,
                is_due=until is not None and is_due(window, until, today),
            )
        )
    return sorted(lines, key=lambda one: (not one.needs_somebody, one.window, one.series_id))


def due_series(site_id: UUID) -> list[UUID]:
    """The treatments of a site whose next planned sitting is to be booked now. Three queries."""
    until = published_until(site_id)
    if until is None:
        return []
    zone = site_zone(site_id)
    today = clock.now().astimezone(zone).date()
    return [
        row.series_id
        for row, last in _next_of_each(site_id)
        if last.state not in LOST
        and is_due(_window(row, last.starts_at.astimezone(zone).date(), today), until, today)
    ]


def stuck_sittings(site_id: UUID) -> int:
    """How many planned sittings of a site could not be booked by themselves. One query."""
    waiting = Sitting.objects.filter(booking=None, series__site_id=site_id, series__ended_at=None)
    return waiting.exclude(stuck="").count()


def _window(row: Sitting, before: date, today: date) -> Window:
    step = Step(row.service_id, row.min_days, row.max_days)
    return windows_after(Window(before, before), [step], today)[0]


def _next_of_each(site_id: UUID) -> list[tuple[Sitting, Booking]]:
    """The first planned sitting of each treatment, with the booking before it. Two queries."""
    planned = Sitting.objects.filter(booking=None, series__site_id=site_id, series__ended_at=None)
    firsts = list(
        planned.select_related("series")
        .order_by("series_id", "position")
        .distinct("series_id")[:MOST]
    )
    before = Sitting.objects.filter(series__in=[one.series_id for one in firsts])
    last = {
        one.series_id: one.booking
        for one in before.select_related("booking").order_by("position")
        if one.booking
    }
    return [(one, last[one.series_id]) for one in firsts]
