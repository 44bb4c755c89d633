"""Files that people give us and papers that we make: checked, hashed, encrypted, outside the
database.

A row exists only after its bytes are safely on disk; bytes without a row are swept away later.
On disk each file is sealed for its own key: bytes laid into another's place cannot be read.
"""

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock, crypto
from yilu.platform.actors import Actor
from yilu.platform.crypto import CannotDecrypt
from yilu.platform.db import operation
from yilu.platform.decoder import TooLarge, is_readable
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.ids import new_id
from yilu.platform.media import IMAGES, PDF, PIXELS, kind_of, pixels_of
from yilu.platform.models import File

LARGEST = 20 * 1024 * 1024
ORPHANS_AFTER = timedelta(hours=24)
LONGEST_NAME = 200
DESTROYED = "destroyed"
"""The purpose of a file whose bytes were destroyed by procedure. Its hash stays."""
SEALED = b"YILU1"
"""How a file begins on disk that is encrypted. No kind that is taken begins so."""


class WrongContent(Invalid):
    code = "wrong_content"
    message = _("This file is not what its name says, or of a kind that is not taken here.")


class Damaged(Exception):
    """The bytes on disk are not those that were stored. A person must look at it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a file."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes
    purpose: str
    site_id: UUID | None


@operation
def store(
    actor: Actor,
    content: bytes,
    *,
    name: str,
    purpose: str,
    kinds: Collection[str] = (PDF,),
    site_id: UUID | None = None,
) -> Stored:
    """Keep a file of one of these media types, which its first bytes must show. One query.

    The bytes are synced to disk before the row is written; when the deed is undone they lie
    there without a row until the sweeper comes.

    Raises: TooLarge, WrongContent.
    """
    if len(content) > LARGEST:
        raise TooLarge
    found = kind_of(content)
    if found is None or found.media_type not in kinds or not found.is_called(name):
        raise WrongContent
    if pixels_of(content, found.media_type) > PIXELS or not is_readable(name):
        raise WrongContent
    row = File(
        id=new_id(),
        sha256=hashlib.sha256(content).digest(),
        size=len(content),
        media_type=found.media_type,
        name=Path(name.replace("\\", "/")).name[-LONGEST_NAME:],
        purpose=purpose,
        site_id=site_id,
        made_by=actor.user_id,
        key_number=crypto.ring().newest,
    )
    _write(_place(row.pk), _sealed(row.pk, content))
    row.save(force_insert=True)
    return _stored(row)


def describe(file_id: UUID) -> Stored:
    """What is known of a file. One query. Raises: NotFound."""
    row = File.objects.filter(pk=file_id).exclude(purpose=DESTROYED).first()
    if row is None:
        raise NotFound
    return _stored(row)


def destroy(file_ids: Collection[UUID]) -> None:
    """Destroy the bytes of files for ever, and their names; what they were and the hash stay.

    Whoever calls it has asked for the right, and stands in the deed of a procedure. The bytes go
    once the deed is kept; when the machine stops in between, the sweeper takes them. One query.
    """
    File.objects.filter(pk__in=file_ids).update(purpose=DESTROYED, name="")
    transaction.on_commit(lambda: _take_away(file_ids))


def read(file_id: UUID) -> bytes:
    """The bytes of a file, checked against their hash. One query. Raises: NotFound, Damaged."""
    return _content(describe(file_id))


def response(file_id: UUID, *, inline: bool = False) -> FileResponse:
    """A file for download. The caller has asked for the right to it. One query.

    A browser saves it and never runs it in our name, whatever it holds, nor keeps it for the
    next person at the desk. With `inline` a picture may be shown in a page.

    Raises: NotFound, Damaged.
    """
    stored = describe(file_id)
    answer = FileResponse(
        BytesIO(_content(stored)),
        as_attachment=not (inline and stored.media_type in IMAGES),
        filename=stored.name,
        content_type=stored.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


def left_on_old_keys() -> int:
    """How many files are not sealed with the newest key, or not at all. One query."""
    return _on_old_keys().count()


def move_to_newest_key() -> int:
    """Seal every file anew that is on an older key or from before files were sealed.

    Returns how many. Stopped anywhere, it goes on where it was; a file whose bytes are gone or
    damaged is left as it is for a person to look at. Two queries a file.
    """
    return _seal_anew(_on_old_keys())


def seal_what_is_open() -> int:
    """Seal every file from before files were sealed. Returns how many. Two queries a file."""
    return _seal_anew(File.objects.filter(key_number=None))


def sweep_orphans() -> int:
    """Take away bytes that got no row within a day. Returns how many files."""
    oldest = (clock.machine_now() - ORPHANS_AFTER).timestamp()
    taken = 0
    for folder in _root().iterdir() if _root().is_dir() else ():
        old = [path for path in folder.iterdir() if path.stat().st_mtime < oldest]
        for path in _without_rows(old):
            path.unlink(missing_ok=True)
            taken += 1
    return taken


def _without_rows(paths: list[Path]) -> list[Path]:
    keys = {path: _key(path) for path in paths}
    rows = File.objects.filter(pk__in=[k for k in keys.values() if k]).exclude(purpose=DESTROYED)
    known = set(rows.values_list("pk", flat=True))
    return [path for path, key in keys.items() if key not in known]


def _key(path: Path) -> UUID | None:
    try:
        return UUID(path.name)
    except ValueError:
        return None


def _on_old_keys() -> QuerySet[File]:
    newest = crypto.ring(fresh=True).newest
    old = File.objects.filter(Q(key_number=None) | ~Q(key_number=newest))
    return old.exclude(purpose=DESTROYED)


def _seal_anew(rows: QuerySet[File]) -> int:
    moved, after = 0, UUID(int=0)
    while True:
        with transaction.atomic():
            left = rows.filter(pk__gt=after).order_by("pk")
            row = left.select_for_update(skip_locked=True).first()
            if row is None:
                return moved
            after = row.pk
            with suppress(Damaged):
                _write(_place(after), _sealed(after, _content(_stored(row))))
                File.objects.filter(pk=after).update(key_number=crypto.ring().newest)
                moved += 1


def _sealed(key: UUID, content: bytes) -> bytes:
    return SEALED + crypto.seal_bytes(content, f"file:{key}")


def _content(stored: Stored) -> bytes:
    try:
        content = _place(stored.id).read_bytes()
        if content.startswith(SEALED):
            content = crypto.unseal_bytes(content[len(SEALED) :], f"file:{stored.id}")
    except (FileNotFoundError, CannotDecrypt) as error:
        raise Damaged(stored.id) from error
    if hashlib.sha256(content).digest() != stored.sha256:
        raise Damaged(stored.id)
    return content


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    fresh.unlink(missing_ok=True)  # From a change of keys that was cut off.
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _take_away(file_ids: Collection[UUID]) -> None:
    for one in file_ids:
        _place(one).unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.FILES_ROOT)


def _place(key: UUID) -> Path:
    # By the random end of the key, so that the folders fill evenly.
    return _root() / key.hex[-2:] / str(key)


def _stored(row: File) -> Stored:
    return Stored(
        row.pk, row.name, row.media_type, row.size, bytes(row.sha256), row.purpose, row.site_id
    )
