"""The list of each day, written in the night after it; and a partner's own list against it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.interop.errors import DayNotOver
from yilu.interop.events import DayReconciled
from yilu.interop.models import Comparison, Partner, PartnerBooking, Reconciliation
from yilu.interop.operations.holding import expect_night, locked
from yilu.interop.rules.lists import Claim, Row, differences, read, written
from yilu.interop.rules.schedule import missed_days
from yilu.interop.selectors.topics import partner_topic
from yilu.platform import audit, clock, files, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.media import CSV
from yilu.scheduling.selectors.agreed import Agreed, of_channel
from yilu.scheduling.states import Channel

PURPOSE = "interop.reconciliation"


@operation
def reconcile(*, actor: Actor, partner_id: UUID) -> list[date]:
    """Write the list of each day that is over and has none, and expect the next night.

    Nights that were missed are made up for, a month at most. Twice writes nothing twice.
    """
    partner = locked(partner_id)
    today = clock.now().astimezone(site_zone(partner.sites[0])).date()
    days = missed_days(partner.reconciled_until, today)
    for day in days:
        _write_day(actor, partner, day)
    if days:
        partner.reconciled_until = days[-1]
        partner.save(update_fields=["reconciled_until"])
    expect_night(partner)
    return days


@operation
def compare(*, actor: Actor, partner_id: UUID, day: date, claims: Sequence[Claim]) -> Comparison:
    """Lay a partner's own list of a day beside ours, and keep how they differ.

    Raises: DayNotOver, when ours is not written yet.
    """
    mine = Reconciliation.objects.filter(partner_id=partner_id, clinic_day=day).first()
    if mine is None:
        raise DayNotOver
    ours = read(files.read(mine.file_id))
    found = differences(ours, claims)
    known = {row.reference for row in ours}
    same = known & {claim.reference for claim in claims} - {one.reference for one in found}
    kept = Comparison(
        reconciliation=mine,
        ours=len(ours),
        theirs=len({claim.reference for claim in claims}),
        equal=len(same),
        rows=[asdict(one) for one in found],
    )
    kept.save(force_insert=True)
    audit.record(
        actor, "interop.day.compared", mine, partner=partner_id, day=day, differ=len(found)
    )
    return kept


def _write_day(actor: Actor, partner: Partner, day: date) -> None:
    rows = _rows(partner, day)
    content = written(rows)
    name = f"yilu-{day:%Y%m%d}.csv"
    file = files.store(actor, content, name=name, purpose=PURPOSE, kinds=(CSV,))
    made = Reconciliation(
        partner=partner,
        clinic_day=day,
        file_id=file.id,
        sha256=hashlib.sha256(content).hexdigest(),
        bookings=len(rows),
    )
    made.save(force_insert=True)
    audit.record(
        actor, "interop.day.reconciled", made, partner=partner.pk, day=day, bookings=len(rows)
    )
    told = DayReconciled(partner.pk, day, len(rows))
    topics = [partner_topic(partner.pk)]
    outbox.publish(told, actor=actor, site_id=partner.sites[0], subject=partner, topics=topics)


def _rows(partner: Partner, day: date) -> list[Row]:
    facts = of_channel(partner.sites, day, Channel.PARTNER)
    own = PartnerBooking.objects.filter(
        partner=partner, booking_id__in=[one.id for one in facts]
    ).values_list("booking_id", "reference")
    references = dict(own)
    return [_row(references[one.id], one) for one in facts if one.id in references]


def _row(reference: str, fact: Agreed) -> Row:
    zone = site_zone(fact.site_id)
    return Row(
        reference=reference,
        number=fact.number,
        booking=str(fact.id),
        site=str(fact.site_id),
        service=str(fact.service_id),
        starts_at=fact.starts_at.astimezone(zone).isoformat(),
        ends_at=fact.ends_at.astimezone(zone).isoformat(),
        state=fact.state,
        cancelled_by=fact.cancelled_by_kind,
        fee="" if fact.price is None else str(fact.price),
    )
