"""The worker's three deeds: take a message, say what came of it, and try another way."""

import json
from datetime import timedelta
from uuid import UUID

from django.db import connection

from yilu.facility.selectors.sites import site_info
from yilu.messaging.adapters.push import GONE
from yilu.messaging.events import MessageSettled
from yilu.messaging.models import Message, ProviderHealth
from yilu.messaging.operations.queueing import Wish, addresses, queue
from yilu.messaging.operations.subscriptions import forget
from yilu.messaging.rules.outcomes import (
    MOST_UNSURE,
    Letter,
    Outcome,
    Result,
    is_over,
    pause_after,
    rest_after,
)
from yilu.messaging.selectors.topics import topics
from yilu.messaging.selectors.wordings import wording
from yilu.messaging.states import MOVES, Channel, MessageState
from yilu.patients.selectors.patients import Contact, contact_of
from yilu.platform import clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import PersonName

LEASE = timedelta(seconds=60)
_DUE = """
channel = {channel} AND ((state = 'waiting' AND next_at <= %(now)s)
        OR (state = 'sending' AND lease_until <= %(now)s))
    AND NOT EXISTS (SELECT FROM messaging_providerhealth
        WHERE channel = {channel} AND open_until > %(now)s)
"""
# A message whose holder died may have left: that try counts as one of unknown end.
_TAKE = f"""
UPDATE messaging_message AS m SET state = 'sending', tries = m.tries + 1,
    lease_until = %(lease_until)s, version = m.version + 1,
    unsure = least(m.unsure + (m.state = 'sending')::int, 2)
WHERE m.id = (
    SELECT id FROM messaging_message WHERE {_DUE.format(channel="%(channel)s")}
    ORDER BY is_urgent DESC, next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING m.id
"""  # noqa: S608 (our own words)
# What holds, as SQL, while a message of `{channel}` is to be sent.
HAS_DUE = "EXISTS (SELECT FROM messaging_message WHERE " + _DUE.format(channel="'{channel}'") + ")"


@operation
def take_next(*, actor: Actor, channel: str) -> tuple[Letter, int] | None:
    """Take the next message of a channel to send it, under a lease; None when none is due.

    Urgent ones first. Nothing is due while the provider is left alone. What is over – expired,
    or lost twice on its way – is settled here and never given out. The number is the try, by
    which the taker says later what came of it. Two queries, one when none is due.
    """
    while True:
        message = _taken(channel)
        if message is None:
            return None
        if message.expires_at and message.expires_at <= clock.machine_now():
            _end(actor, message, MessageState.DEAD, "expired")
        elif message.unsure >= MOST_UNSURE:
            _give_up(actor, message, "lost_twice")
        else:
            return _letter(message), message.tries


@operation
def settle(*, actor: Actor, message_id: UUID, tries: int, outcome: Outcome) -> bool:
    """Say what came of a try; False when somebody else has taken the message meanwhile.

    Refused or given up, it goes on over the next channel that reaches the person.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != MessageState.SENDING or message.tries != tries:
        return False
    _keep_health(message.channel, outcome)
    if outcome.result == Result.ACCEPTED:
        message.provider_ref, message.sent_at = outcome.reference, clock.now()
        _end(actor, message, MessageState.SENT, "")
        return True
    if outcome.result == Result.UNSURE:
        message.unsure += 1
    if outcome.result == Result.REFUSED:
        if message.channel == Channel.PUSH and outcome.reason == GONE:
            forget(actor=actor, subscription_id=UUID(message.to))
        _end(actor, message, MessageState.FAILED, outcome.reason)
        _otherwise(actor, message)
    elif is_over(outcome.result, message.tries, message.unsure):
        _give_up(actor, message, outcome.reason)
    else:
        message.state, message.reason = MessageState.WAITING, outcome.reason
        message.next_at = clock.machine_now() + pause_after(message.tries)
        message.lease_until = None
        _save(message)
    return True


@operation
def take_receipt(*, actor: Actor, reference: str, has_arrived: bool, reason: str) -> bool:
    """Keep what a provider says about a message it took; False when it means none of ours.

    Saying it again changes nothing.
    """
    message = Message.objects.select_for_update().filter(provider_ref=reference).first()
    if message is None:
        return False
    target = MessageState.DELIVERED if has_arrived else MessageState.FAILED
    if target not in MOVES[MessageState(message.state)]:
        return True
    _end(actor, message, target, "" if has_arrived else reason)
    if not has_arrived:
        _otherwise(actor, message)
    return True


def _taken(channel: str) -> Message | None:
    with connection.cursor() as cursor:
        now = clock.machine_now()
        cursor.execute(_TAKE, {"channel": channel, "now": now, "lease_until": now + LEASE})
        row = cursor.fetchone()
    return Message.objects.get(pk=row[0]) if row else None


def _letter(message: Message) -> Letter:
    data = json.loads(message.data)
    return Letter(
        id=str(message.pk),
        to=message.to,
        subject=message.subject,
        body=message.body,
        language=message.language,
        provider_id=data["provider_id"],
        parameters=tuple(data.get("parameters", ())),
        fields=data.get("fields"),
        page=data.get("page", ""),
        calendar_file=data.get("calendar_file", ""),
    )


def _give_up(actor: Actor, message: Message, reason: str) -> None:
    _end(actor, message, MessageState.DEAD, reason)
    _otherwise(actor, message)


def _end(actor: Actor, message: Message, state: MessageState, reason: str) -> None:
    message.state, message.reason, message.lease_until = state, reason, None
    message.settled_at = clock.now()
    _save(message)
    event = MessageSettled(
        message.pk, message.patient_id, message.template, message.channel, state.value, reason
    )
    outbox.publish(
        event,
        actor=actor,
        site_id=message.site_id,
        subject=message,
        topics=topics(message.site_id, message.patient_id),
    )


def _save(message: Message) -> None:
    message.version += 1
    message.save(
        update_fields=[
            "state", "reason", "lease_until", "settled_at", "sent_at", "provider_ref", "unsure",
            "next_at", "version",
        ]
    )  # fmt: skip


def _otherwise(actor: Actor, message: Message) -> None:
    """Tell it over the next channel that reaches the person, if any is left."""
    if not message.otherwise:
        return
    contact = contact_of(message.patient_id) if message.patient_id else None
    known = contact or Contact("", "", "", message.language, PersonName(""))
    reach = addresses(known)
    left = [channel for channel in message.otherwise if channel in reach or channel == "in_app"]
    if not left:
        return
    wish = Wish(
        key=message.key.rpartition(":")[0],
        wording=wording(message.template),
        site=site_info(message.site_id),
        patient_id=message.patient_id,
        contact=known,
        values=json.loads(message.data)["values"],
        language=message.language,
        instead_of=message.pk,
    )
    queue(actor, wish, left, reach)


def _keep_health(channel: str, outcome: Outcome) -> None:
    """Count a provider's failures in a row; after several leave it alone for a while."""
    health, _ = ProviderHealth.objects.get_or_create(channel=channel)
    if not outcome.is_providers_fault:
        if health.failures:
            ProviderHealth.objects.filter(channel=channel).update(
                failures=0, open_until=None, reason="", changed_at=clock.machine_now()
            )
        return
    health.failures += 1
    rest = rest_after(health.failures)
    health.open_until = clock.machine_now() + rest if rest else None
    health.reason, health.changed_at = outcome.reason, clock.machine_now()
    health.save()
