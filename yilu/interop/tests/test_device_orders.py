"""What an analyser is told when it asks what is to be measured in a tube."""

import pytest

from yilu.diagnostics.tests.lab_factories import make_lab, taken, tube
from yilu.diagnostics.tests.study_factories import make_post
from yilu.interop.models import Device, Heard
from yilu.interop.operations.hearing import LISTENER, hear
from yilu.interop.rules.hl7 import Ordered, orders, read
from yilu.interop.tests.test_devices import HERE, heard, known, oru, question_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    made = make_lab()
    known(made.room.site_id, "hl7", "SYSMEX")
    return made


def asked_orders(number: str, letters: str = "") -> str:
    told = hear(actor=LISTENER, raw=question_of(number, letters), address=HERE)
    return told.decode("gb18030" if letters else "utf-8")


@pytest.mark.covers("D03")
@pytest.mark.parametrize(("letters", "said"), [("", "UNICODE UTF-8"), ("GB 18030-2000",) * 2])
def test_an_analyser_is_told_what_to_measure_until_it_has(lab, letters, said):
    [specimen] = taken(lab, "electrolytes")
    number = tube(specimen).number

    told = asked_orders(number, letters)

    assert f"|ORR^O02|Q1A|P|2.3.1||||||{said}\r" in told
    assert "MSA|AA|Q1|" in told
    assert "||林半夏||19860504|F\r" in told
    assert told.count("\rOBR|") == 6
    assert f"\rOBR|1|{number}|{number}|2823-3^K^LN|R||" in told
    assert not Heard.objects.exists()
    heard(oru(number))
    assert "MSA|AR|Q1|no order" in asked_orders(number)
    assert "MSA|AR|Q1|no order" in asked_orders("NOBODY")
    assert Device.objects.get().last_fault == "specimen unknown"


@pytest.mark.covers("D03")
def test_an_analyser_of_another_site_learns_nothing(lab):
    [specimen] = taken(lab, "electrolytes")
    known(make_post().room.site_id, "hl7", "OTHER")

    told = question_of(tube(specimen).number).replace(b"SYSMEX", b"OTHER")

    assert b"MSA|AR|Q1|no order" in hear(actor=LISTENER, raw=told, address=HERE)


def test_no_name_breaks_a_message():
    about = {"record_no": "1", "born_on": "", "sex": "U", "is_urgent": False, "collected_at": ""}
    ordered = Ordered(number="7", name="a|b^c\\\r\nOBX|1", tests=(("k", "K&~", "L"),), **about)

    lines = orders(read(question_of("7")), ordered, "").decode().split("\r")

    assert lines[2] == "PID|1||1||a\\F\\b\\S\\c\\E\\OBX\\F\\1|||U"
    assert lines[4].split("|")[4] == "k^K\\T\\\\R\\^L"
