"""Encryption of stored fields and files, and blind indexes by which fields are found again.

Keys live in `$YILU_HOME/keys`, never in the database. A stored value names the number of its key,
so keys can be changed while the product runs; `platform.rotation` moves rows to the newest.
"""

import hashlib
import hmac
import os
import re
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from yilu.platform.running import keys, places

if TYPE_CHECKING:
    Bytes = models.BinaryField[Any, Any]
else:
    Bytes = models.BinaryField

NONCE_BYTES = 12
INDEX_BYTES = 16
LAST = 4
_FIELD_KEY = re.compile(r"field_(\d{1,3})")
_rings: dict[str, "Ring"] = {}


class CannotDecrypt(Exception):
    """A stored value was made with a key we do not have, or was tampered with."""


class Ring:
    """The keys of stored fields by number. New values are written with the newest."""

    def __init__(self, by_number: dict[int, bytes]) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in by_number.items()}
        self.newest = max(by_number)

    @property
    def numbers(self) -> list[int]:
        """Which keys there are, oldest first."""
        return sorted(self._ciphers)

    def seal(self, value: str, column: str, number: int | None = None) -> bytes:
        """A value as it is stored in that column, and readable nowhere else."""
        return self.seal_bytes(value.encode(), column, number)

    def seal_bytes(self, content: bytes, place: str, number: int | None = None) -> bytes:
        """Content as it is stored in that place, and readable nowhere else."""
        number, nonce = number or self.newest, os.urandom(NONCE_BYTES)
        sealed = self._ciphers[number].encrypt(nonce, content, place.encode())
        return bytes([number]) + nonce + sealed

    def knows(self, number: int) -> bool:
        return number in self._ciphers

    def open(self, stored: bytes, column: str) -> str:
        """The value that was sealed for that column. Raises: CannotDecrypt."""
        try:
            return self.open_bytes(stored, column).decode()
        except UnicodeDecodeError as error:
            raise CannotDecrypt(column) from error

    def open_bytes(self, stored: bytes, place: str) -> bytes:
        """The content that was sealed for that place. Raises: CannotDecrypt."""
        nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
        try:
            return self._ciphers[stored[0]].decrypt(nonce, sealed, place.encode())
        except (KeyError, IndexError, InvalidTag, ValueError) as error:
            raise CannotDecrypt(place) from error


def ring(*, fresh: bool = False) -> Ring:
    """The key ring of this place, read once; `fresh` reads it again after a key was added."""
    if settings.FIELD_KEYS is not None:
        return Ring(settings.FIELD_KEYS)
    if fresh or "field" not in _rings:
        _rings["field"] = Ring(_from_folder())
    return _rings["field"]


def add_key() -> int:
    """Make a new key, with which everything is written from now on. Returns its number.

    Other processes learn of it when they first meet it, or at their next start.
    """
    number = ring(fresh=True).newest + 1
    keys.ensure(places.home(), f"field_{number}")
    return ring(fresh=True).newest


def kept_numbers() -> list[int]:
    """The numbers of the keys that are kept here. Makes none."""
    if settings.FIELD_KEYS is not None:
        return sorted(settings.FIELD_KEYS)
    return _numbers_in_folder()


def has_index_key() -> bool:
    """Whether the key of blind indexes is kept here. Makes none."""
    return settings.INDEX_KEY is not None or keys.read(places.home(), "index") is not None


def seal(value: str, column: str) -> bytes:
    """A value encrypted for one column."""
    return ring().seal(value, column)


def unseal(stored: bytes, column: str) -> str:
    """A value of that column in clear. Raises: CannotDecrypt."""
    return _ring_for(stored).open(stored, column)


def seal_bytes(content: bytes, place: str) -> bytes:
    """Content encrypted for one place, such as a file of that key."""
    return ring().seal_bytes(content, place)


def unseal_bytes(stored: bytes, place: str) -> bytes:
    """The content of that place in clear. Raises: CannotDecrypt."""
    return _ring_for(stored).open_bytes(stored, place)


def blind(value: str, purpose: str) -> bytes:
    """Sixteen bytes by which an encrypted value is found; equal only within one purpose.

    Give it the value in the one form in which it is compared (a phone in E.164, an ID in capitals).
    """
    message = f"{purpose}\0{value}".encode()
    return hmac.digest(_index_key(), message, hashlib.sha256)[:INDEX_BYTES]


def blind_last_four(value: str, purpose: str) -> bytes:
    """As `blind`, but by the last four characters only."""
    return blind(value[-LAST:], f"{purpose}:last4")


class EncryptedTextField(Bytes):
    """Text that is encrypted where it is stored: `EncryptedTextField(column="patients.phone")`.

    `column` never changes: a value moved to another column cannot be read. Nothing can be
    looked up by it; keep a `BlindField` beside it.
    """

    def __init__(self, *args: Any, column: str, **options: Any) -> None:
        self.sealed_as = column
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "column": self.sealed_as}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(bytes(value), self.sealed_as)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 (Django's own signature)
        stored = seal(value, self.sealed_as) if isinstance(value, str) else value
        return super().get_db_prep_value(stored, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        return self.value_from_object(obj) or ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("What is encrypted is found by its blind index.")
        return super().get_lookup(lookup_name)


class BlindField(Bytes):
    """The blind index of an encrypted value, by which it is looked up."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": INDEX_BYTES, **options})


def _ring_for(stored: bytes) -> Ring:
    known = ring()
    if stored and not known.knows(stored[0]):
        known = ring(fresh=True)
    return known


def _from_folder() -> dict[int, bytes]:
    home, numbers = places.home(), _numbers_in_folder()
    return {n: bytes.fromhex(keys.ensure(home, f"field_{n}")) for n in numbers or [1]}


def _numbers_in_folder() -> list[int]:
    folder = places.home().keys
    names = (path.name for path in (folder.iterdir() if folder.is_dir() else ()))
    return sorted(int(match[1]) for name in names if (match := _FIELD_KEY.fullmatch(name)))


def _index_key() -> bytes:
    if settings.INDEX_KEY is not None:
        return settings.INDEX_KEY
    if "index" not in _index_keys:
        _index_keys["index"] = bytes.fromhex(keys.ensure(places.home(), "index"))
    return _index_keys["index"]


_index_keys: dict[str, bytes] = {}
