"""What each part of the page costs: as much for much as for little."""

from dataclasses import replace

import pytest

from yilu.clinical.operations.notes import sign_note
from yilu.clinical.selectors.parts import note_part, sheet_part
from yilu.clinical.tests.factories import (
    diagnosed,
    drafted,
    make_drug,
    make_room,
    make_visit,
    no_allergies,
    order,
)
from yilu.clinical.tests.test_prescriptions import write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("drugs", [1, 5])
def test_a_sheet_costs_the_same_for_one_drug_and_for_five(drugs, django_assert_num_queries):
    room = make_room()
    no_allergies(room)
    write(room, *(order(make_drug(atc=f"Z{n:02d}XX{n:02d}")) for n in range(drugs)))

    with django_assert_num_queries(13):  # Twelve without prices, and the line about who was seen.
        part = sheet_part(room.doctor, room.visit_id)

    assert len(part.rows) == drugs


@pytest.mark.parametrize("visits", [1, 12])
def test_a_note_costs_the_same_for_a_short_and_a_long_history(visits, django_assert_num_queries):
    room = make_room()
    for _n in range(visits):
        visit_id = make_visit(room.site_id, room.patient_id)
        earlier = replace(room, visit_id=visit_id)
        diagnosed(earlier)
        drafted(earlier)
        sign_note(actor=room.doctor, visit_id=visit_id)

    with django_assert_num_queries(9):  # Eight, and the line about who was seen.
        part = note_part(room.doctor, room.visit_id)

    assert (part.note.kind, len(part.past)) == ("return", min(visits, 8))
