"""Risk scores on the record: filled in from it, kept with their inputs, refused, withdrawn."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from yilu.clinical.errors import NotScored, ReasonMissing
from yilu.clinical.models import RiskAssessment
from yilu.clinical.operations.history import add_problem
from yilu.clinical.operations.risks import record_risk, withdraw_risk
from yilu.clinical.operations.vitals import record_vitals
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.risks import known_inputs, past_risks, risk_form, risk_page
from yilu.clinical.tests.factories import make_code, make_room, make_second_patient
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C11")]
KIDNEY = {"age": "40", "sex": "female", "creatinine": "88.4"}


def kept(room, key: str = "ckd_epi", **values: str):
    return record_risk(actor=room.nurse, visit_id=room.visit_id, key=key, values=KIDNEY | values)


def past(room):
    return past_risks(room.patient_id, site_zone(room.site_id))


def test_what_the_record_knows_is_filled_in_and_says_from_where():
    room = make_room()
    make_code("E11.900", "2 型糖尿病")
    add_problem(actor=room.doctor, visit_id=room.visit_id, text="糖尿病", code="E11.900")
    record_vitals(
        actor=room.nurse, visit_id=room.visit_id,
        values={"systolic": "150", "diastolic": "95", "weight": "63.5", "height": "165"},
    )  # fmt: skip

    known = known_inputs(setting(room.doctor, room.visit_id))

    assert {code: one.value for code, one in known.items()} == {
        "age": "40", "sex": "female", "systolic": "150", "diastolic": "95", "weight": "63.5",
        "height": "165", "bmi": "23.3", "diabetes": "yes",
    }  # fmt: skip
    form = risk_form(room.doctor, room.visit_id, "china_par")
    fields = {one.about.code: one for one in form.fields}
    assert fields["diabetes"].source
    assert not fields["smoker"].value
    assert {str(one) for one in form.result.missing} >= {str(fields["smoker"].about.title)}


def test_an_old_measurement_is_asked_again_and_an_answer_of_this_year_is_not():
    room = make_room()
    record_vitals(actor=room.nurse, visit_id=room.visit_id, values={"systolic": "150"})
    kept(room)

    where = setting(room.doctor, room.visit_id)
    with clock.at(clock.now() + timedelta(days=100)):
        known = known_inputs(where)
    with clock.at(clock.now() + timedelta(days=366)):
        later = known_inputs(where)

    assert "systolic" not in known
    assert known["creatinine"].value == "88.4"
    assert "creatinine" not in later


def test_a_score_is_kept_with_its_inputs_and_the_version_of_its_rules():
    room = make_room()

    kept(room)

    row = RiskAssessment.objects.get()
    assert (row.ruleset, row.ruleset_version, row.inputs) == ("ckd_epi", "2021-1", KIDNEY)
    assert (row.band, row.patient_id, row.assessed_by_id) == (
        "g2",
        room.patient_id,
        room.nurse.user_id,
    )
    assert AuditEntry.objects.filter(action="clinical.risk.recorded").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        RiskAssessment.objects.update(band="g5")
    with pytest.raises(DatabaseError), transaction.atomic():
        RiskAssessment.objects.all().delete()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"creatinine": ""}, "creatinine"), ({"creatinine": "NaN"}, "creatinine"),
        ({"creatinine": "9"}, "creatinine"), ({"age": "17"}, "age"), ({"sex": "other"}, "sex"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_by_field_and_nothing_is_kept(values, field):
    room = make_room()

    with pytest.raises(NotScored) as refused:
        kept(room, **values)

    assert [one.field for one in refused.value.errors] == [field]
    assert not RiskAssessment.objects.exists()


def test_a_score_is_withdrawn_with_a_reason_and_leaves_the_record():
    room = make_room()
    risk_id = kept(room)

    with pytest.raises(ReasonMissing):
        withdraw_risk(actor=room.nurse, risk_id=risk_id, reason=" ")
    with pytest.raises(Stale):
        withdraw_risk(actor=room.nurse, risk_id=risk_id, reason="错", version=7)
    withdraw_risk(actor=room.nurse, risk_id=risk_id, reason="患者报错", version=1)
    withdraw_risk(actor=room.nurse, risk_id=risk_id, reason="again")

    assert past(room) == ()
    assert RiskAssessment.objects.get().withdrawn_reason == "患者报错"


def test_who_may_not_assess_neither_keeps_nor_withdraws():
    room = make_room()
    risk_id = kept(room)

    with pytest.raises((NotAllowed, NotFound)):
        record_risk(actor=room.pharmacist, visit_id=room.visit_id, key="ckd_epi", values=KIDNEY)
    with pytest.raises((NotAllowed, NotFound)):
        withdraw_risk(actor=room.pharmacist, risk_id=risk_id, reason="x")
    with pytest.raises(NotFound):
        record_risk(actor=room.nurse, visit_id=room.visit_id, key="../vitals", values=KIDNEY)
    assert len(past(room)) == 1


def test_page_and_form_cost_the_same_for_one_and_for_twelve(django_assert_num_queries):
    room = make_room()
    kept(room)
    for _ in range(11):
        kept(room)
    risk_page(room.doctor, room.visit_id)

    # One more each for the line about who was seen.
    with django_assert_num_queries(4):
        assert len(risk_page(room.doctor, room.visit_id).past) == 12
    with django_assert_num_queries(8):
        risk_form(room.doctor, room.visit_id, "ckd_epi")
    with django_assert_num_queries(3):
        risk_form(room.doctor, room.visit_id, "ckd_epi", KIDNEY)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_dialog_computes_while_typing_and_keeps(language):
    room = make_room()
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language
    with translation.override(language):
        opened = client.get(url("risk", room, "ckd_epi"), headers=PART)
        live = client.post(url("risk-live", room, "ckd_epi"), sealed(room, **KIDNEY), headers=PART)
        partly = client.post(
            url("risk-live", room, "ckd_epi"), sealed(room, age="40", sex="female"), headers=PART
        )
        refused = client.post(
            url("risk", room, "ckd_epi"), sealed(room, age="40", sex="female", creatinine="9"),
            headers=PART,
        )  # fmt: skip
        saved = client.post(url("risk", room, "ckd_epi"), sealed(room, **KIDNEY), headers=PART)

    assert 'value="40"' in opened.text
    assert "data-risk" in live.text
    assert "G2" in live.text
    assert "data-risk" not in partly.text
    assert refused.status_code == 422
    assert 'value="9"' in refused.text
    assert saved.status_code == 200
    assert "G2" in saved.text


def test_a_form_for_another_patient_is_refused():
    room = make_room()
    other = make_second_patient(room)
    client = browser(room.doctor)
    fields = sealed(room, **KIDNEY)

    answer = client.post(f"/clinical/visit/{other}/risks/ckd_epi", fields, headers=PART)

    assert answer.status_code == 409
    assert not RiskAssessment.objects.exists()


def test_a_score_that_there_is_not_is_not_found():
    room = make_room()
    client = browser(room.doctor)

    for key in ("nothing", "_inputs", "vitals"):
        assert client.get(url("risk", room, key), headers=PART).status_code == 404
        live = client.post(url("risk-live", room, key), sealed(room, **KIDNEY), headers=PART)
        assert live.status_code == 404
