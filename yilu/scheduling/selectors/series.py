"""Treatments in series: the plans of a site, and how a patient's treatment stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.catalogue.selectors.bookable import bookable
from yilu.catalogue.selectors.services import ServiceInfo, performers_of, service_infos
from yilu.facility.selectors.sites import SiteInfo, site_info, site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.allocation import NO_WISHES, Place, Wishes
from yilu.scheduling.models import Series, Sitting, TreatmentPlan
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.planned import LOST, PlannedSitting, planned_after
from yilu.scheduling.selectors.sittings import Proposal, SittingsAsk, propose
from yilu.scheduling.sittings import Anchor, Step, broken, still_possible
from yilu.scheduling.states import BookingState
from yilu.workforce.selectors.practitioners import practitioner_infos


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """A plan with its steps, and the services they are in words."""

    id: UUID
    name: Localized
    same_doctor: bool
    steps: tuple[Step, ...]
    services: tuple[ServiceInfo, ...]
    is_active: bool
    version: int

    @property
    def can_be_booked(self) -> bool:
        return self.is_active and all(one.is_active for one in self.services)


@dataclass(frozen=True, slots=True)
class SittingLine:
    """One sitting as it stands; `trouble` is empty, or why it should be placed anew."""

    position: int
    line: BookingLine
    step: Step
    days_after: int | None
    trouble: str
    says: str

    @property
    def number(self) -> int:
        return self.position + 1

    @property
    def service_name(self) -> Localized:
        return self.line.service_name

    @property
    def look(self) -> str:
        return "late" if self.trouble else self.line.look


@dataclass(frozen=True, slots=True)
class SeriesDetail:
    """A treatment with its sittings: those that are or were booked, then those planned only."""

    id: UUID
    name: Localized
    site: SiteInfo
    patient_id: UUID
    same_doctor: bool
    sittings: tuple[SittingLine, ...]
    version: int
    created_at: datetime
    planned: tuple[PlannedSitting, ...] = ()
    wishes: Wishes = NO_WISHES
    ended_at: datetime | None = None

    @property
    def of(self) -> int:
        """How many sittings it has in all."""
        return len(self.sittings) + len(self.planned)

    @property
    def open_ones(self) -> int:
        """How many are still to come, booked or planned."""
        return self.to_come + len(self.planned)

    @property
    def is_remote(self) -> bool:
        """Whether nobody has to come to the clinic for what is still to come."""
        modes = [one.line.mode for one in self.sittings if one.line.is_coming]
        modes += [one.service.mode for one in self.planned]
        return bool(modes) and all(mode.is_remote for mode in modes)

    @property
    def next_one(self) -> SittingLine | None:
        """The sitting that comes next."""
        return next((one for one in self.sittings if one.line.is_coming), None)

    @property
    def first_trouble(self) -> int | None:
        """The first sitting that should be placed anew."""
        return next((one.position for one in self.sittings if one.trouble), None)

    @property
    def to_come(self) -> int:
        return sum(one.line.is_coming for one in self.sittings)

    @property
    def done(self) -> int:
        return sum(one.line.state == BookingState.FINISHED for one in self.sittings)


def treatment_plans(site_id: UUID, *, all_of_them: bool = False) -> list[PlanInfo]:
    """The plans that a site offers, or all that it has. Two queries."""
    plans = TreatmentPlan.objects.filter(site_id=site_id)
    if not all_of_them:
        plans = plans.filter(is_active=True)
    found = list(plans)
    known = service_infos(UUID(step["service"]) for plan in found for step in plan.steps)
    return [_plan(plan, known) for plan in found]


def treatment_plan(site_id: UUID, plan_id: UUID) -> PlanInfo:
    """One plan of a site. Two queries. Raises: NotFound."""
    found = (one for one in treatment_plans(site_id, all_of_them=True) if one.id == plan_id)
    plan = next(found, None)
    if plan is None:
        raise NotFound
    return plan


def series_detail(actor: Actor, series_id: UUID) -> SeriesDetail:
    """One treatment, for staff of its site or its patient. Ten queries. Raises: NotFound."""
    series = Series.objects.filter(pk=series_id).first()
    if series is None:
        raise NotFound
    if not actor.is_owner(series.patient_id):
        actor.require_to_see(permissions.SEE, series.site_id)
    return _details(actor, [series])[0]


def series_of(actor: Actor, patient_id: UUID) -> list[SeriesDetail]:
    """A patient's treatments, the newest first: all for the patient, for staff those of their
    sites. Ten queries, however many; one more for each further site."""
    found = Series.objects.filter(patient_id=patient_id)
    if not actor.is_owner(patient_id):
        actor.require_anywhere(permissions.SEE)
        sites = actor.sites(permissions.SEE)
        found = found if sites is None else found.filter(site_id__in=sites)
    return _details(actor, list(found[:20]))


def own_series(actor: Actor, patient_ids: Collection[UUID]) -> list[SeriesDetail]:
    """The treatments of those of several patients who are the actor's own, the newest first.

    Ten queries, however many they are; one more for each further site.
    """
    mine = [one for one in patient_ids if actor.is_owner(one)]
    found = Series.objects.filter(patient_id__in=mine)
    return _details(actor, list(found[: 20 * max(len(mine), 1)]))


def series_of_booking(booking_id: UUID) -> UUID | None:
    """The treatment to which a booking belongs. One query."""
    found = Sitting.objects.filter(booking_id=booking_id)
    return found.values_list("series_id", flat=True).first()


def placed_anew(detail: SeriesDetail, today: date, *, practitioner_id: UUID | None) -> Proposal:
    """Places for a treatment from its first sitting in trouble on, else for those planned only;
    what can stay does.

    Who did the sittings before goes on if they still see patients; else whoever is named, or
    anyone. Queries as `propose`, and one for each service. Raises: UnknownService.
    """
    start = detail.first_trouble
    rest = detail.sittings[start:] if start is not None else ()
    offered = list(takewhile(lambda one: one.service.is_active, detail.planned))
    if not (rest or offered):
        return Proposal(())
    return propose(_anew(detail, rest, offered, today, practitioner_id))


def placed_next(detail: SeriesDetail, today: date) -> Proposal:
    """A place for the first sitting that is planned only, after the last that is booked.

    Queries as `placed_anew`. Raises: UnknownService.
    """
    return propose(_anew(detail, (), detail.planned[:1], today, None))


def _anew(
    detail: SeriesDetail,
    rest: Sequence[SittingLine],
    planned: Sequence[PlannedSitting],
    today: date,
    practitioner_id: UUID | None,
) -> SittingsAsk:
    first = rest[0].position if rest else len(detail.sittings)
    before = detail.sittings[first - 1] if first else None
    doctor = before.line.practitioner_id if before else rest[0].line.practitioner_id
    steps = [one.step for one in rest] + [one.step for one in planned]
    still = all(doctor in _doctors(one) for one in {step.service_id for step in steps})
    keeps = {
        n: Place(one.line.starts_at, one.line.ends_at, one.line.practitioner_id)
        for n, one in enumerate(rest)
        if one.line.is_coming and one.trouble not in {"doctor", "lost"}
    }
    anchor = Anchor(before.line.starts_at.date()) if before else None
    if anchor:
        steps[0] = still_possible(steps[0], anchor.day, today)
    wanted = practitioner_id or (doctor if detail.same_doctor and still else None)
    return SittingsAsk(
        site_id=detail.site.id,
        patient_id=detail.patient_id,
        steps=tuple(steps),
        first=today,
        same_doctor=detail.same_doctor,
        practitioner_id=wanted,
        wishes=detail.wishes,
        kept=keeps,
        anchor=anchor,
        but_for=tuple(one.line.id for one in rest),
    )


def _doctors(service_id: UUID) -> set[UUID]:
    return {one.practitioner_id for one in bookable(service_id).performers}


def _plan(plan: TreatmentPlan, known: dict[UUID, ServiceInfo]) -> PlanInfo:
    steps = [Step(UUID(s["service"]), s["min_days"], s["max_days"]) for s in plan.steps]
    return PlanInfo(
        plan.pk,
        plan.name,
        plan.same_doctor,
        tuple(steps),
        tuple(known[one.service_id] for one in steps),
        plan.is_active,
        plan.version,
    )


def _details(actor: Actor, found: list[Series]) -> list[SeriesDetail]:
    rows = list(
        Sitting.objects.filter(series__in=found).select_related("booking").order_by("position")
    )
    booked = [(row, row.booking) for row in rows if row.booking is not None]
    lines = booking_lines(actor, [booking for _row, booking in booked], "series")
    services = service_infos(row.service_id for row in rows)
    people = practitioner_infos(booking.practitioner_id for _row, booking in booked)
    minutes = {
        (service_id, one.practitioner_id): one.minutes
        for service_id, many in performers_of(services).items()
        for one in many
    }
    sees = {key for key, one in people.items() if one.is_active and one.is_bookable}
    sites = {site_id: site_info(site_id) for site_id in {one.site_id for one in found}}
    facts = _Facts(services, sees, minutes, sites)
    details = []
    for one in found:
        mine = [(row, line) for (row, _booking), line in zip(booked, lines, strict=True)
                if row.series_id == one.pk]  # fmt: skip
        planned = [row for row in rows if row.series_id == one.pk and row.booking_id is None]
        details.append(_detail(one, mine, planned, facts))
    return details


@dataclass(frozen=True, slots=True)
class _Facts:
    """What services and doctors are like now."""

    services: dict[UUID, ServiceInfo]
    sees_patients: set[UUID]
    minutes: dict[tuple[UUID, UUID], int]
    sites: dict[UUID, SiteInfo]


def _detail(
    one: Series,
    rows: Sequence[tuple[Sitting, BookingLine]],
    planned: Sequence[Sitting],
    facts: _Facts,
) -> SeriesDetail:
    steps = [Step(row.service_id, row.min_days, row.max_days) for row, _line in rows]
    days = [line.starts_at.date() for _row, line in rows]
    gaps = broken(steps, days)
    sittings = tuple(
        _sitting(n, line, steps[n], days, gaps, facts) for n, (_row, line) in enumerate(rows)
    )
    zone = site_zone(one.site_id)
    if one.ended_at:
        sittings, planned = tuple(replace(it, trouble="", says="") for it in sittings), ()
    today = clock.now().astimezone(zone).date()
    return SeriesDetail(
        one.pk,
        one.name,
        facts.sites[one.site_id],
        one.patient_id,
        one.same_doctor,
        sittings,
        one.version,
        one.created_at.astimezone(zone),
        planned_after(days[-1], planned, facts.services, today),
        Wishes(**one.wishes),
        one.ended_at,
    )


def _sitting(  # noqa: PLR0917 (one row, with what is known of it)
    n: int,
    line: BookingLine,
    step: Step,
    days: list[date],
    gaps: Mapping[int, int],
    facts: _Facts,
) -> SittingLine:
    after = (days[n] - days[n - 1]).days if n else None
    trouble, says = _trouble(n, line, step, gaps, facts)
    return SittingLine(n, line, step, after, trouble, says)


def _trouble(
    n: int, line: BookingLine, step: Step, gaps: Mapping[int, int], facts: _Facts
) -> tuple[str, str]:
    """Why a sitting should be placed anew, in words; what is only to be known has no key."""
    if line.state in LOST:
        return "lost", _("This sitting did not take place; it needs another time.")
    if not line.is_coming or line.ends_at <= clock.now():
        return "", ""
    if line.practitioner_id not in facts.sees_patients:
        return "doctor", _("This doctor no longer sees patients; the sitting needs another.")
    if n in gaps:
        return "gap", _(
            "%(days)s days after the one before; %(least)s to %(most)s are planned."
        ) % {
            "days": gaps[n],
            "least": step.min_days,
            "most": step.max_days,
        }
    return "", _changed(line, step, facts)


def _changed(line: BookingLine, step: Step, facts: _Facts) -> str:
    """What has become of the service since it was booked: the sitting stands as it is."""
    if not facts.services[step.service_id].is_active:
        return _("The service is no longer offered: this sitting stands, but cannot be moved.")
    now_takes = facts.minutes.get((step.service_id, line.practitioner_id), line.minutes)
    if line.service_id == step.service_id and now_takes > line.minutes:
        return _("The service takes %(now)s minutes now; %(booked)s are booked.") % {
            "now": now_takes,
            "booked": line.minutes,
        }
    return ""
