"""What of a service's times cannot simply be had online, and the way to it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from yilu.catalogue.selectors.services import performers_of
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock
from yilu.platform.names import PersonName
from yilu.scheduling.selectors.releases import Release, releases
from yilu.scheduling.states import Channel
from yilu.workforce.selectors.practitioners import practitioner_names

AHEAD, MOST = timedelta(days=31), 6


@dataclass(frozen=True, slots=True)
class Kept:
    """A doctor's day that is not given away yet, is used up, or is queued for at `url`."""

    release: Release
    doctor: PersonName
    url: str


def kept_back(site: SiteInfo, service_id: UUID, doctor_id: UUID | None) -> list[Kept]:
    """The next such days of who performs a service, or of one. Two queries, three for some."""
    performers = performers_of([service_id]).get(service_id, ())
    who = {one.practitioner_id for one in performers}
    who &= {doctor_id} if doctor_id else who
    now = clock.now()
    found = releases(site.id, who, now, now + AHEAD, Channel.WEB)[:MOST]
    names = practitioner_names({one.practitioner_id for one in found}) if found else {}
    return [
        Kept(one, names[one.practitioner_id], _url(site, service_id, one) if one.has_queue else "")
        for one in found
    ]


def _url(site: SiteInfo, service_id: UUID, one: Release) -> str:
    return reverse("portal:rush", args=[site.key, service_id, one.practitioner_id, one.day])
