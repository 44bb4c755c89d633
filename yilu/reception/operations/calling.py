"""What the deeds of the telephone desk share: holding a call, writing it down, telling pages."""

from typing import Any
from uuid import UUID

from yilu.platform import audit, crypto, outbox
from yilu.platform.actors import Actor
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.phones import BadPhone, normal_phone
from yilu.reception import permissions
from yilu.reception.errors import NoSuchNumber
from yilu.reception.models import Call, CallBack
from yilu.reception.selectors.topics import call_topic, calls_topic

PHONE = "reception.call_phone"


def number(typed: str) -> str:
    """A telephone number as it is kept. Raises: NoSuchNumber."""
    try:
        return normal_phone(typed)
    except BadPhone as error:
        wrong = FieldError("phone", NoSuchNumber.code, str(NoSuchNumber.message))
        raise NoSuchNumber(wrong) from error


def heard(number_of_caller: str) -> str:
    """The number that a telephone system tells; empty when the caller hides it or it is none."""
    try:
        return normal_phone(number_of_caller)
    except BadPhone:
        return ""


def blind(phone: str) -> bytes:
    """By what calls of one number are found."""
    return crypto.blind(phone, PHONE)


def held_call(actor: Actor, call_id: UUID) -> Call:
    """A call, locked. One query. Raises: NotFound, NotAllowed."""
    call = Call.objects.select_for_update(no_key=True).filter(pk=call_id).first()
    if call is None:
        raise NotFound
    actor.require_to_see(permissions.TELEPHONE, call.site_id)
    return call


def held_call_back(actor: Actor, call_back_id: UUID) -> CallBack:
    """A call to be returned, locked. One query. Raises: NotFound, NotAllowed."""
    owed = CallBack.objects.select_for_update(no_key=True).filter(pk=call_back_id).first()
    if owed is None:
        raise NotFound
    actor.require_to_see(permissions.TELEPHONE, owed.site_id)
    return owed


def save(row: Call | CallBack, *changed: str) -> None:
    """Write what was changed, as a new version. One query."""
    row.version += 1
    row.save(update_fields=[*changed, "version"])


def record(actor: Actor, row: Call | CallBack, what: str, **details: Any) -> None:
    """One audit line. One query."""
    kind = "call" if isinstance(row, Call) else "call_back"
    audit.record(
        actor,
        f"reception.{kind}.{what}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **details,
    )


def tell(actor: Actor, row: Call | CallBack, event: Any) -> None:
    """Publish an event to the telephone desk of the site. One query."""
    topics = [calls_topic(row.site_id)]
    if isinstance(row, Call):
        topics.append(call_topic(row.pk))
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
