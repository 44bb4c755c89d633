"""What readers type like keyboards, and whom one may take for somebody else."""

import pytest
from django.urls import reverse

from yilu.patients.rules.scans import card_line, is_garbled
from yilu.patients.selectors.namesakes import namesakes
from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.factories import make_actor, make_id_number, make_patient, make_site

pytestmark = pytest.mark.covers("B01")
NUMBER = make_id_number()


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (f"张小明,男,汉,19850314,上海市徐汇区宛平南路600号,{NUMBER},上海市公安局", NUMBER),
        (f"张小明|男|汉|1985-03-14|上海市|{NUMBER}\r\n", NUMBER),
        (f"ID\t{NUMBER[:17]}{NUMBER[17].lower()}\t", NUMBER),
        ("310000^A12345678901^张小明", "A12345678901"),
        ("张小明 1985", ""),
        ("12100003482", ""),
        ("wang, fang", ""),
    ],
)
def test_the_number_is_taken_out_of_a_reader_s_line(line, number):
    assert card_line(line) == number


@pytest.mark.parametrize(
    ("typed", "garbled"),
    [
        ("张", False), ("zhang 3482", False), ("", False), ("O'Neil", False),
        ("吾麦尔·艾山", False),
        ("\ufffd\ufffd?", True), ("?;=%", True), ("\x02123\x03", True), ("A" * 60, True),
    ],
)  # fmt: skip
def test_what_nobody_could_have_meant_is_known(typed, garbled):
    assert is_garbled(typed) is garbled


@pytest.mark.django_db
def test_a_reader_s_line_finds_its_bearer_and_garbage_gets_a_sentence(desk):
    patient = make_patient(desk.site, "张小明", id_type="resident_id", id_number=NUMBER)
    line = f"张小明,男,汉,19850314,上海市徐汇区{'宛平南路' * 20},{NUMBER}"

    assert [hit.id for hit in search_patients(desk.actor, line)] == [patient]
    assert f"/patients/{patient}/" in desk.part(reverse("patients:search"), q=line).text
    garbage = desk.part(reverse("patients:search"), q="?;=%")
    assert "Scan it again" in garbage.text
    assert "Register" not in garbage.text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_who_is_called_the_same_is_pointed_out(count, django_assert_num_queries):
    site = make_site()
    me = make_patient(site, "王芳")
    for _ in range(count):
        make_patient(site, "王芳")
    sounding = make_patient(site, "王方")
    make_patient(site, "王芬")
    make_patient(make_site(), "王芳")
    actor = make_actor(site)

    with django_assert_num_queries(2):
        found = namesakes(actor, me)

    assert len(found) == min(count + 1, 3)
    assert (sounding in {one.id for one in found}) is (count == 1)
