"""What was told to whom: the message centre, one patient's history, and what did not arrive."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.messaging import permissions
from yilu.messaging.errors import UnknownMessage
from yilu.messaging.models import Message, ProviderHealth
from yilu.messaging.rules.readable import advice, readable, shown_address
from yilu.messaging.rules.templates import shipped
from yilu.messaging.states import NOT_ARRIVED, ON_ITS_WAY, Channel, MessageState
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform import clinic_clock, clock
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind
from yilu.platform.phones import BadPhone, normal_phone

SHOWN = 50
FAILED_DAYS = 7
# How a state looks on a badge.
LOOKS = {
    MessageState.WAITING: "waiting",
    MessageState.SENDING: "waiting",
    MessageState.SENT: "active",
    MessageState.DELIVERED: "active",
    MessageState.FAILED: "late",
    MessageState.DEAD: "late",
}


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message, as the centre shows it. Addresses are masked; codes and links too, unless the
    clinic is a demonstration, where nobody real reads them."""

    id: UUID
    at: datetime
    channel: str
    state: str
    title: str
    subject: str
    body: str
    to: str
    patient: PatientBrief | None
    patient_id: UUID | None
    reason: str
    advice: str
    tries: int
    is_again: bool

    @property
    def channel_label(self) -> str:
        return str(Channel(self.channel).label)

    @property
    def state_label(self) -> str:
        return str(MessageState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[MessageState(self.state)]

    @property
    def is_call(self) -> bool:
        return self.channel == Channel.PHONE_TASK and self.state == MessageState.SENT

    @property
    def can_resend(self) -> bool:
        return self.state not in ON_ITS_WAY and bool(self.to) and not self.is_call


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that is in trouble."""

    label: str
    reason: str
    rests_until: datetime | None


def message_centre(
    actor: Actor, site_id: UUID, q: str = "", state: str = "", channel: str = ""
) -> list[MessageLine]:
    """The newest messages of a site that fit, at most fifty. Three queries, four with a search.

    `q` is a patient, a phone, its last four digits, or words of a template's name.

    Raises:
        NotFound: the actor may not see messages there.
    """
    actor.require_to_see(permissions.SEE, site_id)
    messages = Message.objects.filter(site=site_id)
    if state in MessageState.values:
        messages = messages.filter(state=state)
    if channel in Channel.values:
        messages = messages.filter(channel=channel)
    if q.strip():
        messages = messages.filter(_asked(actor, q.strip()))
    return _lines(actor, messages, site_zone(site_id), "messaging.centre")


def failed_messages(actor: Actor, site_id: UUID) -> list[MessageLine]:
    """What did not arrive in the last week and was not told otherwise since. Three queries.

    Raises:
        NotFound: the actor may not see messages there.
    """
    actor.require_to_see(permissions.SEE, site_id)
    since = clock.now() - timedelta(days=FAILED_DAYS)
    told = Message.objects.filter(instead_of=OuterRef("pk"))
    failed = Message.objects.filter(
        ~Exists(told), site=site_id, state__in=NOT_ARRIVED, created_at__gte=since
    )
    return _lines(actor, failed, site_zone(site_id), "messaging.failed")


def messages_of(actor: Actor, patient_id: UUID) -> list[MessageLine]:
    """What one patient was told at the sites whose messages the actor may see. Two queries.

    A patient's own account sees all of its own.
    """
    messages = Message.objects.filter(patient=patient_id)
    sites = actor.sites(permissions.SEE)
    if not actor.is_owner(patient_id) and sites is not None:
        messages = messages.filter(site__in=sites)
    return _lines(actor, messages, ZoneInfo("Asia/Shanghai"), "messaging.history")


def message_line(actor: Actor, message_id: UUID) -> MessageLine:
    """One message. Three queries. Raises: UnknownMessage."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None or not actor.may(permissions.SEE, message.site_id):
        raise UnknownMessage
    zone = site_zone(message.site_id)
    return _lines(actor, Message.objects.filter(pk=message_id), zone, "messaging.one")[0]


def troubled_providers() -> list[Provider]:
    """The providers that fail now. One query."""
    bad = ProviderHealth.objects.filter(failures__gt=0).order_by("channel")
    return [Provider(str(Channel(p.channel).label), p.reason, p.open_until) for p in bad]


def _asked(actor: Actor, q: str) -> Q:
    digits = "".join(filter(str.isdigit, q))
    if len(digits) == 4 and digits == q:
        return Q(to_tail=digits)
    fits = Q(template__in=[w.key for w in shipped().values() if _is_named(w.name.values(), q)])
    try:
        return fits | Q(to_blind=blind(normal_phone(q), "messaging.to"))
    except BadPhone:
        hits = search_patients(actor, q, SHOWN)
    return fits | Q(patient__in=[hit.id for hit in hits if not hit.is_elsewhere])


def _is_named(names: Iterable[str], q: str) -> bool:
    return any(q.casefold() in name.casefold() for name in names)


def _lines(
    actor: Actor, messages: QuerySet[Message], zone: ZoneInfo, why: str
) -> list[MessageLine]:
    found = list(messages.order_by("-created_at", "-id")[:SHOWN])
    patients = patient_briefs(actor, {m.patient_id for m in found if m.patient_id}, why)
    is_demo = clinic_clock.is_demonstration() if found else False
    of = {m.pk: patients.get(m.patient_id) if m.patient_id else None for m in found}
    return [_line(message, of[message.pk], zone, is_demo=is_demo) for message in found]


def _line(
    message: Message, patient: PatientBrief | None, zone: ZoneInfo, *, is_demo: bool
) -> MessageLine:
    values = json.loads(message.data)["values"]
    known = shipped().get(message.template)
    did_not_arrive = message.state in NOT_ARRIVED
    return MessageLine(
        id=message.pk,
        at=message.created_at.astimezone(zone),
        channel=message.channel,
        state=message.state,
        title=str(known.name) if known else message.template,
        subject=message.subject,
        body=message.body if is_demo else readable(message.body, values),
        to=message.to if is_demo else shown_address(message.channel, message.to),
        patient=patient,
        patient_id=message.patient_id,
        reason=message.reason,
        advice=advice(message.reason) if did_not_arrive else "",
        tries=message.tries,
        is_again=message.instead_of_id is not None,
    )
