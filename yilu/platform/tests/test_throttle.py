"""How often something may be tried, and codes sent to phones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from yilu.platform import clock, otp, throttle
from yilu.platform.errors import TooMany
from yilu.platform.models import OneTimeCode
from yilu.platform.otp import WrongCode

NOON = datetime(2031, 3, 3, 12, 0, 10, tzinfo=UTC)
PHONE = "+8612100000001"


@pytest.mark.django_db
def test_a_bucket_has_its_limit_in_each_period():
    with clock.at(NOON, machine=NOON):
        for _ in range(3):
            throttle.take("door", 3, 60)
        with pytest.raises(TooMany) as refused:
            throttle.take("door", 3, 60)
        throttle.take("window", 3, 60)

    assert refused.value.retry_after == 50
    with clock.at(NOON, machine=NOON + timedelta(seconds=50)):
        throttle.take("door", 3, 60)


@pytest.mark.django_db
def test_a_forgotten_bucket_begins_anew_and_no_name_is_kept():
    throttle.take("13800005678", 1, 60)
    throttle.forget("13800005678")

    throttle.take("13800005678", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bucket FROM platform_throttle")
        assert b"138" not in bytes(cursor.fetchone()[0])


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_exactly_what_there_is():
    def attempt(_: int) -> int:
        try:
            with clock.at(NOON, machine=NOON):
                throttle.take("door", 50, 60)
        except TooMany:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(200))) == 50


@pytest.mark.django_db
def test_a_code_is_accepted_once_where_it_was_asked_for():
    issued = otp.issue("account", PHONE, "10.0.0.1")

    for wrong in [
        ("other", PHONE, issued.nonce, issued.code),
        ("account", "+8612100000002", issued.nonce, issued.code),
        ("account", PHONE, "other", issued.code),
        ("account", PHONE, issued.nonce, "x"),
    ]:
        with pytest.raises(WrongCode):
            otp.verify(*wrong)

    otp.verify("account", PHONE, issued.nonce, issued.code)
    with pytest.raises(WrongCode):
        otp.verify("account", PHONE, issued.nonce, issued.code)


@pytest.mark.django_db
def test_a_code_is_good_for_five_minutes_and_never_stored():
    issued = otp.issue("account", PHONE, "10.0.0.1")
    row = OneTimeCode.objects.get()

    assert issued.code.encode() not in bytes(row.code_digest)
    later = clock.machine_now() + otp.LASTS
    with clock.at(clock.now(), machine=later), pytest.raises(WrongCode):
        otp.verify("account", PHONE, issued.nonce, issued.code)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_five_are_looked_at(monkeypatch):
    issued = otp.issue("account", PHONE, "10.0.0.1")
    looked: list[str] = []
    keyed = otp._keyed
    monkeypatch.setattr(otp, "_keyed", lambda key, code: (looked.append(code), keyed(key, code))[1])

    def guess(number: int) -> None:
        try:
            with pytest.raises(WrongCode):
                otp.verify("account", PHONE, issued.nonce, f"x{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))

    assert len(looked) == 5
    with pytest.raises(WrongCode):  # too late, although it is right
        otp.verify("account", PHONE, issued.nonce, issued.code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("times", "apart", "phones", "addresses"),
    [(2, 1, 1, 9), (6, 61, 1, 99), (31, 1, 99, 1), (61, 0, 99, 99)],
    ids=["phone a minute", "phone an hour", "address an hour", "all"],
)
def test_codes_are_capped_by_phone_by_address_and_in_all(times, apart, phones, addresses):
    def ask(number: int) -> None:
        now = NOON + timedelta(seconds=apart * number)
        phone, address = f"+86121{number % phones:08}", f"10.0.0.{number % addresses}"
        with clock.at(now, machine=now):
            otp.issue("account", phone, address)

    for number in range(times - 1):
        ask(number)
    with pytest.raises(TooMany):
        ask(times - 1)

    assert OneTimeCode.objects.count() == times - 1
