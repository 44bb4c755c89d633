"""Setting how long one may wait at a site, and what is offered to who had to wait longer."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Max

from yilu.facility.selectors.sites import site_info
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.platform.subjects import Subject
from yilu.queueing import permissions
from yilu.queueing.errors import NameMissing
from yilu.queueing.events import WaitRuleChanged
from yilu.queueing.models import Amends, WaitRule
from yilu.queueing.selectors.topics import long_waits_topic

# What a clinic begins with; it may retire any of them.
USUAL = (
    Localized({CHINESE: "一杯热饮", ENGLISH: "A hot drink"}),
    Localized({CHINESE: "先做检查", ENGLISH: "The examination first"}),
    Localized({CHINESE: "优先改约", ENGLISH: "First choice of a new time"}),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The rule of a site in figures, as `WaitRule` has them."""

    longest_minutes: int
    grace_minutes: int
    notice_minutes: int = 20
    most_messages: int = 4
    tells_later: bool = False
    later_gain_minutes: int = 15
    later_leave_minutes: int = 45
    later_margin_minutes: int = 15


@operation
def set_wait_rule(
    *,
    actor: Actor,
    site_id: UUID,
    figures: Figures,
    version: int | None = None,
) -> None:
    """Set after how many minutes a wait is explained, how often patients are told how it goes, and
    in how many messages, and whether a late doctor's patients are told to come later, at a site.
    It holds for who comes from now.

    Raises: NotAllowed, Stale.
    """
    actor.require_to_see(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    rule, _is_new = WaitRule.objects.select_for_update().get_or_create(
        site_id=site_id, defaults={"version": 0}
    )
    check_version(rule, version)
    before = {name: getattr(rule, name) for name in asdict(figures)}
    for name, value in asdict(figures).items():
        setattr(rule, name, value)
    rule.version += 1
    rule.full_clean()
    rule.save()
    after = asdict(figures)
    audit.record(actor, "queueing.wait_rule.set", rule, site_id=site_id, before=before, after=after)
    _tell(actor, site_id, "rule")


@operation
def add_amends(*, actor: Actor, site_id: UUID, chinese: str, english: str) -> UUID:
    """Offer one thing more to who had to wait too long.

    Raises: NameMissing.
    """
    actor.require_to_see(permissions.SET_UP, site_id)
    site_info(site_id)
    if not chinese.strip() or not english.strip():
        raise NameMissing
    last = Amends.objects.filter(site_id=site_id).aggregate(last=Max("position"))["last"]
    name = Localized({CHINESE: chinese.strip(), ENGLISH: english.strip()})
    one = Amends(site_id=site_id, name=name, position=0 if last is None else last + 1)
    one.save(force_insert=True)
    audit.record(actor, "queueing.amends.added", one, site_id=site_id, name=dict(name))
    _tell(actor, site_id, "amends")
    return one.pk


@operation
def retire_amends(*, actor: Actor, amends_id: UUID) -> None:
    """Offer something no longer. What was offered stays on record. Twice changes nothing."""
    _retire(actor, amends_id, is_retired=True)


@operation
def restore_amends(*, actor: Actor, amends_id: UUID) -> None:
    """Offer again what was retired."""
    _retire(actor, amends_id, is_retired=False)


@operation
def begin_with_usual_amends(*, actor: Actor, site_id: UUID) -> None:
    """Give a site that never offered anything what clinics usually offer. Two queries at most."""
    actor.require(permissions.SET_UP, site_id)
    if Amends.objects.filter(site_id=site_id).exists():
        return
    Amends.objects.bulk_create(
        Amends(site_id=site_id, name=name, position=n) for n, name in enumerate(USUAL)
    )


def _retire(actor: Actor, amends_id: UUID, *, is_retired: bool) -> None:
    one = Amends.objects.select_for_update().filter(pk=amends_id).first()
    if one is None:
        raise NotFound
    actor.require_to_see(permissions.SET_UP, one.site_id)
    if (one.retired_at is not None) == is_retired:
        return
    one.retired_at = clock.now() if is_retired else None
    one.save(update_fields=["retired_at"])
    deed = "retired" if is_retired else "restored"
    audit.record(actor, f"queueing.amends.{deed}", one, site_id=one.site_id)
    _tell(actor, one.site_id, "amends")


def _tell(actor: Actor, site_id: UUID, what: str) -> None:
    outbox.publish(
        WaitRuleChanged(what=what),
        actor=actor,
        site_id=site_id,
        subject=Subject("facility.site", site_id),
        topics=[long_waits_topic(site_id)],
    )
