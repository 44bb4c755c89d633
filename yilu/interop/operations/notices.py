"""Webhooks: what a partner has to be told, taken, settled, and sent once more by hand.

Taking, sending and settling are three steps, so that no lock is held while a receiver thinks.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from yilu.facility.selectors.sites import site_zone
from yilu.interop import permissions
from yilu.interop.errors import NothingToSend
from yilu.interop.models import Notice, Partner, PartnerBooking, PartnerKey
from yilu.interop.rules.outcomes import Outcome
from yilu.interop.rules.schedule import MOST_TRIES, pause_after, rest_after
from yilu.interop.selectors.keys import good_at
from yilu.interop.states import NoticeState
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.outbox import Told
from yilu.platform.plain import plain
from yilu.scheduling.selectors.agreed import Agreed, agreed

LEASE = timedelta(seconds=60)
KINDS = {
    "BookingMade": "booking.made",
    "BookingMoved": "booking.moved",
    "BookingResized": "booking.resized",
    "BookingConfirmed": "booking.confirmed",
    "BookingCancelled": "booking.cancelled",
    "BookingArrived": "booking.arrived",
    "BookingFinished": "booking.finished",
    "BookingMissed": "booking.missed",
    "BookingDeedUndone": "booking.restored",
}
# One at a time to each partner, so that one that hangs takes one thread; of a booking in order.
_DUE = """
interop_notice w JOIN interop_partner p ON p.id = w.partner_id
    WHERE ((w.state = 'waiting' AND w.next_at <= %(now)s)
            OR (w.state = 'sending' AND w.lease_until <= %(now)s))
        AND p.webhook_url <> '' AND (p.rest_until IS NULL OR p.rest_until <= %(now)s)
        AND NOT EXISTS (SELECT FROM interop_notice b
            WHERE b.partner_booking_id = w.partner_booking_id AND b.seq < w.seq
                AND b.state IN ('waiting', 'sending'))
        AND NOT EXISTS (SELECT FROM interop_notice o
            WHERE o.partner_id = w.partner_id AND o.state = 'sending'
                AND o.lease_until > %(now)s)
"""
HAS_DUE = f"EXISTS (SELECT FROM {_DUE})"
_TAKE = f"""
UPDATE interop_notice AS n SET state = 'sending', tries = n.tries + 1,
    lease_until = %(lease_until)s, version = n.version + 1
WHERE n.id = (
    SELECT w.id FROM {_DUE} ORDER BY w.next_at, w.seq LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING n.id
"""  # noqa: S608 (our own words)


@dataclass(frozen=True, slots=True)
class Letter:
    """A webhook as it is sent. Without a key the partner could not know that it is from us."""

    id: UUID
    partner_id: UUID
    tries: int
    url: str
    kind: str
    body: str
    key: str
    secret: str


@operation
def note_change(*, actor: Actor, told: Told) -> None:
    """Have a partner told what happened to a booking of its own; of others nothing is noted.

    Twice changes nothing. One query for a booking of nobody's, four for a partner's.
    """
    row = (
        PartnerBooking.objects.filter(booking_id=told.subject_id).select_related("partner").first()
    )
    if row is None or not row.partner.webhook_url:
        return
    fact = agreed([row.booking_id])[row.booking_id]
    Notice.objects.bulk_create(
        [
            Notice(
                partner=row.partner,
                partner_booking=row,
                site_id=fact.site_id,
                event=told.id,
                seq=told.seq,
                kind=KINDS[told.name],
                body=_body(row, fact, told),
            )
        ],
        ignore_conflicts=True,
    )


@operation
def take_next(*, actor: Actor) -> Letter | None:
    """Take the next webhook to send it, under a lease; None when none is due. Three queries."""
    now = clock.machine_now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "lease_until": now + LEASE})
        row = cursor.fetchone()
    if row is None:
        return None
    notice = Notice.objects.select_related("partner").get(pk=row[0])
    key = PartnerKey.objects.filter(good_at(now), partner=notice.partner).order_by("-created_at")
    newest = key.first()
    return Letter(
        id=notice.pk,
        partner_id=notice.partner_id,
        tries=notice.tries,
        url=notice.partner.webhook_url,
        kind=notice.kind,
        body=notice.body,
        key=newest.name if newest else "",
        secret=newest.secret if newest else "",
    )


@operation
def settle(*, actor: Actor, notice_id: UUID, tries: int, outcome: Outcome) -> bool:
    """Say what came of a try; False when somebody else has taken the webhook meanwhile.

    What did not arrive is tried again, later each time, and given up in the end; those behind it
    then go on. A receiver that fails several times in a row is left alone for a while.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != NoticeState.SENDING or notice.tries != tries:
        return False
    _keep_health(notice.partner_id, outcome)
    notice.status, notice.reason, notice.lease_until = outcome.status or None, outcome.reason, None
    if outcome.has_arrived:
        notice.state = NoticeState.DELIVERED
    elif outcome.is_final or notice.tries >= MOST_TRIES:
        notice.state = NoticeState.DEAD
    else:
        notice.state = NoticeState.WAITING
        notice.next_at = clock.machine_now() + pause_after(notice.tries)
    if notice.state != NoticeState.WAITING:
        notice.settled_at = clock.now()
    _save(notice)
    return True


@operation
def send_again(*, actor: Actor, partner_id: UUID, notice_id: UUID) -> None:
    """Send a webhook that was given up, or waits long, at once and with all its tries again.

    Raises: NotFound, NotAllowed, NothingToSend.
    """
    notice = Notice.objects.select_for_update().filter(pk=notice_id, partner_id=partner_id).first()
    if notice is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, notice.site_id)
    actor.require(permissions.MANAGE, notice.site_id)
    if notice.state in {NoticeState.DELIVERED, NoticeState.SENDING}:
        raise NothingToSend
    notice.state, notice.tries, notice.next_at = NoticeState.WAITING, 0, clock.machine_now()
    notice.settled_at = None
    _save(notice)
    Partner.objects.filter(pk=partner_id).update(failures=0, rest_until=None)
    audit.record(actor, "interop.notice.sent_again", notice, site_id=notice.site_id)


def _save(notice: Notice) -> None:
    notice.version += 1
    notice.save(
        update_fields=[
            "state", "tries", "status", "reason", "lease_until", "next_at", "settled_at", "version",
        ]
    )  # fmt: skip


def _keep_health(partner_id: UUID, outcome: Outcome) -> None:
    partners = Partner.objects.filter(pk=partner_id)
    if outcome.has_arrived:
        partners.exclude(failures=0).update(failures=0, rest_until=None)
        return
    failures = (partners.values_list("failures", flat=True).first() or 0) + 1
    rest = rest_after(failures)
    until = clock.machine_now() + rest if rest else None
    partners.update(failures=failures, rest_until=until)


def _body(row: PartnerBooking, fact: Agreed, told: Told) -> str:
    zone = site_zone(fact.site_id)

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    said = {
        "id": told.id,
        "type": KINDS[told.name],
        "at": local(told.at),
        "by": "you" if told.actor_id == row.partner.user_id else _by(told.actor_kind),
        "booking": {
            "id": fact.id,
            "reference": row.reference,
            "number": fact.number,
            "state": fact.state,
            "version": fact.version,
            "site": fact.site_id,
            "service": fact.service_id,
            "practitioner": fact.practitioner_id,
            "starts_at": local(fact.starts_at),
            "ends_at": local(fact.ends_at),
            "fee": fact.price,
        },
    }
    return json.dumps(plain(said), ensure_ascii=False, separators=(",", ":"))


def _by(kind: str) -> str:
    return "patient" if kind == "patient" else "clinic"
