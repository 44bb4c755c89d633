"""How a time is kept for somebody who decides. Only operations call this."""

from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.scheduling.asking import way
from yilu.scheduling.claims import Owner, claim, open_choices
from yilu.scheduling.events import TimeHeld
from yilu.scheduling.models import Hold
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.facts import Facts
from yilu.scheduling.selectors.topics import day_topic


def keep_time(actor: Actor, facts: Facts, asked: Asked, expires_at: datetime) -> Hold:
    """Keep a time with all it needs until `expires_at`; whoever calls sees to its end.

    Part of a deed, not one itself.

    Raises:
        OutsideSessions, SlotTaken, NotYetReleased, ShareUsedUp, QueueFirst.
    """
    owner = Owner(hold_id=new_id(), expires_at=expires_at)
    who = claim(owner, open_choices(facts, asked)).practitioner
    hold = Hold(
        id=owner.hold_id,
        site_id=asked.site_id,
        service_id=facts.service.id,
        practitioner_id=cast("UUID", who.practitioner_id),
        during=DateTimeTZRange(asked.starts_at, asked.starts_at + timedelta(minutes=who.minutes)),
        clinic_day=cast("date", who.clinic_day),
        expires_at=expires_at,
        channel=asked.channel,
        way=way(),
    )
    hold.save(force_insert=True)
    audit.record(
        actor, "scheduling.time.held", hold, site_id=hold.site_id, starts_at=asked.starts_at
    )
    outbox.publish(
        TimeHeld(hold.pk, hold.clinic_day, expires_at),
        actor=actor,
        site_id=hold.site_id,
        subject=hold,
        topics=[day_topic(hold.site_id, hold.clinic_day)],
    )
    return hold
