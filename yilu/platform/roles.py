"""The narrow rights under which the product works: it may not change what is written once."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection

APP_ROLE = "yilu_app"
WRITTEN_ONCE = ("platform_auditentry", "platform_event")

_MAKE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""


def apply(schema: str | None = None) -> None:
    """Give the application's role what it needs in the schema, and no more. Owner only.

    It reads, adds and changes rows; it deletes nothing but what a table's owner app marks with
    `may_delete`; from the audit record and the events it can take nothing back.
    """
    place = schema or "public"
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        cursor.execute(f"GRANT USAGE ON SCHEMA {place} TO {APP_ROLE}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {place} TO {APP_ROLE}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {APP_ROLE}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {place} TO {APP_ROLE}")
        for table in _partitions_of(WRITTEN_ONCE, place):
            cursor.execute(f"REVOKE UPDATE ON {place}.{table} FROM {APP_ROLE}")
        for table in settings.DELETABLE_TABLES:
            cursor.execute(f"GRANT DELETE ON {place}.{table} TO {APP_ROLE}")


def _partitions_of(parents: Iterable[str], schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::regclass::text FROM unnest(%s::text[]) AS parent,"
            " pg_partition_tree((%s || '.' || parent)::regclass)",
            [list(parents), schema],
        )
        return [name.split(".")[-1] for (name,) in cursor.fetchall()]
