"""Everything that changes packages and courses: offered, sold, paid, counted down, ended."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import (
    CourseEnded,
    NotGivenBack,
    NotUnderstood,
    PackageGone,
    WhyMissing,
)
from yilu.aesthetics.events import CourseChanged, CourseClosed, CourseSold
from yilu.aesthetics.models import Course, CourseUse, Package, Session
from yilu.aesthetics.rules.courses import money_back
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.context import looks_topics
from yilu.aesthetics.selectors.courses import usable_courses
from yilu.aesthetics.states import CourseState, SessionState
from yilu.catalogue.selectors.prices import items_by_code, prices_at
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.plans import require_accepted
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.visits.selectors.visits import visit_info

MOST_SESSIONS, MOST_DAYS = 60, 1830
LIMITS = {"zh": 60, "en": 60, "reason": 200}


@dataclass(frozen=True, slots=True)
class Offer:
    """A package as a manager types it; `code` is that of an item of the price list."""

    kind: str
    zh: str
    en: str
    sessions: int | None
    valid_days: int | None
    code: str


@operation
def offer_package(*, actor: Actor, site_id: UUID, offer: Offer) -> UUID:
    """Offer a package, or change the one that has this price item; sold ones stay as they are.

    Raises: NotAllowed; NotUnderstood: a treatment, a number or a price that is none.
    """
    actor.require(permissions.OFFER, site_id)
    words = clean_words({"zh": 60, "en": 60}, zh=offer.zh, en=offer.en)
    errors = required("zh", "en", **words)
    item_id = items_by_code([offer.code.strip()]).get(offer.code.strip())
    for name, is_right in (
        ("kind", offer.kind in treatments()),
        ("sessions", offer.sessions is not None and 1 <= offer.sessions <= MOST_SESSIONS),
        ("valid_days", offer.valid_days is not None and 1 <= offer.valid_days <= MOST_DAYS),
        ("code", item_id is not None),
    ):
        if not is_right:
            errors.append(FieldError(name, "unknown_value", _("This cannot be.")))
    if errors or item_id is None:
        raise NotUnderstood(*errors)
    facts = {
        "kind": offer.kind,
        "name": {"zh-Hans": words["zh"], "en": words["en"]},
        "sessions": offer.sessions,
        "valid_days": offer.valid_days,
        "is_active": True,
    }
    row, is_new = Package.objects.get_or_create(item_id=item_id, defaults=facts)
    if not is_new:
        Package.objects.filter(pk=row.pk).update(**facts, version=F("version") + 1)
    audit.record(actor, "aesthetics.package.offered", row, site_id=site_id, sessions=offer.sessions)
    return row.pk


@operation
def sell_course(*, actor: Actor, visit_id: UUID, package_id: UUID) -> UUID:
    """Sell a package at a visit, at the price of the day. Billing charges the visit for it.

    Raises:
        NotFound, NotAllowed; PackageGone: it is not offered, or has no price that day.
        OrderHeld: it belongs to a treatment plan that the patient has not accepted.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SELL, visit.site_id)
    package = Package.objects.filter(pk=package_id, is_active=True).first()
    price = prices_at([package.item_id], visit.clinic_day) if package else {}
    if package is None or package.item_id not in price:
        raise PackageGone
    require_accepted(visit_id, visit.patient_id, [package.item_id])
    row = Course(
        visit_id=visit_id,
        patient_id=visit.patient_id,
        site_id=visit.site_id,
        clinic_day=visit.clinic_day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        package=package,
        kind=package.kind,
        name=package.name,
        sessions=package.sessions,
        price=price[package.item_id].amount,
        valid_until=visit.clinic_day + timedelta(days=package.valid_days),
    )
    row.save(force_insert=True)
    audit.record(
        actor, "aesthetics.course.sold", row,
        site_id=row.site_id, patient_id=row.patient_id, sessions=row.sessions, price=row.price,
    )  # fmt: skip
    told = CourseSold(row.pk, visit_id, row.patient_id, package.item_id)
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, visit_id),
    )  # fmt: skip
    return row.pk


