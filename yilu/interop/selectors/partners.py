"""Partners as staff see them: what was agreed, how they do, and what went between us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from yilu.facility.selectors.sites import SiteInfo, open_sites, site_zone
from yilu.interop import permissions
from yilu.interop.models import Notice, Partner, PartnerBooking, PartnerKey, PartnerRequest
from yilu.interop.selectors.reconciliations import ReconciliationLine, reconciliations
from yilu.interop.states import NoticeState, PartnerState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

MOST_REQUESTS, MOST_NOTICES = 20, 30
LOOKS = {
    NoticeState.WAITING: "waiting",
    NoticeState.SENDING: "active",
    NoticeState.DELIVERED: "done",
    NoticeState.DEAD: "late",
}


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner: how much it books today, and whether it hears us."""

    id: UUID
    name: str
    state: PartnerState
    sites: tuple[Localized, ...]
    bookings_today: int
    bookings_per_day: int
    waiting: int
    dead: int
    last_at: datetime | None
    version: int

    @property
    def look(self) -> str:
        """Its colour: what was given up wants somebody."""
        if self.state == PartnerState.STOPPED:
            return "blocked"
        return "late" if self.dead else "booked"

    @property
    def state_label(self) -> str:
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key by its name; its secret is shown to nobody again."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request and how it was answered."""

    at: datetime
    method: str
    path: str
    status: int
    code: str
    milliseconds: int

    @property
    def look(self) -> str:
        return "done" if self.status < 400 else "late" if self.status in {401, 403} else "soon"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One webhook and how it fares."""

    id: UUID
    reference: str
    kind: str
    state: NoticeState
    tries: int
    reason: str
    created_at: datetime
    next_at: datetime | None

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def can_send(self) -> bool:
        return self.state in {NoticeState.WAITING, NoticeState.DEAD}


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """Everything about one partner."""

    line: PartnerLine
    site_ids: tuple[UUID, ...]
    requests_per_minute: int
    holds_at_once: int
    webhook_url: str
    rests_until: datetime | None
    keys: tuple[KeyLine, ...]
    requests: tuple[RequestLine, ...]
    notices: tuple[NoticeLine, ...]
    lists: tuple[ReconciliationLine, ...]
    can_manage: bool


def partners(actor: Actor) -> list[PartnerLine]:
    """The partners of the sites that the actor sees, by name. Five queries.

    Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.SEE)
    found = [one for one in Partner.objects.all() if _sees(actor, one)]
    return _lines(found, {site.id: site for site in open_sites()})


def partner_page(actor: Actor, partner_id: UUID) -> PartnerPage:
    """One partner with its newest requests, webhooks and lists. Nine queries. Raises: NotFound."""
    partner = _seen(actor, partner_id)
    sites = {site.id: site for site in open_sites()}
    (line,) = _lines([partner], sites)
    zone = site_zone(partner.sites[0])
    now = clock.machine_now()
    rests = partner.rest_until
    newest = PartnerRequest.objects.filter(partner=partner).order_by("-at")
    return PartnerPage(
        line=line,
        site_ids=tuple(partner.sites),
        requests_per_minute=partner.requests_per_minute,
        holds_at_once=partner.holds_at_once,
        webhook_url=partner.webhook_url,
        rests_until=_on_the_wall(rests, zone) if rests and rests > now else None,
        keys=tuple(
            KeyLine(
                one.pk,
                one.name,
                _on_the_wall(one.created_at, zone),
                one.expires_at and _on_the_wall(one.expires_at, zone),
                one.last_used_on,
                one.withdrawn_at is None and (one.expires_at is None or one.expires_at > now),
            )
            for one in PartnerKey.objects.filter(partner=partner).defer("secret")
        ),
        requests=tuple(
            RequestLine(
                one.at.astimezone(zone),
                one.method,
                one.path,
                one.status,
                one.code,
                one.milliseconds,
            )
            for one in newest[:MOST_REQUESTS]
        ),
        notices=_notices(partner),
        lists=tuple(reconciliations(partner.pk)),
        can_manage=all(actor.may(permissions.MANAGE, site_id) for site_id in partner.sites),
    )


def check_sees(actor: Actor, partner_id: UUID) -> None:
    """Refuse who may not see a partner. One query. Raises: NotFound."""
    _seen(actor, partner_id)


def managed_sites(actor: Actor) -> list[SiteInfo]:
    """The sites whose partners the actor manages. One query."""
    return [site for site in open_sites() if actor.may(permissions.MANAGE, site.id)]


def _sees(actor: Actor, partner: Partner) -> bool:
    return any(actor.may(permissions.SEE, site_id) for site_id in partner.sites)


def _on_the_wall(real: datetime, zone: ZoneInfo) -> datetime:
    """A real instant as the clinic's clock shows it, as that clock runs now."""
    away = (real - clock.machine_now()) * clock.pace().speed
    return (clock.now() + away).astimezone(zone)


def _seen(actor: Actor, partner_id: UUID) -> Partner:
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None or not _sees(actor, partner):
        raise NotFound
    return partner


def _lines(found: list[Partner], sites: dict[UUID, SiteInfo]) -> list[PartnerLine]:
    """Three queries for all of them."""
    now = clock.now()
    around = [now.date() + timedelta(days=n) for n in (-1, 0, 1)]
    made = PartnerBooking.objects.filter(partner__in=found, made_on__in=around).order_by()
    today = {
        (one["partner_id"], one["made_on"]): one["many"]
        for one in made.values("partner_id", "made_on").annotate(many=Count("pk"))
    }
    open_ = Notice.objects.filter(partner__in=found).exclude(state=NoticeState.DELIVERED)
    owed = {
        one["partner_id"]: one
        for one in open_.order_by()
        .values("partner_id")
        .annotate(
            dead=Count("pk", filter=Q(state=NoticeState.DEAD)),
            waiting=Count("pk", filter=~Q(state=NoticeState.DEAD)),
        )
    }
    asked = PartnerRequest.objects.filter(partner__in=found).order_by().values("partner_id")
    last = {one["partner_id"]: one["at"] for one in asked.annotate(at=Max("at"))}
    lines = []
    for one in found:
        zone = site_zone(one.sites[0])
        at = last.get(one.pk)
        seen: Mapping[str, Any] = owed.get(one.pk, {})
        lines.append(
            PartnerLine(
                id=one.pk,
                name=one.name,
                state=PartnerState(one.state),
                sites=tuple(sites[key].short_name for key in one.sites if key in sites),
                bookings_today=today.get((one.pk, now.astimezone(zone).date()), 0),
                bookings_per_day=one.bookings_per_day,
                waiting=seen.get("waiting", 0),
                dead=seen.get("dead", 0),
                last_at=at.astimezone(zone) if at else None,
                version=one.version,
            )
        )
    return lines


def _notices(partner: Partner) -> tuple[NoticeLine, ...]:
    zone = site_zone(partner.sites[0])
    newest = Notice.objects.filter(partner=partner).order_by("-seq", "-id")
    return tuple(
        NoticeLine(
            id=one.pk,
            reference=one.partner_booking.reference,
            kind=one.kind,
            state=NoticeState(one.state),
            tries=one.tries,
            reason=one.reason,
            created_at=one.created_at.astimezone(zone),
            next_at=one.next_at.astimezone(zone) if one.state == NoticeState.WAITING else None,
        )
        for one in newest.select_related("partner_booking")[:MOST_NOTICES]
    )
