"""The weekly habits of resources: from which day to which, on which weekdays, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yilu.platform import audit, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, Invalid
from yilu.scheduling import permissions
from yilu.scheduling.changes import hold_resource
from yilu.scheduling.errors import StretchesOverlap, WeekEndsTooSoon
from yilu.scheduling.events import WeekSet
from yilu.scheduling.models import Resource, WeeklySession
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.rules import WEEK_SET, stretches_overlap
from yilu.scheduling.selectors.topics import roster_topic

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a resource's week on the wall clock; `ends` ≤ `starts` is next morning."""

    weekday: int
    starts: time
    ends: time


@operation
def set_week(
    *,
    actor: Actor,
    resource_id: UUID,
    site_id: UUID,
    stretches: Sequence[Stretch],
    valid_from: date,
    valid_to: date | None = None,
    version: int | None = None,
) -> UUID | None:
    """Set a resource's week at a site from a day on; what held before ends the day before.

    With `valid_to` it holds for a while only: what held before holds again from the day after.
    No stretches mean that it does not work then. Published sessions follow with the next
    `publish_sessions`. Gives back by what it can be taken back; None for a job.

    Raises:
        NotFound, NotAllowed; Stale: somebody else has changed the resource meanwhile.
        Invalid: there is no such weekday; StretchesOverlap; WeekEndsTooSoon.
    """
    resource = hold_resource(actor, resource_id)
    actor.require(permissions.ROSTER, site_id)
    check_version(resource, version)
    _check(stretches, valid_from, valid_to)
    replaced = _make_room(resource, site_id, valid_from, valid_to)
    added = WeeklySession.objects.bulk_create(
        WeeklySession(
            resource=resource,
            site_id=site_id,
            weekday=one.weekday,
            starts=one.starts,
            ends=one.ends,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for one in stretches
    )
    replaced["added"] += [row.pk for row in added]
    _record(
        actor,
        resource,
        site_id,
        WEEK_SET,
        valid_from=valid_from,
        valid_to=valid_to,
        stretches=[f"{s.weekday} {s.starts:%H:%M}-{s.ends:%H:%M}" for s in stretches],
    )
    return _offer(actor, resource, site_id, replaced)


@operation
def forget_weeks(
    *, actor: Actor, resource_id: UUID, site_id: UUID, version: int | None = None
) -> UUID | None:
    """Let a room, chair or device be there whenever the site is open, by no week of its own.

    A practitioner without a week does not work at the site. Gives back by what it can be taken
    back; None for a job. Raises: NotFound, NotAllowed, Stale.
    """
    resource = hold_resource(actor, resource_id)
    actor.require(permissions.ROSTER, site_id)
    check_version(resource, version)
    held = _held(resource, site_id)
    replaced: dict[str, list[Any]] = {
        "dropped": list(held.values_list("pk", flat=True)), "cut": [], "added": []
    }  # fmt: skip
    held.update(active=False)
    _record(actor, resource, site_id, "scheduling.week.forgotten")
    return _offer(actor, resource, site_id, replaced)


@operation
def undo_set_week(*, actor: Actor, undo_id: UUID) -> None:
    """Take a change of a week back, and with it what was published from it.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, WEEK_SET)
    resource = hold_resource(actor, offered.subject_id)
    site_id = UUID(offered.body["site"])
    actor.require(permissions.ROSTER, site_id)
    offered.check(resource)
    rows = WeeklySession.objects.filter(resource=resource, site_id=site_id)
    rows.filter(pk__in=offered.body["added"]).update(active=False)
    rows.filter(pk__in=offered.body["dropped"]).update(active=True)
    for pk, valid_to in offered.body["cut"]:
        rows.filter(pk=pk).update(valid_to=valid_to and date.fromisoformat(valid_to))
    _record(actor, resource, site_id, "scheduling.week.restored")
    publish_ahead(actor=actor, site_id=site_id, resource_id=resource.pk)


def _check(stretches: Sequence[Stretch], valid_from: date, valid_to: date | None) -> None:
    if any(not 0 <= one.weekday <= 6 for one in stretches):
        raise Invalid(FieldError("weekday", "unknown", str(_("There is no such weekday."))))
    if valid_to is not None and valid_to < valid_from:
        raise WeekEndsTooSoon
    if stretches_overlap([(one.weekday, one.starts, one.ends) for one in stretches]):
        raise StretchesOverlap


def _held(resource: Resource, site_id: UUID) -> QuerySet[WeeklySession]:
    return WeeklySession.objects.filter(resource=resource, site_id=site_id, active=True)


def _make_room(
    resource: Resource, site_id: UUID, first: date, last: date | None
) -> dict[str, list[Any]]:
    """End what held on these days; what reaches beyond `last` goes on after it."""
    touched = _held(resource, site_id).filter(Q(valid_to=None) | Q(valid_to__gte=first))
    if last is not None:
        touched = touched.filter(valid_from__lte=last)
    rows = list(touched)
    dropped = [row.pk for row in rows if row.valid_from >= first]
    cut = [
        [row.pk, row.valid_to and row.valid_to.isoformat()]
        for row in rows
        if row.valid_from < first
    ]
    after = [
        WeeklySession(
            resource=resource,
            site_id=site_id,
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            valid_from=last + DAY,
            valid_to=row.valid_to,
        )
        for row in rows
        if last is not None and (row.valid_to is None or row.valid_to > last)
    ]
    WeeklySession.objects.filter(pk__in=dropped).update(active=False)
    WeeklySession.objects.filter(pk__in=[pk for pk, _until in cut]).update(valid_to=first - DAY)
    added = WeeklySession.objects.bulk_create(after)
    return {"dropped": dropped, "cut": cut, "added": [row.pk for row in added]}


def _record(actor: Actor, resource: Resource, site_id: UUID, deed: str, **details: Any) -> None:
    resource.version += 1
    resource.save(update_fields=["version"])
    audit.record(actor, deed, resource, site_id=site_id, **details)
    outbox.publish(
        WeekSet(resource.pk, site_id),
        actor=actor,
        site_id=site_id,
        subject=resource,
        topics=[roster_topic(site_id)],
    )


def _offer(
    actor: Actor, resource: Resource, site_id: UUID, replaced: dict[str, list[Any]]
) -> UUID | None:
    if not actor.is_staff:
        return None
    return undo.offer(actor, WEEK_SET, resource, site_id=site_id, site=site_id, **replaced)
