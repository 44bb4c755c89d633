"""What kind of place this database is, whether it may be trusted, and bringing it up to date."""

import os
from dataclasses import dataclass
from gettext import gettext as _

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yilu.platform import keeper, roles
from yilu.platform.models import ClinicClock, User
from yilu.platform.running.failures import CannotRun
from yilu.platform.worker import upkeep

OLDEST_SERVER = 150000
MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Installation:
    """`is_empty`: nobody can sign in yet. `is_demo`: the clock of a demonstration runs here."""

    is_empty: bool
    is_demo: bool


def installation() -> Installation:
    """What stands in this database. Two queries."""
    return Installation(is_empty=not User.objects.exists(), is_demo=ClinicClock.objects.exists())


def demonstration_allowed() -> bool:
    """Whether made-up people may be written here: only into our own server, or when asked for."""
    wish = os.environ.get("YILU_DEMO", "")
    return wish == "1" or (wish != "0" and not os.environ.get("DATABASE_URL"))


def require_safe_server() -> list[str]:
    """Refuse a server that may lose what it has acknowledged. Returns warnings, in words.

    Raises: CannotRun.
    """
    with connection.cursor() as cursor:
        if cursor.connection.info.server_version < OLDEST_SERVER:
            raise CannotRun(_("PostgreSQL is too old: Yilu needs 15 or newer."))
        for name in MUST_BE_ON:
            if _setting(name) == "off":
                raise CannotRun(
                    _(
                        "PostgreSQL runs with %(name)s = off and may lose what was saved: "
                        "set %(name)s = on and restart it."
                    )
                    % {"name": name}
                )
    if _setting("data_checksums") == "on":
        return []
    said = _("PostgreSQL has no data checksums: damage to the disk would go unseen (pg_checksums).")
    return [said]


def pending_migrations() -> list[str]:
    """The names of migrations that this database has not had yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def prepare() -> None:
    """Bring the tables and the application's rights up to date. As the owner only.

    A second process that does the same at the same time waits for the first.

    Raises: CannotRun, when the keys of here are not those of this database.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('yilu.prepare', 0))")
        schema = os.environ.get("YILU_SCHEMA", "public")
        if schema != "public":
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
        call_command("migrate", interactive=False, verbosity=0)
        keeper.require_ours()
        roles.apply(schema)
        upkeep.make_months()
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended('yilu.prepare', 0))")


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
