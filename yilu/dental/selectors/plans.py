"""The dental plan of a patient: by phase, what it costs, where it is booked, what was done."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, performers
from yilu.clinical.selectors.context import Setting
from yilu.clinical.selectors.plans import PlanLine, visit_plans
from yilu.dental import permissions
from yilu.dental.models import PlanItem
from yilu.dental.rules.notation import surface_name
from yilu.dental.rules.plans import PHASES, USUAL_PHASE, PhaseSum, by_phase, total_of
from yilu.dental.selectors.context import chair
from yilu.dental.selectors.services import dental_services
from yilu.dental.states import STANDING, ItemState
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import bookings_of
from yilu.scheduling.selectors.free_time import Slot, free_slots
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.states import COMING

LOOKS = {
    ItemState.PLANNED: "soon",
    ItemState.ACCEPTED: "soon",
    ItemState.BOOKED: "active",
    ItemState.DONE: "done",
    ItemState.DROPPED: "blocked",
}
OFFERED, AHEAD_DAYS = 4, 21


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as it is read. Times are local."""

    id: UUID
    name: Any
    tooth: str
    surfaces: str
    phase: int
    amount: Decimal | None
    state: str
    is_proposed: bool
    note: str
    reason: str
    planned_on: date
    done_at: datetime | None
    done_visit_id: UUID | None
    booking: BookingLine | None
    version: int

    @property
    def state_label(self) -> str:
        return str(ItemState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[ItemState(self.state)]

    @property
    def can_be_booked(self) -> bool:
        return self.state in {ItemState.ACCEPTED, ItemState.BOOKED}

    @property
    def can_be_done(self) -> bool:
        return self.state in {ItemState.ACCEPTED, ItemState.BOOKED} or (
            self.state == ItemState.PLANNED and self.is_proposed
        )

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING


@dataclass(frozen=True, slots=True)
class DentalPlan:
    """What stands of the plan by phase, what is over, and what may be added."""

    where: Setting
    phases: tuple[PhaseSum[ItemLine], ...]
    over: tuple[ItemLine, ...]
    total: Decimal
    proposals: tuple[PlanLine, ...]
    can_write: bool

    @property
    def many(self) -> int:
        return sum(len(one.items) for one in self.phases)

    @property
    def waits(self) -> bool:
        """Whether anything waits to be put before the patient."""
        lines = (item for phase in self.phases for item in phase.items)
        return any(one.state == ItemState.PLANNED for one in lines)

    @property
    def open_proposal(self) -> PlanLine | None:
        return next((one for one in self.proposals if one.is_open), None)


@dataclass(frozen=True, slots=True)
class ItemTimes:
    """When an item could be done: new times, and bookings that the patient has already."""

    where: Setting
    item: ItemLine
    slots: tuple[Slot, ...]
    coming: tuple[BookingLine, ...]
    first: date


def dental_plan(actor: Actor, visit_id: UUID) -> DentalPlan:
    """The plan of a visit's patient. As many queries for one item as for all. Raises: NotFound."""
    where = chair(actor, visit_id)
    rows = PlanItem.objects.filter(patient_id=where.patient_id)
    lines = _lines(actor, where, list(rows.order_by("phase", "recorded_at", "id")))
    standing = [one for one in lines if one.is_standing]
    over = [one for one in lines if not one.is_standing]
    return DentalPlan(
        where=where,
        phases=tuple(by_phase(standing)),
        over=tuple(over),
        total=total_of(standing),
        proposals=tuple(visit_plans(actor, visit_id)),
        can_write=actor.may(permissions.WRITE, where.site_id),
    )


def plannable(actor: Actor, visit_id: UUID) -> list[tuple[ServiceInfo, int]]:
    """The services that may be planned, with their usual phase. Four queries. Raises: NotFound."""
    where = chair(actor, visit_id)
    return [(one, USUAL_PHASE.get(one.key, 2)) for one in dental_services(where.site_id)]


def phases() -> list[tuple[int, str]]:
    """The phases of a plan in the reader's words. No query."""
    return [(phase, str(title)) for phase, title in PHASES.items()]


def item_times(actor: Actor, visit_id: UUID, item_id: UUID, *, first: date | None) -> ItemTimes:
    """When an item could be done, from a day on; tomorrow when none is said. Twelve queries.

    Raises: NotFound.
    """
    where = chair(actor, visit_id)
    row = PlanItem.objects.filter(pk=item_id, patient_id=where.patient_id).first()
    if row is None:
        raise NotFound
    zone = site_zone(where.site_id)
    tomorrow = clock.now().astimezone(zone).date() + timedelta(days=1)
    day = max(first or tomorrow, tomorrow - timedelta(days=1))
    day = min(day, tomorrow + timedelta(days=400))
    found = free_slots(
        site_id=where.site_id,
        service_id=row.service_id,
        practitioner_id=_practitioner(actor, where, row.service_id),
        starts_from=max(datetime.combine(day, time.min, zone), clock.now()),
        starts_until=datetime.combine(day + timedelta(days=AHEAD_DAYS), time.min, zone),
    )
    coming = [
        one
        for one in bookings_of(actor.lent(scheduling.SEE), where.patient_id)
        if one.state in COMING and one.site_id == where.site_id
    ]
    [line] = _lines(actor, where, [row])
    slots = _one_a_day(found, zone)
    return ItemTimes(where, line, slots, tuple(reversed(coming)), day)


def item_is_of(item_id: UUID, patient_id: UUID) -> bool:
    """Whether an item is in this patient's plan. One query."""
    return PlanItem.objects.filter(pk=item_id, patient_id=patient_id).exists()


def charged_item(item_id: UUID) -> tuple[UUID, UUID] | None:
    """At which visit an item was done, and by which item of the price list it is charged; None
    where it is not done, or costs nothing. For billing. One query.
    """
    found = PlanItem.objects.filter(pk=item_id, state=ItemState.DONE, price_item__isnull=False)
    row = found.values_list("done_visit_id", "price_item_id").first()
    return None if row is None or row[0] is None or row[1] is None else (row[0], row[1])


def _practitioner(actor: Actor, where: Setting, service_id: UUID) -> UUID | None:
    """Whose times to offer: the dentist's of the visit if they do this, else anybody's."""
    usual = where.visit.practitioner_id or actor.practitioner_id
    return usual if usual in {who for who, _minutes in performers(service_id)} else None


def _one_a_day(found: list[Slot], zone: Any) -> tuple[Slot, ...]:
    """The first time of each of the next days, on the site's wall clock."""
    days: dict[date, Slot] = {}
    for one in found:
        local = Slot(
            one.starts_at.astimezone(zone), one.ends_at.astimezone(zone), one.practitioner_id,
            one.site_id,
        )  # fmt: skip
        days.setdefault(local.starts_at.date(), local)
    return tuple(days.values())[:OFFERED]


def _lines(actor: Actor, where: Setting, rows: list[PlanItem]) -> list[ItemLine]:
    wanted = {one.booking_id for one in rows if one.booking_id}
    lent = actor.lent(scheduling.SEE)
    booked = {one.id: one for one in bookings_of(lent, where.patient_id)} if wanted else {}
    zone = site_zone(where.site_id)
    return [
        ItemLine(
            id=one.pk,
            name=one.name,
            tooth=one.tooth,
            surfaces="·".join(surface_name(one.tooth, letter) for letter in one.surfaces),
            phase=one.phase,
            amount=one.amount,
            state=one.state,
            is_proposed=one.plan_id is not None,
            note=one.note,
            reason=one.reason,
            planned_on=one.clinic_day,
            done_at=one.done_at.astimezone(zone) if one.done_at else None,
            done_visit_id=one.done_visit_id,
            booking=booked.get(one.booking_id) if one.booking_id else None,
            version=one.version,
        )
        for one in rows
    ]
