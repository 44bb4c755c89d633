"""Sessions: what stops one or calls for a reason, what is written down, and what cannot be."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.aesthetics.errors import (
    ConsentMissing,
    Contraindicated,
    NothingDone,
    NotUnderstood,
    OneAtATime,
    ReasonsMissing,
    SessionOver,
    StepsMissing,
    WhyMissing,
)
from yilu.aesthetics.models import AdverseEvent, Pass, Session
from yilu.aesthetics.operations.beginning import Wanted, begin_session
from yilu.aesthetics.operations.sessions import (
    Done,
    Wrong,
    end_session,
    note_adverse,
    record_pass,
    stop_session,
    withdraw_pass,
)
from yilu.aesthetics.rules.sequences import Past, in_sequence
from yilu.aesthetics.rules.treatments import read_parameters, treatments, unusual
from yilu.aesthetics.selectors.sessions import sessions_part
from yilu.aesthetics.tests.factories import (
    IPL,
    agreed,
    begun,
    consulted,
    make_device,
    make_room,
    passed,
    sealed,
    wanted,
)
from yilu.clinical.errors import NotExamined
from yilu.clinical.tests.factories import make_second_patient, make_visit
from yilu.clinical.tests.test_pages import PART, browser
from yilu.clinical.tests.test_races import together
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.covers("C10")
DAY = date(2026, 11, 4)
FACE = ("cheek_r",)
PICO = {"wavelength": "1064", "fluence": "3.5", "spot": "6", "frequency": "5"}


def ready(kind: str = "ipl", **said: str):
    room = make_room()
    consulted(room, kind, **said)
    agreed(room)
    return room


@pytest.mark.parametrize(
    ("kind", "before", "days", "found"),
    [
        ("ipl", "ipl", 28, set()),
        ("ipl", "ipl", 27, {("repeat", "warn")}),
        ("ipl", "ipl", 13, {("repeat", "block")}),
        ("botulinum", "botulinum", 60, {("repeat", "warn")}),
        ("botulinum", "botulinum", 84, set()),
        ("rf", "botulinum", 0, {("heat_after_toxin", "block")}),
        ("rf", "botulinum", 3, {("heat_after_toxin", "warn")}),
        ("botulinum", "rf", 0, set()),
        ("hifu", "filler", 13, {("heat_after_filler", "block")}),
        ("hifu", "filler", 28, set()),
        ("ipl", "co2", 10, {("light_after_ablative", "block"), ("ipl_after_light", "warn")}),
        ("peel", "pico_laser", 6, {("peel_after_light", "block")}),
        ("pico_laser", "peel", 20, {("light_after_peel", "warn")}),
        ("filler", "rf_needle", 0, {("injection_after_needle", "block")}),
        ("led", "led", 1, {("repeat", "warn")}),
    ],
)
def test_intervals_and_order_stop_or_warn_on_the_same_place_only(kind, before, days, found):
    past = [Past(before, frozenset(FACE), DAY - timedelta(days=days))]
    wished = treatments()[kind]

    assert {(one.key, one.grade) for one in in_sequence(wished, FACE, past, DAY)} == found
    assert in_sequence(wished, ("chin",), past, DAY) == []


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        ("ipl", IPL, set()),
        ("ipl", {**IPL, "fluence": "35.1"}, {"fluence"}),
        ("ipl", {**IPL, "fluence": "7.9"}, {"fluence"}),
        ("ipl", {**IPL, "fluence": ""}, {"fluence"}),
        ("ipl", {**IPL, "fluence": "1e1"}, {"fluence"}),
        ("ipl", {**IPL, "fluence": "NaN"}, {"fluence"}),
        ("ipl", {**IPL, "sub_pulses": "1.5"}, {"sub_pulses"}),
        ("ipl", {**IPL, "sub_pulses": "4", "delay": "61"}, {"sub_pulses", "delay"}),
        ("pico_laser", PICO, set()),
        ("pico_laser", {**PICO, "wavelength": "694"}, {"wavelength"}),
        ("pico_laser", {**PICO, "fluence": "12.5"}, {"fluence"}),
        ("rf", {"energy": "100", "shots": "300", "temperature": "45.1"}, {"temperature"}),
        ("cryolipolysis", {"temperature": "-12", "minutes": "35", "cycles": "1"}, {"temperature"}),
        ("cryolipolysis", {"temperature": "-7", "minutes": "76", "cycles": "1"}, {"minutes"}),
        ("hifu", {"depth": "2.0", "energy": "1", "lines": "300"}, {"depth"}),
        ("co2", {"energy": "101", "density": "5"}, {"energy"}),
        ("rf_needle", {"depth": "4.1", "power": "20", "time": "100"}, {"depth"}),
    ],
)
def test_numbers_outside_the_hard_limits_are_refused_with_their_field(kind, typed, wrong):
    _values, errors = read_parameters(treatments()[kind], typed, DAY)

    assert {one.field for one in errors} == wrong


def test_every_number_has_a_unit_or_counts_and_usual_lies_within_hard():
    for kind in treatments().values():
        for field in kind.fields:
            assert field.hard or field.one_of or field.text or field.choices or field.is_day
            assert field.unit or not field.hard or field.key == "level"
            if field.usual:
                assert field.hard[0] <= field.usual[0] <= field.usual[1] <= field.hard[1]


def test_what_is_unusual_is_said_with_its_range():
    values, _errors = read_parameters(treatments()["ipl"], {**IPL, "fluence": "30"}, DAY)

    (said,) = unusual(treatments()["ipl"], values)
    assert "30 J/cm²" in said
    assert "10–25" in said


@pytest.mark.django_db
def test_a_session_is_begun_recorded_and_ended_and_all_of_it_is_told():
    room = ready()

    session = begun(room, handpiece="560 nm 滤光片", cooling="gel")
    with pytest.raises(NothingDone):
        end_session(actor=room.nurse, session_id=session, endpoint="redness", reaction="none")
    passed(room, session, pulses=60, passes=2)
    end_session(
        actor=room.nurse, session_id=session, endpoint="redness", reaction="redness", version=1
    )

    (line,) = sessions_part(room.doctor, room.visit_id).over
    assert (line.state, line.skin_type, line.passes[0].pulses) == ("done", "III", 60)
    assert ("能量密度", "15 J/cm²") in line.passes[0].set
    told = set(Event.objects.filter(name__startswith="Session").values_list("name", flat=True))
    assert told == {"SessionBegun", "SessionChanged", "SessionEnded"}
    assert AuditEntry.objects.filter(action="aesthetics.session.begun").count() == 1
    with pytest.raises(SessionOver):
        passed(room, session)
    with pytest.raises(DatabaseError), transaction.atomic():
        Pass.objects.update(parameters={})


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_session_and_for_three(django_assert_num_queries):
    room = ready()
    device = make_device(room)
    for _n in range(3):
        session = begun(room, device_id=device)
        passed(room, session)
        stop_session(actor=room.nurse, session_id=session, reason="试做")

    with django_assert_num_queries(8):
        assert len(sessions_part(room.doctor, room.visit_id).over) == 3


@pytest.mark.django_db
def test_what_forbids_a_treatment_stops_it_whatever_is_said():
    room = ready(pregnant="yes")

    with pytest.raises(Contraindicated) as refused:
        begun(room, reasons={"pregnancy": "患者要求"}, unchanged=True)

    assert "怀孕" in str(refused.value)
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_warning_is_answered_for_and_kept_with_its_reason():
    room = ready(light_drugs="yes")
    about = wanted(room)

    with pytest.raises(ReasonsMissing):
        begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)
    session = begun(room, device_id=about.device_id, reasons={"light_drugs": "已停药两周"})

    row = Session.objects.get(pk=session)
    assert [(one["key"], one["reason"]) for one in row.warnings] == [("light_drugs", "已停药两周")]
    assert row.rules_version.startswith("screening:2026-1")


@pytest.mark.django_db
def test_without_consultation_consent_or_steps_of_risk_nothing_begins():
    room = make_room()
    about = wanted(room, reasons={"unanswered": "急"})
    with pytest.raises(NotExamined):
        begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)
    consulted(room, "ipl", "botulinum")
    with pytest.raises(ConsentMissing):
        begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)
    agreed(room)
    toxin = Wanted("botulinum", ("glabella",))
    with pytest.raises(ConsentMissing):
        begin_session(actor=room.doctor, visit_id=room.visit_id, wanted=toxin)
    agreed(room, "botulinum")
    with pytest.raises(StepsMissing):
        begin_session(actor=room.doctor, visit_id=room.visit_id, wanted=toxin)
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_at_a_later_visit_it_is_asked_again_and_the_consent_of_the_course_counts():
    room = ready()
    first = begun(room)
    device = Session.objects.get(pk=first).device_id
    passed(room, first)
    end_session(actor=room.nurse, session_id=first, endpoint="redness", reaction="none")

    with clock.at(clock.now() + timedelta(days=30)):
        later = make_visit(room.site_id, room.patient_id)
        about = wanted(room, device_id=device)
        with pytest.raises(ReasonsMissing):
            begin_session(actor=room.nurse, visit_id=later, wanted=about)
        again = wanted(room, device_id=device, unchanged=True)
        begin_session(actor=room.nurse, visit_id=later, wanted=again)

    assert Session.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"areas": ()}, {"areas": ("moon",)}, {"test_spot": "not_needed"}, {"test_spot": "x"},
        {"cooling": "snow"}, {"has_shield": False}, {"kind": "magic"},
    ],
)  # fmt: skip
def test_what_does_not_go_together_begins_nothing(wrong):
    room = ready()

    with pytest.raises(NotUnderstood):
        begun(room, **{"device_id": make_device(room), **wrong})

    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_device_of_another_kind_or_none_is_refused_and_a_spot_left_out_needs_a_reason():
    room = ready()
    other = make_device(room, "hifu")

    for device in (other, None):
        about = Wanted("ipl", FACE, device, test_spot="now", has_shield=True)
        with pytest.raises(NotUnderstood):
            begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)
    with pytest.raises(ReasonsMissing):
        begun(room, test_spot="waived")


@pytest.mark.django_db
def test_unusual_values_are_confirmed_and_green_light_on_dark_skin_is_answered_for():
    room = make_room()
    consulted(room, "pico_laser", skin_type="5")
    agreed(room)
    session = begun(room, "pico_laser")

    def shot(**more):
        parameters = {**PICO, **more.pop("set", {})}
        done = Done("cheek_r", parameters, **more)
        return record_pass(actor=room.nurse, session_id=session, done=done)

    with pytest.raises(ReasonsMissing):
        shot(set={"fluence": "9"})
    shot(set={"fluence": "9"}, confirmed="测试光斑后调整")
    with pytest.raises(ReasonsMissing):
        shot(set={"wavelength": "532"})
    shot(set={"wavelength": "532"}, senior_note="陈谷雨：低能量，雀斑")

    assert Pass.objects.count() == 2


@pytest.mark.django_db
def test_a_line_entered_by_mistake_stays_with_its_reason_and_counts_no_more():
    room = ready()
    session = begun(room)
    made = passed(room, session)

    with pytest.raises(WhyMissing):
        withdraw_pass(actor=room.nurse, pass_id=made, reason=" ")
    withdraw_pass(actor=room.nurse, pass_id=made, reason="部位选错")
    with pytest.raises(NothingDone):
        end_session(actor=room.nurse, session_id=session, endpoint="redness", reaction="none")
    with pytest.raises(Stale):
        stop_session(actor=room.nurse, session_id=session, reason="x", version=7)
    stop_session(actor=room.nurse, session_id=session, reason="患者不适")

    (line,) = sessions_part(room.doctor, room.visit_id).over
    assert (line.standing, line.passes[0].withdrawn_reason) == ([], "部位选错")
    assert begun(room, device_id=Session.objects.get().device_id)


@pytest.mark.django_db
def test_an_adverse_event_is_noted_on_an_old_session_and_a_bad_one_alarms():
    room = ready()
    session = begun(room)
    stop_session(actor=room.nurse, session_id=session, reason="水疱")
    day = Session.objects.get().clinic_day

    for wrong in (
        Wrong("burn", 5, day, "冰敷"), Wrong("dragon", 1, day, "冰敷"), Wrong("burn", 1, day, " "),
        Wrong("burn", 1, day - timedelta(days=1), "冰敷"), Wrong("burn", 1, None, "冰敷"),
    ):  # fmt: skip
        with pytest.raises(NotUnderstood):
            note_adverse(actor=room.nurse, session_id=session, wrong=wrong)
    note_adverse(actor=room.nurse, session_id=session, wrong=Wrong("other", 1, day, "观察"))
    note_adverse(actor=room.nurse, session_id=session, wrong=Wrong("burn", 2, day, "冰敷、烫伤膏"))
    with clock.at(clock.now().replace(hour=22, minute=30)):  # Early on the next day in Shanghai.
        late = Wrong("other", 1, day + timedelta(days=1), "观察")
        note_adverse(actor=room.nurse, session_id=session, wrong=late)

    alarms = Event.objects.filter(name="AdverseEventNoted").order_by("id")
    assert sorted(one.body["is_alarming"] for one in alarms) == [False, False, True]
    assert AdverseEvent.objects.count() == 3


@pytest.mark.django_db
def test_who_may_not_begins_nothing():
    room = ready()

    with pytest.raises((NotAllowed, NotFound)):
        begin_session(actor=room.pharmacist, visit_id=room.visit_id, wanted=wanted(room))
    with pytest.raises(NotFound):
        sessions_part(room.pharmacist, room.visit_id)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_session_goes_through_its_forms_and_for_no_other_patient(language):
    room = ready(suntan="yes")
    device = make_device(room)
    other = make_second_patient(room)
    client = browser(room.nurse)
    client.cookies["yilu_language"] = language

    def post(name, *more, visit=room.visit_id, **fields):
        address = reverse(f"aesthetics:{name}", args=[visit, *more])
        return client.post(address, sealed(room, **fields), headers=PART)

    known = reverse("aesthetics:before-session", args=[room.visit_id])
    shown = client.get(known, {"kind": "ipl", "areas": ["nose"]}, headers=PART)
    begin = {"kind": "ipl", "areas": ["nose"], "device_id": device, "test_spot": "now"}
    refused = post("begin-session", **begin, has_shield="1")
    done = post("begin-session", **begin, has_shield="1", **{"reason-suntan": "防晒良好"})
    session = Session.objects.get().pk
    wrong = post("record-pass", session, **IPL | {"fluence": "99"}, area="nose")
    good = post("record-pass", session, **IPL, area="nose", passes="2", pulses="44")
    strange = post("record-pass", session, visit=other, **IPL, area="nose")
    taken = post("withdraw-pass", Pass.objects.get().pk, reason="重录")
    stopped = post("stop-session", session, reason="停")
    noted = post(
        "note-adverse", session, what="burn", grade="1", action="冰敷",
        onset_on=Session.objects.get().clinic_day,
    )  # fmt: skip
    page = client.get(reverse("aesthetics:treatment", args=[room.visit_id]))

    assert 'name="reason-suntan"' in shown.text
    assert (refused.status_code, wrong.status_code, strange.status_code) == (422, 422, 409)
    for answer in (shown, done, good, taken, stopped, noted, page):
        assert answer.status_code == 200
    assert "冰敷" in page.text


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_is_refused():
    room = ready()
    about = wanted(room)

    def begin():
        return begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)

    assert together(begin, begin).count(OneAtATime) == 1
    assert Session.objects.count() == 1
