"""Writing a message down so that the worker sends it: in the caller's deed, once for each key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import SiteInfo
from yilu.messaging.events import MessageQueued, MessageSettled
from yilu.messaging.models import Message
from yilu.messaging.rules.templates import Filled, Wording, fill
from yilu.messaging.rules.values import as_words
from yilu.messaging.selectors.topics import topics
from yilu.messaging.states import BY_PROVIDERS, Channel, MessageState
from yilu.patients.selectors.patients import Contact
from yilu.platform import clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind
from yilu.platform.ids import new_id
from yilu.platform.inserts import insert_once

CALENDAR = "calendar_file"
# What is pushed leads to the account, never to one booking: a locked screen shows it.
PUSH_PAGE = "/my"
NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be told to whom, before a channel is chosen."""

    key: str
    wording: Wording
    site: SiteInfo
    patient_id: UUID | None
    contact: Contact
    values: Mapping[str, object]
    language: str
    instead_of: UUID | None = None


def addresses(contact: Contact) -> dict[str, str]:
    """Where each channel reaches somebody; a channel that does not is left out."""
    all_ = {
        Channel.SMS: contact.phone,
        Channel.WECHAT: contact.wechat,
        Channel.EMAIL: contact.email,
        Channel.PHONE_TASK: contact.phone,
    }
    return {channel.value: to for channel, to in all_.items() if to}


def queue(actor: Actor, wish: Wish, channels: Sequence[str], reach: Mapping[str, str]) -> None:
    """Write down the message for one channel or for all, as the template says. Nothing twice."""
    possible = [c for c in channels if c in reach or (c == Channel.IN_APP and wish.patient_id)]
    if wish.wording.to_all and not wish.instead_of:
        for channel in possible:
            _write(actor, wish, channel, (), reach.get(channel, ""))
    elif possible:
        first, *others = possible
        _write(actor, wish, first, tuple(others), reach.get(first, ""))
    if not possible:
        _write(actor, wish, channels[0], (), "")


def push(actor: Actor, wish: Wish, subscription_ids: Sequence[UUID]) -> None:
    """Tell it by push too, once in each browser that asked for it. Nothing twice."""
    for one in subscription_ids:
        each = replace(wish, key=f"{wish.key}:{one}")
        _write(actor, each, Channel.PUSH, (), str(one))


def _write(actor: Actor, wish: Wish, channel: str, otherwise: Sequence[str], to: str) -> None:
    message = _message(wish, channel, otherwise, to)
    # A key that is there was told before, or is being told by somebody else right now.
    if not insert_once(message):
        return
    event = (
        MessageQueued(message.pk, message.patient_id, message.template, channel)
        if message.state == MessageState.WAITING
        else MessageSettled(
            message.pk, message.patient_id, message.template, channel, message.state, message.reason
        )
    )
    outbox.publish(
        event,
        actor=actor,
        site_id=wish.site.id,
        subject=message,
        topics=topics(wish.site.id, wish.patient_id),
    )


def _message(wish: Wish, channel: str, otherwise: Sequence[str], to: str) -> Message:
    now, machine_now = clock.now(), clock.machine_now()
    values = _values(wish)
    filled = fill(wish.wording, channel, wish.language, values)
    minutes = wish.wording.expires_minutes
    message = Message(
        id=new_id(),
        key=f"{wish.key}:{channel}",
        site_id=wish.site.id,
        patient_id=wish.patient_id,
        clinic_day=now.astimezone(wish.site.zone).date(),
        template=wish.wording.key,
        channel=channel,
        otherwise=list(otherwise),
        language=wish.language,
        to=to,
        to_blind=blind(to, "messaging.to") if to else None,
        to_tail=to[-4:] if channel in {Channel.SMS, Channel.PHONE_TASK} else "",
        subject=_subject(wish, channel, filled),
        body=filled.body,
        data=_data(wish, channel, values, filled),
        is_urgent=wish.wording.is_urgent,
        next_at=machine_now,
        expires_at=machine_now + timedelta(minutes=minutes) if minutes else None,
        instead_of_id=wish.instead_of,
        created_at=now,
    )
    if not to and channel != Channel.IN_APP:
        message.state, message.reason = MessageState.FAILED, NO_CONTACT
        message.settled_at = now
    elif channel not in BY_PROVIDERS:
        message.state, message.sent_at = MessageState.SENT, now
    return message


def _subject(wish: Wish, channel: str, filled: Filled) -> str:
    if channel == Channel.PUSH:
        return wish.site.short_name.get(wish.language) or str(wish.site.short_name)
    return filled.subject if channel == Channel.EMAIL else ""


def _values(wish: Wish) -> dict[str, str]:
    """All values in words of the reader's language, those that are always there included."""
    always = {
        "clinic": wish.site.short_name,
        "clinic_phone": wish.site.phone,
        "address": wish.site.address,
        "patient": wish.contact.name,
    }
    return {
        name: as_words(value, wish.language, wish.site.zone)
        for name, value in (always | dict(wish.values)).items()
    }


def _data(wish: Wish, channel: str, values: Mapping[str, str], filled: Filled) -> str:
    """What a provider wants besides the words, and the values for another channel's words."""
    data: dict[str, object] = {
        "provider_id": wish.wording.provider_id(channel, wish.language),
        "values": values,
    }
    if channel == Channel.SMS:
        data["parameters"] = filled.parameters
    elif channel == Channel.WECHAT:
        data |= {"fields": filled.fields, "page": values.get("link", "")}
    elif channel == Channel.PUSH:
        data["page"] = PUSH_PAGE
    elif channel == Channel.EMAIL:
        data[CALENDAR] = values.get(CALENDAR, "")
    return json.dumps(data, ensure_ascii=False)
