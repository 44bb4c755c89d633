"""A photo of an ID card fills a form in; a person confirms it."""

import sys
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yilu.patients.errors import NoPicture, ReaderFailed
from yilu.patients.models import Patient
from yilu.patients.pictures import reading
from yilu.patients.pictures.reading import read_picture
from yilu.patients.rules.idcards import IdCard, Line, NoCard, read_card
from yilu.patients.tests import papers
from yilu.patients.tests.factories import make_id_number

pytestmark = pytest.mark.covers("B01")
TODAY = date(2031, 3, 3)
WHOLE = IdCard(
    "张小明", "male", "汉", date(1985, 3, 14), "上海市徐汇区宛平南路600弄12号楼301室",
    make_id_number(),
)  # fmt: skip


def line(text: str, x: float, y: float, width: float = 100) -> Line:
    return Line(text, ((x, y), (x + width, y), (x + width, y + 20), (x, y + 20)))


def card(*, number: str = WHOLE.number, **other: str) -> list[Line]:
    """What a reader finds on a card, in no order."""
    said = {"name": "张小明", "sex": "男", "born": "1985年3月14日", "nation": "汉"} | other
    return [
        line(number, 200, 400), line("公民身份号码", 0, 402), line("姓名", 0, 0),
        line(said["name"], 120, 2), line(f"性别{said['sex']}", 0, 60), line("民族", 130, 61),
        line(said["nation"], 240, 60), line("出生", 0, 120), line(said["born"], 120, 121),
        line("住址", 0, 180), line("上海市徐汇区宛平南路600弄", 120, 181),
        line("12号楼301室", 120, 230),
    ]  # fmt: skip


def test_a_card_is_read_whatever_the_order_of_its_lines():
    assert read_card(card(), TODAY) == WHOLE


@pytest.mark.parametrize(
    ("said", "doubts"),
    [
        ({"number": make_id_number()[:-1] + "0"}, ("number",)),
        ({"number": "9999991985"}, ("number",)),
        ({"sex": "女"}, ("differs",)),
        ({"born": "1985年3月15日"}, ("differs",)),
        ({"born": "1985年13月44日"}, ()),
        ({"name": "***"}, ("name",)),
    ],
)
def test_what_contradicts_the_number_is_said_and_the_number_believed(said, doubts):
    read = read_card(card(**said), TODAY)

    assert read.doubts == doubts
    assert read.number == ("" if "number" in doubts else WHOLE.number)


def test_letters_that_a_reader_took_for_digits_are_mended():
    read = read_card(card(number=WHOLE.number.replace("0", "O")), TODAY)
    assert read.number == WHOLE.number


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "nothing"),
        ([line("今日特价", 0, 0), line("苹果 5.80 元", 0, 40)], "nothing"),
        (
            [line("中华人民共和国", 0, 0), line("居民身份证", 0, 40), line("签发机关", 0, 80)],
            "back",
        ),
    ],
)
def test_what_is_no_front_of_a_card_is_refused(lines, code):
    with pytest.raises(NoCard) as refused:
        read_card(lines, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(
            lambda: papers.darkened(papers.on_a_table(papers.drawn(), turned=7)), id="dark, askew"
        ),
        pytest.param(lambda: papers.on_a_table(papers.drawn(), turned=90), id="on its side"),
        pytest.param(lambda: papers.drawn().rotate(180), id="upside down"),
    ],
)
def test_a_picture_is_read_as_it_is_taken(picture):
    read = read_card(read_picture(papers.as_bytes(picture())), TODAY)

    # The nation is one thin character, and no field of ours.
    assert replace(read, nation="汉") == WHOLE


def test_of_a_card_that_is_cut_off_the_rest_is_read():
    whole = papers.drawn()
    cut = whole.crop((0, 0, whole.width, int(whole.height * 0.7)))

    read = read_card(read_picture(papers.as_bytes(cut)), TODAY)

    assert (read.name, read.born_on, read.number) == ("张小明", date(1985, 3, 14), "")
    assert read.doubts == ("number",)


@pytest.mark.django_db
def test_the_form_is_filled_in_and_nobody_is_registered_before_somebody_says_so(desk):
    photo = SimpleUploadedFile("card.jpg", papers.as_bytes(papers.drawn()), "image/jpeg")

    answer = desk.post(reverse("patients:card"), {"photo": photo, "phone": "12100003482"})

    assert answer.status_code == 200
    form = answer.context["form"]
    assert form["name"].value() == "张小明"
    assert form["id_number"].value() == WHOLE.number
    assert form["phone"].value() == "12100003482"
    assert "Compare every field" in answer.text
    assert not Patient.objects.exists()
    # The server of pages itself loads none of what reads pictures.
    assert {"cv2", "onnxruntime", "rapidocr"}.isdisjoint(sys.modules)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        (b"", 422, "no picture"),
        (b"not a picture at all", 422, "no picture"),
        (papers.RECEIPT, 422, "No ID card is seen"),
    ],
)
def test_what_is_no_card_gets_a_sentence_and_keeps_what_was_typed(desk, data, status, says):
    sent = data if isinstance(data, bytes) else papers.as_bytes(papers.drawn(data))
    photo = SimpleUploadedFile("x.jpg", sent, "image/jpeg")

    answer = desk.post(reverse("patients:card"), {"photo": photo, "name": "李雷"})

    assert (answer.status_code, says in answer.text) == (status, True)
    assert answer.context["form"]["name"].value() == "李雷"


@pytest.mark.django_db
def test_after_a_photo_the_form_registers_with_everything_that_was_ticked_before(desk):
    photo = SimpleUploadedFile("x.jpg", b"", "image/jpeg")
    typed = {"name": "李雷", "special_needs": ["wheelchair", "pregnant"], "consent": "on",
             "visit_card": "VC-20417", "language": "en", "birth_estimated": "on"}  # fmt: skip

    answer = desk.post(reverse("patients:card"), {"photo": photo, **typed})

    form, new = answer.context["form"], reverse("patients:new")
    assert f'action="{new}" novalidate hx-post="{new}"' in answer.text
    assert {name: form[name].value() for name in typed} == {
        **typed, "consent": True, "birth_estimated": True,
    }  # fmt: skip


def test_a_reader_that_hangs_or_dies_is_ended(monkeypatch):
    monkeypatch.setattr(reading, "MOST_SECONDS", 0.05)
    with pytest.raises(ReaderFailed):
        read_picture(b"x")


def test_a_picture_that_is_too_large_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(NoPicture):
        read_picture(b"x" * 11)
