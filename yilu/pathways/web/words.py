"""A definition in words, for the table below its chart."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yilu.pathways.rules.plan import Due, Late, Plan, StepPlan, rule_in_words
from yilu.platform.event_words import event_in_words
from yilu.platform.names import Localized
from yilu.workforce.selectors.staff import PostInfo


@dataclass(frozen=True, slots=True)
class StepWords:
    """One step in words."""

    title: Localized
    role: str
    closes: str
    skips: str
    due: str
    late: tuple[str, ...]


def in_words(plan: Plan, posts: Mapping[str, PostInfo]) -> list[StepWords]:
    """Every step of a pathway, as a manager reads it. No query."""
    return [
        StepWords(
            step.title,
            _post(step.role, posts),
            _closes(step),
            _("Left out when: %(rule)s") % {"rule": rule_in_words(step.skip_if)}
            if step.skip_if
            else "",
            _due(step.due),
            tuple(_late(one, posts) for one in step.late),
        )
        for step in plan.steps
    ]


def _closes(step: StepPlan) -> str:
    if step.closes is None:
        return _("somebody says so")
    return " · ".join(sorted(map(event_in_words, step.closes.events)))


def _due(due: Due | None) -> str:
    if due is None:
        return _("no time limit")
    said = {"minutes": due.minutes, "days": due.minutes // 1440}
    if due.calendar == "working_days":
        words = _("%(days)s working days") % said
    elif due.calendar == "site_hours":
        words = _("%(minutes)s min of opening hours") % said
    else:
        words = _("%(minutes)s min") % said
    if due.since == "booked_start_or_checked_in":
        return _("%(time)s from the booked time or the arrival, whichever is later") % {
            "time": words
        }
    return words


def _late(late: Late, posts: Mapping[str, PostInfo]) -> str:
    said = {"minutes": late.after_minutes, "post": _post(late.post, posts)}
    if late.action == "escalate":
        return _("after %(minutes)s min: goes to %(post)s too") % said
    return _("after %(minutes)s min: %(post)s is told") % said


def _post(key: str, posts: Mapping[str, PostInfo]) -> str:
    return str(posts[key].name) if key in posts else key
