"""How somebody looks at the desk grid, kept for the next time."""

from collections.abc import Iterable
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed
from yilu.scheduling import permissions
from yilu.scheduling.models import GridView
from yilu.scheduling.states import ResourceKind

MOST_HIDDEN = 500


@operation
def keep_grid_view(
    *,
    actor: Actor,
    site_id: UUID,
    kind: str | None = None,
    department: str | None = None,
    hidden: Iterable[UUID] | None = None,
) -> None:
    """Remember what is given for the actor and the site; what is None stays. A kind that there
    is not counts as not given.

    It is nobody else's matter, so nothing is told and nothing written into the audit.

    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    if actor.user_id is None:
        raise NotAllowed(permission=permissions.SEE)
    said: dict[str, object] = {}
    if kind in ResourceKind.values:
        said["kind"] = kind
    if department is not None:
        said["department"] = department[:40]
    if hidden is not None:
        said["hidden"] = sorted(set(hidden))[:MOST_HIDDEN]
    GridView.objects.update_or_create(user_id=actor.user_id, site_id=site_id, defaults=said)
