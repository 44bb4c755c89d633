"""Courses as the desk, the room and the patient see them: what is left, until when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from yilu.aesthetics import permissions
from yilu.aesthetics.models import Course, CourseUse, Package
from yilu.aesthetics.rules.courses import money_back
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.states import CourseState
from yilu.catalogue.selectors.prices import prices_at
from yilu.catalogue.selectors.services import all_services
from yilu.clinical.selectors.context import today
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.visits.selectors.visits import VisitInfo, visit_info

LOOKS = {CourseState.SOLD: "soon", CourseState.PAID: "done", CourseState.ENDED: "blocked"}


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package that is offered, at the price of the day."""

    id: UUID
    name: Localized
    kind: str
    sessions: int
    valid_days: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class UseLine:
    """One session taken from a course. Times are local."""

    session_id: UUID
    taken_at: datetime
    is_given_back: bool


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course and what is left of it."""

    id: UUID
    patient: PatientBrief | None
    name: Localized
    kind: str
    sessions: int
    used: int
    price: Decimal
    valid_until: date
    state: str
    sold_on: date
    ended_reason: str
    returned: Decimal
    worth: Decimal
    version: int
    is_over: bool
    uses: tuple[UseLine, ...]

    @property
    def left(self) -> int:
        return 0 if self.is_over else self.sessions - self.used

    @property
    def state_label(self) -> str:
        return str(CourseState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[CourseState(self.state)]

    @property
    def is_ended(self) -> bool:
        return self.state == CourseState.ENDED


@dataclass(frozen=True, slots=True)
class CoursesPart:
    """The courses of a visit's patient, and what can be sold."""

    visit: VisitInfo
    patient: PatientBrief
    courses: tuple[CourseLine, ...]
    packages: tuple[PackageLine, ...]
    can_offer: bool


def courses_part(actor: Actor, visit_id: UUID) -> CoursesPart:
    """The courses of a visit's patient, and the packages on offer. Seven queries.

    Raises: NotFound.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SELL, visit.site_id)
    patient = patient_briefs(actor, [visit.patient_id], "courses").get(visit.patient_id)
    if patient is None:
        raise NotFound
    rows = Course.objects.filter(patient_id=visit.patient_id).order_by("-recorded_at")
    return CoursesPart(
        visit=visit,
        patient=patient,
        courses=tuple(_lines(rows, {}, lambda _site_id: visit.clinic_day)),
        packages=tuple(_packages(visit.clinic_day)),
        can_offer=actor.may(permissions.OFFER, visit.site_id),
    )


def usable_courses(patient_id: UUID, kind: str, day: date) -> QuerySet[Course]:
    """Paid courses of a treatment from which a session can be taken, those that end first first."""
    found = Course.objects.filter(
        patient_id=patient_id,
        kind=kind,
        state=CourseState.PAID,
        used__lt=F("sessions"),
        valid_until__gte=day,
    )
    return found.order_by("valid_until", "pk")


def priced_as(kind: str) -> list[UUID]:
    """The items of the price list by which a treatment is sold: once, or as a package. Two
    queries.
    """
    once = [one.fee_item_id for one in all_services() if one.key == kind and one.fee_item_id]
    return [*once, *Package.objects.filter(kind=kind).values_list("item_id", flat=True)]


def my_courses(actor: Actor) -> list[CourseLine]:
    """The courses of everybody in an account that are not ended. Three queries."""
    rows = Course.objects.filter(patient_id__in=actor.owns).exclude(state=CourseState.ENDED)
    found = list(rows.order_by("valid_until"))
    people = patient_briefs(actor, [one.patient_id for one in found], "courses")
    return _lines(found, people, today)


def _packages(day: date) -> Iterable[PackageLine]:
    found = list(Package.objects.filter(is_active=True))
    prices = prices_at([one.item_id for one in found], day)
    for one in found:
        if one.item_id in prices:
            yield PackageLine(
                one.pk, one.name, str(treatments()[one.kind].title), one.sessions,
                one.valid_days, prices[one.item_id].amount,
            )  # fmt: skip


def _lines(
    rows: Iterable[Course], people: dict[UUID, Any], day: Callable[[UUID], date]
) -> list[CourseLine]:
    """Courses as of a day, which may depend on the site."""
    found = list(rows)
    taken: dict[UUID, list[CourseUse]] = {}
    uses = CourseUse.objects.filter(course__in=[one.pk for one in found]).order_by("taken_at")
    for use in uses:
        taken.setdefault(use.course_id, []).append(use)
    return [
        CourseLine(
            id=one.pk,
            patient=people.get(one.patient_id),
            name=one.name,
            kind=str(treatments()[one.kind].title),
            sessions=one.sessions,
            used=one.used,
            price=one.price,
            valid_until=one.valid_until,
            state=one.state,
            sold_on=one.clinic_day,
            ended_reason=one.ended_reason,
            returned=one.returned,
            worth=money_back(one.price, one.sessions, one.used),
            version=one.version,
            is_over=one.state == CourseState.ENDED or one.valid_until < day(one.site_id),
            uses=tuple(
                UseLine(
                    use.session_id,
                    use.taken_at.astimezone(site_zone(one.site_id)),
                    use.given_back_at is not None,
                )
                for use in taken.get(one.pk, ())
            ),
        )
        for one in found
    ]
