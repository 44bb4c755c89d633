"""Sealing the record: a file outside the database in which each line vouches for all before it.

The file holds, for each line of the record, its number and
`sha256(the seal before it + the line)`. Who changes, deletes, inserts or reorders lines in the
database, even as its owner, cannot make the seals fit again.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yilu.platform import clock
from yilu.platform.models import AuditEntry, Position
from yilu.platform.worker.horizon import Horizon

IDENTITY = "seal"
FIRST_SEAL = b"\0" * 32
LONGEST_LINE = 100
AT_ONCE = 2_000
# A line must be sealed by then: the worker seals each minute, behind whoever still writes.
SEALED_WITHIN = timedelta(minutes=5)
_COLUMNS = tuple(sorted(field.attname for field in AuditEntry._meta.concrete_fields))  # noqa: SLF001
_SEQ = _COLUMNS.index("seq")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that is not as it was sealed."""

    seq: int
    how: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What looking through all found: how many lines fit, and the first that does not."""

    lines: int
    broken: Broken | None = None


class Sealer:
    """Adds seals for new lines, one process at a time."""

    def __init__(self) -> None:
        self._horizon = Horizon("platform_auditentry")

    def seal_new(self) -> int:
        """Seal the lines that nobody can come before any more. Returns how many. Few queries."""
        return seal(self._horizon.look())


def seal(upto: int) -> int:
    """Seal the lines up to a number. Returns how many; none while another process is at it."""
    count = 0
    with _opened() as file:
        if file is None:
            return 0
        last, seal_ = _last(file)
        for seq, line in _lines(after=last, upto=upto):
            seal_ = hashlib.sha256(seal_ + line).digest()
            file.write(f"{seq} {seal_.hex()}\n".encode("ascii"))
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def verify() -> Verdict:
    """Go through the record and its seals, and name the first line that does not fit."""
    count, seal_, last = 0, FIRST_SEAL, 0
    seals = _seals()
    sealed = next(seals, None)
    for seq, line in _lines(after=0, upto=2**62):
        if sealed is None:
            broken = _unsealed_too_long(last)
            return Verdict(count, broken)
        if sealed[0] <= last:
            return Verdict(count, Broken(sealed[0], "the file of seals is damaged"))
        if sealed[0] != seq:
            return Verdict(count, _missing(sealed[0], seq))
        seal_ = hashlib.sha256(seal_ + line).digest()
        if seal_ != sealed[1]:
            return Verdict(count, Broken(seq, "changed"))
        count, last = count + 1, seq
        sealed = next(seals, None)
    return Verdict(count, Broken(sealed[0], "deleted") if sealed else None)


def _missing(sealed: int, found: int) -> Broken:
    return Broken(sealed, "deleted") if sealed < found else Broken(found, "inserted")


def _unsealed_too_long(last: int) -> Broken | None:
    oldest = clock.machine_now() - SEALED_WITHIN
    late = AuditEntry.objects.filter(seq__gt=last, recorded_at__lt=oldest).order_by("seq")
    seq = late.values_list("seq", flat=True).first()
    return None if seq is None else Broken(seq, "not sealed")


def _lines(*, after: int, upto: int) -> Iterator[tuple[int, bytes]]:
    """The lines of the record in order, each in the one form that is sealed."""
    while True:
        rows = list(
            AuditEntry.objects.filter(seq__gt=after, seq__lte=upto)
            .order_by("seq")
            .values_list(*_COLUMNS)[:AT_ONCE]
        )
        for row in rows:
            yield row[_SEQ], json.dumps(row, default=str, sort_keys=True).encode("ascii")
        if len(rows) < AT_ONCE:
            return
        after = rows[-1][_SEQ]


def _seals() -> Iterator[tuple[int, bytes]]:
    path = _path()
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            seq, _, seal_ = line.decode("ascii", "replace").strip().partition(" ")
            try:
                yield int(seq), bytes.fromhex(seal_)
            except ValueError:
                return  # The last line of a process that was killed while it wrote.


@contextmanager
def _opened() -> Iterator[BinaryIO | None]:
    """The file of seals for writing, at its end; None while another process has it."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file


def _last(file: BinaryIO) -> tuple[int, bytes]:
    """The last whole seal; half a line, left by a kill, is cut off."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE * 2))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    file.truncate(size - (len(tail) - len(whole)))
    if not whole:
        return 0, FIRST_SEAL
    seq, _, seal_ = whole.splitlines()[-1].decode("ascii").partition(" ")
    return int(seq), bytes.fromhex(seal_)


def _path() -> Path:
    """The file that belongs to this database, which keeps its own number for it."""
    found, _ = Position.objects.get_or_create(name=IDENTITY, defaults={"seq": secrets.randbits(62)})
    return Path(settings.SEALS_ROOT) / f"audit-{found.seq:016x}.seal"
