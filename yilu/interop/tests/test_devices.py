"""Machines that speak to us: standard clients against the servers, hostile bytes between."""

import os
import random
import socket
from contextlib import closing
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.sop_class import (
    ModalityWorklistInformationFind,
    SecondaryCaptureImageStorage,
    Verification,
)

from yilu.clinical.tests.test_pages import browser
from yilu.diagnostics.models import LabReport, StudyImage
from yilu.diagnostics.rules.dicom import facts_of
from yilu.diagnostics.tests.lab_factories import GOOD, make_lab, taken, tube
from yilu.diagnostics.tests.study_factories import begun, dicom, make_post, study
from yilu.interop.adapters import dicom as dicom_server
from yilu.interop.adapters import mllp
from yilu.interop.errors import DeviceKnown, DeviceUnclear
from yilu.interop.models import Device, Heard
from yilu.interop.operations.devices import DeviceFacts, add_device, switch_device
from yilu.interop.operations.hearing import LISTENER, hear, place_heard
from yilu.interop.selectors.devices import KnownDevice
from yilu.workforce.tests.factories import make_staff

SOAK = os.environ.get("YILU_SOAK") == "1"
HERE = "127.0.0.1"


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


def known(site_id, kind="dicom", name="DR1", address="") -> KnownDevice:
    keeper = make_staff("administrator", site_id=site_id).actor()
    facts = DeviceFacts(site_id, kind, name, address)
    return KnownDevice(add_device(actor=keeper, facts=facts), site_id, name)


@pytest.fixture
def port(transactional_db):
    found = free_port()
    stop = dicom_server.serve(HERE, found)
    yield found
    stop()


def associated(port: int, title: str = "DR1"):
    client = AE(ae_title=title)
    client.add_requested_context(Verification)
    client.add_requested_context(ModalityWorklistInformationFind)
    client.add_requested_context(SecondaryCaptureImageStorage)
    return client.associate(HERE, port, ae_title=dicom_server.OUR_TITLE)


def question(**more: str) -> Dataset:
    asked = Dataset()
    asked.SpecificCharacterSet = more.pop("letters", "ISO_IR 192")
    asked.PatientName, asked.AccessionNumber = "", ""
    step = Dataset()
    step.Modality = more.pop("modality", "")
    step.ScheduledProcedureStepStartDate = more.pop("day", "")
    asked.ScheduledProcedureStepSequence = [step]
    for name, value in more.items():
        setattr(asked, name, value)
    return asked


def found(association, asked: Dataset) -> list[Dataset]:
    answers = association.send_c_find(asked, ModalityWorklistInformationFind)
    return [one for _status, one in answers if one is not None]


@pytest.mark.covers("D03", "O07")
def test_a_device_finds_its_worklist_and_sends_images(port):
    post = make_post()
    row = study(begun(post))
    known(post.room.site_id)

    association = associated(port)
    assert association.is_established
    echo = association.send_c_echo()
    day = f"{row.clinic_day:%Y%m%d}"
    [told] = found(association, question(modality="DX", day=day))
    [chinese] = found(association, question(letters="GB18030"))
    nothing = found(association, question(modality="CT"))
    sent = dcmread(BytesIO(dicom(row.pk, PatientID=post.record_no)))
    kept = association.send_c_store(sent)
    association.release()

    assert (echo.Status, kept.Status) == (0, 0)
    assert (told.AccessionNumber, told.StudyInstanceUID) == (row.accession, row.uid)
    assert told.PatientName.ideographic == "林半夏"
    assert (chinese.SpecificCharacterSet, chinese.PatientName.ideographic) == ("GB18030", "林半夏")
    assert nothing == []
    image = StudyImage.objects.get()
    assert (image.study_id, image.source) == (row.pk, "DR1")
    assert Device.objects.get().heard == 5


@pytest.mark.covers("D03")
def test_a_stranger_is_not_let_in(port):
    post = make_post()
    assert not associated(port).is_established
    device = known(post.room.site_id)

    assert not associated(port, "OTHER").is_established
    keeper = make_staff("administrator", site_id=post.room.site_id).actor()
    switch_device(actor=keeper, device_id=device.id)

    assert not associated(port).is_established


