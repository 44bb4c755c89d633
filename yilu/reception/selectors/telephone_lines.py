"""The telephone systems that tell of calls, and which call they mean."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.reception import permissions
from yilu.reception.models import Call, TelephoneLine


@dataclass(frozen=True, slots=True)
class LineInfo:
    """A telephone system that is let in."""

    id: UUID
    name: str
    key: str
    created_at: datetime
    last_heard_at: datetime | None
    withdrawn_at: datetime | None


def call_of(line_id: UUID, ref: str) -> UUID | None:
    """The call that a telephone system means by its own name of it. One query."""
    found = Call.objects.filter(line_id=line_id, ref=ref)
    return found.values_list("pk", flat=True).first()


def telephone_lines(actor: Actor, site_id: UUID) -> list[LineInfo]:
    """The telephone systems of a site, those withdrawn too. One query."""
    actor.require_to_see(permissions.SET_UP_TELEPHONE, site_id)
    zone = site_zone(site_id)

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return [
        LineInfo(
            one.pk, one.name, one.key, one.created_at.astimezone(zone),
            local(one.last_heard_at), local(one.withdrawn_at),
        )
        for one in TelephoneLine.objects.filter(site_id=site_id)
    ]  # fmt: skip
