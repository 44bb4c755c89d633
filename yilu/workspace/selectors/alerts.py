"""What on the manager's board needs somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yilu.billing.selectors.errands import unanswered_number
from yilu.facility.selectors.sites import site_zone
from yilu.messaging.selectors.centre import failed_messages
from yilu.pathways.selectors.cases import FlowStep
from yilu.platform.actors import Actor
from yilu.workspace.selectors.live_waits import Wait, first_over


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs somebody, worst first; `url` is where it is dealt with."""

    state: str
    icon: str
    title: str
    detail: str
    url: str
    label: str


def alerts_of(
    actor: Actor,
    site_id: UUID,
    waiting: Sequence[Wait],
    names: Mapping[UUID, str],
    flow: Sequence[FlowStep],
) -> tuple[Alert, ...]:
    """What needs somebody, the worst first. Two queries, four when messages have failed."""
    found = [
        *_waits(waiting, names),
        *_overdue(flow, site_zone(site_id)),
        *_failed(actor, site_id),
        *_owed(actor, site_id),
    ]
    return tuple(sorted(found, key=lambda one: one.state != "late"))


def _waits(waiting: Sequence[Wait], names: Mapping[UUID, str]) -> Iterable[Alert]:
    over = [row for row in waiting if row.is_over]
    if not over:
        return
    longest = max(row.minutes for row in over)
    words = {"number": len(over), "longest": longest}
    title = ngettext(
        "%(number)s waits beyond the promise, longest %(longest)s min",
        "%(number)s wait beyond the promise, longest %(longest)s min",
        len(over),
    )
    who = " · ".join(f"{row.stand.number} {names[row.visit.id]}" for row in first_over(waiting))
    yield Alert("late", "alarm", title % words, who, "#promises", _("See them"))


def _overdue(flow: Sequence[FlowStep], zone: ZoneInfo) -> Iterable[Alert]:
    late: dict[str, list[FlowStep]] = {}
    for row in flow:
        if row.late:
            late.setdefault(str(row.title), []).append(row)
    for title, rows in late.items():
        words = {"step": title, "number": sum(row.late for row in rows)}
        oldest = min(row.oldest_due for row in rows if row.oldest_due).astimezone(zone)
        detail = _("Oldest was due at %(time)s") % {"time": f"{oldest:%H:%M}"}
        said = _("%(step)s: %(number)s overdue") % words
        yield Alert("soon", "list-check", said, detail, "/pathways/worklist", _("Worklist"))


def _owed(actor: Actor, site_id: UUID) -> Iterable[Alert]:
    many = unanswered_number(actor=actor, site_id=site_id)
    if many:
        said = ngettext(
            "%(number)s thing was not done by WeChat Pay",
            "%(number)s things were not done by WeChat Pay",
            many,
        ) % {"number": many}
        detail = _("Refunds and codes; asked again by itself")
        yield Alert("late", "receipt-refund", said, detail, f"/billing/{site_id}/", _("Look"))


def _failed(actor: Actor, site_id: UUID) -> Iterable[Alert]:
    if not actor.may("messaging.see", site_id):
        return
    failed = failed_messages(actor, site_id)
    if failed:
        said = ngettext(
            "%(number)s message was not delivered",
            "%(number)s messages were not delivered",
            len(failed),
        ) % {"number": len(failed)}
        yield Alert("soon", "message-report", said, failed[0].title, "/messaging/failed", _("Look"))
