"""Telling people something: asking for it, and asking for it again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import get_language

from yilu.facility.selectors.sites import site_info
from yilu.messaging.operations.queueing import Wish, addresses, queue
from yilu.messaging.selectors.wordings import wording
from yilu.messaging.states import Channel
from yilu.patients.selectors.patients import Contact, contact_of
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import CHINESE, ENGLISH, PersonName

BY_DEFAULT = (Channel.SMS, Channel.WECHAT)


@operation
def send_message(
    *,
    actor: Actor,
    key: str,
    template: str,
    site_id: UUID,
    patient_id: UUID | None,
    data: Mapping[str, object],
    channels: Sequence[str] = BY_DEFAULT,
    to: str | None = None,
) -> None:
    """Tell somebody something, by the first of `channels` that reaches them, else by the next.

    It is written down in the caller's deed and leaves when that is committed. The same `key`
    again tells nothing twice. `data` fills the template's places; instants, dates, sums
    (`Decimal`), names of persons and names in two languages are put into words here, in the
    patient's language. `calendar_file` (iCalendar text) goes with an e-mail. `to` is a phone or an
    address for somebody whom no record speaks for, such as an account that signs in. Four queries.

    Raises:
        UnknownTemplate: nobody wrote a template of this key.
    """
    words = wording(template)
    contact = contact_of(patient_id) if patient_id else None
    reach = addresses(contact) if contact else {}
    if to:
        reach |= {channel: to for channel in channels if channel != Channel.IN_APP}
    if not words.is_active:
        return
    known = contact or Contact("", "", "", _reader_language(), PersonName(""))
    wish = Wish(key, words, site_info(site_id), patient_id, known, data, known.language)
    queue(actor, wish, channels, reach)


def _reader_language() -> str:
    return ENGLISH if (get_language() or "").startswith("en") else CHINESE