@pytest.mark.covers("D03")
def test_who_speaks_from_elsewhere_is_refused(port):
    post = make_post()
    known(post.room.site_id, address="192.0.2.7")

    association = associated(port)
    sent = association.send_c_store(dcmread(BytesIO(dicom())))
    association.release()

    assert sent.Status == dicom_server.NOT_AUTHORIZED
    assert not StudyImage.objects.exists()


@pytest.mark.covers("D03")
def test_broken_bytes_end_nothing_but_themselves(port):
    post = make_post()
    row = study(begun(post))
    known(post.room.site_id)
    chance = random.Random(7)  # noqa: S311 (nothing secret)
    starts = [b"\x01\x00\xff\xff\xff\xff", b"\x04\x00\x7f\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n"]
    for _n in range(500 if SOAK else 12):
        junk = chance.choice(starts) + chance.randbytes(chance.randrange(200))
        with closing(socket.create_connection((HERE, port), 2)) as one:
            one.sendall(junk)

    association = associated(port)
    kept = association.send_c_store(dcmread(BytesIO(dicom(row.pk))))
    association.release()

    assert kept.Status == 0
    assert StudyImage.objects.get().study_id == row.pk


@pytest.mark.django_db
@pytest.mark.covers("D03")
def test_mutated_objects_never_break_us_and_good_ones_between_are_kept():
    post = make_post()
    row = study(begun(post))
    device = known(post.room.site_id)
    chance = random.Random(11)  # noqa: S311 (nothing secret)
    good = dicom(row.pk)
    tries = 25_000 if SOAK else 250
    expected = {dicom_server.DONE, dicom_server.UNREADABLE, dicom_server.FAILED}
    between = []
    for n in range(tries):
        assert dicom_server.keep(device, mutated(chance, good)) in expected
        if n % (tries // 5) == 0:
            fresh = dicom(row.pk)
            between.append(facts_of(fresh).sop_uid)
            assert dicom_server.keep(device, fresh) == dicom_server.DONE

    kept = StudyImage.objects.filter(sop_uid__in=between, study_id=row.pk)
    assert kept.count() == len(between) == 5


def mutated(chance: random.Random, good: bytes) -> bytes:
    made = bytearray(good)
    for _n in range(chance.randrange(1, 6)):
        at = chance.randrange(132, len(made))
        match chance.randrange(4):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.randrange(1, 64)]
            case 2:
                made[at:at] = chance.randbytes(chance.randrange(1, 32))
            case _:
                made = made[: max(140, at)]
    return bytes(made)


def oru(number: str, control: str = "M1", **values: str) -> str:
    rows = [
        f"OBX|{n}|NM|{key}||{value}|mmol/L|||||F"
        for n, (key, value) in enumerate((GOOD_K | values).items(), 1)
    ]
    return "\r".join(
        [
            f"MSH|^~\\&|SYSMEX|实验室|YILU||20261123||ORU^R01|{control}|P|2.5",
            "PID|1||P1||林^半夏",
            f"OBR|1||{number}|electrolytes",
            *rows,
        ]
    )


GOOD_K = {key: GOOD[key] for key in ("k", "na", "cl", "ca", "phos", "mg")}


def heard(text: str, address: str = HERE, letters: str = "utf-8") -> str:
    answer = hear(actor=LISTENER, raw=text.encode(letters), address=address).decode()
    return answer.split("MSA|")[1].split("|")[0]


@pytest.fixture
def lab(db):
    made = make_lab()
    known(made.room.site_id, "hl7", "SYSMEX")
    return made


@pytest.mark.covers("D03")
@pytest.mark.parametrize("letters", ["utf-8", "gb18030"])
def test_what_an_analyser_measured_waits_to_be_verified_once(lab, letters):
    [specimen] = taken(lab, "electrolytes")
    text = oru(tube(specimen).number)

    answers = [heard(text, letters=letters) for _n in range(2)]

    assert answers == ["AA", "AA"]
    report = LabReport.objects.get()
    assert (report.state, report.entered_by_id, report.note) == ("entered", None, "SYSMEX")
    assert report.values.count() == 6
    assert tube(specimen).state == "entered"
    assert Heard.objects.get().state == "taken"


def question_of(number: str, letters: str = "") -> bytes:
    head = f"MSH|^~\\&|SYSMEX|实验室|YILU||20261123||ORM^O01|Q1|P|2.3.1||||||{letters}"
    return f"{head}\rORC|RF||{number}||IP\r".encode("gb18030" if letters else "utf-8")


