"""Prescriptions: written, checked, signed, voided, sent back; and allergies that stop them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from yilu.clinical.errors import (
    AlertsOpen,
    AlreadySigned,
    MoveRefused,
    NotThePrescriber,
    PrescriptionIncomplete,
    ReasonMissing,
    TooManyDrugs,
    UnknownDrug,
)
from yilu.clinical.models import Prescription, PrescriptionAlert, PrescriptionItem
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.operations.prescriptions import (
    confirm_prescription,
    extend_validity,
    mark_dispensed,
    return_prescription,
    void_prescription,
)
from yilu.clinical.selectors.prescriptions import (
    prescription_detail,
    prescription_facts,
    prescriptions_of_visits,
)
from yilu.clinical.states import PRESCRIPTION_MOVES, PrescriptionState, check_prescription_move
from yilu.clinical.tests.factories import (
    AMOXICILLIN,
    allergic,
    another_doctor,
    make_drug,
    make_room,
    make_visit,
    no_allergies,
    order,
    prescribed,
    sheet,
)
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
S = PrescriptionState


def write(room, *orders, version=None, **fields):
    return write_prescription(
        actor=room.doctor, visit_id=room.visit_id, sheet=sheet(*orders, **fields), version=version
    )


def sign(room, prescription_id, **reasons):
    return sign_prescription(actor=room.doctor, prescription_id=prescription_id, **reasons)


@pytest.mark.covers("C06")
def test_a_signed_prescription_has_number_seal_validity_and_its_drugs():
    room = make_room()
    prescription_id = prescribed(room)

    facts = prescription_facts([prescription_id])[prescription_id]
    assert facts.number == f"R{facts.clinic_day:%Y%m%d}-0001"
    assert (facts.valid_until, len(facts.digest), facts.state) == (facts.clinic_day, 64, S.SIGNED)
    [item] = facts.items
    assert (item.dose, item.frequency, item.days, item.quantity) == (500, "tid", 5, 2)
    assert facts.diagnosis_names == ("急性上呼吸道感染",)
    told = Event.objects.get(name="PrescriptionSigned")
    assert told.body["items"] == [{"drug_id": str(item.drug_id), "quantity": "2"}]
    assert (told.body["visit_id"], told.body["patient_id"]) == (
        str(room.visit_id),
        str(room.patient_id),
    )


def test_numbers_run_on_per_site_and_day():
    room = make_room()
    first = prescribed(room)
    second = write(room, order(make_drug(atc="R05CB01", name=("氨溴索片", "Ambroxol")))).id

    sign(room, second)

    numbers = [one.number[-4:] for one in prescription_facts([first, second]).values()]
    assert sorted(numbers) == ["0001", "0002"]


@pytest.mark.parametrize("lacks", ["diagnosis_basis", "rationale", "follow_up_plan"])
def test_nothing_is_signed_without_basis_rationale_and_plan(lacks):
    room = make_room()
    no_allergies(room)
    draft = write(room, order(make_drug()), **{lacks: " "})

    with pytest.raises(PrescriptionIncomplete) as refused:
        sign(room, draft.id)

    assert [error.field for error in refused.value.errors] == [lacks]
    assert PrescriptionItem.objects.count() == 0


def test_an_empty_prescription_is_not_signed():
    room = make_room()

    with pytest.raises(PrescriptionIncomplete) as refused:
        sign(room, write(room).id)

    assert [error.field for error in refused.value.errors] == ["items"]


def test_more_than_a_week_needs_a_reason():
    room = make_room()
    no_allergies(room)
    draft = write(room, order(make_drug(), days=14))

    with pytest.raises(PrescriptionIncomplete) as refused:
        sign(room, draft.id)
    write(room, order(make_drug(), days=14), long_supply_reason="慢性病，病情稳定")
    number = sign(room, draft.id)

    assert [error.field for error in refused.value.errors] == ["long_supply_reason"]
    assert number


def test_a_sheet_holds_five_drugs():
    room = make_room()
    orders = [order(make_drug(atc=f"R05CB{n:02d}")) for n in range(6)]

    with pytest.raises(TooManyDrugs):
        write(room, *orders)

    assert len(write(room, *orders[:5]).alerts) >= 0
    assert Prescription.objects.count() == 1


def test_the_table_itself_refuses_a_sixth():
    room = make_room()
    draft = Prescription.objects.get(pk=write(room, order(make_drug())).id)
    drug = make_drug()
    sixth = PrescriptionItem(
        prescription=draft, position=6, drug_id=drug.id, name=drug.name, form=drug.form,
        strength="", dose=1, dose_unit="mg", dose_per_unit=1, form_unit=drug.form_unit,
        route="po", frequency="qd", days=1, quantity=1, dispense_unit=drug.dispense_unit,
    )  # fmt: skip

    with pytest.raises(DatabaseError, match="at_most_five"), transaction.atomic():
        sixth.save(force_insert=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dose": Decimal(0)},
        {"dose": Decimal(-1)},
        {"dose": Decimal(100000)},
        {"days": 0},
        {"days": 1000},
        {"frequency": "often"},
        {"route": "teleport"},
        {"instruction": "a\0b"},
        {"instruction": "x" * 201},
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(wrong):
    room = make_room()

    with pytest.raises(Invalid):
        write(room, order(make_drug(), **wrong))

    assert Prescription.objects.count() == 0


def test_a_drug_that_is_unknown_or_gone_is_refused():
    room = make_room()
    gone = make_drug(is_active=False)

    with pytest.raises(UnknownDrug):
        write(room, order(gone))
    with pytest.raises(UnknownDrug):
        write(room, order(replace(gone, id=room.visit_id)))


@pytest.mark.covers("C06")
def test_an_allergy_stops_the_signature_and_no_reason_helps():
    room = make_room()
    allergic(room, "青霉素", reaction="皮疹")
    draft = write(room, order(make_drug(**AMOXICILLIN)))
    [alert] = [one for one in draft.alerts if one.grade == "block"]

    with pytest.raises(AlertsOpen):
        sign(room, draft.id, reasons={alert.key: "我负责"})

    assert (alert.rule, alert.needs) == ("allergy_same_class", "never")
    assert Prescription.objects.get().state == S.DRAFT
    assert PrescriptionAlert.objects.get(grade="block").action == "shown"


def test_a_reason_overrides_what_may_be_overridden_and_is_kept():
    room = make_room()
    allergic(room, "阿莫西林")
    cephalexin = make_drug(name=("头孢氨苄胶囊", "Cefalexin"), atc="J01DB01", level=1)
    draft = write(room, order(cephalexin))
    [alert] = [one for one in draft.alerts if one.needs == "reason"]

    with pytest.raises(AlertsOpen):
        sign(room, draft.id)
    sign(room, draft.id, reasons={alert.key: "既往用过头孢氨苄，无反应"})

    kept = PrescriptionAlert.objects.get(rule="allergy_side_chain")
    assert (kept.action, kept.reason, kept.acted_by) == (
        "overridden",
        "既往用过头孢氨苄，无反应",
        room.doctor.user_id,
    )
    assert (kept.ruleset_version, kept.source != "") == ("2026-1", True)


def test_an_alert_that_changes_the_order_was_heeded():
    room = make_room()
    allergic(room, "青霉素")
    write(room, order(make_drug(**AMOXICILLIN)))

    write(room, order(make_drug()))

    assert PrescriptionAlert.objects.get(rule="allergy_same_class").action == "heeded"


def test_nothing_is_signed_while_nobody_asked_about_allergies():
    room = make_room()
    draft = write(room, order(make_drug()))

    with pytest.raises(AlertsOpen):
        sign(room, draft.id)
    no_allergies(room)

    assert sign(room, draft.id)


def test_two_windows_on_one_draft():
    room = make_room()
    first = write(room, order(make_drug()))

    with pytest.raises(Stale):
        write(room, order(make_drug()), version=first.version - 1)

    assert write(room, order(make_drug()), version=first.version).version == first.version + 1


def test_a_prescription_is_signed_once_and_by_its_author():
    room = make_room()
    no_allergies(room)
    draft = write(room, order(make_drug()))

    with pytest.raises(NotThePrescriber):
        sign_prescription(actor=another_doctor(room).actor(), prescription_id=draft.id)
    sign(room, draft.id)
    with pytest.raises(AlreadySigned):
        sign(room, draft.id)

    assert Event.objects.filter(name="PrescriptionSigned").count() == 1


def test_a_nurse_and_a_stranger_prescribe_nothing():
    room, elsewhere = make_room(), make_room()

    with pytest.raises(NotAllowed):
        write_prescription(actor=room.nurse, visit_id=room.visit_id, sheet=sheet())
    with pytest.raises(NotFound):
        write_prescription(actor=elsewhere.doctor, visit_id=room.visit_id, sheet=sheet())
    assert Prescription.objects.count() == 0


def test_the_database_refuses_to_change_what_was_signed():
    room = make_room()
    prescription_id = prescribed(room)
    mine = Prescription.objects.filter(pk=prescription_id)
    items = PrescriptionItem.objects.filter(prescription_id=prescription_id)
    item = items.get()
    item.position, item.id = 2, make_drug().id

    for change in (
        lambda: mine.update(rationale="x"),
        lambda: items.update(dose=1),
        lambda: item.save(force_insert=True),
        items.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_voiding_says_why_and_comes_before_dispensing():
    room = make_room()
    prescription_id = prescribed(room)

    with pytest.raises(ReasonMissing):
        void_prescription(actor=room.doctor, prescription_id=prescription_id, reason=" ")
    void_prescription(actor=room.doctor, prescription_id=prescription_id, reason="开错药")
    with pytest.raises(MoveRefused):
        void_prescription(actor=room.doctor, prescription_id=prescription_id, reason="再次")

    assert prescription_facts([prescription_id])[prescription_id].void_reason == "开错药"
    assert Event.objects.filter(name="PrescriptionVoided").count() == 1


def test_what_was_dispensed_cannot_be_voided():
    room = make_room()
    prescription_id = prescribed(room)
    mark_dispensed(actor=room.pharmacist, prescription_id=prescription_id)

    with pytest.raises(MoveRefused):
        void_prescription(actor=room.doctor, prescription_id=prescription_id, reason="x")


def test_a_prescription_that_was_sent_back_is_signed_again_with_a_reason():
    room = make_room()
    prescription_id = prescribed(room)
    return_prescription(
        actor=room.pharmacist, prescription_id=prescription_id, reason="2-5 剂量偏大"
    )

    confirm_prescription(actor=room.doctor, prescription_id=prescription_id, reason="体重大，已核")

    facts = prescription_facts([prescription_id])[prescription_id]
    assert (facts.state, facts.confirmed_reason) == (S.SIGNED, "体重大，已核")
    assert Event.objects.filter(name="PrescriptionSigned").count() == 2


@pytest.mark.parametrize(("days", "right"), [(0, False), (1, True), (3, True), (4, False)])
def test_validity_is_extended_by_three_days_at_most(days, right):
    room = make_room()
    prescription_id = prescribed(room)
    day = prescription_facts([prescription_id])[prescription_id].clinic_day

    if right:
        extend_validity(
            actor=room.doctor, prescription_id=prescription_id, days=days, reason="明日来取"
        )
    else:
        with pytest.raises(Invalid):
            extend_validity(
                actor=room.doctor, prescription_id=prescription_id, days=days, reason="x"
            )

    until = prescription_facts([prescription_id])[prescription_id].valid_until
    assert until == day + timedelta(days=days if right else 0)


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("target", S)
def test_only_the_listed_moves_are_made(current, target):
    if target in PRESCRIPTION_MOVES[current]:
        check_prescription_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_prescription_move(current, target)


def test_what_was_prescribed_before_counts_as_taken():
    room = make_room()
    paracetamol = make_drug()
    prescribed(room, order(paracetamol))
    later = replace(room, visit_id=make_visit(room.site_id, room.patient_id))

    alerts = write(later, order(paracetamol)).alerts

    assert [one.rule for one in alerts if one.rule.startswith("taken")] == ["taken_substance"]


@pytest.mark.parametrize("sheets", [1, 12])
def test_prescriptions_of_visits_cost_two_queries(sheets, django_assert_num_queries):
    room = make_room()
    no_allergies(room)
    for n in range(sheets):
        sign(room, write(room, order(make_drug(atc=f"Z{n:02d}XX{n:02d}"))).id)

    with django_assert_num_queries(2):
        found = prescriptions_of_visits([room.visit_id])

    assert [len(one.items) for one in found] == [1] * sheets


def test_reading_a_prescription_is_written_down():
    room, elsewhere = make_room(), make_room()
    prescription_id = prescribed(room)
    lines = AuditEntry.objects.filter(action="patients.patient.seen").count()

    detail = prescription_detail(room.doctor, prescription_id)
    with pytest.raises(NotFound):
        prescription_detail(elsewhere.doctor, prescription_id)

    assert str(detail.prescriber) == "陈谷雨"
    assert AuditEntry.objects.filter(action="patients.patient.seen").count() == lines + 1
