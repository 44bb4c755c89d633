"""Forms about a patient: sent twice they act once; they never touch another patient's record."""

from dataclasses import replace

import pytest

from yilu.clinical.models import Allergy, Diagnosis, Problem, RiskAssessment, VitalSigns
from yilu.clinical.operations.history import add_problem
from yilu.clinical.operations.risks import record_risk
from yilu.clinical.operations.vitals import record_vitals
from yilu.clinical.tests.factories import (
    allergic,
    diagnosed,
    make_code,
    make_room,
    make_second_patient,
)
from yilu.clinical.tests.test_pages import PART, browser, sealed, url

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C02", "C03")]
KIDNEY = {"age": "40", "sex": "female", "creatinine": "88.4"}
TWICE = [
    ("vitals-form", (), {"pulse": "72"}, VitalSigns),
    ("risk", ("ckd_epi",), KIDNEY, RiskAssessment),
    (
        "add-allergy",
        (),
        {"kind": "allergy", "substance": "青霉素", "certainty": "confirmed", "severity": "mild"},
        Allergy,
    ),
]


@pytest.mark.parametrize(("name", "more", "fields", "model"), TWICE, ids=[one[0] for one in TWICE])
def test_a_form_that_is_sent_twice_is_kept_once_and_answered_twice(name, more, fields, model):
    room = make_room()
    client = browser(room.doctor)
    form = sealed(room, **fields)

    first = client.post(url(name, room, *more), form, headers=PART)
    again = client.post(url(name, room, *more), form, headers=PART)
    another = client.post(url(name, room, *more), sealed(room, **fields), headers=PART)

    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert again.text == first.text
    # An allergy on record is not recorded again by another form either.
    expected = (409, 1) if model is Allergy else (200, 2)
    assert (another.status_code, model.objects.count()) == expected


@pytest.mark.parametrize(("name", "more", "fields", "model"), TWICE, ids=[one[0] for one in TWICE])
def test_a_form_without_its_key_is_refused(name, more, fields, model):
    room = make_room()
    form = sealed(room, **fields) | {"request_key": ""}

    answer = browser(room.doctor).post(url(name, room, *more), form, headers=PART)

    assert answer.status_code == 400
    assert not model.objects.exists()


def rows_of(room) -> dict[str, tuple]:
    make_code("E11.900", "2 型糖尿病")
    return {
        "allergy": (Allergy, allergic(room, "青霉素", certainty="suspected")),
        "diagnosis": (Diagnosis, diagnosed(room)),
        "problem": (
            Problem, add_problem(actor=room.doctor, visit_id=room.visit_id, text="糖尿病", code="")
        ),
        "risk": (
            RiskAssessment,
            record_risk(actor=room.nurse, visit_id=room.visit_id, key="ckd_epi", values=KIDNEY),
        ),
        "vitals": (
            VitalSigns,
            record_vitals(
                actor=room.nurse, visit_id=room.visit_id, values={"pulse": "72"}
            ).id,
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("allergy", "verify-allergy", ()), ("allergy", "refute-allergy", ()),
        ("diagnosis", "diagnosis-remove", ()), ("diagnosis", "diagnosis-suspected", ()),
        ("problem", "resolve-problem", ()),
        ("risk", "withdraw-risk", ()), ("vitals", "withdraw-vitals", ()),
    ],
)  # fmt: skip
def test_what_belongs_to_another_patient_is_not_found_and_not_changed(kind, name, more):
    room = make_room()
    model, row_id = rows_of(room)[kind]
    before = model.objects.filter(pk=row_id).values().get()
    theirs = make_second_patient(room)
    here = url(name, room, row_id, *more).replace(str(room.visit_id), str(theirs))
    form = sealed(replace(room, visit_id=theirs), reason="错")

    answer = browser(room.doctor).post(here + "?version=1", form, headers=PART)

    assert answer.status_code == 404
    assert model.objects.filter(pk=row_id).values().get() == before
    own = browser(room.doctor).post(
        url(name, room, row_id, *more) + "?version=1", sealed(room, reason="错", version=1),
        headers=PART,
    )  # fmt: skip
    assert own.status_code == 200
    assert model.objects.filter(pk=row_id).values().get() != before
