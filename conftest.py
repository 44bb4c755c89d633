"""What every test stands on: a real PostgreSQL, spoken to as the application's narrow role."""

import gc
import gettext
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorWrapper
from django.utils import translation
from psycopg import sql

from yilu.platform import clock, roles
from yilu.platform.memory import settle

# How fast this machine makes examples up says nothing about what they are to show. Examples are
# the same in every run, so that one run is as good as another; `make soak` looks for new ones.
hypothesis.settings.register_profile(
    "yilu",
    deadline=None,
    derandomize=os.environ.get("YILU_SOAK") != "1",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("yilu")

# What commands say is compared in English, whatever the machine speaks.
os.environ["YILU_LANGUAGE"] = "en"


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what is loaded: it took a fifth of all tests' time."""
    settle()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Make the tables as their owner; `django_db_setup` then steps down."""
    settings = connections.settings["default"]
    settings["APP_OPTIONS"] = settings["OPTIONS"]["options"]
    settings["OPTIONS"]["options"] = "-c timezone=UTC"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Give the application's role its rights, and go on under them."""
    with django_db_blocker.unblock():
        roles.apply()
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        options["options"] = connection.settings_dict["APP_OPTIONS"]
        yield
        connection.close()
        options["options"] = "-c timezone=UTC"


@pytest.fixture(autouse=True)
def _usual_language() -> Iterator[None]:
    """Each test begins in the usual language, whatever the one before it read.

    A command that spoke Chinese had chosen that for the rest of its process.
    """
    with translation.override(settings.LANGUAGE_CODE):
        yield
    gettext.textdomain("messages")
    os.environ.pop("LANGUAGE", None)


@pytest.fixture(autouse=True)
def _usual_time() -> Iterator[None]:
    """After a test that was a demonstration, clinic time runs as real time again."""
    yield
    clock.set_pace(None)


@pytest.fixture(scope="session", autouse=True)
def _owner_empties_tables() -> Iterator[None]:
    """Between tests with real commits the tables are emptied, which only their owner may do."""
    flush = DatabaseOperations.execute_sql_flush

    def as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
        # A worker beside a browser test may hold two of the tables the other way round.
        for tries_left in reversed(range(10)):
            try:
                with self.connection.cursor() as cursor:
                    cursor.execute("SET statement_timeout = '60s'; SET lock_timeout = '30s'")
                    cursor.execute("SET ROLE NONE")
                    if _is_superuser(cursor):
                        _empty_used_tables(cursor)
                    else:
                        flush(self, sql_list)
                break
            except OperationalError:
                if not tries_left:
                    raise
            finally:
                self.connection.close()

    DatabaseOperations.execute_sql_flush = as_owner  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


def _is_superuser(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _empty_used_tables(cursor: CursorWrapper) -> None:
    """Delete what tests have written.

    To truncate some hundred tables, nearly all of them empty, takes a second and more: every file
    of every index is made anew. Without triggers (a superuser's right) the few that hold rows are
    emptied in any order.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    cursor.execute(
        "SELECT coalesce(array_agg(held.oid::regclass::text ORDER BY held.oid), '{}')"
        " FROM pg_class held LEFT JOIN pg_inherits part ON part.inhrelid = held.oid"
        " JOIN pg_class named ON named.oid = coalesce(part.inhparent, held.oid)"
        " WHERE named.relname = ANY(%s) AND held.relkind = 'r' AND pg_relation_size(held.oid) > 0",
        [tables],
    )
    used = [sql.Identifier(name) for name in cursor.fetchone()[0]]
    if not used:
        return
    with transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL("LOCK TABLE {}").format(sql.SQL(", ").join(used)))
        for table in used:
            cursor.execute(sql.SQL("DELETE FROM {}").format(table))
