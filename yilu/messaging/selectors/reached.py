"""Whether somebody was reached by what was told them."""

from uuid import UUID

from yilu.messaging.models import Message
from yilu.messaging.states import NOT_ARRIVED


def lost(message_id: UUID) -> str:
    """The key under which a message was asked for, when nothing that was sent for it arrived or
    still may, on any channel; else, and for an unknown message, empty. Two queries.
    """
    found = Message.objects.filter(pk=message_id).values_list("key", "channel").first()
    if found is None:
        return ""
    key = found[0].removesuffix(f":{found[1]}")
    all_ = Message.objects.filter(key__startswith=f"{key}:")
    return "" if all_.exclude(state__in=NOT_ARRIVED).exists() else key