@operation
def mark_paid(*, actor: Actor, course_id: UUID) -> None:
    """A course is paid for: it can be used from now on. Said again, nothing changes."""
    row = Course.objects.select_for_update(of=("self",)).filter(pk=course_id).first()
    if row is None or row.state != CourseState.SOLD:
        return
    row.state = CourseState.PAID
    _keep(actor, row, "paid")


@operation
def count_down(*, actor: Actor, session_id: UUID) -> UUID | None:
    """Take a session from a paid course of the same treatment, the one that ends first.

    None: there is none; the session is charged by itself. Inside the deed that begins.
    """
    session = Session.objects.get(pk=session_id)
    found = usable_courses(session.patient_id, session.kind, session.clinic_day)
    row = found.select_for_update(of=("self",)).first()
    if row is None:
        return None
    CourseUse(course=row, session=session, taken_at=clock.now()).save(force_insert=True)
    row.used += 1
    _keep(actor, row, "used", session_id=session_id)
    return row.pk


@operation
def give_back(*, actor: Actor, session_id: UUID) -> None:
    """Give a session back to its course: it was stopped before anything was done.

    Without a course nothing happens. Inside the deed that stops, or by who sells.
    """
    use = CourseUse.objects.filter(session_id=session_id, given_back_at=None).first()
    if use is None:
        return
    row = Course.objects.select_for_update(of=("self",)).get(pk=use.course_id)
    if row.state == CourseState.ENDED:
        return
    use.given_back_at = clock.now()
    use.save(update_fields=["given_back_at"])
    row.used -= 1
    _keep(actor, row, "given_back", session_id=session_id)


@operation
def undo_use(*, actor: Actor, course_id: UUID, session_id: UUID, reason: str) -> None:
    """Give a session back by hand, because it ought not to have been counted.

    Raises: NotFound, NotAllowed, WhyMissing; NotGivenBack: it runs, or was given back.
    """
    row = Course.objects.filter(pk=course_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SELL, row.site_id)
    actor.require(permissions.OFFER, row.site_id)
    _why(reason)
    use = CourseUse.objects.filter(course=row, session_id=session_id, given_back_at=None)
    running = Session.objects.filter(pk=session_id, state=SessionState.RUNNING).exists()
    if running or row.state == CourseState.ENDED or not use.exists():
        raise NotGivenBack
    give_back(actor=actor, session_id=session_id)


@operation
def end_course(*, actor: Actor, course_id: UUID, reason: str, version: int | None = None) -> None:
    """End a course early. What was paid and not used goes back the way it was paid.

    Raises: NotFound, NotAllowed, Stale, CourseEnded, WhyMissing.
    """
    row = Course.objects.select_for_update(of=("self",)).filter(pk=course_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SELL, row.site_id)
    actor.require(permissions.OFFER, row.site_id)
    if row.state == CourseState.ENDED:
        raise CourseEnded
    check_version(row, version)
    was_paid = row.state == CourseState.PAID
    row.ended_reason, row.ended_at = _why(reason), clock.now()
    row.returned = money_back(row.price, row.sessions, row.used) if was_paid else row.returned
    row.state = CourseState.ENDED
    _keep(actor, row, "ended", returned=row.returned)
    told = CourseClosed(row.pk, row.visit_id, row.patient_id, row.returned, row.ended_reason)
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip


@operation
def claim_return(*, actor: Actor, course_id: UUID) -> bool:
    """Whether what an ended course left is still to go back; said again, it no longer is."""
    found = Course.objects.filter(pk=course_id, state=CourseState.ENDED, returns_at=None)
    return found.update(returns_at=clock.now()) == 1


def _why(reason: str) -> str:
    words = clean_words(LIMITS, reason=reason)["reason"]
    if not words:
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    return words


def _keep(actor: Actor, row: Course, deed: str, **details: object) -> None:
    row.version += 1
    with on_violation(aesthetics_course_not_overused=CourseEnded):
        row.save(
            update_fields=[
                "used", "state", "ended_at", "ended_reason", "returned", "version"
            ]
        )  # fmt: skip
    audit.record(
        actor, f"aesthetics.course.{deed}", row,
        site_id=row.site_id, patient_id=row.patient_id, used=row.used, **details,
    )  # fmt: skip
    outbox.publish(
        CourseChanged(row.pk, row.visit_id, row.patient_id, row.sessions - row.used),
        actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
