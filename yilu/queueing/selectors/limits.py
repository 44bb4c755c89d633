"""How long one may wait at a site, and what is offered to who had to wait longer."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.platform.names import Localized
from yilu.queueing.models import Amends, WaitRule
from yilu.queueing.rules.late_running import LateRule
from yilu.queueing.visit_wait import Limits


@dataclass(frozen=True, slots=True)
class Rule:
    """The figures of a site. `version` is 0 while nobody has set any."""

    longest_minutes: int
    grace_minutes: int
    notice_minutes: int
    most_messages: int
    version: int
    tells_later: bool = False
    later_gain_minutes: int = 15
    later_leave_minutes: int = 45
    later_margin_minutes: int = 15

    @property
    def limits(self) -> Limits:
        return Limits(
            longest=timedelta(minutes=self.longest_minutes),
            grace=timedelta(minutes=self.grace_minutes),
            notice=timedelta(minutes=self.notice_minutes),
            most_messages=self.most_messages,
        )

    @property
    def late(self) -> LateRule:
        """By what a late doctor's patients are told to come later."""
        return LateRule(
            gain=timedelta(minutes=self.later_gain_minutes),
            leaves=timedelta(minutes=self.later_leave_minutes),
            margin=timedelta(minutes=self.later_margin_minutes),
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that a site offers to who had to wait too long."""

    id: UUID
    site_id: UUID
    name: Localized


def wait_rule(site_id: UUID) -> Rule:
    """The rule of a site; the usual figures while nobody has set any. One query."""
    found = WaitRule.objects.filter(site_id=site_id).first() or WaitRule(version=0)
    return Rule(
        longest_minutes=found.longest_minutes,
        grace_minutes=found.grace_minutes,
        notice_minutes=found.notice_minutes,
        most_messages=found.most_messages,
        version=found.version,
        tells_later=found.tells_later,
        later_gain_minutes=found.later_gain_minutes,
        later_leave_minutes=found.later_leave_minutes,
        later_margin_minutes=found.later_margin_minutes,
    )


def offered_amends(site_id: UUID) -> list[Offered]:
    """What a site offers now, in its order. One query."""
    found = Amends.objects.filter(site_id=site_id, retired_at=None).order_by("position", "id")
    return [Offered(one.pk, one.site_id, one.name) for one in found]
