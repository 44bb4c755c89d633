"""A plan shows pictures, to who may see the plan and to nobody else."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from yilu.clinical.models import TreatmentPlan
from yilu.clinical.operations.plans import PictureGiven, make_plan_link
from yilu.clinical.selectors.plans import plan_page, plan_picture
from yilu.clinical.tests.consents import patient_actor
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.clinical.tests.test_plans import proposed
from yilu.platform import files
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.ids import new_id
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]


def picture(colour: str = "red") -> bytes:
    held = BytesIO()
    Image.new("RGB", (4, 3), colour).save(held, "PNG")
    return held.getvalue()


def test_pictures_are_kept_sealed_and_shown_to_the_patient_and_who_treats():
    room = make_room()
    content = picture()
    plan_id = proposed(room, pictures=[PictureGiven("牙.png", content, "缺损处")])

    page = plan_page(patient_actor(room), plan_id)
    assert [(one.n, one.caption) for one in page.pictures] == [(0, "缺损处")]
    kept = TreatmentPlan.objects.get().content["pictures"][0]
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert files.read(plan_picture(patient_actor(room), plan_id, 0)) == content
    with pytest.raises(NotFound):
        plan_picture(room.doctor, plan_id, 1)
    stranger = make_staff("doctor", site_id=make_room().site_id).actor()
    nobody = Actor(kind="patient", name="other", owns=frozenset({new_id()}))
    for who in (stranger, nobody):
        with pytest.raises(NotFound):
            plan_picture(who, plan_id, 0)


@pytest.mark.parametrize(
    ("name", "content"), [("x.png", b"<svg onload=1>"), ("x.jpg", b"%PDF-1.4"), ("x.html", None)]
)
def test_what_is_no_picture_is_refused_and_no_plan_is_made(name: str, content: bytes | None):
    room = make_room()

    with pytest.raises(Invalid) as refused:
        proposed(room, pictures=[PictureGiven(name, content or picture())])

    assert refused.value.errors[0].field == "picture-1"
    assert not TreatmentPlan.objects.exists()


def test_the_form_takes_pictures_and_the_pages_show_them():
    room = make_room()
    doctor = browser(room.doctor)
    words = {"title": "36", "explanation": "x", "name-1": "a", "benefits-1": "b", "risks-1": "c"}

    def send(content: bytes):
        held = SimpleUploadedFile("a.png", content, "image/png")
        typed = sealed(room, request_key=str(new_id())) | words | {"caption-1": "缺损"}
        return doctor.post(url("propose-plan", room), typed | {"picture-1": held}, headers=PART)

    assert send(b"no picture").status_code == 422
    assert send(picture()).status_code in {200, 204, 303}
    plan_id = TreatmentPlan.objects.get().pk
    assert "缺损" in doctor.get(reverse("clinical:plan", args=[plan_id])).text
    for name in ("plan-picture", "plan-hand-picture"):
        address = reverse(f"clinical:{name}", args=[plan_id])
        shown = doctor.get(address + "?n=0")
        assert shown["Content-Type"] == "image/png"
        assert "attachment" not in shown["Content-Disposition"]
        assert doctor.get(address + "?n=7").status_code == 404
        assert doctor.get(address).status_code == 404
    told = browser(room.doctor)
    reference = make_plan_link(actor=room.doctor, plan_id=plan_id)
    asked = told.get(reverse("portal:plan-picture", args=[reference]) + "?n=0")
    assert asked["Content-Type"].startswith("text/html")  # The birth date comes first.
