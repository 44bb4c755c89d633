"""Reading which figures are wanted from an address; what cannot be read counts as not said."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.insight import permissions
from yilu.insight.rules.periods import DAY, period_of
from yilu.insight.selectors.bookings import Wanted
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.web.http import ActorRequest
from yilu.scheduling.states import Channel

ALL = "all"


def seen_sites(request: ActorRequest) -> list[SiteInfo]:
    """The sites whose figures the actor may see. One query. Raises: NotAllowed."""
    sites = visible_sites(request.actor)
    possible = [site for site in sites if request.actor.may(permissions.SEE, site.id)]
    if not possible:
        raise NotAllowed(permission=permissions.SEE)
    return possible


def wanted(sent: QueryDict, sites: list[SiteInfo]) -> Wanted:
    """What is asked for: by default all sites together."""
    one = [site for site in sites if site.key == sent.get("site", "")]
    chosen = one or sites
    today = clock.now().astimezone(chosen[0].zone).date()
    first, last = read_day(sent.get("from")), read_day(sent.get("to"))
    period = period_of(sent.get("unit", DAY), first, last, today)
    channel = sent.get("channel", "")
    return Wanted(
        sites=tuple(chosen),
        unit=period.unit,
        first=period.first,
        last=period.last,
        channel=channel if channel in Channel.values else "",
        service_id=read_uuid(sent.get("service")),
        practitioner_id=read_uuid(sent.get("practitioner")),
        department=sent.get("department", "")[:40],
    )


def written(asked: Wanted, sites: list[SiteInfo], **more: object) -> str:
    """The same as part of an address; `more` is added or replaces."""
    one_of_many = len(asked.sites) == 1 and len(sites) > 1
    said: dict[str, object] = {
        "site": asked.sites[0].key if one_of_many else ALL if len(sites) > 1 else "",
        "unit": asked.unit,
        "from": asked.first,
        "to": asked.last,
        "channel": asked.channel,
        "service": asked.service_id or "",
        "practitioner": asked.practitioner_id or "",
        "department": asked.department,
    }
    return urlencode({name: value for name, value in (said | more).items() if value != ""})


def read_uuid(text: str | None) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_day(text: str | None) -> date | None:
    """A day that a calendar of ours has, or None."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None
