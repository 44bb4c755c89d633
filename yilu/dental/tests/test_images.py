"""Films and photographs of teeth: only what is seen is kept, for who may see teeth."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image

from yilu.clinical.tests.factories import make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.dental.errors import ImageNotTaken, TooManyImages, WhyMissing, WithdrawnAlready
from yilu.dental.models import ToothImage
from yilu.dental.operations import images as module
from yilu.dental.operations.images import Taken, add_images, withdraw_image
from yilu.dental.selectors.images import image_file, images_part
from yilu.dental.tests.factories import Room, make_room, sealed
from yilu.platform import clock, files
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import Event, File
from yilu.platform.pictures import Unreadable

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def film(kind: str = "JPEG", size: tuple[int, int] = (640, 400)) -> bytes:
    """A picture that says with whose phone it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Phone of Wang"
    made = BytesIO()
    Image.new("RGB", size, "grey").save(made, kind, exif=exif)
    return made.getvalue()


def taken(room: Room, **facts):
    usual = {"contents": [film()], "kind": "periapical", "teeth": ["37", "36"]}
    return add_images(actor=room.nurse, visit_id=room.visit_id, taken=Taken(**usual | facts))


def test_only_what_is_seen_is_kept_and_a_small_one_for_lists():
    room = make_room()

    [image_id] = taken(room)

    (line,) = images_part(room.doctor, room.visit_id).images
    assert (line.id, line.teeth, line.kind) == (image_id, "36,37", "periapical")
    large = files.read(image_file(room.doctor, room.visit_id, image_id, small=False))
    small = files.read(image_file(room.doctor, room.visit_id, image_id, small=True))
    assert b"Wang" not in large
    assert Image.open(BytesIO(large)).size == (640, 400)
    assert Image.open(BytesIO(small)).size == (320, 200)
    assert Event.objects.get(name="ToothImageAdded").body["teeth"] == "36,37"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"contents": []}, ImageNotTaken), ({"contents": [b"x"] * 13}, ImageNotTaken),
        ({"kind": "painting"}, ImageNotTaken), ({"teeth": ["19"]}, ImageNotTaken),
        ({"note": "\x00"}, ImageNotTaken), ({"contents": [b"%PDF-1.7"]}, Unreadable),
        ({"contents": [film(), film()[:200]]}, Unreadable),
        ({"taken_on": clock.now().date() + timedelta(days=3)}, ImageNotTaken),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_says_nothing_is_refused_and_leaves_nothing(facts, refusal):
    room = make_room()

    with pytest.raises(refusal), transaction.atomic():
        taken(room, **facts)

    assert not ToothImage.objects.exists()
    assert not File.objects.exists()


def test_there_is_a_limit_for_one_patient(monkeypatch):
    room = make_room()
    monkeypatch.setattr(module, "MOST", 1)
    taken(room)

    with pytest.raises(TooManyImages):
        taken(room)


def test_a_picture_taken_in_by_mistake_is_seen_by_nobody_and_stays_on_record():
    room = make_room()
    [image_id] = taken(room)

    with pytest.raises(WhyMissing):
        withdraw_image(actor=room.nurse, image_id=image_id, reason=" ")
    withdraw_image(actor=room.nurse, image_id=image_id, reason="另一位患者", version=1)
    with pytest.raises(WithdrawnAlready):
        withdraw_image(actor=room.nurse, image_id=image_id, reason="x")

    assert images_part(room.doctor, room.visit_id).images == ()
    with pytest.raises(NotFound):
        image_file(room.doctor, room.visit_id, image_id, small=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        ToothImage.objects.update(teeth="11")


def test_every_fetch_asks_for_the_right_and_for_the_patient():
    room = make_room()
    [image_id] = taken(room)
    other = make_second_patient(room)

    def get(actor, visit_id, name="image"):
        return browser(actor).get(reverse(f"dental:{name}", args=[visit_id, image_id]))

    shown = get(room.doctor, room.visit_id)
    assert shown["Content-Type"] == "image/jpeg"
    assert "inline" in shown["Content-Disposition"]
    for name in ("image", "image-small"):
        assert get(room.doctor, other, name).status_code == 404
        assert get(room.pharmacist, room.visit_id, name).status_code == 404
    with pytest.raises((NotAllowed, NotFound)):
        taken(Room(room.site_id, room.patient_id, room.visit_id, *[room.pharmacist] * 3))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_part_takes_in_refuses_and_lays_side_by_side(language):
    room = make_room()
    client = browser(room.nurse)
    client.cookies["yilu_language"] = language

    def send(*sent: bytes, **fields):
        given = [SimpleUploadedFile("x.jpg", one, "image/jpeg") for one in sent]
        usual = {"kind": "bitewing", "teeth": "36 46", "taken_on": ""}
        typed = sealed(room, **usual | fields, file=given)
        return client.post(reverse("dental:image-add", args=[room.visit_id]), typed, headers=PART)

    good, none = send(film(), film("PNG")), send()
    wrong = [send(b"GIF89a"), send(film(), taken_on="x"), send(film(), kind="")]
    first, second = ToothImage.objects.values_list("pk", flat=True)
    look = client.get(reverse("dental:image-look", args=[room.visit_id]), {"a": first, "b": second})
    nothing = client.get(reverse("dental:image-look", args=[room.visit_id]), {"a": "x"})

    assert good.status_code == 200
    assert {one.status_code for one in (none, *wrong)} == {422}
    assert (look.status_code, nothing.status_code) == (200, 404)
    assert look.text.count("data-pane") == 2
    assert (
        client.get(
            reverse("dental:image-withdraw", args=[room.visit_id, first]), headers=PART
        ).status_code
        == 200
    )
    assert ToothImage.objects.count() == 2
