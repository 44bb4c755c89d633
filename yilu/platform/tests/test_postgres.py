"""A connection knows whether its server is still there."""

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
