"""The waiting list as the desk sees it, and how well and how fairly it works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from yilu.catalogue.selectors.services import service_infos
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.scheduling import permissions
from yilu.scheduling.models import Offer, Opening, WaitingEntry
from yilu.scheduling.states import COMING, OfferState, OpeningState, Urgency, WaitingState
from yilu.workforce.selectors.practitioners import practitioner_names

MOST = 300
LOOK_BACK = timedelta(days=30)
LONG_WAIT = timedelta(days=7)
LOOKS = {Urgency.URGENT: "late", Urgency.SOON: "soon", Urgency.USUAL: "waiting"}


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """What somebody on the list is asked just now."""

    id: UUID
    starts_at: datetime
    expires_at: datetime
    practitioner: PersonName


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One who waits; times on the wall clock of the site. `held_at` is what they hold already."""

    id: UUID
    version: int
    patient: PatientBrief | None
    service: Localized
    practitioner: PersonName | None
    from_on: date
    until_on: date
    weekdays: tuple[int, ...]
    not_before: time | None
    not_after: time | None
    urgency: Urgency
    note: str
    since: datetime
    waited_days: int
    held_at: datetime | None
    asked: int
    asked_at: datetime | None
    offer: OpenOffer | None

    @property
    def look(self) -> str:
        """The colour of the row, by the vocabulary of the design system."""
        return "active" if self.offer else self.urgency_look

    @property
    def urgency_look(self) -> str:
        """The colour of how soon they should be seen."""
        return LOOKS[self.urgency]


@dataclass(frozen=True, slots=True)
class Figures:
    """The last thirty days: what became free and was offered, and who was never asked.

    `filled_share` is of freed times (0 to 1), None when none was offered; `minutes_to_fill` is
    the median from the first question to the answer; `never_asked` counts those who have waited
    for a week or longer and were never asked.
    """

    freed: int
    filled: int
    minutes_saved: int
    minutes_to_fill: int | None
    waiting: int
    never_asked: int

    @property
    def filled_share(self) -> float | None:
        return self.filled / self.freed if self.freed else None


def waiting_list(actor: Actor, site_id: UUID) -> list[WaitingLine]:
    """Who waits at a site: those who are asked just now first, then the urgent, then by time.

    Five queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    entries = list(
        WaitingEntry.objects.filter(site_id=site_id, state=WaitingState.WAITING)
        .select_related("instead_of")
        .annotate(asked=Count("offers"), asked_at=Max("offers__created_at"))
        .order_by("created_at")[:MOST]
    )
    offers = _open_offers(entries)
    doctors = {entry.practitioner_id for entry in entries if entry.practitioner_id}
    doctors |= {offer.opening.practitioner_id for offer in offers.values()}
    names = practitioner_names(doctors)
    services = service_infos({entry.service_id for entry in entries})
    people = patient_briefs(actor, [entry.patient_id for entry in entries], "waiting_list")
    zone, now = site_zone(site_id), clock.now()
    lines = [
        WaitingLine(
            id=entry.pk,
            version=entry.version,
            patient=people.get(entry.patient_id),
            service=services[entry.service_id].name,
            practitioner=names.get(entry.practitioner_id) if entry.practitioner_id else None,
            from_on=entry.from_on,
            until_on=entry.until_on,
            weekdays=tuple(entry.weekdays),
            not_before=entry.not_before,
            not_after=entry.not_after,
            urgency=Urgency(entry.urgency),
            note=entry.note,
            since=entry.created_at.astimezone(zone),
            waited_days=(now - entry.created_at).days,
            held_at=(
                entry.instead_of.starts_at.astimezone(zone)
                if entry.instead_of and entry.instead_of.state in COMING
                else None
            ),
            asked=entry.asked,
            asked_at=entry.asked_at.astimezone(zone) if entry.asked_at else None,
            offer=_shown(offers.get(entry.pk), names, zone),
        )
        for entry in entries
    ]
    order = list(LOOKS)
    return sorted(lines, key=lambda one: (one.offer is None, order.index(one.urgency), one.since))


def figures(actor: Actor, site_id: UUID) -> Figures:
    """How well the waiting list fills what becomes free. Two queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    now = clock.now()
    openings = list(
        Opening.objects.filter(site_id=site_id, created_at__gte=now - LOOK_BACK)
        .values("freed_id", "state", "starts_at", "ends_at", "created_at", "ended_at")
        .order_by("created_at")
    )
    asked_first: dict[UUID, datetime] = {}
    for one in openings:
        asked_first.setdefault(one["freed_id"], one["created_at"])
    taken = [one for one in openings if one["state"] == OpeningState.TAKEN]
    took = [
        (one["ended_at"] - asked_first[one["freed_id"]]).total_seconds()
        for one in taken
        if one["ended_at"]
    ]
    waiting = WaitingEntry.objects.filter(site_id=site_id, state=WaitingState.WAITING).aggregate(
        all=Count("id", distinct=True),
        never=Count(
            "id",
            filter=Q(offers__isnull=True, created_at__lte=now - LONG_WAIT),
            distinct=True,
        ),
    )
    return Figures(
        freed=len(asked_first),
        filled=len(taken),
        minutes_saved=sum(
            int((one["ends_at"] - one["starts_at"]).total_seconds()) // 60 for one in taken
        ),
        minutes_to_fill=round(median(took) / 60) if took else None,
        waiting=waiting["all"],
        never_asked=waiting["never"],
    )


def _open_offers(entries: Iterable[WaitingEntry]) -> dict[UUID, Offer]:
    found = Offer.objects.filter(entry__in=[one.pk for one in entries], state=OfferState.OPEN)
    return {one.entry_id: one for one in found.select_related("opening")}


def _shown(offer: Offer | None, names: dict[UUID, PersonName], zone: ZoneInfo) -> OpenOffer | None:
    if offer is None:
        return None
    opening = offer.opening
    return OpenOffer(
        id=offer.pk,
        starts_at=opening.starts_at.astimezone(zone),
        expires_at=opening.expires_at.astimezone(zone),
        practitioner=names[opening.practitioner_id],
    )
