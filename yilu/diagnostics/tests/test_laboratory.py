"""The road of a test: ordered, collected, received, entered, verified, released, corrected."""

from datetime import timedelta

import pytest

from yilu.clinical.tests.factories import make_visit
from yilu.diagnostics import errors
from yilu.diagnostics.models import LabOrder, LabReport, LabValue, Specimen
from yilu.diagnostics.operations.lab_orders import LabWish, cancel_order, order_tests
from yilu.diagnostics.operations.results import (
    Typed,
    enter_results,
)
from yilu.diagnostics.operations.specimens import Taking, collect, reject
from yilu.diagnostics.tests.lab_factories import (
    RIGHT,
    answers,
    arrived,
    make_lab,
    ordered,
    orders,
    reported,
    results,
    taken,
    tube,
)
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
ADDED = (
    "INSERT INTO diagnostics_labvalue SELECT gen_random_uuid(), 'tsh', number, text, unit, low,"
    " high, bounds, flag, 9, order_id, report_id FROM diagnostics_labvalue"
)


def told(name: str) -> list[dict]:
    return [one.body for one in Event.objects.filter(name=name).order_by("id")]


@pytest.mark.covers("C04", "D01")
def test_the_whole_road():
    lab = make_lab()

    report_id = reported(lab, "electrolytes", k="5.6")

    report = LabReport.objects.get(pk=report_id)
    assert (report.state, report.issue) == ("released", 1)
    assert (report.entered_by_id, report.verified_by_id) == (lab.first.user_id, lab.second.user_id)
    values = {one.analyte: (one.text, one.flag, one.bounds) for one in report.values.all()}
    assert values["k"] == ("5.60", "H", "3.5–5.3")
    assert values["na"] == ("140.0", "", "137–147")
    assert orders(lab) == ["released"]
    assert tube(report.specimen_id).state == "released"
    assert told("LabReportReleased")[0]["is_last"] is True
    actions = AuditEntry.objects.filter(action__startswith="diagnostics.").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "diagnostics.laborder.ordered",
        "diagnostics.specimen.collected",
        "diagnostics.specimen.received",
        "diagnostics.report.entered",
        "diagnostics.report.released",
    ]


@pytest.mark.covers("C04")
@pytest.mark.parametrize("tests", [(), ("nothing",), ("cbc", "nothing")])
def test_what_is_not_offered_cannot_be_ordered(tests):
    lab = make_lab()

    with pytest.raises(errors.NothingOrdered):
        ordered(lab, *tests)

    assert not LabOrder.objects.exists()
    assert not told("LabOrdered")


def test_only_a_doctor_orders():
    lab = make_lab()

    with pytest.raises(NotAllowed):
        order_tests(actor=lab.first, wish=LabWish(lab.visit_id, ("cbc",)))

    assert not LabOrder.objects.exists()


def test_the_same_test_is_ordered_once_at_a_visit():
    lab = make_lab()
    ordered(lab, "cbc")

    with pytest.raises(errors.OrderedAlready):
        ordered(lab, "crp", "cbc")

    assert list(LabOrder.objects.values_list("test", flat=True)) == ["cbc"]


@pytest.mark.covers("C04")
def test_a_recent_result_asks_for_a_reason():
    lab = make_lab()
    reported(lab, "electrolytes")

    with pytest.raises(errors.RecentResult):
        ordered(lab, "electrolytes", "crp")
    assert orders(lab) == ["released"]
    ordered(lab, "electrolytes", again="补钾后复查")

    assert LabOrder.objects.filter(state="ordered").get().again == "补钾后复查"


def test_an_old_result_asks_for_nothing():
    lab = make_lab()
    reported(lab, "electrolytes")

    with clock.at(clock.now() + timedelta(days=4)):
        ordered(lab, "electrolytes")

    assert LabOrder.objects.filter(state="ordered").count() == 1


def test_an_order_of_another_visit_asks_for_a_reason():
    lab = make_lab()
    ordered(lab, "electrolytes")
    other = make_visit(lab.room.site_id, lab.room.patient_id)

    with pytest.raises(errors.RecentResult):
        order_tests(actor=lab.doctor, wish=LabWish(other, ("electrolytes",)))


@pytest.mark.covers("C04")
def test_an_order_is_cancelled_with_a_reason_until_it_is_collected():
    lab = make_lab()
    first, second = ordered(lab, "cbc", "crp")
    with pytest.raises(errors.LabReasonMissing):
        cancel_order(actor=lab.doctor, order_id=first, reason="  ")

    cancel_order(actor=lab.doctor, order_id=first, reason="患者拒绝", version=1)
    taking = Taking((second,), RIGHT, answers("crp"))
    collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)
    with pytest.raises(errors.LabMoved):
        cancel_order(actor=lab.doctor, order_id=second, reason="x")

    assert sorted(orders(lab)) == ["cancelled", "collected"]
    assert [one["is_last"] for one in told("LabOrderCancelled")] == [False]


