"""Why a booking was cancelled: a code that each reader reads in their language, and own words."""

from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.errors import ReasonMissing
from yilu.scheduling.models import Booking, BookingTally
from yilu.scheduling.operations.changing import cancel_booking, undo_cancel_booking
from yilu.scheduling.operations.requests import ask_for_change, grant_change
from yilu.scheduling.reasons import PHRASES, read_reason, reason_in_words
from yilu.scheduling.selectors.bookings import booking_detail, waiting_changes
from yilu.scheduling.states import CancelReason
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A12", "A19")]


def kept(booking_id: UUID) -> tuple[str, str]:
    booking = Booking.objects.get(pk=booking_id)
    return booking.cancel_reason, booking.cancel_words


@pytest.mark.parametrize(
    ("said", "words", "expected"),
    [
        ("came_up", "", ("came_up", "")),
        ("ill", "fever since Friday", ("ill", "fever since Friday")),
        (" 临时有事 ", "", ("came_up", "")),
        ("The wait is too long", "", ("wait", "")),
        ("moving to Chengdu", "", ("other", "moving to Chengdu")),
        ("other", "孩子上学", ("other", "孩子上学")),
    ],
)
def test_a_reason_is_kept_as_a_code_with_what_was_added(clinic, said, words, expected):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason=said, words=words)
    assert kept(booked.id) == expected


@pytest.mark.parametrize("nothing", ["", "  "])
def test_nothing_said_is_no_reason_and_nothing_changes(clinic, nothing):
    booked = clinic.book(at(10))
    with pytest.raises(ReasonMissing):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason=nothing)
    assert Booking.objects.get(pk=booked.id).state == "confirmed"


def test_each_reader_reads_it_in_their_language_and_own_words_as_typed(clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="wait", words="二小时")
    read = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            read[language] = booking_detail(clinic.actor, booked.id).cancel_reason
    assert read == {"en": "The wait is too long · 二小时", "zh-hans": "等候太久 · 二小时"}


def test_taking_it_back_leaves_no_reason(clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="other", words="x")
    undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
    assert kept(booked.id) == ("", "")


def test_the_reason_of_a_wish_is_read_and_kept_alike(clinic):
    booked = clinic.book(at(10))
    wish = ask_for_change(actor=clinic.actor, booking_id=booked.id, reason="cost")
    with translation.override("zh-hans"):
        (waiting,) = waiting_changes(clinic.actor, clinic.site_id)
    assert waiting.reason == "费用太高"
    grant_change(actor=clinic.actor, request_id=wish)
    assert kept(booked.id) == ("cost", "")


def test_the_desk_chooses_and_another_reason_needs_words(clinic, client: Client):
    booked = clinic.book(at(10))
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    url = reverse("scheduling:cancel", args=[booked.id])

    def send(**typed: str) -> int:
        return client.post(url, {"request_key": str(new_id()), "version": "1", **typed}).status_code

    assert [send(), send(reason="临时有事"), send(reason="other")] == [422, 422, 422]
    assert kept(booked.id) == ("", "")
    assert send(reason="other", words="搬家") == 204
    assert kept(booked.id) == ("other", "搬家")


def test_what_was_written_before_reads_as_the_codes_do():
    before = import_module("yilu.scheduling.migrations.0017_cancel_codes").PHRASES
    known = {said: code for code, all_ in before.items() for said in all_}
    assert {said: code.value for said, code in PHRASES.items()}.items() <= known.items()
    for said, code in known.items():
        assert read_reason(said).code == code
    for code in CancelReason.values:
        with translation.override("zh-hans"):
            chinese = reason_in_words(code)
        with translation.override("en"):
            assert reason_in_words(code) != chinese


def test_the_migration_mends_sealed_bookings_too_and_seals_them_again(clinic):
    old, other = clinic.book(at(10)), clinic.book(at(11))
    for one in (old, other):
        cancel_booking(actor=clinic.actor, booking_id=one.id, reason="ill")
    written = {old.id: "已好转", other.id: "=1+1"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET ROLE NONE")
        for drop in (
            "DROP CONSTRAINT scheduling_booking_known_cancel_reason",
            "ALTER cancel_reason TYPE varchar(200)",
        ):
            cursor.execute(f"ALTER TABLE scheduling_booking {drop}")
        for booking_id, reason in written.items():
            cursor.execute(
                "UPDATE scheduling_booking SET cancel_reason = %s WHERE id = %s",
                [reason, booking_id],
            )
        cursor.execute("UPDATE scheduling_booking SET archived_at = now() WHERE id = %s", [old.id])
        cursor.execute(import_module("yilu.scheduling.migrations.0017_cancel_codes").MEND)
        cursor.execute("SET ROLE yilu_app")
    assert (kept(old.id), kept(other.id)) == (("better", ""), ("other", "=1+1"))
    assert not BookingTally.objects.exists()
    sealed = pytest.raises(Exception, match="not changed")
    with sealed, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE scheduling_booking SET note = 'x' WHERE id = %s", [old.id])
