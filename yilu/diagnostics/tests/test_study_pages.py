"""The pages of the imaging post, the viewer, and the patient's report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yilu.clinical.tests.test_pages import browser
from yilu.diagnostics.models import Study, StudyImage, StudyReport
from yilu.diagnostics.operations.images import Came, take_image
from yilu.diagnostics.rules.dicom import Unreadable, facts_of, frame_of, look_of
from yilu.diagnostics.selectors.study_images import study_images
from yilu.diagnostics.selectors.study_reports import my_study_reports
from yilu.diagnostics.tests.lab_factories import RIGHT
from yilu.diagnostics.tests.study_factories import (
    WRITTEN,
    asked,
    begun,
    dicom,
    fine,
    make_post,
    reported,
    study,
    taken,
    written,
)
from yilu.diagnostics.tests.test_lab_pages import address, post
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc"
    b"\xf8\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


def came(content: bytes, **more: object) -> Came:
    found = facts_of(content)
    return Came(
        content,
        found.sop_uid,
        found.series_uid,
        **{"study_uid": found.study_uid, "modality": found.modality, **more},
    )


def sent(team, study_id=None, **tags):
    content = dicom(study_id, **tags)
    found = facts_of(content)
    told = came(
        content, patient_number=found.patient_number, accession=found.accession, told="林半夏"
    )
    image_id = take_image(actor=team.first, site_id=team.room.site_id, came=told)
    return StudyImage.objects.get(pk=image_id)


@pytest.mark.covers("D03")
@pytest.mark.parametrize("step", [asked, begun, taken, written, reported])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_is_shown(step, language):
    team = make_post()
    study_id = step(team)
    client = browser(team.second)
    client.cookies["yilu_language"] = language

    page = client.get(reverse("diagnostics:imaging"), {"study": str(study_id)})

    assert page.status_code == 200
    assert ("Chest film" if language == "en" else "胸片") in page.text
    assert study(study_id).accession in page.text
    assert "style=" not in page.text


@pytest.mark.covers("D02", "D03")
def test_the_whole_road_by_forms():
    team = make_post()
    service = asked_by_form(team)
    row = Study.objects.get(request__service_id=service)
    who = {f"id-{key}": value for key, value in RIGHT.items()}
    answers = {f"check-{key}": value for key, value in fine(row.pk, pregnant="yes").items()}

    came_ = post(team.first, address("study-arrive", row.pk), version="1")
    refused = post(team.first, address("study-begin", row.pk), version="2", **who, **answers)
    anyway = {**who, **answers, "override": "急诊大咯血"}
    begins = post(team.first, address("study-begin", row.pk), version="2", **anyway)
    done = post(team.first, address("study-taken", row.pk), version="3")
    said = {"findings": WRITTEN.findings, "impression": WRITTEN.impression}
    kept = post(team.first, address("study-write", row.pk), version="4", **said)
    report = StudyReport.objects.get()
    mine = post(team.first, address("study-release", row.pk, report.pk), version="1")
    out = post(team.second, address("study-release", row.pk, report.pk), version="1")

    codes = [one.status_code for one in (came_, refused, begins, done, kept, mine, out)]
    assert codes == [200, 422, 200, 200, 200, 422, 200]
    assert 'name="override"' in refused.text
    assert "急诊大咯血" in begins.text
    assert study(row.pk).state == "released"


@pytest.mark.covers("D01")
def test_whoever_reports_second_sees_what_stands_and_what_they_wrote():
    team = make_post()
    study_id = taken(team)
    where, version = address("study-write", study_id), str(study(study_id).version)

    first = post(team.first, where, version=version, findings="两肺清晰", impression="正常")
    second = post(team.second, where, version=version, findings="右肺结节", impression="随访")

    assert (first.status_code, second.status_code) == (200, 412)
    for words in ("两肺清晰", "右肺结节", "随访"):
        assert words in second.text
    assert StudyReport.objects.get().findings == "两肺清晰"


def asked_by_form(team):
    service = Study.objects.model._meta.apps.get_model("catalogue", "Service").objects.get().pk
    fields = {"service": str(service), "urgency": "usual", "is_now": "on", "reason": "咳嗽"}
    assert post(team.doctor, address("ask", team.visit_id), **fields).status_code == 204
    return service


@pytest.mark.covers("D03")
def test_images_are_matched_and_kept_once():
    team = make_post()
    study_id = begun(team)
    first = sent(team, study_id)
    content = dicom(study_id)

    ids = {
        take_image(actor=team.first, site_id=team.room.site_id, came=came(content))
        for _n in range(2)
    }

    assert first.study_id == study_id
    assert len(ids) == 1
    assert StudyImage.objects.filter(study=study_id).count() == 2


@pytest.mark.covers("D03")
@pytest.mark.parametrize(
    ("tags", "matched"),
    [
        ({"AccessionNumber": "own"}, True),
        ({"PatientID": "own"}, True),
        ({"AccessionNumber": "own", "PatientID": "P-0"}, False),
        ({"PatientID": "own", "Modality": "CT"}, False),
        ({}, False),
    ],
)
def test_an_image_is_matched_only_by_what_is_sure(tags, matched):
    team = make_post()
    row = study(begun(team))
    own = {"AccessionNumber": row.accession, "PatientID": team.record_no}
    filled = {key: own[key] if value == "own" else value for key, value in tags.items()}

    assert (sent(team, **filled).study_id == row.pk) is matched


@pytest.mark.covers("D03")
def test_what_fits_nowhere_is_assigned_by_a_person():
    team = make_post()
    row = study(begun(team))
    image = sent(team)
    again = sent(team, SeriesInstanceUID=facts_of_image(image))
    listed = browser(team.first).get(reverse("diagnostics:unmatched"))
    assert "林半夏" in listed.text

    wrong = post(team.first, address("image-assign", image.pk), version="1", accession="1")
    right = post(
        team.first, address("image-assign", image.pk), version="1", accession=row.accession
    )

    assert (wrong.status_code, right.status_code) == (422, 200)
    for each in (image, again):
        each.refresh_from_db()
        assert each.study_id == row.pk


def facts_of_image(image: StudyImage) -> str:
    return image.series_uid


@pytest.mark.covers("C05", "D03")
def test_the_viewer_shows_frames_and_records_each_look():
    team = make_post()
    study_id = taken(team)
    image = sent(team, study_id)
    client = browser(team.doctor)
    before = AuditEntry.objects.count()

    page = client.get(address("viewer", study_id))
    look = client.get(address("image-look", image.pk))
    frame = client.get(address("image-frame", image.pk, 0))
    beyond = client.get(address("image-frame", image.pk, 1))

    assert str(image.pk) in page.text
    assert (look.json()["rows"], look.json()["width"]) == (32, 4095.0)
    assert look.json()["spacing"] == [0.5, 0.5]
    assert len(frame.content) == 32 * 32 * 2
    assert beyond.status_code == 404
    assert AuditEntry.objects.count() > before


@pytest.mark.covers("C14")
def test_a_patient_sees_images_when_they_are_reported_and_only_their_own():
    team = make_post()
    waiting = taken(team)
    owner = Actor("patient", "p", owns=frozenset({team.room.patient_id}))
    stranger = Actor("patient", "s", owns=frozenset())

    with pytest.raises(NotFound):
        study_images(owner, waiting)
    make_report(team, waiting)
    assert study_images(owner, waiting).series == ()
    with pytest.raises(NotFound):
        study_images(stranger, waiting)
    assert [one.aim for one in my_study_reports(owner)] == ["胸部"]
    assert my_study_reports(stranger) == []


def make_report(team, study_id):
    from yilu.diagnostics.operations.study_reports import (  # noqa: PLC0415
        release_study_report,
        write_report,
    )

    report_id = write_report(actor=team.first, study_id=study_id, written=WRITTEN)
    release_study_report(actor=team.second, report_id=report_id)


def test_a_picture_is_added_and_shown():
    team = make_post()
    study_id = taken(team)
    file = SimpleUploadedFile("screen.png", PNG, "image/png")

    kept = post(team.first, address("picture-add", study_id), picture=file)
    image = StudyImage.objects.get()
    shown = browser(team.doctor).get(address("image-file", image.pk))

    assert (kept.status_code, shown["Content-Type"]) == (204, "image/png")
    assert shown.content == PNG
    assert shown["X-Content-Type-Options"] == "nosniff"


def test_whoever_may_not_read_records_sees_no_image():
    team = make_post()
    study_id = taken(team)
    image = sent(team, study_id)
    clerk = Actor.system("clerk", "diagnostics.see")

    with pytest.raises(NotFound):
        study_images(clerk, study_id)

    assert image.study_id == study_id


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_report_on_paper(language):
    team = make_post()
    reported(team)
    client = browser(team.doctor)
    client.cookies["yilu_language"] = language

    paper = client.get(address("study-paper", StudyReport.objects.get().pk))

    assert paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("content", [b"", b"\0" * 128 + b"DICM", b"\0" * 128 + b"DICM" + b"x" * 99])
def test_what_is_no_dicom_is_refused(content):
    with pytest.raises(Unreadable):
        facts_of(content)
    with pytest.raises(Unreadable):
        look_of(content)
    with pytest.raises(Unreadable):
        frame_of(content, 0)
