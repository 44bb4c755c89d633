"""Telephone systems that may tell us of calls: let in, heard once for each word, withdrawn."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id, new_reference
from yilu.reception import permissions
from yilu.reception.errors import TelephoneKeyUnknown
from yilu.reception.events import TelephoneLineSet
from yilu.reception.models import TelephoneLine, TelephoneNonce
from yilu.reception.selectors.topics import calls_topic

KEPT = timedelta(minutes=15)
_USE = """
INSERT INTO reception_telephonenonce (line_id, nonce, created_at) VALUES (%s, %s, %s)
ON CONFLICT (line_id, nonce) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class MadeLine:
    """A telephone system that was just let in. The secret is shown this once and never again."""

    id: UUID
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class KnownLine:
    """The holder of a key, before anything is believed."""

    id: UUID
    site_id: UUID
    name: str
    key: str
    secret: str

    @property
    def actor(self) -> Actor:
        """What a telephone system may do: tell of calls, at its site."""
        grants = frozenset({(permissions.TELEPHONE, self.site_id)})
        return Actor(kind="device", name=self.name, grants=grants)


@operation
def add_line(*, actor: Actor, site_id: UUID, name: str) -> MadeLine:
    """Let a telephone system tell of calls to a site. Raises: NotFound, NotAllowed."""
    actor.require_to_see(permissions.SET_UP_TELEPHONE, site_id)
    secret = f"yts_{new_reference()}{new_reference()}"
    line = TelephoneLine(
        id=new_id(), site_id=site_id, name=name.strip(), key=f"ytk_{new_reference()[:16]}",
        secret=secret,
    )  # fmt: skip
    line.save(force_insert=True)
    _tell(actor, line, "added")
    return MadeLine(line.pk, line.key, secret)


@operation
def withdraw_line(*, actor: Actor, line_id: UUID) -> None:
    """Believe a telephone system nothing from this moment on. Twice changes nothing.

    Raises: NotFound, NotAllowed.
    """
    line = TelephoneLine.objects.select_for_update(no_key=True).filter(pk=line_id).first()
    if line is None:
        raise NotFound
    actor.require_to_see(permissions.SET_UP_TELEPHONE, line.site_id)
    if line.withdrawn_at is not None:
        return
    line.withdrawn_at = clock.now()
    line.version += 1
    line.save(update_fields=["withdrawn_at", "version"])
    _tell(actor, line, "withdrawn")


@operation
def know_line(*, actor: Actor, key: str) -> KnownLine:
    """Who holds a key. One query. Raises: TelephoneKeyUnknown."""
    line = TelephoneLine.objects.filter(key=key, withdrawn_at=None).first()
    if line is None:
        raise TelephoneKeyUnknown
    return KnownLine(line.pk, line.site_id, line.name, line.key, line.secret or "")


@operation
def use_nonce(*, actor: Actor, line_id: UUID, nonce: str) -> bool:
    """Whether this word is heard for the first time. Two queries; old ones are forgotten."""
    now = clock.machine_now()
    TelephoneNonce.objects.filter(created_at__lt=now - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(_USE, [line_id, nonce, now])
        is_new = bool(cursor.rowcount == 1)
    TelephoneLine.objects.filter(pk=line_id).update(last_heard_at=clock.now())
    return is_new


def _tell(actor: Actor, line: TelephoneLine, what: str) -> None:
    audit.record(
        actor, f"reception.telephone_line.{what}", line, site_id=line.site_id, key=line.key
    )
    told = TelephoneLineSet(line.pk, line.withdrawn_at is not None)
    topics = [calls_topic(line.site_id)]
    outbox.publish(told, actor=actor, site_id=line.site_id, subject=line, topics=topics)
