"""Deeds as transactions: tried again when the database gave them up, and only then."""

import pytest
from django.db import OperationalError, connection, transaction

from yilu.platform import db, inserts, numbers
from yilu.platform.errors import Conflict
from yilu.platform.models import Counter

pytestmark = pytest.mark.django_db(transaction=True)


class GivenUp(Exception):
    sqlstate = "40P01"


def given_up() -> OperationalError:
    """What Django raises when the database chose this deed to end a deadlock."""
    error = OperationalError("deadlock detected")
    error.__cause__ = GivenUp()
    return error


def test_a_deed_that_was_given_up_is_tried_again_from_the_beginning():
    tries = []

    @db.operation
    def count() -> int:
        tries.append(numbers.take("deeds"))
        if len(tries) < 3:
            raise given_up()
        return tries[-1]

    assert count() == 1
    assert tries == [1, 1, 1]
    assert Counter.objects.get(series="deeds").last == 1


def test_after_four_tries_it_is_given_up_for_good():
    tries = []

    def fail() -> None:
        tries.append(1)
        raise given_up()

    with pytest.raises(OperationalError):
        db.in_deed(fail)
    assert len(tries) == 4


def test_a_deed_inside_another_leaves_trying_again_to_the_outermost():
    inner, outer = [], []

    @db.operation
    def inside() -> None:
        inner.append(1)
        if len(inner) == 1:
            raise given_up()

    def whole() -> None:
        outer.append(1)
        inside()

    db.in_deed(whole)
    assert (len(outer), len(inner)) == (2, 2)


@pytest.mark.parametrize("error", [Conflict(), OperationalError("server closed")])
def test_anything_else_is_raised_at_once(error: Exception):
    tries = []

    def fail() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        db.in_deed(fail)
    assert len(tries) == 1


def test_a_prepared_insert_writes_what_save_writes():
    inserts.insert(Counter(series="planned", last=7))

    assert Counter.objects.get(series="planned").last == 7
    assert connection.in_atomic_block is False


def test_rows_that_are_left_out_are_told():
    clause = "ON CONFLICT DO NOTHING"

    assert inserts.insert_all([Counter(series=one, last=1) for one in "ab"], unless=clause)
    assert not inserts.insert_all([Counter(series=one, last=2) for one in "bc"], unless=clause)

    assert dict(Counter.objects.values_list("series", "last")) == {"a": 1, "b": 1, "c": 2}


@pytest.mark.parametrize("is_refused", [False, True])
def test_what_is_written_together_is_written_at_the_end_at_once_or_not_at_all(
    is_refused, django_assert_num_queries
):
    late = []

    @db.operation
    @inserts.together()
    def inside() -> None:
        inserts.insert_late(Counter(series="second", last=2))

    @db.operation
    @inserts.together()
    def whole() -> None:
        inserts.insert_late(Counter(series="first", last=1))
        inside()
        late.append(Counter.objects.count())
        if is_refused:
            raise Conflict

    with django_assert_num_queries(3 if is_refused else 4):  # The transaction and the count.
        if is_refused:
            with pytest.raises(Conflict):
                whole()
        else:
            whole()

    assert late == [0]
    assert [one.last for one in Counter.objects.order_by("last")] == ([] if is_refused else [1, 2])
    # Whoever writes outside such a deed writes at once.
    inserts.insert_late(Counter(series="third", last=3))
    assert Counter.objects.filter(series="third").exists()


def test_what_is_put_off_is_done_last_in_the_outermost_deed_and_once():
    said = []

    @db.operation
    def inside() -> None:
        db.at_the_end(lambda: said.append("first at the end"))
        said.append("inside")

    def whole() -> None:
        if not said:
            db.at_the_end(lambda: said.append("of the try that was given up"))
            said.append("given up")
            raise given_up()
        inside()
        db.at_the_end(lambda: said.append("second at the end"))
        said.append("outside")

    db.in_deed(whole)
    db.at_the_end(lambda: said.append("without a deed"))

    assert said == [
        "given up", "inside", "outside", "first at the end", "second at the end", "without a deed",
    ]  # fmt: skip


def test_what_fails_at_the_end_undoes_the_whole_deed():
    def fail() -> None:
        raise Refused

    def whole() -> None:
        db.at_the_end(fail)
        numbers.take("undone")

    with pytest.raises(Refused):
        db.in_deed(whole)

    assert not Counter.objects.exists()


class Refused(Conflict):
    """A refusal of these tests."""


def test_what_is_said_if_undone_is_done_once_the_outermost_deed_is_refused():
    @db.operation
    def inner(name: str) -> None:
        numbers.take("undone")
        db.if_undone("count", lambda: numbers.take(name))
        raise Refused

    def outer() -> None:
        with pytest.raises(Refused), transaction.atomic():
            inner("first")
        inner("last")

    with pytest.raises(Refused):
        db.in_deed(outer)

    assert dict(Counter.objects.values_list("series", "last")) == {"last": 1}


def test_a_deed_that_succeeds_after_all_does_nothing_of_what_was_said_if_undone():
    db.in_deed(lambda: db.if_undone("count", lambda: numbers.take("undone")))
    db.if_undone("outside", lambda: numbers.take("undone"))

    assert not Counter.objects.exists()


def test_what_cannot_be_counted_leaves_the_refusal_as_it_is():
    def fail() -> None:
        raise OperationalError

    def refuse() -> None:
        db.if_undone("count", fail)
        raise Refused

    with pytest.raises(Refused):
        db.in_deed(refuse)
