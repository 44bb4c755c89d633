"""Taking vital signs: what is kept, flagged, scored, refused and withdrawn."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from yilu.clinical.errors import Implausible, NothingMeasured, ReasonMissing
from yilu.clinical.models import ScoreResult, VitalSigns
from yilu.clinical.operations.intake import IntakeFacts, save_intake
from yilu.clinical.operations.vitals import (
    end_oxygen_target,
    record_vitals,
    set_oxygen_target,
    withdraw_vitals,
)
from yilu.clinical.rules.vitals import bounds, checked, flags
from yilu.clinical.selectors.live import live_scores
from yilu.clinical.selectors.measures import rounds_of, vitals_of, vitals_trend
from yilu.clinical.selectors.parts import vitals_part
from yilu.clinical.tests.factories import make_room, make_second_patient
from yilu.clinical.tests.test_scores import WELL
from yilu.patients.models import Patient
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db


def take(room, **values: str):
    return record_vitals(actor=room.nurse, visit_id=room.visit_id, values=values)


@pytest.mark.covers("B06")
def test_a_round_is_kept_with_its_scores_inputs_and_the_version_of_the_rules():
    room = make_room()

    recorded = take(room, **WELL, pain="5", weight="63.5", height="165")

    kept = {row.ruleset: row for row in ScoreResult.objects.filter(vitals_id=recorded.id)}
    assert {key: row.total for key, row in kept.items()} == {
        "acuity": 3, "news2": 0, "mews": 1, "bmi": Decimal("23.30"), "pain": 5,
    }  # fmt: skip
    assert kept["news2"].ruleset_version == "2017-1"
    assert kept["news2"].inputs == WELL | {"spo2_scale": "1"}
    assert recorded.news2 == 0


def test_a_stored_score_is_read_and_never_computed_again():
    room = make_room()
    recorded = take(room, **WELL)
    # A later edition of the rules would say something else; what was stored stays.
    ScoreResult.objects.bulk_create(
        [_other_edition(ScoreResult.objects.get(vitals_id=recorded.id, ruleset="mews"))]
    )

    shown = vitals_of([room.visit_id])[room.visit_id]

    assert [(s.ruleset, s.version, s.total) for s in shown.scores if s.ruleset == "morse"] == [
        ("morse", "0-test", "99")
    ]


def _other_edition(row: ScoreResult) -> ScoreResult:
    row.pk, row.ruleset, row.ruleset_version, row.total = None, "morse", "0-test", 99
    row.id = ScoreResult._meta.pk.get_default()
    return row


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("temperature", "24.9", "25.0"),
        ("temperature", "45.1", "45.0"),
        ("temperature", "36.85", "36.8"),
        ("pulse", "19", "20"),
        ("pulse", "301", "300"),
        ("systolic", "39", "40"),
        ("diastolic", "201", "200"),
        ("spo2", "101", "100"),
        ("respiratory_rate", "2", "3"),
        ("pain", "11", "10"),
        ("weight", "400.1", "400"),
        ("height", "19.9", "20"),
        ("consciousness", "X", "A"),
    ],
)
def test_what_no_device_can_show_is_refused(name, wrong, right):
    refused = checked({name: wrong})[1]

    assert [(error.field, error.code) for error in refused if error.field == name] != []
    assert checked({name: right})[1] == []


@pytest.mark.parametrize("typed", ["12O", "１２０", "1e2", "NaN", "--", "120" * 2000, "²", "12\0"])
def test_numbers_that_are_none_are_refused(typed):
    assert checked({"systolic": typed})[0] == {} or typed == "1e2"


def test_an_implausible_value_keeps_nothing():
    room = make_room()
    lines = AuditEntry.objects.count()

    with pytest.raises(Implausible) as refused:
        take(room, **WELL | {"temperature": "368"})

    assert [error.field for error in refused.value.errors] == ["temperature"]
    assert VitalSigns.objects.count() == 0
    assert AuditEntry.objects.count() == lines
    assert not Event.objects.filter(name="VitalsRecorded").exists()


def test_the_lower_pressure_must_be_lower():
    assert [e.code for e in checked({"systolic": "100", "diastolic": "110"})[1]] == [
        "diastolic_too_high"
    ]


def test_nothing_measured_is_nothing_kept():
    room = make_room()

    with pytest.raises(NothingMeasured):
        take(room, oxygen="no", consciousness="A", pulse=" ")

    assert VitalSigns.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "age", "found"),
    [
        ({"temperature": "37.3"}, 40, [("temperature", "attention", "fever")]),
        ({"temperature": "37.2"}, 40, []),
        ({"temperature": "39.0"}, 40, [("temperature", "urgent", "recheck")]),
        ({"systolic": "180"}, 40, [("systolic", "urgent", "recheck")]),
        ({"systolic": "179"}, 40, [("systolic", "attention", "tell")]),
        ({"systolic": "139"}, 40, []),
        ({"systolic": "89"}, 40, [("systolic", "urgent", "recheck")]),
        ({"systolic": "89"}, 6, []),
        ({"diastolic": "110"}, 40, [("diastolic", "urgent", "recheck")]),
        ({"pulse": "121"}, 40, [("pulse", "urgent", "recheck")]),
        ({"pulse": "120"}, 40, []),
        ({"pulse": "121"}, 3, []),
        ({"pulse": "49"}, 40, [("pulse", "urgent", "recheck")]),
        ({"respiratory_rate": "25"}, 40, [("respiratory_rate", "urgent", "recheck")]),
        ({"respiratory_rate": "24"}, 40, []),
        ({"spo2": "92"}, 3, [("spo2", "urgent", "recheck")]),
        ({"spo2": "93"}, 3, []),
        ({"glucose": "3.8"}, 40, [("glucose", "urgent", "recheck")]),
        ({"glucose": "3.9"}, 40, []),
        ({"glucose": "16.7"}, 40, [("glucose", "urgent", "recheck")]),
        ({"pain": "7"}, 40, [("pain", "urgent", "recheck")]),
        ({"pain": "6"}, 40, []),
    ],
)
def test_values_out_of_range_are_flagged_at_the_edge(values, age, found):
    assert [(one.value, one.grade, one.do) for one in flags(values, age)] == found


def test_the_event_says_whether_to_measure_again():
    room = make_room()

    take(room, **WELL | {"systolic": "190"})

    told = Event.objects.get(name="VitalsRecorded")
    assert (told.body["needs_recheck"], told.body["visit_id"]) == (True, str(room.visit_id))
    assert f"clinical:{room.visit_id}" in told.topics


def test_pregnant_women_get_no_news2():
    room = make_room()
    save_intake(actor=room.nurse, visit_id=room.visit_id, facts=IntakeFacts(pregnancy="yes"))

    assert take(room, **WELL).news2 is None


def test_children_get_no_news2():
    assert take(make_room(born_on=date(2015, 5, 4)), **WELL).news2 is None


def test_a_documented_target_brings_scale_two_until_it_ends():
    room = make_room()
    low = WELL | {"spo2": "90"}
    set_oxygen_target(actor=room.doctor, visit_id=room.visit_id, reason="慢阻肺，目标 88–92%")

    with_target = take(room, **low).news2
    end_oxygen_target(actor=room.doctor, visit_id=room.visit_id)

    assert (with_target, take(room, **low).news2) == (0, 3)


def test_only_a_prescriber_documents_a_target():
    room = make_room()

    with pytest.raises(NotAllowed):
        set_oxygen_target(actor=room.nurse, visit_id=room.visit_id, reason="x")
    with pytest.raises(ReasonMissing):
        set_oxygen_target(actor=room.doctor, visit_id=room.visit_id, reason=" ")


def test_a_slip_of_the_hand_is_withdrawn_and_stays_readable():
    room = make_room()
    wrong = take(room, pulse="67")

    withdraw_vitals(actor=room.nurse, vitals_id=wrong.id, reason="测错人")

    assert vitals_of([room.visit_id]) == {}
    [kept] = rounds_of(room.visit_id)
    assert (kept.is_withdrawn, kept.withdrawn_reason, kept.version) == (True, "测错人", 2)


def test_measurements_cannot_be_changed_even_by_their_table():
    room = make_room()
    take(room, **WELL)

    for change in (
        lambda: VitalSigns.objects.update(values={}),
        lambda: ScoreResult.objects.update(total=20),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_withdrawing_from_an_old_page_is_refused():
    room = make_room()
    taken = take(room, pulse="67")

    with pytest.raises(Stale):
        withdraw_vitals(actor=room.nurse, vitals_id=taken.id, reason="x", version=9)


def test_who_may_not_see_the_visit_learns_nothing():
    room, elsewhere = make_room(), make_room()

    with pytest.raises(NotFound):
        record_vitals(actor=elsewhere.nurse, visit_id=room.visit_id, values=WELL)
    with pytest.raises(NotAllowed):
        record_vitals(actor=room.pharmacist, visit_id=room.visit_id, values=WELL)
    assert VitalSigns.objects.count() == 0


@pytest.mark.parametrize("visits", [1, 12])
def test_the_latest_rounds_of_visits_cost_two_queries(visits, django_assert_num_queries):
    room = make_room()
    ids = [room.visit_id, *(make_second_patient(room) for _ in range(visits - 1))]
    for visit_id in ids:
        record_vitals(actor=room.nurse, visit_id=visit_id, values=WELL)

    with django_assert_num_queries(2):
        found = vitals_of(ids)

    assert set(found) == set(ids)


def test_the_trend_holds_one_point_a_day():
    room = make_room()
    take(room, systolic="150", diastolic="95")
    take(room, systolic="140", diastolic="90", weight="63.5")

    [point] = vitals_trend(room.patient_id)

    assert (point.systolic, point.diastolic, str(point.weight)) == (140, 90, "63.5")


def test_an_intake_is_kept_in_versions_and_scores_the_fall_risk():
    room = make_room()
    fall = {"fall_history": "yes", "second_diagnosis": "no", "walking_aid": "none",
            "infusion": "no", "gait": "normal", "mental": "knows_limits"}  # fmt: skip
    facts = IntakeFacts(chief_complaint="头晕 2 周", fall=fall)

    first = save_intake(actor=room.nurse, visit_id=room.visit_id, facts=facts, version=0)
    again = save_intake(actor=room.nurse, visit_id=room.visit_id, facts=facts, version=1)

    assert (first, again) == (1, 1)
    assert ScoreResult.objects.get(ruleset="morse").band == "moderate"
    with pytest.raises(Stale):
        save_intake(actor=room.nurse, visit_id=room.visit_id, facts=IntakeFacts(), version=0)


@pytest.mark.parametrize(
    "facts",
    [
        IntakeFacts(chief_complaint="x" * 201),
        IntakeFacts(history="a\0b"),
        IntakeFacts(medication=chr(0xD800)),
        IntakeFacts(pregnancy="perhaps"),
        IntakeFacts(pregnancy="yes", pregnancy_weeks=44),
        IntakeFacts(fall={"gait": "flying"}),
        IntakeFacts(fall={"nothing": "yes"}),
    ],
)
def test_an_intake_that_cannot_be_kept_is_refused(facts):
    room = make_room()

    with pytest.raises(Invalid):
        save_intake(actor=room.nurse, visit_id=room.visit_id, facts=facts)


@pytest.mark.parametrize(
    ("born_on", "pregnant", "words"),
    [
        (None, "no", "the birth date is not known"),
        (date(2021, 5, 4), "no", "meant for patients of 16 and older"),
        (date(1986, 5, 4), "yes", "not meant in pregnancy"),
    ],
)
@pytest.mark.covers("B06")
def test_a_round_without_a_score_says_in_one_sentence_why(born_on, pregnant, words):
    room = make_room(born_on=born_on)
    save_intake(
        actor=room.nurse, visit_id=room.visit_id, facts=IntakeFacts(pregnancy=pregnant), version=0
    )
    take(room, **WELL)

    with translation.override("en"):
        kept = vitals_part(room.nurse, room.visit_id).no_score
        live = live_scores(room.nurse, room.visit_id, WELL).no_score

    assert kept is not None
    assert words in kept.text
    assert kept.needs_birth_date == (born_on is None)
    assert live == kept
    assert not ScoreResult.objects.filter(ruleset="news2").exists()


def test_a_round_in_which_something_was_left_out_says_what():
    room = make_room()
    take(room, **{name: value for name, value in WELL.items() if name != "spo2"})

    with translation.override("en"):
        kept = vitals_part(room.nurse, room.visit_id).no_score

    assert kept is not None
    assert kept.text.endswith("not measured: SpO₂")


def test_a_birth_date_that_came_later_asks_to_measure_again():
    room = make_room(born_on=None)
    take(room, **WELL)
    Patient.objects.filter(pk=room.patient_id).update(born_on=date(1986, 5, 4))

    with translation.override("en"):
        before = vitals_part(room.nurse, room.visit_id).no_score
        take(room, **WELL)
        after = vitals_part(room.nurse, room.visit_id).no_score

    assert before is not None
    assert "Measure again" in before.text
    assert after is None


@pytest.mark.covers("B06")
def test_the_level_that_values_suggest_is_kept_with_what_it_was_made_of():
    room = make_room()
    recorded = take(room, **WELL | {"pulse": "155"})
    kept = ScoreResult.objects.get(vitals_id=recorded.id, ruleset="acuity")
    assert (kept.band, kept.ruleset_version, kept.inputs["pulse"]) == ("level_2", "2018-1", "155")
    shown = vitals_of([room.visit_id])[room.visit_id].scores
    assert [(one.ruleset, sorted(one.reasons)) for one in shown if one.reasons] == [
        ("acuity", ["MEWS", str(bounds()["pulse"].title)])
    ]
