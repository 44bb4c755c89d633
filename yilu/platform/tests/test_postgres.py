"""A connection knows whether its server is still there."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yilu.platform.db import prepared

pytestmark = pytest.mark.django_db(transaction=True)


def another_session() -> psycopg.Connection:
    place = connection.settings_dict
    return psycopg.connect(
        host=place["HOST"],
        port=place["PORT"],
        user=place["USER"],
        dbname=place["NAME"],
        password=place["PASSWORD"],
        autocommit=True,
    )


def test_a_connection_that_works_is_known_without_a_query():
    connection.ensure_connection()

    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()

    assert len(asked) == 0


def test_a_session_that_the_server_ended_is_noticed_before_the_next_request():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    with another_session() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    assert not connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()


def test_a_notice_that_nobody_asked_for_does_no_harm():
    with connection.cursor() as cursor:
        cursor.execute("LISTEN tests")
    with another_session() as other:
        other.execute("NOTIFY tests")
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN tests")

    assert connection.is_usable()


def plans() -> set[str]:
    """The statements that the server has ready for this connection."""
    return {name for (name,) in prepared("SELECT name FROM pg_prepared_statements", {})}


def test_statements_stay_prepared_when_a_deed_is_undone():
    with transaction.atomic():
        prepared("SELECT %(n)s::int", {"n": 1})
        transaction.set_rollback(True)
    before = plans()

    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic():
            prepared("SELECT 1 / %(n)s::int", {"n": 0})
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError):
        prepared("SELECT 1 / %(n)s::int", {"n": 0})
    assert prepared("SELECT 1 / %(n)s::int", {"n": 1}) == [(1,)]

    assert before < plans()
    assert len(plans()) == len(before) + 1


@pytest.fixture
def changing():
    """A table that another session may change."""
    with another_session() as other:
        other.execute("CREATE TABLE changing (a int); GRANT ALL ON changing TO PUBLIC")
        try:
            yield other
        finally:
            other.execute("DROP TABLE changing")


def test_a_statement_whose_table_was_changed_meanwhile_is_refused_once(changing):
    prepared("SELECT * FROM changing", {})
    changing.execute("ALTER TABLE changing ADD b int; INSERT INTO changing VALUES (1, 2)")

    with pytest.raises(DatabaseError, match="cached plan"):
        prepared("SELECT * FROM changing", {})
    assert prepared("SELECT * FROM changing", {}) == [(1, 2)]
