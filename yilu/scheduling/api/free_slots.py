"""Free times."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query
from pydantic_core import from_json, to_json

from yilu.facility.selectors.sites import site_zone
from yilu.platform import api
from yilu.scheduling import permissions
from yilu.scheduling.api.router import router
from yilu.scheduling.selectors.free_time import Row, Slot, free_times


class SlotOut(api.Shape):
    starts_at: api.Instant
    ends_at: api.Instant
    practitioner: UUID
    site: UUID


@router.get("/free-slots", response=api.Listed[SlotOut])
def free(  # noqa: PLR0917 (the question has these parts)
    request: api.ApiRequest,
    service: UUID,
    site: UUID,
    from_: Annotated[api.Instant, Query(alias="from", description="Starts at this or later.")],
    to: Annotated[api.Instant, Query(description="Starts before this; at most 31 days later.")],
    practitioner: UUID | None = None,
) -> HttpResponse:
    """The times at which a service can be booked: everything it needs can be had."""
    request.actor.require_to_see(permissions.SEE, site)
    found = free_times(
        site_id=site,
        service_id=service,
        practitioner_id=practitioner,
        starts_from=from_,
        starts_until=to,
    )
    return api.answer({"items": _listed(found, site, site_zone(site)), "next": None})


def _listed(rows: Iterable[Row], site_id: UUID, zone: ZoneInfo) -> list[dict[str, object]]:
    """Thousands of free times: many practitioners are free at one time, which is written once."""

    @cache
    def local(instant: datetime) -> str:
        return str(from_json(to_json(instant.astimezone(zone))))

    return [
        {
            "starts_at": local(starts_at),
            "ends_at": local(ends_at),
            "practitioner": practitioner_id,
            "site": site_id,
        }
        for starts_at, ends_at, practitioner_id in rows
    ]


def written(slots: Iterable[Slot], zone: ZoneInfo) -> list[dict[str, object]]:
    """Free times as they are answered, with the site's offset."""
    return [
        {
            "starts_at": slot.starts_at.astimezone(zone),
            "ends_at": slot.ends_at.astimezone(zone),
            "practitioner": slot.practitioner_id,
            "site": slot.site_id,
        }
        for slot in slots
    ]
