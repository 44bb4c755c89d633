"""Consultations: what stands against which treatment, and what was written and is kept."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.aesthetics.errors import ConsultationChanged, NotUnderstood
from yilu.aesthetics.models import Consultation
from yilu.aesthetics.operations.consulting import Told, write_consultation
from yilu.aesthetics.rules.areas import areas, body_maps, in_words, views_for
from yilu.aesthetics.rules.screening import screen
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.consulting import consulting_part, standing_consultation
from yilu.aesthetics.tests.factories import answered, consulted, make_room, sealed
from yilu.clinical.tests.factories import make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.platform.errors import Invalid, NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.covers("C10")
DAY = date(2026, 11, 4)


def against(kind: str, *, age: int = 40, sex: str = "female", **said: str) -> set[tuple[str, str]]:
    found = screen(answered(**said), [kind], day=DAY, age=age, sex=sex)[kind]
    return {(one.key, one.grade) for one in found}


@pytest.mark.parametrize(
    ("kind", "said", "found"),
    [
        ("ipl", {}, set()),
        ("ipl", {"pregnant": "yes"}, {("pregnancy", "block")}),
        ("botulinum", {"pregnant": "yes"}, {("pregnancy", "block")}),
        ("co2", {"isotretinoin": "2026-06-01"}, {("isotretinoin", "warn")}),
        ("co2", {"isotretinoin": "2026-04-01"}, set()),
        ("botulinum", {"isotretinoin": "2026-11-01"}, set()),
        ("ipl", {"suntan": "2026-10-20"}, {("suntan", "warn")}),
        ("ipl", {"suntan": "2026-10-07"}, set()),
        ("ipl", {"suntan": "yes"}, {("suntan", "warn")}),
        ("rf", {"pacemaker": "yes"}, {("pacemaker", "block")}),
        ("hifu", {"pacemaker": "yes"}, {("pacemaker", "block")}),
        ("ipl", {"pacemaker": "yes"}, set()),
        ("rf", {"metal": "yes"}, {("metal", "block")}),
        ("co2", {"keloid": "yes"}, {("keloid", "block"), ("keloid_other", "warn")}),
        ("ipl", {"keloid": "yes"}, {("keloid_other", "warn")}),
        ("pico_laser", {"light_drugs": "yes"}, {("light_drugs", "warn")}),
        ("rf", {"light_drugs": "yes"}, set()),
        ("rf", {"filler": "2026-10-20"}, {("filler", "warn")}),
        ("filler", {"anticoagulant": "yes"}, {("anticoagulant", "warn")}),
        ("botulinum", {"muscle": "yes"}, {("muscle", "block")}),
        ("filler", {"muscle": "yes"}, set()),
        ("cryolipolysis", {"cold": "yes"}, {("cold", "block")}),
        ("ipl", {"epilepsy": "yes"}, {("epilepsy", "block")}),
        ("pico_laser", {"lesion": "yes"}, {("lesion", "block")}),
        ("botulinum", {"infection": "yes"}, {("infection", "block")}),
        ("ipl", {"pregnant": "unknown"}, {("unanswered", "warn")}),
        ("ipl", {"muscle": "unknown"}, set()),
    ],
)
def test_each_rule_of_screening_fires_and_does_not(kind, said, found):
    assert against(kind, **said) == found


def test_a_man_is_not_asked_whether_he_is_pregnant_and_a_minor_is_warned_of():
    assert against("ipl", sex="male", pregnant="unknown", nursing="unknown") == set()
    assert against("ipl", age=17) == {("minor", "warn")}


def test_every_rule_names_what_is_known_and_stands_with_source_and_version():
    groups = {group for one in treatments().values() for group in one.groups}
    asked = {one["key"] for one in table("screening").body["questions"]}
    for rule in table("screening").body["rules"]:
        assert set(rule.get("kinds", ())) <= groups | set(treatments())
        assert rule.get("question") in {*asked, None}
        assert rule["says"].keys() == {"zh-Hans", "en"}
    for name in ("screening", "treatments", "areas"):
        assert table(name).version
        assert table(name).source
        assert table(name).mark


def test_each_area_is_drawn_once_and_named_and_each_map_has_its_views():
    drawn = [one.key for each in body_maps() for one in each.areas]

    assert len(drawn) == len(set(drawn)) == len(areas()) >= 35
    assert in_words(["forehead", "chin"]) == "额部、颏部"
    assert views_for("face")[:5] == ["front", "left45", "right45", "left90", "right90"]
    assert "smile" not in views_for("front")


@pytest.mark.django_db
def test_a_consultation_is_kept_with_what_the_rules_made_of_it():
    room = make_room()

    consulted(room, "ipl", "rf", pregnant="yes", suntan="2026-01-02")

    row = Consultation.objects.get()
    assert row.findings == {"ipl": [["pregnancy", "block"]], "rf": [["pregnancy", "block"]]}
    assert row.rules_version == table("screening").version
    assert row.answers["suntan"] == {"answer": "yes", "on": "2026-01-02"}
    assert Event.objects.filter(name="ConsultationWritten").count() == 1
    assert AuditEntry.objects.filter(action="aesthetics.consultation.written").count() == 1


@pytest.mark.django_db
def test_the_last_consultation_counts_for_half_a_year_and_those_before_stay(
    django_assert_num_queries,
):
    room = make_room()
    consulted(room, "ipl")
    last = consulted(room, "rf", metal="yes")

    with django_assert_num_queries(5):
        part = consulting_part(room.doctor, room.visit_id)

    assert (part.last.id, part.seen, len(part.earlier)) == (last, 2, 1)
    assert part.findings[0][1][0].key == "metal"
    day = part.last.day
    assert standing_consultation(room.patient_id, day + timedelta(days=180)).id == last
    assert standing_consultation(room.patient_id, day + timedelta(days=181)) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.update(wish="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"wish": " "}, {"wish": "好" * 1001}, {"areas": ("moon",)}, {"kinds": ("magic",)},
        {"skin_type": "9"}, {"ageing": "x"}, {"answers": {"pregnant": {"answer": "maybe"}}},
        {"answers": {"suntan": {"answer": "yes", "on": "2999-01-01"}}},
        {"answers": {"suntan": {"answer": "yes", "on": "soon"}}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(wrong):
    room = make_room()

    with pytest.raises(Invalid):
        write_consultation(
            actor=room.doctor, visit_id=room.visit_id, told=Told(**{"wish": "祛斑"} | wrong)
        )

    assert not Consultation.objects.exists()


@pytest.mark.django_db
def test_of_two_windows_the_second_looks_first_and_who_may_not_writes_nothing():
    room = make_room()
    consulted(room)
    told = Told(wish="祛斑")

    with pytest.raises(ConsultationChanged, match=Consultation.objects.get().wish):
        write_consultation(actor=room.doctor, visit_id=room.visit_id, told=told, seen=0)
    with pytest.raises(NotAllowed):
        write_consultation(actor=room.nurse, visit_id=room.visit_id, told=told)
    with pytest.raises(NotFound):
        consulting_part(room.pharmacist, room.visit_id)
    assert Consultation.objects.count() == 1
    assert issubclass(NotUnderstood, Invalid)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_writes_it_down_once_and_for_no_other_patient(language):
    room = make_room()
    other = make_second_patient(room)
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language
    fields = sealed(
        room, wish="淡斑", areas=["nose", "chin"], kinds=["rf"], skin_type="4", seen="0",
        **{"q-pregnant": "no", "q-pacemaker": "yes"},
    )  # fmt: skip
    address = reverse("aesthetics:write-consultation", args=[room.visit_id])

    first = client.post(address, fields, headers=PART)
    client.post(address, fields, headers=PART)
    wrong = client.post(
        reverse("aesthetics:write-consultation", args=[other]),
        fields | {"request_key": str(new_id())},
        headers=PART,
    )
    shown = client.get(reverse("aesthetics:visit", args=[room.visit_id]))

    assert (first.status_code, wrong.status_code, shown.status_code) == (200, 409, 200)
    row = Consultation.objects.get()
    assert (row.areas, row.answers["pacemaker"]) == (["nose", "chin"], {"answer": "yes"})
    assert ("起搏器：不做" if language == "zh-hans" else "Pacemaker: no") in shown.text
    assert shown.text.count('role="checkbox"') == len(areas())
