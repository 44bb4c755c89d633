"""Agreeing with a partner on what it may do, stopping it, and taking it up again."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from yilu.facility.selectors.sites import site_zone
from yilu.interop.errors import AddressNotAllowed, NoSites
from yilu.interop.events import PartnerSet
from yilu.interop.models import Partner, PartnerHold
from yilu.interop.operations.holding import expect_night, managed, require_all
from yilu.interop.rules.targets import NotAllowedTarget, target
from yilu.interop.selectors.topics import partner_topic, partners_topic
from yilu.interop.states import PartnerState
from yilu.platform import audit, clinic_clock, clock, outbox
from yilu.platform.access import new_principal
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError
from yilu.platform.ids import new_id
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.holds import release_hold

KEEPER = Actor.system("interop.time_keeper", scheduling.BOOK)


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What was agreed with a partner."""

    name: str
    sites: tuple[UUID, ...]
    requests_per_minute: int = 120
    bookings_per_day: int = 50
    holds_at_once: int = 5
    webhook_url: str = ""


@operation
def add_partner(*, actor: Actor, facts: PartnerFacts) -> UUID:
    """Let a platform book at some sites. It can do nothing before it has a key.

    Raises: NotAllowed, NoSites, AddressNotAllowed.
    """
    require_all(actor, _checked(facts))
    partner = Partner(id=new_id(), reconciled_until=clock.now().date() - timedelta(days=1))
    partner.user_id = new_principal("partner", f"partner:{partner.pk}")
    _write(partner, facts)
    partner.reconciled_until = _today(partner) - timedelta(days=1)
    partner.save(force_insert=True)
    expect_night(partner)
    return _tell(actor, partner, "added")


@operation
def change_partner(
    *, actor: Actor, partner_id: UUID, facts: PartnerFacts, version: int | None = None
) -> None:
    """Agree anew. What was booked stands, also beyond a smaller quota.

    Raises: NotFound, NotAllowed, Stale, NoSites, AddressNotAllowed.
    """
    partner = managed(actor, partner_id)
    check_version(partner, version)
    require_all(actor, _checked(facts))
    _write(partner, facts)
    partner.rest_until, partner.failures = None, 0
    _save(partner)
    _tell(actor, partner, "changed")


@operation
def stop_partner(*, actor: Actor, partner_id: UUID) -> None:
    """Take nothing new from a partner and let go what is kept for it; its bookings stand.

    It may still read, cancel and be told about what it booked: patients must not be stranded.
    To shut it out altogether, withdraw its keys. Twice changes nothing.

    Raises: NotFound, NotAllowed.
    """
    partner = managed(actor, partner_id)
    if partner.state == PartnerState.STOPPED:
        return
    for kept in PartnerHold.objects.filter(partner=partner, is_open=True).order_by("hold_id"):
        release_hold(actor=KEEPER, hold_id=kept.pk)
    PartnerHold.objects.filter(partner=partner, is_open=True).update(is_open=False)
    partner.state = PartnerState.STOPPED
    _save(partner)
    _tell(actor, partner, "stopped")


@operation
def resume_partner(*, actor: Actor, partner_id: UUID) -> None:
    """Let a stopped partner book again. Twice changes nothing. Raises: NotFound, NotAllowed."""
    partner = managed(actor, partner_id)
    if partner.state == PartnerState.ACTIVE:
        return
    partner.state = PartnerState.ACTIVE
    _save(partner)
    _tell(actor, partner, "resumed")


def _today(partner: Partner) -> date:
    return clock.now().astimezone(site_zone(partner.sites[0])).date()


def _checked(facts: PartnerFacts) -> tuple[UUID, ...]:
    if not facts.sites:
        raise NoSites
    if facts.webhook_url:
        try:
            target(
                facts.webhook_url,
                hosts=settings.PARTNER_HOSTS,
                may_loop=clinic_clock.is_demonstration(),
            )
        except NotAllowedTarget as refused:
            raise AddressNotAllowed(
                FieldError("webhook_url", AddressNotAllowed.code, str(AddressNotAllowed.message))
            ) from refused
    return facts.sites


def _write(partner: Partner, facts: PartnerFacts) -> None:
    partner.name, partner.sites = facts.name, sorted(facts.sites)
    partner.requests_per_minute = facts.requests_per_minute
    partner.bookings_per_day = facts.bookings_per_day
    partner.holds_at_once = facts.holds_at_once
    partner.webhook_url = facts.webhook_url


def _save(partner: Partner) -> None:
    partner.version += 1
    partner.save(force_update=True)


def _tell(actor: Actor, partner: Partner, what: str) -> UUID:
    audit.record(
        actor, f"interop.partner.{what}", partner, site_id=partner.sites[0],
        sites=partner.sites, requests_per_minute=partner.requests_per_minute,
        bookings_per_day=partner.bookings_per_day, state=partner.state,
    )  # fmt: skip
    told = PartnerSet(partner.pk, partner.state)
    topics = [partners_topic(), partner_topic(partner.pk)]
    outbox.publish(told, actor=actor, site_id=partner.sites[0], subject=partner, topics=topics)
    return partner.pk
