"""Entering and withdrawing findings: what is kept, refused, and seen on which day."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from yilu.clinical.tests.factories import make_second_patient, make_visit
from yilu.dental.errors import NotCharted, NotUnderstood, ToothChanged, WhyMissing, WithdrawnAlready
from yilu.dental.models import Chart, ToothEntry
from yilu.dental.operations.charting import (
    Charted,
    chart_shorthand,
    chart_teeth,
    choose_dentition,
    withdraw_entry,
)
from yilu.dental.selectors.chart import chart_part
from yilu.dental.tests.factories import charted, make_room
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]


def enter(room, *said: Charted, seen: int | None = None, actor=None):
    who = actor or room.doctor
    return chart_teeth(actor=who, visit_id=room.visit_id, said=said, seen=seen)


def test_a_finding_is_kept_with_who_and_when_and_told():
    room = make_room()

    charted(room, "16", "caries", "OM")

    row = ToothEntry.objects.get()
    assert (row.tooth, row.surfaces, row.finding, row.layer, row.n) == (
        "16", "MO", "caries", "existing", 1,
    )  # fmt: skip
    assert (row.patient_id, row.recorded_by_id) == (room.patient_id, room.doctor.user_id)
    assert AuditEntry.objects.filter(action="dental.tooth.charted").count() == 1
    assert Event.objects.get(name="TeethCharted").body["teeth"] == "16"


@pytest.mark.parametrize(
    "said",
    [
        Charted("19", "caries", "O"), Charted("16", "caries"), Charted("16", "caries", "X"),
        Charted("16", "nothing"), Charted("16", "caries", "O", "amalgam"),
        Charted("16", "caries", "O", layer="maybe"), Charted("86", "missing"),
        Charted("16", "missing", note="\x00"), Charted("", "missing"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_and_nothing_is_kept(said):
    room = make_room()

    with pytest.raises(NotCharted):
        enter(room, Charted("11", "crown"), said)

    assert not ToothEntry.objects.exists()
    assert not Event.objects.filter(name="TeethCharted").exists()


def test_nothing_is_put_on_a_tooth_that_is_gone():
    room = make_room()
    charted(room, "36", "missing")

    with pytest.raises(NotCharted):
        charted(room, "36", "caries", "O")
    charted(room, "36", "implant", layer="planned")

    assert ToothEntry.objects.count() == 2


def test_typed_findings_are_entered_all_or_none():
    room = make_room()

    chart_shorthand(actor=room.doctor, visit_id=room.visit_id, text="16 MO caries; 36,46 缺失")
    with pytest.raises(NotUnderstood) as refused:
        chart_shorthand(actor=room.doctor, visit_id=room.visit_id, text="11 missing; 12 qwertz")

    assert "qwertz" in str(refused.value)
    assert sorted(ToothEntry.objects.values_list("tooth", flat=True)) == ["16", "36", "46"]


def test_who_has_not_seen_the_last_entry_of_a_tooth_looks_again():
    room = make_room()
    seen = chart_part(room.doctor, room.visit_id).seen
    entry = charted(room, "16", "missing")

    with pytest.raises(ToothChanged):
        enter(room, Charted("16", "caries", "O"), seen=seen)
    enter(room, Charted("17", "caries", "O"), seen=seen)
    now = chart_part(room.doctor, room.visit_id).seen
    withdraw_entry(actor=room.doctor, entry_id=entry, reason="看错牙位")
    with pytest.raises(ToothChanged):
        enter(room, Charted("16", "caries", "O"), seen=now)

    assert ToothEntry.objects.count() == 2


def test_the_chart_of_an_earlier_day_is_shown_as_it_was():
    room = make_room()
    charted(room, "16", "caries", "O")
    with clock.at(clock.now() + timedelta(days=30)):
        later = make_visit(room.site_id, room.patient_id)
        said = [Charted("16", "filling", "O", "composite", "done")]
        chart_teeth(actor=room.doctor, visit_id=later, said=said)
        now = chart_part(room.doctor, later)
        then = chart_part(room.doctor, later, on=now.days[0])

    assert len(now.days) == 2
    assert now.states["16"].surfaces["O"].code == "filling"
    assert then.states["16"].surfaces["O"].code == "caries"
    assert not then.can_write


def test_an_entry_is_withdrawn_with_a_reason_stays_in_the_list_and_leaves_every_day():
    room = make_room()
    entry = charted(room, "16", "missing")

    with pytest.raises(WhyMissing):
        withdraw_entry(actor=room.doctor, entry_id=entry, reason=" ")
    with pytest.raises(Stale):
        withdraw_entry(actor=room.doctor, entry_id=entry, reason="x", version=7)
    withdraw_entry(actor=room.doctor, entry_id=entry, reason="看错牙位", version=1)
    with pytest.raises(WithdrawnAlready):
        withdraw_entry(actor=room.doctor, entry_id=entry, reason="again")

    part = chart_part(room.doctor, room.visit_id)
    assert part.states == {}
    assert [one.withdrawn_reason for one in part.entries] == ["看错牙位"]


def test_the_database_lets_nobody_change_or_delete_an_entry():
    room = make_room()
    entry = charted(room, "16", "missing")

    for change in (
        lambda: ToothEntry.objects.update(tooth="26"),
        lambda: ToothEntry.objects.filter(pk=entry).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_who_may_not_chart_changes_nothing():
    room = make_room()
    entry = charted(room, "16", "missing")

    with pytest.raises(NotAllowed):
        enter(room, Charted("17", "missing"), actor=room.nurse)
    with pytest.raises((NotAllowed, NotFound)):
        enter(room, Charted("17", "missing"), actor=room.pharmacist)
    with pytest.raises(NotAllowed):
        withdraw_entry(actor=room.nurse, entry_id=entry, reason="x")
    with pytest.raises(NotFound):
        chart_part(room.pharmacist, room.visit_id)

    assert ToothEntry.objects.filter(withdrawn_at=None).count() == 1


def test_shown_teeth_are_chosen_or_follow_the_age_and_hide_nothing():
    room = make_room()
    assert chart_part(room.doctor, room.visit_id).dentition == "permanent"

    charted(room, "75", "retained_primary")
    assert chart_part(room.doctor, room.visit_id).dentition == "mixed"
    choose_dentition(actor=room.doctor, visit_id=room.visit_id, dentition="primary")
    assert chart_part(room.doctor, room.visit_id).dentition == "primary"
    with pytest.raises(NotCharted):
        choose_dentition(actor=room.doctor, visit_id=room.visit_id, dentition="both")

    assert Chart.objects.get().dentition == "primary"


def test_the_chart_costs_the_same_for_one_entry_and_for_many(django_assert_num_queries):
    room = make_room()
    charted(room, "16", "caries", "O")
    chart_part(room.doctor, room.visit_id)
    # One more for the line about who was seen.
    with django_assert_num_queries(6):
        chart_part(room.doctor, room.visit_id)
    enter(room, *(Charted(f"1{n}", "caries", "M") for n in range(1, 9)))
    with django_assert_num_queries(6):
        assert len(chart_part(room.doctor, room.visit_id).entries) == 9


def test_another_patients_teeth_are_not_mixed_in():
    room = make_room()
    charted(room, "16", "missing")
    other = make_second_patient(room)

    assert chart_part(room.doctor, other).entries == ()