@pytest.mark.covers("D03")
def test_an_unknown_tube_waits_for_a_person(lab):
    [specimen] = taken(lab, "electrolytes")

    assert heard(oru("NOBODY")) == "AA"
    row = Heard.objects.get()
    page = browser(lab.first).get(reverse("interop:devices"))
    assert "NOBODY" in page.text
    place_heard(actor=lab.first, heard_id=row.pk, number=tube(specimen).number)

    row.refresh_from_db()
    assert (row.state, LabReport.objects.count()) == ("taken", 1)


@pytest.mark.covers("D03")
@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (("mmol/L", "mg/dL"), "AE"),
        (("|4.2|", "|999|"), "AE"),
        (("SYSMEX", "OTHER"), "AR"),
        (("ORU^R01", "ADT^A01"), "AR"),
        (("MSH|", "MSX|"), "AR"),
    ],
)
def test_what_cannot_be_entered_changes_nothing(lab, change, answer):
    [specimen] = taken(lab, "electrolytes")

    assert heard(oru(tube(specimen).number).replace(*change)) == answer

    assert not LabReport.objects.exists()
    assert tube(specimen).state == "collected"


def test_only_the_right_post_reads_what_was_sent(lab):
    heard(oru("NOBODY"))
    keeper = make_staff("administrator", site_id=lab.room.site_id).actor()
    page = browser(keeper).get(reverse("interop:devices"))

    assert "SYSMEX" in page.text
    assert "NOBODY" not in page.text
    assert browser(lab.doctor).get(reverse("interop:devices")).status_code == 404


@pytest.mark.covers("D03")
def test_mutated_messages_never_break_us_and_good_ones_between_are_kept(lab):
    [specimen] = taken(lab, "electrolytes")
    good = (oru("NOBODY").encode(), question_of("NOBODY"))
    chance = random.Random(5)  # noqa: S311 (nothing secret)
    tries = 50_000 if SOAK else 250
    between = []

    for n in range(tries):
        made = bytearray(chance.choice(good))
        for _each in range(chance.randrange(1, 8)):
            at = chance.randrange(len(made))
            made[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        told = hear(actor=LISTENER, raw=bytes(made), address=HERE)
        assert told.startswith(b"MSH|")
        assert told.split(b"\rMSA|")[1][:2] in {b"AA", b"AE", b"AR"}
        if n % (tries // 5) == 0:
            between.append(f"V{n}")
            assert heard(oru("NOBODY", between[-1])) == "AA"

    assert Heard.objects.filter(control_id__in=between, state="unmatched").count() == 5
    assert heard(oru(tube(specimen).number, "LAST")) == "AA"
    assert LabReport.objects.count() == 1


@pytest.mark.covers("D03")
def test_a_sender_over_the_wire_is_answered_and_junk_is_hung_up_on(transactional_db):
    lab = make_lab()
    known(lab.room.site_id, "hl7", "SYSMEX")
    [specimen] = taken(lab, "electrolytes")
    port = free_port()
    stop = mllp.serve(HERE, port)
    try:
        with closing(socket.create_connection((HERE, port), 5)) as junk:
            junk.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert junk.recv(100) == b""
        with closing(socket.create_connection((HERE, port), 5)) as one:
            text = oru(tube(specimen).number).encode()
            one.sendall(b"\x0b" + text[:50])
            one.sendall(text[50:] + b"\x1c\r")
            answer = one.recv(4096)
    finally:
        stop()

    assert answer.startswith(b"\x0bMSH|")
    assert b"MSA|AA|M1|" in answer
    assert LabReport.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "address", "refusal"),
    [
        ("DR1", "", DeviceKnown),
        ("D R", "", DeviceUnclear),
        ("A" * 17, "", DeviceUnclear),
        ("DR2", "1.2.3", DeviceUnclear),
    ],
)
def test_a_machine_has_one_name_and_a_real_address(name, address, refusal):
    post = make_post(born_on=date(1980, 1, 1))
    known(post.room.site_id)

    with pytest.raises(refusal):
        known(post.room.site_id, name=name, address=address)

    assert Device.objects.count() == 1
