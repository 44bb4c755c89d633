"""Two people, one deed: with real commits, in threads that start together."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from yilu.clinical.errors import AlreadySigned, DraftChanged
from yilu.clinical.models import Note, NoteVersion, Prescription
from yilu.clinical.operations.notes import Draft, save_draft, sign_note
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.tests.factories import (
    FIRST_NOTE,
    diagnosed,
    drafted,
    make_drug,
    make_room,
    no_allergies,
    order,
    sheet,
)
from yilu.platform.errors import DomainError
from yilu.platform.models import Event

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def together(*deeds: Callable[[], object]) -> list[object]:
    """What each deed came to, all begun at the same moment."""
    barrier, found = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            found[place] = deed()
        except DomainError as refusal:
            found[place] = type(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_signatures_one_counts():
    room = make_room()
    diagnosed(room)
    drafted(room)

    def sign() -> object:
        return sign_note(actor=room.doctor, visit_id=room.visit_id)

    found = together(sign, sign)

    assert found.count(AlreadySigned) == 1
    assert NoteVersion.objects.count() == 1
    assert Event.objects.filter(name="NoteSigned").count() == 1


def test_of_two_windows_that_begin_at_once_one_is_told():
    room = make_room()

    def save(words: str) -> Callable[[], object]:
        text = Draft(FIRST_NOTE | {"treatment": words}, version=0)
        return lambda: save_draft(actor=room.doctor, visit_id=room.visit_id, draft=text)

    found = together(save("一"), save("二"))

    assert found.count(DraftChanged) == 1
    assert Note.objects.get().draft_version == 1


def test_a_prescription_signed_twice_at_once_has_one_number():
    room = make_room()
    no_allergies(room)
    wanted = sheet(order(make_drug()))
    written = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=wanted)

    def sign() -> object:
        return sign_prescription(actor=room.doctor, prescription_id=written.id)

    found = together(sign, sign)

    assert found.count(AlreadySigned) == 1
    assert Prescription.objects.get().number.endswith("-0001")
    assert Event.objects.filter(name="PrescriptionSigned").count() == 1


def test_two_sheets_of_one_draft_are_one():
    room = make_room()
    drug = make_drug()

    def write() -> object:
        return write_prescription(
            actor=room.doctor, visit_id=room.visit_id, sheet=sheet(order(drug))
        )

    together(write, write)

    assert Prescription.objects.count() == 1


def _first_lock(deed: Callable[[], object], table: str) -> bool:
    """Whether the row was locked before anything was written."""
    with CaptureQueriesContext(connection) as queries:
        deed()
    texts = [query["sql"] for query in queries.captured_queries if query["sql"]]
    lock = next(n for n, sql in enumerate(texts) if "FOR UPDATE" in sql and table in sql)
    writes = [
        n
        for n, sql in enumerate(texts)
        if sql.startswith(("INSERT", "UPDATE")) and "platform_auditentry" not in sql
    ]
    return lock < min(writes)


def test_a_note_is_locked_before_it_is_signed():
    room = make_room()
    diagnosed(room)
    drafted(room)

    def sign() -> UUID:
        return sign_note(actor=room.doctor, visit_id=room.visit_id)

    assert _first_lock(sign, "clinical_note")
