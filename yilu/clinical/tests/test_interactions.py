"""Which medicines are not given together, on one prescription or beside what is taken already."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from yilu.clinical.errors import AlertsOpen
from yilu.clinical.models import Prescription
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.rules.allergens import GRAVEST
from yilu.clinical.rules.checks import Taken, check
from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.sentences import explain
from yilu.clinical.selectors.parts import sheet_part
from yilu.clinical.tests.factories import (
    diagnosed,
    make_drug,
    make_room,
    no_allergies,
    order,
    prescribed,
    sheet,
)
from yilu.clinical.tests.test_checks import ADULT, DOCTOR, NEVER, REASON, WARN, found, ordered
from yilu.platform.ids import new_id

pytestmark = pytest.mark.covers("C06")
WARFARIN, CLARITHROMYCIN, SIMVASTATIN = "B01AA03", "J01FA09", "C10AA01"
UNTIL = date(2031, 3, 3)


def together(first: str, second: str) -> list[tuple[str, str, str]]:
    lines = [ordered(atc, dose=Decimal(1), frequency="qd") for atc in (first, second)]
    return [one for one in found(*lines) if one[0].startswith("interaction")]


@pytest.mark.parametrize(
    ("first", "second", "grade"),
    [
        (WARFARIN, "P01AB01", REASON),
        (WARFARIN, "M01AE01", REASON),
        (WARFARIN, CLARITHROMYCIN, WARN),
        (SIMVASTATIN, CLARITHROMYCIN, NEVER),
        ("B01AC04", "A02BC01", REASON),
        ("J01AA02", "A12AX", WARN),
        ("A03FA03", "J02AC01", NEVER),  # Graver than what both do to the QT time.
        ("B01AC06", "M01AE01", REASON),
        ("M01AE01", "M01AE02", None),  # Of one class: told as a duplicate.
        (WARFARIN, "N02BE01", None),
        (WARFARIN, "", None),
    ],
)
def test_two_medicines_that_do_not_go_together_are_found_in_either_order(first, second, grade):
    expected = [("interaction", *grade)] if grade else []

    assert together(first, second) == expected
    assert together(second, first) == expected


def test_what_is_taken_already_is_counted_with_its_day():
    taken = Taken(new_id(), {"zh-Hans": "华法林", "en": "Warfarin"}, WARFARIN, UNTIL)

    alerts = check([ordered("M01AE01", dose=Decimal(1))], replace(ADULT, taken=(taken,)), DOCTOR)

    said = {one.rule: explain(one.rule, one.facts) for one in alerts}
    assert set(said) == {"interaction_taken"}
    for words in ("华法林", "2031-03-03", "消化道出血"):
        assert words in said["interaction_taken"]
    with translation.override("en"):
        assert "Bleeding of the gut" in explain("interaction_taken", alerts[0].facts)


def test_every_rule_has_a_grade_two_sides_and_words_in_both_languages():
    for rule in ruleset("interactions").body["pairs"]:
        assert rule["grade"] in GRAVEST
        assert rule["a"]
        assert rule["b"]
        assert set(rule["note"]) == {"zh-Hans", "en"}
        assert rule["note"]["en"].isascii() or "–" in rule["note"]["en"]


@pytest.mark.django_db
def test_a_prescription_that_interacts_is_signed_with_a_reason_only():
    room = make_room(sex="male")
    no_allergies(room)
    diagnosed(room)
    ibuprofen = order(make_drug(("布洛芬", "Ibuprofen"), "M01AE01"), dose=Decimal(100))
    warfarin = order(make_drug(("华法林", "Warfarin"), WARFARIN), dose=Decimal(1), frequency="qd")

    written = write_prescription(
        actor=room.doctor, visit_id=room.visit_id, sheet=sheet(ibuprofen, warfarin)
    )
    [alert] = [one for one in written.alerts if one.rule == "interaction"]
    with pytest.raises(AlertsOpen):
        sign_prescription(actor=room.doctor, prescription_id=written.id)
    reasons = {alert.key: "短期使用，3 天后复查 INR"}
    sign_prescription(actor=room.doctor, prescription_id=written.id, reasons=reasons)

    assert Prescription.objects.get().state == "signed"


@pytest.mark.django_db
def test_the_sheet_says_it_of_what_another_prescription_gave():
    room = make_room(sex="male")
    statin = make_drug(("辛伐他汀", "Simvastatin"), SIMVASTATIN)
    prescribed(room, order(statin, dose=Decimal(1), frequency="qn", days=7))
    antibiotic = make_drug(("克拉霉素", "Clarithromycin"), CLARITHROMYCIN, level=1)

    write_prescription(
        actor=room.doctor, visit_id=room.visit_id, sheet=sheet(order(antibiotic, days=3))
    )

    part = sheet_part(room.doctor, room.visit_id)
    assert part.is_stopped
    assert any("横纹肌溶解" in alert.text for alert in part.alerts)
