"""Setting which next steps become guides' tasks, how soon one is taken up, what stands ready."""

from dataclasses import asdict, dataclass
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.guiding import permissions
from yilu.guiding.events import GuideRuleChanged
from yilu.guiding.models import GuideRule
from yilu.guiding.selectors.topics import guiding_topic
from yilu.guiding.states import STEPS
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.subjects import Subject


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """The rule of a site, as `GuideRule` has it. None counts nothing."""

    for_all: tuple[str, ...] = ()
    for_needs: tuple[str, ...] = tuple(str(one) for one in STEPS)
    pickup_minutes: int = 10
    wheelchairs: int | None = None
    stretchers: int | None = None


@operation
def set_guide_rule(
    *, actor: Actor, site_id: UUID, facts: RuleFacts, version: int | None = None
) -> None:
    """Set what becomes a guide's task at a site. It holds for the steps that come from now.

    Raises: NotFound, NotAllowed, Stale.
    """
    actor.require_to_see(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    rule, _is_new = GuideRule.objects.select_for_update().get_or_create(
        site_id=site_id, defaults={"version": 0}
    )
    check_version(rule, version)
    before = {name: getattr(rule, name) for name in asdict(facts)}
    rule.for_all = [str(one) for one in STEPS if one in facts.for_all]
    rule.for_needs = [str(one) for one in STEPS if one in facts.for_needs]
    rule.pickup_minutes = facts.pickup_minutes
    rule.wheelchairs, rule.stretchers = facts.wheelchairs, facts.stretchers
    rule.version += 1
    rule.full_clean()
    rule.save()
    after = {name: getattr(rule, name) for name in asdict(facts)}
    audit.record(actor, "guiding.rule.set", rule, site_id=site_id, before=before, after=after)
    outbox.publish(
        GuideRuleChanged("rule"),
        actor=actor,
        site_id=site_id,
        subject=Subject("facility.site", site_id),
        topics=[guiding_topic(site_id)],
    )
