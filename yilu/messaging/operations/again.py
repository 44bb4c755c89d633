"""What people do about messages: say it again, close a call, change the words."""

import json
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.messaging import permissions
from yilu.messaging.errors import CannotResend, UnknownMessage, UnknownPlaceholder
from yilu.messaging.events import MessageSettled
from yilu.messaging.models import Message, Template
from yilu.messaging.operations.queueing import Wish, queue
from yilu.messaging.rules.templates import Words, known_places, places, shipped_wording
from yilu.messaging.selectors.topics import topics
from yilu.messaging.selectors.wordings import wording
from yilu.messaging.states import ON_ITS_WAY, Channel, MessageState
from yilu.patients.selectors.patients import Contact, contact_of
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.names import PersonName


@operation
def resend_message(*, actor: Actor, message_id: UUID, reason: str) -> None:
    """Say something again over the same channel, to where the patient is reached now.

    Raises:
        CannotResend: it is still on its way, or there is nowhere to send it.
        UnknownMessage, NotAllowed.
    """
    message = _hold(actor, message_id)
    contact = contact_of(message.patient_id) if message.patient_id else None
    known = contact or Contact("", "", "", message.language, PersonName(""))
    to = _address(message, known)
    if message.state in ON_ITS_WAY or not to:
        raise CannotResend
    again = Message.objects.filter(instead_of=message).count() + 1
    wish = Wish(
        key=f"{message.pk}:again:{again}",
        wording=wording(message.template),
        site=site_info(message.site_id),
        patient_id=message.patient_id,
        contact=known,
        values=json.loads(message.data)["values"],
        language=message.language,
        instead_of=message.pk,
    )
    queue(actor, wish, [message.channel], {message.channel: to})
    audit.record(
        actor, "messaging.message.resent", message,
        site_id=message.site_id, patient_id=message.patient_id, reason=reason,
    )  # fmt: skip


@operation
def close_call(*, actor: Actor, message_id: UUID, has_reached: bool) -> None:
    """Say how a phone call ended that stood for a message.

    Raises:
        CannotResend: it is no call that waits.
        UnknownMessage, NotAllowed.
    """
    message = _hold(actor, message_id)
    if message.channel != Channel.PHONE_TASK or message.state != MessageState.SENT:
        raise CannotResend
    message.state = MessageState.DELIVERED if has_reached else MessageState.FAILED
    message.reason = "" if has_reached else "not_reached"
    message.settled_at = clock.now()
    message.version += 1
    message.save(update_fields=["state", "reason", "settled_at", "version"])
    audit.record(
        actor, "messaging.call.closed", message,
        site_id=message.site_id, patient_id=message.patient_id, has_reached=has_reached,
    )  # fmt: skip
    told = MessageSettled(
        message.pk, message.patient_id, message.template, message.channel, message.state,
        message.reason,
    )  # fmt: skip
    outbox.publish(
        told, actor=actor, site_id=message.site_id, subject=message,
        topics=topics(message.site_id, message.patient_id),
    )  # fmt: skip


@operation
def edit_template(
    *, actor: Actor, key: str, sms: Words, is_active: bool, version: int | None = None
) -> int:
    """Give a template the clinic's own words, or let it rest; gives back its version.

    Raises:
        UnknownPlaceholder: the words ask for something that is not known there.
        Stale: somebody changed it since that version.
        NotAllowed: the actor may edit templates nowhere.
    """
    actor.require_anywhere(permissions.EDIT)
    shipped = shipped_wording(key)
    asked = {name for words in sms.values() for name in places(words)}
    unknown = sorted(asked - known_places(shipped))
    if unknown:
        raise UnknownPlaceholder(names=", ".join(unknown))
    own = Template.objects.select_for_update().filter(key=key).first()
    if own is None:
        own = Template(key=key, name=dict(shipped.name), provider_ids={}, version=0)
    check_version(own, version)
    own.bodies = {**shipped.bodies, "sms": dict(sms)}
    own.is_active = is_active
    own.version += 1
    own.save()
    audit.record(actor, "messaging.template.edited", own, key=key, is_active=is_active)
    return own.version


def _hold(actor: Actor, message_id: UUID) -> Message:
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or not actor.may(permissions.SEE, message.site_id):
        raise UnknownMessage
    actor.require(permissions.SEND, message.site_id)
    return message


def _address(message: Message, contact: Contact) -> str:
    now = {
        Channel.SMS: contact.phone,
        Channel.WECHAT: contact.wechat,
        Channel.EMAIL: contact.email,
        Channel.PHONE_TASK: contact.phone,
    }
    return now.get(Channel(message.channel), "") or message.to
