"""Which people and things can be booked. What is there to begin with, `following` decides."""

from typing import Any
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.scheduling import permissions
from yilu.scheduling.changes import hold_resource
from yilu.scheduling.errors import AlreadyResource
from yilu.scheduling.events import ResourceRestored, ResourceRetired
from yilu.scheduling.models import Resource, Session
from yilu.scheduling.selectors.blocks import bookings_of_resource
from yilu.scheduling.selectors.topics import roster_topic
from yilu.scheduling.states import ResourceKind


@operation
def add_resource(
    *,
    actor: Actor,
    site_id: UUID,
    kind: str,
    of_id: UUID | None = None,
    kit: str = "",
    detail: str = "",
    home_id: UUID | None = None,
) -> UUID:
    """Make a practitioner, room, chair, device or kit bookable. `detail` is the room's use or
    the device's sort, by which services ask for it; `home_id` the room that a practitioner likes.

    Raises:
        NotAllowed: the actor may not change rosters here.
        AlreadyResource: it can be booked already.
    """
    actor.require(permissions.ROSTER, site_id)
    owner = {} if kind == ResourceKind.KIT else {f"{kind}_id": of_id}
    resource = Resource(
        site_id=site_id, kind=kind, detail=detail, kit=kit, home_id=home_id, **owner
    )
    twice = {f"scheduling_resource_one_{one}": AlreadyResource for one in ResourceKind.values}
    with on_violation(**twice):
        resource.save(force_insert=True)
    audit.record(actor, "scheduling.resource.added", resource, site_id=site_id, kind=kind, of=of_id)
    return resource.pk


@operation
def set_home(
    *, actor: Actor, resource_id: UUID, home_id: UUID | None, version: int | None = None
) -> None:
    """Say which room or chair a practitioner prefers. Raises: NotFound, NotAllowed, Stale."""
    resource = hold_resource(actor, resource_id)
    check_version(resource, version)
    resource.home_id = home_id
    _keep(actor, resource, "home_set", "home", home=home_id)


@operation
def set_detail(*, actor: Actor, resource_id: UUID, detail: str) -> None:
    """Say what a room is used as, or what sort a device is. Raises: NotFound, NotAllowed."""
    resource = hold_resource(actor, resource_id)
    if resource.detail == detail:
        return
    resource.detail = detail
    _keep(actor, resource, "detail_set", "detail", detail=detail)


@operation
def retire_resource(*, actor: Actor, resource_id: UUID) -> tuple[UUID, ...]:
    """Let a resource no longer be booked: its sessions that are not over are withdrawn.

    The bookings that hold its time stay, are given back and told of: somebody must move them.
    Doing it again changes nothing. Raises: NotFound, NotAllowed.
    """
    resource = hold_resource(actor, resource_id)
    now = clock.now()
    affected = tuple(bookings_of_resource(resource_id, now))
    if not resource.is_active:
        return affected
    coming = Session.objects.filter(resource=resource, active=True, during__endswith__gt=now)
    withdrawn = coming.update(active=False)
    resource.is_active = False
    _keep(actor, resource, "retired", "is_active", withdrawn=withdrawn, bookings=affected)
    told = ResourceRetired(resource.pk, withdrawn, affected)
    _tell(actor, resource, told)
    return affected


@operation
def restore_resource(*, actor: Actor, resource_id: UUID) -> None:
    """Let a retired resource be booked again, by the weeks it had; publishing opens its time.

    What had been opened by hand does not come back. Raises: NotFound, NotAllowed.
    """
    resource = hold_resource(actor, resource_id)
    if resource.is_active:
        return
    resource.is_active = True
    _keep(actor, resource, "restored", "is_active")
    _tell(actor, resource, ResourceRestored(resource.pk))


def _keep(actor: Actor, resource: Resource, what: str, column: str, **details: Any) -> None:
    resource.version += 1
    resource.save(update_fields=[column, "version"])
    audit.record(
        actor, f"scheduling.resource.{what}", resource, site_id=resource.site_id, **details
    )


def _tell(actor: Actor, resource: Resource, event: Any) -> None:
    site_id = resource.site_id
    topics = [roster_topic(site_id)]
    outbox.publish(event, actor=actor, site_id=site_id, subject=resource, topics=topics)
