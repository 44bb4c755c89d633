"""Taking a deed back: offered for ten minutes, refused once something else was built on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict, NotFound
from yilu.platform.inserts import insert
from yilu.platform.models import Undo
from yilu.platform.plain import plain

# Real time: it is a person's second thought, however fast the clinic's clock runs.
LASTS = timedelta(minutes=10)


class UndoTooLate(Conflict):
    code = "undo_too_late"
    message = _("This can no longer be taken back: ten minutes are over.")


class AlreadyTakenBack(Conflict):
    code = "already_taken_back"
    message = _("This has been taken back already.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("Something else has been done since. Take that back first.")


class Subject(Protocol):
    """What a deed is about: a row with a version."""

    @property
    def pk(self) -> Any: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a lower app, as the deed of a higher one has left it."""

    pk: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed that is being taken back."""

    id: UUID
    deed: str
    subject_id: UUID
    site_id: UUID | None
    version: int
    body: dict[str, Any]

    def check(self, subject: Subject) -> None:
        """Refuse when another deed changed the subject since. Call it after locking the row.

        Raises: BuiltUpon.
        """
        if subject.version != self.version:
            raise BuiltUpon


Reverse = Callable[..., Any]
TAKEN_BACK = _("Taken back.")
_reverses: dict[str, tuple[Reverse, str | Promise]] = {}


def reverses(deed: str, operation: Reverse, says: str | Promise = TAKEN_BACK) -> None:
    """Say which operation takes a deed back: `operation(*, actor, undo_id)`.

    Call it in the app's `ready()`; the address that `address` gives then calls the operation
    and answers with what it `says`: how things stand again, and what is not undone.
    """
    _reverses[deed] = (operation, says)


def offer(
    actor: Actor, deed: str, subject: Subject, *, site_id: UUID | None = None, **body: object
) -> UUID:
    """Let a deed be taken back for ten minutes; `deed` is its audit action. One query.

    Call it at the end of the deed, when `subject.version` is what the deed has made it.
    """
    row = Undo(
        deed=deed,
        subject_id=subject.pk,
        site_id=site_id,
        version=subject.version,
        actor_id=actor.user_id,
        body=plain(body),
        until=clock.machine_now() + LASTS,
    )
    insert(row)
    return row.pk


def address(undo_id: UUID) -> str:
    """Where a page takes the deed back: for `with_toast(…, undo=…)`."""
    return reverse("platform:undo", args=[undo_id])


def take_back(actor: Actor, undo_id: UUID, deed: str) -> Offered:
    """Take an offer up, inside the operation that undoes the deed. Two queries.

    The operation then asks its own permission, locks the subject and calls `check`.

    Raises: NotFound, UndoTooLate, AlreadyTakenBack.
    """
    row = Undo.objects.select_for_update().filter(pk=undo_id, deed=deed).first()
    if row is None:
        raise NotFound
    if row.taken_back_at is not None:
        raise AlreadyTakenBack
    if row.until <= clock.machine_now():
        raise UndoTooLate
    Undo.objects.filter(pk=row.pk).update(taken_back_at=clock.machine_now())
    return Offered(row.pk, row.deed, row.subject_id, row.site_id, row.version, row.body)


def run(actor: Actor, undo_id: UUID) -> str:
    """Take a deed back by the operation registered for it, and say how things stand again.

    One query besides the operation's.

    Raises: NotFound, and what the operation raises.
    """
    deed = Undo.objects.filter(pk=undo_id).values_list("deed", flat=True).first()
    if deed is None or deed not in _reverses:
        raise NotFound
    operation, says = _reverses[deed]
    operation(actor=actor, undo_id=undo_id)
    return str(says)
