"""Whether the keys of this place are those that its database was written with.

The database keeps, for every key, something that only that key makes: with another key, or a new
one made because the folder was lost, patients could not be read, and what is written meanwhile
could not be read later, with the right ones.
"""

from gettext import gettext as _

from django.db import connection

from yilu.platform import crypto, rotation
from yilu.platform.crypto import CannotDecrypt, EncryptedTextField
from yilu.platform.models import KeyProof
from yilu.platform.running import places
from yilu.platform.running.failures import CannotRun

COLUMN = "platform.key_proof"
INDEX = 0
"""The number under which the key of blind indexes is proven; keys of fields count from 1."""


def require_ours() -> None:
    """Refuse keys that are not those of this database; prove those that are new. As the owner.

    One query, and two for each encrypted column where nothing was proven before.

    Raises: CannotRun. Then no key was made and nothing was written.
    """
    proofs = _proofs()
    if not proofs and not _opens_what_is_there():
        raise _not_ours()
    if wrong(proofs):
        raise _not_ours()
    prove()


def are_ours() -> bool:
    """Whether `require_ours` would be content. Makes no key and writes nothing."""
    proofs = _proofs()
    return not wrong(proofs) if proofs else _opens_what_is_there()


def prove() -> None:
    """Write down what only the keys of here make, for those that have no proof yet. One query."""
    made = [KeyProof(number=INDEX, proof=crypto.blind(COLUMN, COLUMN))]
    ring = crypto.ring(fresh=True)
    made += [KeyProof(number=one, proof=ring.seal(COLUMN, COLUMN, one)) for one in ring.numbers]
    KeyProof.objects.bulk_create(made, ignore_conflicts=True)


def wrong(proofs: dict[int, bytes]) -> list[int]:
    """The numbers of keys that are proven, and missing here or others. No query."""
    return [number for number, proof in proofs.items() if not _makes(number, proof)]


def _makes(number: int, proof: bytes) -> bool:
    if number == INDEX:
        return crypto.has_index_key() and crypto.blind(COLUMN, COLUMN) == proof
    return number in crypto.kept_numbers() and _opens(proof, COLUMN)


def _proofs() -> dict[int, bytes]:
    return {one.number: bytes(one.proof) for one in KeyProof.objects.all()}


def _opens_what_is_there() -> bool:
    """Whether one value of each encrypted column can be read; an empty database is anybody's."""
    for model, field in rotation.encrypted_columns():
        if model._meta.managed and not _opens_one(model._meta.db_table, field):  # noqa: SLF001
            return False
    return True


def _opens_one(table: str, field: EncryptedTextField) -> bool:
    quote = connection.ops.quote_name
    column = quote(field.column or "")
    sql = f"SELECT {column} FROM {quote(table)} WHERE octet_length({column}) > 0 LIMIT 1"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()
    if found is None:
        return True
    stored = bytes(found[0])
    return stored[0] in crypto.kept_numbers() and _opens(stored, field.sealed_as)


def _opens(stored: bytes, column: str) -> bool:
    try:
        crypto.unseal(stored, column)
    except CannotDecrypt:
        return False
    return True


def _not_ours() -> CannotRun:
    said = _(
        "The keys in %(folder)s are not those that this database was written with: put the copy "
        "of that folder in its place, then start again. Nothing was written with other keys."
    )
    return CannotRun(said % {"folder": places.home().keys})
