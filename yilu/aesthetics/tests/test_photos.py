"""Photographs: what their files tell, what they may be used for, comparing, designs, giving out."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image, ImageDraw

from yilu.aesthetics.errors import (
    DesignSigned,
    EyesMissing,
    NotSigned,
    NotUnderstood,
    PatientFirst,
    UseNotGiven,
)
from yilu.aesthetics.models import Design, Photo
from yilu.aesthetics.operations.designs import (
    Drawn,
    draw_design,
    sign_design_as_doctor,
    sign_design_for_patient,
)
from yilu.aesthetics.operations.photos import (
    Taken,
    Uses,
    set_points,
    share_photo,
    sign_uses,
    take_photo,
    withdraw_photo,
)
from yilu.aesthetics.rules.alignment import CannotAlign, aligned, read_points
from yilu.aesthetics.rules.shapes import NotDrawn, read_shapes, totals
from yilu.aesthetics.selectors.photos import comparison, photo_page, photos_part
from yilu.aesthetics.tests.factories import make_room, sealed
from yilu.clinical.tests.consents import DRAWN
from yilu.clinical.tests.factories import make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.platform import files
from yilu.platform.errors import NotFound, Stale
from yilu.platform.models import AuditEntry, Event
from yilu.platform.pictures import Unreadable

pytestmark = pytest.mark.covers("C10")
PLACE = b"GPS 31.2304N 121.4737E"
SHAPES = [
    {"t": "line", "c": "blue", "p": [[100, 100], [300, 120]]},
    {"t": "point", "c": "red", "at": [480, 300], "amount": "2.5", "unit": "U"},
    {"t": "point", "c": "red", "at": [520, 300], "amount": "4", "unit": "U"},
    {"t": "text", "c": "black", "at": [50, 60], "words": "眉间五点"},
]


def picture() -> bytes:
    """A drawn figure, 80 by 120, with all that a phone writes into its files."""
    drawn = Image.new("RGB", (80, 120), (235, 205, 180))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((24, 44, 34, 54), fill=(40, 90, 160))
    pen.ellipse((46, 44, 56, 54), fill=(40, 90, 160))
    exif = Image.Exif()
    exif[0x010E], exif[0x010F] = PLACE.decode(), "Phone"
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=92, exif=exif, comment=PLACE)
    return made.getvalue() + b"\0\0\0\x18ftypmp42 a film that a phone hides" + PLACE


def uses(
    room, *, care: bool = True, teaching: bool = False, publicity: bool = False, name="林半夏"
):
    signed = Uses(care, teaching, publicity, "林半夏", DRAWN)
    return sign_uses(actor=room.nurse, visit_id=room.visit_id, uses=signed)


def taken(room, view: str = "front", content: bytes | None = None):
    one = Taken(content or picture(), "face", view)
    return take_photo(actor=room.nurse, visit_id=room.visit_id, taken=one)


EYES = ["362.5", "612.5", "637.5", "612.5"]


def photographed(*, eyes: bool = True, **given_uses):
    room = make_room()
    uses(room, **given_uses)
    photo = taken(room)
    if eyes:
        set_points(actor=room.nurse, photo_id=photo, points=EYES)
    return room, photo


@pytest.mark.parametrize(
    ("onto", "moved"),
    [
        (((300, 400), (700, 400)), ((300, 400), (700, 400))),
        (((300, 400), (700, 400)), ((250, 500), (650, 560))),
        (((300, 400), (700, 420)), ((400, 300), (600, 280))),
    ],
)
def test_two_points_of_one_picture_come_to_lie_on_those_of_the_other(onto, moved):
    how = aligned(onto, moved)

    for there, here in zip(onto, moved, strict=True):
        assert how.at(*here) == pytest.approx(there, abs=1e-6)
    assert how.matrix.startswith("matrix(")


@pytest.mark.parametrize(
    "moved", [((300, 400), (310, 400)), ((0, 0), (1000, 1400)), ((5, 5), (5, 5))]
)
def test_points_that_say_nothing_align_nothing(moved):
    with pytest.raises(CannotAlign):
        aligned(((300, 400), (420, 400)), moved)


@pytest.mark.parametrize(
    "typed",
    [[], ["1", "2", "3"], ["1", "2", "3", "x"], ["-1", "0", "500", "500"], ["nan"] * 4,
     ["500", "500", "505", "500"], ["500", "500", "500", "9999"]],
)  # fmt: skip
def test_points_that_are_none_are_refused(typed):
    assert read_points(typed, 1500) is None


def test_a_design_is_kept_in_one_form_and_adds_up():
    shapes = read_shapes(json.dumps(SHAPES), 1500)

    assert [one["t"] for one in shapes] == ["line", "point", "point", "text"]
    assert totals(shapes) == [("U", "6.5")]


@pytest.mark.parametrize(
    "wrong",
    [
        "", "{", "[]", "{}", "[1]", '[{"t":"blob"}]', '[{"t":"line","p":[[1,1]]}]',
        '[{"t":"line","p":[[1,1],[1001,1]]}]', '[{"t":"line","p":[[1,1],[NaN,1]]}]',
        '[{"t":"text","at":[1,1],"words":" "}]', '[{"t":"text","at":[1,1],"words":"\\u0000"}]',
        '[{"t":"point","at":[1,1],"amount":"201","unit":"U"}]',
        '[{"t":"point","at":[1,1],"amount":"1e9","unit":"U"}]',
        '[{"t":"point","at":[1,true],"amount":"1","unit":"U"}]',
        '[{"t":"line","c":"url(x)","p":[[1,1],[2,2]]}]', "[" * 50_000,
        '[{"t":["line"],"p":[[1,1],[2,2]]}]', '[{"t":"line","c":[],"p":[[1,1],[2,2]]}]',
        '[{"t":"point","at":[1,1],"amount":"1","unit":["U"]}]',
    ],
)  # fmt: skip
def test_what_is_no_design_is_refused(wrong):
    with pytest.raises(NotDrawn):
        read_shapes(wrong, 1500)


@pytest.mark.django_db
def test_without_a_signature_for_it_no_photograph_is_kept():
    room = make_room()
    with pytest.raises(UseNotGiven):
        taken(room)
    empty = Uses(care=True, teaching=True, publicity=True, name="林半夏", strokes="[]")
    with pytest.raises(NotSigned):
        sign_uses(actor=room.nurse, visit_id=room.visit_id, uses=empty)
    uses(room, care=False, teaching=True)
    with pytest.raises(UseNotGiven):
        taken(room)
    uses(room)
    taken(room)

    photo = Photo.objects.get()
    for file_id in (photo.file_id, photo.small_id):
        assert PLACE not in files.read(file_id)
    assert (photo.width, photo.height) == (80, 120)
    with pytest.raises(DatabaseError), transaction.atomic():
        Photo.objects.update(view="smile")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "region", "view", "refused"),
    [
        (b"%PDF-1.7 x", "face", "front", Unreadable),
        (picture()[:300], "face", "front", Unreadable),
        (picture(), "face", "back", NotUnderstood),
        (picture(), "moon", "front", NotUnderstood),
    ],
)
def test_what_is_no_picture_or_no_view_is_refused(content, region, view, refused):
    room = make_room()
    uses(room)

    with pytest.raises(refused):
        take_photo(actor=room.nurse, visit_id=room.visit_id, taken=Taken(content, region, view))
    assert not Photo.objects.exists()


@pytest.mark.django_db
def test_sets_say_what_is_missing_and_cost_the_same_however_many(django_assert_num_queries):
    room, _first = photographed()
    for view in ("left45", "left90"):
        taken(room, view)

    with django_assert_num_queries(6):
        part = photos_part(room.doctor, room.visit_id)

    (one,) = part.sets
    assert [each.view for each in one.photos] == ["front", "left45", "left90"]
    assert one.missing == ("右 45°", "右 90°")
    with pytest.raises(NotFound):
        photos_part(room.pharmacist, room.visit_id)


@pytest.mark.django_db
def test_two_photographs_are_laid_over_each_other_once_both_have_points():
    room, first = photographed()
    second = taken(room)

    assert not comparison(room.doctor, room.visit_id, first, second).is_aligned
    moved = ["400", "700", "700", "720"]
    set_points(actor=room.nurse, photo_id=second, points=moved, version=1)
    found = comparison(room.doctor, room.visit_id, first, second)

    assert found.is_aligned
    assert found.matrix != "matrix(1.00000 0.00000 -0.00000 1.00000 0.00000 0.00000)"
    with pytest.raises(Stale):
        set_points(actor=room.nurse, photo_id=second, points=moved, version=1)
    with pytest.raises(NotFound):
        comparison(room.doctor, make_second_patient(room), first, second)


@pytest.mark.django_db
def test_what_is_given_out_has_no_eyes_and_only_for_what_was_signed():
    room, photo = photographed(teaching=True)

    with pytest.raises(UseNotGiven):
        share_photo(actor=room.doctor, photo_id=photo, use="publicity")
    made = share_photo(actor=room.doctor, photo_id=photo, use="teaching")

    shown = Image.open(io.BytesIO(made)).convert("RGB")
    for eye in ((29, 49), (51, 49), (40, 49), (22, 49), (58, 49)):
        assert max(shown.getpixel(eye)) < 40
    assert min(shown.getpixel((40, 100))) > 120
    assert not shown.getexif()
    assert AuditEntry.objects.filter(action="aesthetics.photo.shared").count() == 1
    assert Event.objects.get(name="PhotoShared").body["use"] == "teaching"
    uses(room)
    with pytest.raises(UseNotGiven):
        share_photo(actor=room.doctor, photo_id=photo, use="teaching")


@pytest.mark.django_db
def test_a_face_without_its_eyes_marked_is_not_given_out():
    room, photo = photographed(eyes=False, teaching=True)

    with pytest.raises(EyesMissing):
        share_photo(actor=room.doctor, photo_id=photo, use="teaching")


@pytest.mark.django_db
def test_a_design_is_signed_by_the_patient_then_the_doctor_and_stays():
    room, photo = photographed()
    about = {"actor": room.doctor, "visit_id": room.visit_id, "photo_id": photo}
    design = draw_design(**about, drawn=Drawn("眉间", json.dumps(SHAPES)))
    draw_design(**about, drawn=Drawn("眉间 5 点", json.dumps(SHAPES)), design_id=design, version=1)

    with pytest.raises(PatientFirst):
        sign_design_as_doctor(actor=room.doctor, design_id=design)
    with pytest.raises(Stale):
        sign_design_for_patient(
            actor=room.nurse, design_id=design, name="林半夏", strokes=DRAWN, version=1
        )
    sign_design_for_patient(
        actor=room.nurse, design_id=design, name="林半夏", strokes=DRAWN, version=2
    )
    with pytest.raises(DesignSigned):
        draw_design(**about, drawn=Drawn("x", json.dumps(SHAPES)), design_id=design)
    sign_design_as_doctor(actor=room.doctor, design_id=design)

    (line,) = photo_page(room.doctor, room.visit_id, photo).designs
    assert (line.title, line.totals) == ("眉间 5 点", [("U", "6.5")])
    assert line.patient_signed_at
    assert line.doctor_signed_at
    for change in ({"shapes": []}, {"doctor_signed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Design.objects.update(**change)


@pytest.mark.django_db
def test_a_withdrawn_photograph_is_shown_no_more():
    room, photo = photographed()

    withdraw_photo(actor=room.nurse, photo_id=photo, reason="拍错患者")

    assert photos_part(room.doctor, room.visit_id).sets == ()
    client = browser(room.doctor)
    address = reverse("aesthetics:image", args=[room.visit_id, photo])
    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_photographs_go_through_their_pages_and_for_no_other_patient(language):
    room = make_room()
    other = make_second_patient(room)
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language

    def post(deed, /, *more, visit=room.visit_id, **fields):
        address = reverse(f"aesthetics:{deed}", args=[visit, *more])
        return client.post(address, sealed(room, **fields), headers=PART)

    def page(name, *more, visit=room.visit_id):
        return client.get(reverse(f"aesthetics:{name}", args=[visit, *more]))

    signed = post("photo-uses", care="1", teaching="1", name="林半夏", strokes=DRAWN)
    for view in ("face.front", "face.front"):
        file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        kept = post("take-photo", view=view, photo=file)
    nothing = post("take-photo", view="face.front")
    one, two = Photo.objects.order_by("recorded_at").values_list("pk", flat=True)
    wrong = post("photo-points", one, visit=other, points=",".join(EYES))
    marked = post("photo-points", one, points=",".join(EYES), version="1")
    drawn = post("draw-design", one, title="设计", shapes=json.dumps(SHAPES))
    design = Design.objects.get().pk
    by_patient = post("sign-design", one, design, name="林半夏", strokes=DRAWN, version="1")
    by_doctor = post("sign-design", one, design, who="doctor", version="2")
    shared = post("share-photo", one, use="teaching")
    strange = client.get(reverse("aesthetics:image", args=[other, one]))

    assert (nothing.status_code, wrong.status_code, strange.status_code) == (422, 409, 404)
    for answer in (signed, kept, marked, drawn, by_patient, by_doctor):
        assert answer.status_code in {200, 204}, answer.text[:300]
    assert shared["Content-Type"] == "image/jpeg"
    assert Design.objects.get().doctor_signed_at
    for shown in (page("photos"), page("photo", one), page("compare", one, two)):
        assert shown.status_code == 200
    seen = page("image", one)
    assert seen["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(details__why__icontains="photograph").exists()
