"""Links sent to people: 128 random bits that open one thing, of which only the hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.errors import DomainError, NotFound
from yilu.platform.ids import new_reference
from yilu.platform.inserts import insert
from yilu.platform.models import Link

MOST_TRIES = 5


class LinkOver(DomainError):
    code, status = "link_over", 410
    message = _("This link has ended. Please ask the clinic for a new one.")


class TooManyTries(DomainError):
    code, status = "too_many_tries", 429
    message = _("Too many wrong answers. Please sign in, or ask the clinic.")


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What a link opens."""

    id: UUID
    purpose: str
    subject_id: UUID
    site_id: UUID | None
    expires_at: datetime
    tries: int


def issue(
    purpose: str, *, subject_id: UUID, expires_at: datetime, site_id: UUID | None = None
) -> str:
    """A new reference that opens the subject until an instant of clinic time. One query.

    It can be read here once and never again; several may stand at the same time.
    """
    reference = new_reference()
    link = Link(
        purpose=purpose,
        subject_id=subject_id,
        site_id=site_id,
        digest=_digest(reference),
        expires_at=expires_at,
    )
    insert(link)
    return reference


def open(purpose: str, reference: str) -> UUID:  # noqa: A001 (links.open reads best)
    """The subject that a reference opens. One query. Raises: as `look_up`."""
    return look_up(purpose, reference).subject_id


def look_up(purpose: str, reference: str) -> OpenLink:
    """What a reference opens. Looking changes nothing. One query.

    Raises:
        NotFound: it was never given out for this purpose.
        LinkOver: it was withdrawn, or its time is over.
    """
    link = Link.objects.filter(purpose=purpose, digest=_digest(reference)).first()
    if link is None:
        raise NotFound
    if link.withdrawn_at is not None or link.expires_at <= clock.now():
        raise LinkOver
    return OpenLink(
        link.pk, link.purpose, link.subject_id, link.site_id, link.expires_at, link.tries
    )


def count_try(link_id: UUID) -> None:
    """Count one answer to the question that guards the rest, before looking at it. One query.

    Call it in its own deed, or a refusal would take the count back.

    Raises: TooManyTries, after five.
    """
    counted = Link.objects.filter(pk=link_id, tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
    if not counted:
        raise TooManyTries


def forget_tries(link_id: UUID) -> None:
    """The answer was right: count from nothing again. One query."""
    Link.objects.filter(pk=link_id).update(tries=0)


def withdraw(subject_id: UUID, *purposes: str) -> None:
    """End every link to a subject: all, or those of these purposes. One query."""
    links = Link.objects.filter(subject_id=subject_id, withdrawn_at=None)
    if purposes:
        links = links.filter(purpose__in=purposes)
    links.update(withdrawn_at=clock.machine_now())


def _digest(reference: str) -> bytes:
    return hashlib.sha256(reference.encode("utf-8", "surrogatepass")).digest()
