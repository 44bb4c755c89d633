"""What can be booked follows who works here and what stands here, and so does its time.

A room in which patients are seen, a chair, a device and a bookable practitioner become
resources by themselves, and are retired when they are no longer there.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from uuid import UUID

from django.db import transaction

from yilu.facility.selectors.calendar import weekly_hours
from yilu.facility.selectors.places import chairs, place_detail, place_names
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyPlanned, NothingToPlan
from yilu.scheduling.models import Resource, WeeklySession
from yilu.scheduling.operations.replanning import start_plan
from yilu.scheduling.operations.resources import (
    add_resource,
    restore_resource,
    retire_resource,
    set_detail,
)
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.scheduling.selectors.blocks import sites_of_bookings
from yilu.scheduling.states import ResourceKind
from yilu.workforce.selectors.practitioners import practitioner_info

SEEN_IN = frozenset({"consulting", "treatment", "imaging"})
"""The uses of rooms in which patients are seen by appointment."""
PUBLISH = "scheduling.publish"
AT_NIGHT = time(2, 30)


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a resource: `deed` is "" when nothing had to change.

    `booking_ids` hold time of a resource that was retired: they need a new place, for which
    `plan_ids` were begun, one at each site.
    """

    resource_id: UUID | None
    deed: str = ""
    booking_ids: tuple[UUID, ...] = ()
    plan_ids: tuple[UUID, ...] = ()


@operation
def follow_place(*, actor: Actor, site_id: UUID, kind: str, place_id: UUID) -> Followed:
    """Make a room, chair or device bookable if patients are seen there, or no longer.

    A room is booked by its chairs when it has any. Raises: NotFound, NotAllowed.
    """
    if kind not in {"room", "chair", "device"}:
        return Followed(None)
    place = place_detail(site_id, kind, place_id)
    detail = "" if kind == "chair" else getattr(place, "kind", "")
    wanted = place.is_active
    if kind == "room":
        has_chairs = any(one.room_id == place_id for one in chairs(site_id))
        wanted = wanted and detail in SEEN_IN and not has_chairs
    followed = _follow(actor, site_id, kind, place_id, wanted=wanted)
    if followed.resource_id is not None and wanted and detail:
        set_detail(actor=actor, resource_id=followed.resource_id, detail=detail)
    if kind == "chair":
        room_id: UUID = getattr(place, "room_id", place_id)
        follow_place(actor=actor, site_id=site_id, kind="room", place_id=room_id)
    return followed


@operation
def follow_practitioner(*, actor: Actor, practitioner_id: UUID) -> Followed:
    """Make a practitioner bookable who works here and may be booked, or no longer.

    Who is new works whenever their site is open, until somebody says otherwise. Who is gone is
    absent without end: what is booked with them is frozen, and planned anew for the desk.

    Raises: NotFound, NotAllowed.
    """
    one = practitioner_info(practitioner_id)
    held = Resource.objects.filter(practitioner_id=practitioner_id).first()
    # Somebody who now belongs elsewhere keeps the resource, and with it what is booked.
    at = place_names([one.department_id])[one.department_id].site_id
    site_id = held.site_id if held else at
    wanted = one.is_active and one.is_bookable
    followed = _follow(actor, site_id, ResourceKind.PRACTITIONER, practitioner_id, wanted=wanted)
    if followed.deed == "added" and followed.resource_id:
        give_first_weeks(actor=actor, site_id=site_id)
    if followed.deed == "retired" and followed.resource_id:
        return replace(followed, plan_ids=_plan_without(actor, followed.resource_id))
    return followed


@operation
def give_first_weeks(*, actor: Actor, site_id: UUID) -> int:
    """Let practitioners of a site who never had a week work whenever it is open.

    Nothing happens before the site has opening hours. How many were given one.
    Raises: NotAllowed.
    """
    hours = weekly_hours(site_id)
    if not hours:
        return 0
    known = WeeklySession.objects.values_list("resource_id", flat=True)
    there = Resource.objects.filter(site_id=site_id, kind=ResourceKind.PRACTITIONER, is_active=True)
    without = there.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True)
    held = list(without.select_for_update(no_key=True))
    # Asked again, now that nobody else changes them: a week that was set meanwhile stays.
    since = set(known.filter(resource_id__in=held))
    new = [resource_id for resource_id in held if resource_id not in since]
    today = clock.now().astimezone(site_zone(site_id)).date()
    for resource_id in new:
        set_week(
            actor=actor,
            resource_id=resource_id,
            site_id=site_id,
            stretches=[Stretch(h.weekday, h.opens, h.closes) for h in hours],
            valid_from=today,
        )
        publish_ahead(actor=actor, site_id=site_id, resource_id=resource_id)
    return len(new)


@operation
def keep_publishing(*, actor: Actor, site_id: UUID) -> None:
    """Have the sessions of a site published again in the coming night, so that they never end.

    Raises: NotFound, NotAllowed.
    """
    actor.require(permissions.ROSTER, site_id)
    due = clock.next_at(AT_NIGHT, site_zone(site_id))
    timers.schedule(PUBLISH, due_at=due, subject_id=site_id, site_id=site_id)


def _plan_without(actor: Actor, resource_id: UUID) -> tuple[UUID, ...]:
    """Begin a plan at each site where a resource that is gone has bookings that are in none."""
    begun = []
    for site_id in sites_of_bookings(resource_id, clock.now()):
        # A savepoint: of a plan that somebody else was quicker to begin nothing stays.
        with suppress(NothingToPlan, AlreadyPlanned), transaction.atomic():
            begun.append(start_plan(actor=actor, site_id=site_id, resource_id=resource_id))
    return tuple(begun)


def _follow(actor: Actor, site_id: UUID, kind: str, of_id: UUID, *, wanted: bool) -> Followed:
    resource = Resource.objects.filter(**{f"{kind}_id": of_id}).first()
    if resource is None:
        if not wanted:
            return Followed(None)
        made = add_resource(actor=actor, site_id=site_id, kind=kind, of_id=of_id)
        publish_ahead(actor=actor, site_id=site_id, resource_id=made)
        return Followed(made, "added")
    if wanted == resource.is_active:
        return Followed(resource.pk)
    if wanted:
        restore_resource(actor=actor, resource_id=resource.pk)
        publish_ahead(actor=actor, site_id=site_id, resource_id=resource.pk)
        return Followed(resource.pk, "restored")
    retired = retire_resource(actor=actor, resource_id=resource.pk)
    return Followed(resource.pk, "retired", retired)
