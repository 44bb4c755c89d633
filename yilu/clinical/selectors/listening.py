"""How long doctors listen before they type and order: for the room, and for the manager."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.models import Listening, ListeningSwitch
from yilu.clinical.rules.rulesets import ruleset
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import practitioner_names

REPORTED = timedelta(days=30)
FEWEST = 5


@dataclass(frozen=True, slots=True)
class ListeningNow:
    """What a room that has just opened shows before the orders, and until when."""

    prompts: tuple[Localized, ...]
    minutes: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ListeningFigures:
    """One practitioner in thirty days. Medians are seconds; None with fewer than five visits."""

    practitioner: PersonName | None
    visits: int
    to_typing: int | None
    to_order: int | None
    listened: int | None
    skipped: int


def is_listening_on(site_id: UUID) -> bool:
    """Whether the rooms of a site open with the time to listen. One query."""
    return ListeningSwitch.objects.filter(site_id=site_id, is_on=True).exists()


def listening_now(site_id: UUID, visit_id: UUID) -> ListeningNow | None:
    """The time to listen that is left at a visit; None when it is over, was skipped, something
    was ordered, or the site does not ask for it. Two queries.
    """
    if not is_listening_on(site_id):
        return None
    table = ruleset("listening").body
    length = timedelta(minutes=table["minutes"])
    row = Listening.objects.filter(visit_id=visit_id).first()
    now = clock.now()
    if row is not None and (row.skipped_at or row.ordered_at or row.began_at + length <= now):
        return None
    until = (row.began_at if row else now) + length
    prompts = tuple(Localized(one) for one in table["prompts"])
    return ListeningNow(prompts, table["minutes"], until.astimezone(site_zone(site_id)))


def listening_figures(actor: Actor, site_id: UUID) -> list[ListeningFigures]:
    """How long each practitioner of a site listened in thirty days. Two queries.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.OVERSEE, site_id)
    since = clock.now() - REPORTED
    rows = Listening.objects.filter(site_id=site_id, began_at__gte=since)
    by: dict[UUID, list[Listening]] = {}
    for one in rows:
        by.setdefault(one.practitioner_id, []).append(one)
    names = practitioner_names(by)
    found = [_figures(names.get(key), many) for key, many in by.items()]
    return sorted(found, key=lambda one: str(one.practitioner))


def _figures(name: PersonName | None, rows: Sequence[Listening]) -> ListeningFigures:
    length = timedelta(minutes=ruleset("listening").body["minutes"]).total_seconds()
    orders = [_seconds(one, one.ordered_at) for one in rows if one.ordered_at]
    is_enough = len(rows) >= FEWEST
    heard = sum(1 for one in orders if one >= length) + len(rows) - len(orders)
    return ListeningFigures(
        name,
        len(rows),
        _median([_seconds(one, one.typed_at) for one in rows if one.typed_at]),
        _median(orders),
        round(100 * heard / len(rows)) if is_enough else None,
        sum(1 for one in rows if one.skipped_at),
    )


def _seconds(row: Listening, at: datetime | None) -> float:
    return ((at or row.began_at) - row.began_at).total_seconds()


def _median(seconds: Iterable[float]) -> int | None:
    found = list(seconds)
    return round(median(found)) if len(found) >= FEWEST else None
