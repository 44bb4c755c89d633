"""What PostgreSQL itself knows of patients: which columns name one, and how tables hang together.

Asked of the database's catalogue and never written down, so that a new table is found.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from yilu.platform.copying import AS_WRITTEN
from yilu.platform.db import rows

# A merge writes these itself.
OWN = frozenset({"patients_patient", "patients_merge"})

_FOREIGN = """
SELECT c.conrelid::regclass::text AS "table", a.attname::text AS "column",
    c.confrelid::regclass::text AS "to"
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.conparentid = 0
"""
_NAMING = f"{_FOREIGN} AND c.confrelid = 'patients_patient'::regclass ORDER BY 1, 2"
_AMONG = f"""{_FOREIGN} AND c.confrelid <> 'patients_patient'::regclass
    AND c.conrelid = ANY(%(tables)s::regclass[]) AND c.confrelid = ANY(%(tables)s::regclass[])
    ORDER BY 1, 2"""
# What may hold a patient's id and does not say so, known by its name alone.
_PERHAPS = """
SELECT k.oid::regclass::text AS "table", a.attname::text AS "column"
FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid
WHERE k.relkind IN ('r', 'p') AND NOT k.relispartition AND NOT a.attisdropped
    AND k.relnamespace =
        (SELECT relnamespace FROM pg_class WHERE oid = 'patients_patient'::regclass)
    AND a.atttypid IN ('uuid'::regtype, 'uuid[]'::regtype)
    AND a.attname ~ 'patient|^subject_id|person' ORDER BY 1, 2
"""
_GUARDED = """
SELECT tgrelid::regclass::text AS "table", split_part(tgname, '__', 2) AS "column"
FROM pg_trigger WHERE tgname LIKE 'patients\\_lead\\_\\_%%'
"""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A column of a table, and the table that it names a row of."""

    table: str
    column: str
    to: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.table, self.column


def naming() -> list[Place]:
    """Every column with a foreign key to patients. One query."""
    return [Place(**row) for row in rows(_NAMING, {})]


def perhaps_naming() -> list[Place]:
    """Every column that looks as if it held a patient's id, foreign key or not. One query."""
    return [Place(**row) for row in rows(_PERHAPS, {})]


def among(tables: Iterable[str]) -> list[Place]:
    """Every foreign key from one of the tables to another. One query."""
    return [Place(**row) for row in rows(_AMONG, {"tables": sorted(tables)})]


def types(table: str, columns: Iterable[str]) -> dict[str, str]:
    """The type of each column as PostgreSQL writes it. One query."""
    found = rows(
        """
        SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind
        FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attname = ANY(%(columns)s)
        """,
        {"table": table, "columns": list(columns)},
    )
    return {row["name"]: row["kind"] for row in found}


def guarded() -> set[tuple[str, str]]:
    """The columns whose new rows are led to the survivor. One query."""
    return {(row["table"], row["column"]) for row in rows(_GUARDED, {})}


def guard_all(**_: object) -> None:
    """Have every new row that names a merged patient name the survivor. As the owner only.

    A row that was on its way while two records were merged waits for the merge, and then goes
    where the merge has led: the rule is the database's, so no deed can forget it. It costs a
    look at a row that the foreign key is about to lock in any case. Three queries when all is done.
    """
    if not rows("SELECT 1 AS is_there WHERE to_regclass('patients_patient') IS NOT NULL", {}):
        return
    done = guarded()
    for place in naming():
        if place.key not in done and place.table not in OWN:
            _guard(place)


def _guard(place: Place) -> None:
    column = f'"{place.column}"'
    function, trigger = f"patients_lead_{place.column}", f"patients_lead__{place.column}__"
    when = (
        f"NEW.{column} IS NOT NULL AND current_setting('{AS_WRITTEN}', true) IS DISTINCT FROM 'on'"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE survivor uuid;
            BEGIN
                SELECT merged_into_id INTO survivor FROM patients_patient
                    WHERE id = NEW.{column} FOR KEY SHARE;
                IF survivor IS NOT NULL THEN NEW.{column} := survivor; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER {trigger}new BEFORE INSERT ON {place.table}
                FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}();
            CREATE TRIGGER {trigger}changed BEFORE UPDATE OF {column} ON {place.table}
                FOR EACH ROW WHEN ({when} AND NEW.{column} IS DISTINCT FROM OLD.{column})
                EXECUTE FUNCTION {function}();
        """)  # noqa: S608 (names of the catalogue)


@contextmanager
def as_written() -> Iterator[None]:
    """Rows written inside are taken as they are, whomever they name. Inside a transaction only."""
    _say("on")
    yield
    _say("")


def _say(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [AS_WRITTEN, value])
