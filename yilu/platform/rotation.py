"""Moving stored values and files to the newest key, a few at a time, as often as needed."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from yilu.platform import crypto, files
from yilu.platform.crypto import EncryptedTextField

AT_ONCE = 200


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every column of the product that is encrypted."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 (Django documents _meta)
            if isinstance(field, EncryptedTextField):
                yield model, field


def left_on_old_keys() -> int:
    """How many values and files are not yet on the newest key.

    One query for each encrypted column, one for files.
    """
    newest = crypto.ring(fresh=True).newest
    values = sum(_left(model, field, newest) for model, field in encrypted_columns())
    return values + files.left_on_old_keys()


def move_to_newest_key() -> int:
    """Encrypt everything that is on an older key anew. Returns how many values and files were
    moved.

    Each portion is a transaction of its own: stopped anywhere, it goes on where it was. A value
    that somebody changes meanwhile is left to them: they write with the newest key.
    """
    newest = crypto.ring(fresh=True).newest
    moved = 0
    for model, field in encrypted_columns():
        while portion := move_some(model, field, newest):
            moved += portion
    return moved + files.move_to_newest_key()


def _names(model: type[models.Model], field: EncryptedTextField) -> tuple[str, str, str]:
    quote, meta = connection.ops.quote_name, model._meta  # noqa: SLF001 (Django documents _meta)
    return quote(meta.db_table), quote(meta.pk.column or ""), quote(field.column or "")


def _left(model: type[models.Model], field: EncryptedTextField, newest: int) -> int:
    table, _, column = _names(model, field)
    sql = f"SELECT count(*) FROM {table} WHERE get_byte({column}, 0) <> %s"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute(sql, [newest])
        return int(cursor.fetchone()[0])


def move_some(model: type[models.Model], field: EncryptedTextField, newest: int) -> int:
    table, key, column = _names(model, field)
    find = (
        f"SELECT {key}, {column} FROM {table} WHERE get_byte({column}, 0) <> %s"  # noqa: S608
        f" LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED"
    )
    change = f"UPDATE {table} SET {column} = %s WHERE {key} = %s"  # noqa: S608 (our own names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(find, [newest])
        rows = cursor.fetchall()
        for row_key, stored in rows:
            clear = crypto.unseal(bytes(stored), field.sealed_as)
            cursor.execute(change, [crypto.seal(clear, field.sealed_as), row_key])
    return len(rows)
