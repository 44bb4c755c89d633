"""How many times are kept at once, and let go, in as many statements as for one.

Only operations call this.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.scheduling.claims import Owner, different, give_back, give_back_each, take_each
from yilu.scheduling.errors import UnknownService
from yilu.scheduling.events import HoldReleased, TimeHeld
from yilu.scheduling.models import Hold
from yilu.scheduling.rules import Candidate, choices
from yilu.scheduling.selectors.candidates import candidates_at
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import HoldState

Picked = tuple[Candidate, ...]
"""What serves one of the times: the practitioner, then a thing for each need."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time of a service with a practitioner."""

    service_id: UUID
    practitioner_id: UUID
    starts_at: datetime


def keep_times(
    actor: Actor, site_id: UUID, wanted: Sequence[Wanted], expires_at: datetime
) -> list[Hold | None]:
    """Keep several times of a site, each with all it needs; None for those that are not to be had.

    Part of a deed; whoever calls sees to their end. Nothing is tried twice: who gets nothing here
    may still get it by `keep_time`, which tries every thing. Five queries, and two for
    each service.
    """
    picked = _picked(site_id, wanted)
    owners = {n: Owner(hold_id=new_id(), expires_at=expires_at) for n in picked}
    taken = take_each([(owners[n], one) for n, all_ in picked.items() for one in all_])
    holds: dict[int, Hold] = {}
    lost: list[Hold] = []
    for n, all_ in picked.items():
        hold = _hold(site_id, wanted[n], all_[0], owners[n])
        had = taken.get(hold.pk, set())
        if had == {one.resource_id for one in all_}:
            holds[n] = hold
        elif had:
            give_back(owners[n])
            hold.state = HoldState.RELEASED
            lost.append(hold)
    _write(actor, site_id, list(holds.values()), lost)
    return [holds.get(n) for n in range(len(wanted))]


def release_times(actor: Actor, site_id: UUID, hold_ids: Sequence[UUID]) -> None:
    """Let several kept times of a site go; one that is used or released stays as it is.

    Part of a deed. Six queries.
    """
    kept = Hold.objects.select_for_update(no_key=True).filter(pk__in=hold_ids)
    holds = list(kept.filter(state=HoldState.HELD).order_by("pk"))
    ids = [hold.pk for hold in holds]
    give_back_each(ids)
    Hold.objects.filter(pk__in=ids).update(state=HoldState.RELEASED, version=F("version") + 1)
    audit.record_each(
        actor, "scheduling.hold.released", [(hold, {}) for hold in holds], site_id=site_id
    )
    events = [
        (HoldReleased(hold.pk, hold.clinic_day), hold, [day_topic(hold.site_id, hold.clinic_day)])
        for hold in holds
    ]
    outbox.publish_each(events, actor=actor, site_id=site_id)


def _picked(site_id: UUID, wanted: Sequence[Wanted]) -> dict[int, Picked]:
    """For each time who and what serves it, so that they do not take it from each other."""
    services: dict[UUID, list[int]] = defaultdict(list)
    for n, one in enumerate(wanted):
        services[one.service_id].append(n)
    taken: dict[UUID, list[Candidate]] = defaultdict(list)
    picked: dict[int, Picked] = {}
    for service_id, asking in services.items():
        try:
            facts = service_facts(service_id)
        except UnknownService:
            continue
        able = [n for n in asking if wanted[n].practitioner_id in facts.practitioner_ids]
        asked = [(wanted[n].practitioner_id, wanted[n].starts_at) for n in able]
        for n, found in zip(able, candidates_at(facts, site_id, asked), strict=True):
            best = _best([one for one in found if _is_left(one, taken)], len(facts.needs))
            if best is not None:
                picked[n] = best
                for each in best:
                    taken[each.resource_id].append(each)
    return picked


def _best(found: Sequence[Candidate], needs: int) -> Picked | None:
    for choice in choices(found, needs, may_extend=False):
        things = different(choice.things)
        if things is not None:
            return (choice.practitioner, *things)
    return None


def _is_left(one: Candidate, taken: dict[UUID, list[Candidate]]) -> bool:
    return not any(
        one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for other in taken[one.resource_id]
    )


def _hold(site_id: UUID, wanted: Wanted, who: Candidate, owner: Owner) -> Hold:
    ends_at = wanted.starts_at + timedelta(minutes=who.minutes)
    return Hold(
        id=owner.hold_id,
        site_id=site_id,
        service_id=wanted.service_id,
        practitioner_id=wanted.practitioner_id,
        during=DateTimeTZRange(wanted.starts_at, ends_at),
        clinic_day=cast("date", who.clinic_day),
        expires_at=cast("datetime", owner.expires_at),
    )


def _write(actor: Actor, site_id: UUID, holds: Sequence[Hold], lost: Sequence[Hold]) -> None:
    Hold.objects.bulk_create([*holds, *lost])
    about = [(hold, {"starts_at": hold.during.lower}) for hold in holds]
    audit.record_each(actor, "scheduling.time.held", about, site_id=site_id)
    events = [
        (
            TimeHeld(hold.pk, hold.clinic_day, hold.expires_at),
            hold,
            [day_topic(hold.site_id, hold.clinic_day)],
        )
        for hold in holds
    ]
    outbox.publish_each(events, actor=actor, site_id=site_id)
