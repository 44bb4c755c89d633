"""The same request fifty times at once: one effect, one answer; and what happens without it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from yilu.platform import numbers
from yilu.platform.errors import Conflict
from yilu.platform.models import Counter, Request
from yilu.platform.once import Answer, KeyReused, StillRunning, fingerprint, once

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
AT_ONCE = 50


def pour() -> Answer:
    return Answer(201, b"cup %d" % numbers.take("cups"), {"ETag": '"1"'})


def all_at_once(key: str | None) -> list[bytes]:
    def send(number: int) -> bytes:
        mine = key or f"key {number}"
        try:
            while True:
                try:
                    return once("nurse", mine, fingerprint(b"pour"), pour)[0].body
                except StillRunning:  # A client waits and repeats.
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(send, range(AT_ONCE)))


def test_one_key_has_one_effect_and_one_answer():
    answers = all_at_once("the same")

    assert set(answers) == {b"cup 1"}
    assert Counter.objects.get(series="cups").last == 1
    assert Request.objects.count() == 1


def test_without_the_same_key_there_would_be_as_many_effects_as_requests():
    answers = all_at_once(None)

    assert sorted(answers) == sorted(b"cup %d" % n for n in range(1, AT_ONCE + 1))


def with_first_ending_meanwhile(print_: bytes) -> Answer:
    """Refuse as the effect of a first request does, which ended after we had looked for it."""
    first = Request(principal="nurse", key="k", fingerprint=print_, status=201, body=b"cup 1")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (first.save(force_insert=True), connection.close())).result()
    raise Conflict


def test_who_is_refused_because_the_first_just_ended_gets_the_answer_of_the_first():
    print_ = fingerprint(b"pour")

    answer, repeated = once("nurse", "k", print_, lambda: with_first_ending_meanwhile(print_))

    assert (answer.status, answer.body, repeated) == (201, b"cup 1", True)


def test_a_key_that_just_served_another_request_is_refused_as_reused():
    with pytest.raises(KeyReused):
        once(
            "nurse",
            "k",
            fingerprint(b"pour"),
            lambda: with_first_ending_meanwhile(fingerprint(b"drink")),
        )


def test_a_refusal_of_its_own_stays_one():
    def refuse() -> Answer:
        raise Conflict

    with pytest.raises(Conflict):
        once("nurse", "k", fingerprint(b"pour"), refuse)
    assert not Request.objects.exists()
