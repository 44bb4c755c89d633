"""Telling people something: asking for it, and asking for it again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import get_language

from yilu.facility.selectors.sites import site_info
from yilu.messaging.operations.queueing import Wish, addresses, push, queue
from yilu.messaging.selectors.subscriptions import (
    subscriptions_of_account,
    subscriptions_of_patient,
)
from yilu.messaging.selectors.wordings import wording
from yilu.messaging.states import Channel
from yilu.patients.selectors.patients import Contact, contact_of
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotSignedIn
from yilu.platform.ids import new_id
from yilu.platform.names import CHINESE, ENGLISH, PersonName

PUSH_TEST = "push_test"
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
    patient's language. What has words for push goes to the browsers of the patient's accounts
    too. `calendar_file` (iCalendar text) goes with an e-mail. `to` is a phone or an
    address for somebody whom no record speaks for, such as an account that signs in. Four
    queries, five with words for push and three more for each browser.

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
    if patient_id and Channel.PUSH in words.bodies:
        push(actor, wish, subscriptions_of_patient(patient_id))


@operation
def send_test_push(*, actor: Actor, site_id: UUID) -> int:
    """Tell an account, in each of its browsers, that push works; gives back in how many.

    Raises: NotSignedIn.
    """
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    reader = Contact("", "", "", _reader_language(), PersonName(""))
    words, site = wording(PUSH_TEST), site_info(site_id)
    wish = Wish(f"{PUSH_TEST}:{new_id()}", words, site, None, reader, {}, reader.language)
    mine = subscriptions_of_account(actor.user_id)
    push(actor, wish, mine)
    return len(mine)


def _reader_language() -> str:
    return ENGLISH if (get_language() or "").startswith("en") else CHINESE