@pytest.mark.covers("D01", "D02")
def test_tubes_get_numbers_and_a_promise():
    lab = make_lab()

    tubes = [tube(one) for one in taken(lab, "cbc", "crp", "liver", "thyroid")]

    assert [one.container for one in tubes] == ["edta", "serum", "serum"]
    assert len({one.number for one in tubes}) == 3
    assert [(one.due_at - one.collected_at) for one in tubes] == [
        timedelta(minutes=30), timedelta(minutes=120), timedelta(minutes=1440),
    ]  # fmt: skip
    assert tubes[0].identity == {"matched": ["born_on", "name"]}
    assert tubes[1].checks == {"fasting": "yes", "bleeding": "no", "side": "yes", "told": "yes"}
    assert [one["is_last"] for one in told("SpecimenCollected")] == [True, True, True]


@pytest.mark.covers("D02")
@pytest.mark.parametrize(
    "identifiers",
    [
        {},
        {"name": "林半夏"},
        {"name": "林半夏", "born_on": "1986-05-05"},
        {"name": "何茯苓", "born_on": "1986-05-04"},
    ],
)
def test_nothing_is_taken_from_somebody_who_is_not_known_to_be_the_patient(identifiers):
    lab = make_lab()
    made = ordered(lab, "cbc")

    taking = Taking(tuple(made), identifiers, answers("cbc"))

    with pytest.raises(errors.PatientNotIdentified):
        collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    assert orders(lab) == ["ordered"]
    assert not Specimen.objects.exists()


@pytest.mark.covers("D02")
def test_every_question_before_collection_needs_an_answer():
    lab = make_lab()
    made = ordered(lab, "lipid")

    taking = Taking(tuple(made), RIGHT, {"told": "yes"})

    with pytest.raises(errors.CheckMissing) as refused:
        collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    assert [one.field for one in refused.value.errors] == [
        "check-fasting", "check-bleeding", "check-side",
    ]  # fmt: skip
    assert not Specimen.objects.exists()


@pytest.mark.covers("D02")
@pytest.mark.parametrize("wrong", [{"fasting": "no"}, {"told": "no"}, {"side": "no"}])
def test_who_is_not_prepared_is_not_collected_from(wrong):
    lab = make_lab()
    made = ordered(lab, "lipid")

    taking = Taking(tuple(made), RIGHT, answers("lipid", **wrong))

    with pytest.raises(errors.NotPrepared):
        collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    assert orders(lab) == ["ordered"]


def test_nobody_collects_twice():
    lab = make_lab()
    made = ordered(lab, "cbc")
    taking = Taking(tuple(made), RIGHT, answers("cbc"))
    collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    with pytest.raises(errors.NothingToCollect):
        collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    assert Specimen.objects.count() == 1


@pytest.mark.covers("D01")
def test_a_refused_tube_is_taken_again():
    lab = make_lab()
    first = arrived(lab, "electrolytes")

    reject(actor=lab.first, specimen_id=first, code="haemolysed", note="重度")
    taking = Taking(tuple(LabOrder.objects.values_list("pk", flat=True)), RIGHT, answers("cbc"))
    [second] = collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)

    assert (tube(first).state, tube(first).rejection) == ("rejected", "haemolysed")
    assert tube(second).number != tube(first).number
    assert LabOrder.objects.get().refused == 1
    assert [one["rejection"] for one in told("SpecimenRejected")] == ["haemolysed"]


def test_a_tube_is_refused_for_a_reason_of_the_list_only():
    lab = make_lab()
    first = arrived(lab, "cbc")

    with pytest.raises(errors.LabReasonMissing):
        reject(actor=lab.first, specimen_id=first, code="because")

    assert tube(first).state == "received"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [({"k": "42"}, ["v-k"]), ({"k": ""}, ["v-k"]), ({"k": "x", "na": ""}, ["v-k", "v-na"])],
)
def test_results_that_cannot_be_are_refused_by_name(values, wrong):
    lab = make_lab()
    first = arrived(lab, "electrolytes")

    typed = results("electrolytes", **values)

    with pytest.raises(errors.ResultsWrong) as refused:
        enter_results(actor=lab.first, specimen_id=first, typed=typed)

    assert [one.field for one in refused.value.errors] == wrong
    assert tube(first).state == "received"
    assert not LabReport.objects.exists()


def test_a_value_may_be_missing_when_a_remark_says_why():
    lab = make_lab()
    first = arrived(lab, "electrolytes")
    typed = results("electrolytes", k="")

    enter_results(actor=lab.first, specimen_id=first, typed=Typed(typed.values, "溶血，钾不报告"))

    assert LabValue.objects.count() == 5
