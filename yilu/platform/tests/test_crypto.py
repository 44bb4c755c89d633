"""What lies encrypted, how it is found, and how keys change."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from yilu.platform import crypto, rotation
from yilu.platform.crypto import BlindField, CannotDecrypt, EncryptedTextField
from yilu.platform.running.places import Home

PHONE = "+8612100000042"
KEYS = {number: bytes([number]) * 32 for number in (1, 2, 3)}


@pytest.mark.parametrize("value", ["", "13", "张三 𠮷野家", "a" * 5000])
def test_a_sealed_value_can_be_read_in_its_own_column_only(value):
    stored = crypto.seal(value, "patients.phone")

    assert crypto.unseal(stored, "patients.phone") == value
    with pytest.raises(CannotDecrypt):
        crypto.unseal(stored, "patients.address")


def test_the_same_value_never_looks_the_same_twice():
    assert crypto.seal(PHONE, "x") != crypto.seal(PHONE, "x")


def test_one_changed_bit_anywhere_is_noticed():
    stored = crypto.seal("13", "x")

    for place in range(len(stored)):
        changed = bytearray(stored)
        changed[place] ^= 1
        with pytest.raises(CannotDecrypt):
            crypto.unseal(bytes(changed), "x")


def test_a_blind_index_is_equal_for_one_purpose_only():
    index = crypto.blind(PHONE, "patients.phone")

    assert index == crypto.blind(PHONE, "patients.phone")
    assert len(index) == 16
    assert index not in {
        crypto.blind(PHONE, "patients.id"),
        crypto.blind(PHONE[:-1], "patients.phone"),
        crypto.blind_last_four(PHONE, "patients.phone"),
    }


def test_the_last_four_find_every_value_that_ends_so():
    one, two = (crypto.blind_last_four(v, "phone") for v in (PHONE, "+8612199990042"))

    assert one == two
    assert one == crypto.blind_last_four("0042", "phone")


def test_keys_are_made_once_readable_by_us_alone(settings, tmp_path, monkeypatch):
    settings.FIELD_KEYS = settings.INDEX_KEY = None
    monkeypatch.setattr(crypto.places, "home", lambda: Home(tmp_path))
    monkeypatch.setattr(crypto, "_rings", {})
    monkeypatch.setattr(crypto, "_index_keys", {})

    old = crypto.seal(PHONE, "x")
    assert crypto.add_key() == 2
    new = crypto.seal(PHONE, "x")

    assert (old[0], new[0]) == (1, 2)
    assert crypto.unseal(old, "x") == crypto.unseal(new, "x") == PHONE
    crypto.blind(PHONE, "x")
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "keys").iterdir()}
    assert modes == {"field_1": 0o600, "field_2": 0o600, "index": 0o600}


def test_a_process_learns_of_a_new_key_when_it_meets_it(settings, tmp_path, monkeypatch):
    settings.FIELD_KEYS = None
    monkeypatch.setattr(crypto.places, "home", lambda: Home(tmp_path))
    monkeypatch.setattr(crypto, "_rings", {})
    here = crypto.ring()
    crypto.add_key()
    elsewhere = crypto.seal(PHONE, "x")

    monkeypatch.setattr(crypto, "_rings", {"field": here})

    assert crypto.unseal(elsewhere, "x") == PHONE


@pytest.fixture
@isolate_apps("yilu.platform")
def card(db: None) -> Iterator[type[models.Model]]:
    class Card(models.Model):
        phone = EncryptedTextField(column="tests.phone", null=True)
        index = BlindField(null=True)

        class Meta:
            app_label = "platform"
            managed = False
            db_table = "tests_card"

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE tests_card (id serial, phone bytea, index bytea)")
    return Card


def stored_keys() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT get_byte(phone, 0) FROM tests_card WHERE phone IS NOT NULL")
        return {number for (number,) in cursor.fetchall()}


def test_a_field_keeps_its_text_encrypted_and_is_found_by_its_index(card):
    card.objects.create(phone=PHONE, index=crypto.blind(PHONE, "phone"))
    card.objects.create(phone=None)

    assert card.objects.get(index=crypto.blind(PHONE, "phone")).phone == PHONE
    assert card.objects.get(phone__isnull=True).phone is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM tests_card WHERE phone IS NOT NULL")
        assert b"121" not in bytes(cursor.fetchone()[0])


def test_nothing_is_looked_up_by_what_is_encrypted(card):
    with pytest.raises(FieldError, match="blind index"):
        card.objects.filter(phone=PHONE).count()


def test_three_changes_of_key_leave_nothing_on_an_old_one(card, settings, monkeypatch):
    column = (card, card._meta.get_field("phone"))
    monkeypatch.setattr(rotation, "encrypted_columns", lambda: iter([column]))
    monkeypatch.setattr(rotation, "AT_ONCE", 3)
    settings.FIELD_KEYS = {1: KEYS[1]}
    for number in range(7):
        card.objects.create(phone=f"{PHONE}{number}")

    for before, now in pairwise((1, 2, 3)):
        settings.FIELD_KEYS = {n: KEYS[n] for n in range(1, now + 1)}
        assert (stored_keys(), rotation.left_on_old_keys()) == ({before}, 7)
        assert rotation.move_to_newest_key() == 7

        assert (stored_keys(), rotation.left_on_old_keys()) == ({now}, 0)
    assert sorted(c.phone for c in card.objects.all()) == [f"{PHONE}{n}" for n in range(7)]


def test_a_change_of_key_that_was_stopped_goes_on_where_it_was(card, settings, monkeypatch):
    column = (card, card._meta.get_field("phone"))
    monkeypatch.setattr(rotation, "encrypted_columns", lambda: iter([column]))
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    for number in range(5):
        card.objects.create(phone=str(number))
    settings.FIELD_KEYS = settings.FIELD_KEYS | {2: KEYS[2]}
    rotation.move_some(*column, 2)  # as if killed after the first portion

    assert rotation.left_on_old_keys() == 3
    assert rotation.move_to_newest_key() == 3
