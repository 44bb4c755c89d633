"""The road of a visit as its pathway tells it: events in, steps out."""

from pathlib import Path

import pytest
import yaml

from yilu.pathways.rules import moves
from yilu.pathways.rules.moves import Outcome
from yilu.pathways.rules.plan import Plan, plan_of

pytestmark = pytest.mark.covers("I01")
VOIDED, HANDED_OVER = "PrescriptionVoided", "DispenseHandedOver"


def road() -> Plan:
    path = Path(__file__).parents[1] / "pathways/outpatient_visit.yaml"
    return plan_of(yaml.safe_load(path.read_text()))


def told(now: Outcome, *events: tuple[str, dict]) -> Outcome:
    for name, body in events:
        now = moves.react(road(), now.steps, now.facts, name, body)
    return now


def two_prescribed() -> Outcome:
    """The doctor is done, and two prescriptions that cost nothing wait for the patient."""
    return told(
        moves.begin(road(), {"wants_assessment": False}),
        ("TicketIssued", {}),
        ("PrescriptionSigned", {}),
        ("PrescriptionSigned", {}),
        ("TicketFinished", {"kind": "consultation"}),
    )


def test_the_road_of_a_visit_bears_a_bill_that_is_heard_of_late():
    now = moves.begin(road(), {"wants_assessment": False})
    now = told(
        now,
        ("TicketIssued", {}),
        ("PrescriptionSigned", {}),
        ("TicketFinished", {"kind": "consultation"}),
    )
    assert {now.steps[key].state for key in ("pay", "assess")} == {"skipped"}

    now = told(now, ("BillOpened", {}))
    assert [now.steps[key].state for key in ("pay", "medicine", "leave")] == [
        "open", "waiting", "waiting",
    ]  # fmt: skip
    now = told(
        now,
        ("BillSettled", {}),
        (HANDED_OVER, {"is_last": True}),
        ("VisitClosed", {"was_seen": True}),
    )
    assert now.ends == "closed"
    skipped = {key for key, step in now.steps.items() if step.state == "skipped"}
    assert skipped == {"assess", "sample"}
    assert {s.state for key, s in now.steps.items() if key not in skipped} == {"closed"}


@pytest.mark.parametrize("first", [VOIDED, HANDED_OVER])
@pytest.mark.parametrize(("last", "state"), [(VOIDED, "skipped"), (HANDED_OVER, "closed")])
def test_medicine_is_waited_for_until_the_last_of_two_prescriptions(first, last, state):
    now = told(two_prescribed(), (first, {"is_last": False}))
    assert (now.steps["medicine"].state, now.steps["leave"].state) == ("open", "waiting")

    now = told(now, (last, {"is_last": True}))
    assert (now.steps["medicine"].state, now.steps["leave"].state) == (state, "open")


def test_what_is_prescribed_after_the_last_medicine_is_paid_and_waited_for():
    home = told(two_prescribed(), (HANDED_OVER, {"is_last": True}))
    assert [home.steps[key].state for key in ("medicine", "leave")] == ["closed", "open"]

    now = told(home, ("PrescriptionSigned", {}))
    assert [now.steps[key].state for key in ("medicine", "leave")] == ["open", "waiting"]
    now = told(now, ("BillOpened", {}))
    assert [now.steps[key].state for key in ("pay", "medicine")] == ["open", "waiting"]
    now = told(now, ("BillSettled", {}), ("BillOpened", {}))
    assert now.steps["pay"].state == "open", "a third prescription is paid, too"
    now = told(now, ("BillSettled", {}), (HANDED_OVER, {"is_last": True}))
    assert [now.steps[k].state for k in ("pay", "medicine", "leave")] == [
        "closed",
        "closed",
        "open",
    ]


def test_medicine_that_comes_back_is_owed_again_although_the_rest_was_voided():
    now = told(
        two_prescribed(),
        (HANDED_OVER, {"is_last": False}),
        (VOIDED, {"is_last": True}),
        ("DispenseMoved", {"before": "handed_over"}),
    )

    assert (now.steps["medicine"].state, now.steps["leave"].state) == ("open", "waiting")
