"""What the desk sees of patients."""

import pytest
from django.urls import reverse

from yilu.patients.models import Consent, Patient, Registration, Relation
from yilu.patients.tests.factories import make_actor, make_id_number, make_patient, make_site
from yilu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


def reads():
    lines = AuditEntry.objects.filter(action="patients.patient.seen").order_by("recorded_at")
    return [(line.details["why"], set(line.patient_ids)) for line in lines]


@pytest.mark.covers("B01")
def test_the_box_answers_with_hits_marked_and_two_identifiers(desk):
    patient = make_patient(desk.site, "张小明", phone="12100003482", born_on=None)

    part = desk.part(reverse("patients:search"), q="小明")

    assert "张<mark>小明</mark>" in part.text
    assert "121****3482" in part.text
    assert f"/patients/{patient}/" in part.text
    assert "<h1>" not in part.text
    assert "12100003482" not in part.text
    assert reads() == [("patients.search", {patient})]


def test_nobody_found_leads_to_a_new_patient_with_that_name(desk):
    part = desk.part(reverse("patients:search"), q="赵六")

    assert "Nobody is known by that" in part.text
    assert "/patients/new?name=%E8%B5%B5%E5%85%AD" in part.text


def test_the_page_shows_numbers_masked_and_records_the_look(desk):
    patient = make_patient(
        desk.site, phone="12100003482", id_type="resident_id", id_number=make_id_number(),
        email="ming@example.invalid", address="上海市徐汇区宛平南路 600 号",
    )  # fmt: skip

    page = desk.get(reverse("patients:patient", args=[patient]))

    for shown in ("121****3482", "999***********0019", "m***@example.invalid", "上海市徐汇区***"):
        assert shown in page.text
    for hidden in ("12100003482", make_id_number(), "ming@", "宛平"):
        assert hidden not in page.text
    assert reads() == [("patients.page", {patient})]


@pytest.mark.covers("O02")
def test_showing_a_number_in_full_is_asked_for_and_recorded(desk):
    patient = make_patient(desk.site, phone="12100003482")
    url = reverse("patients:reveal", args=[patient, "phone"])

    assert desk.get(url).status_code == 405
    assert "12100003482" in desk.post(url).text
    assert reads() == [("patients.reveal.phone", {patient})]


@pytest.mark.parametrize("page", ["patient", "edit", "label"])
def test_a_patient_of_another_site_is_not_there(desk, page):
    patient = make_patient(make_site())

    assert desk.get(reverse(f"patients:{page}", args=[patient])).status_code == 404
    assert desk.post(reverse("patients:reveal", args=[patient, "phone"])).status_code == 404
    assert reads() == []


@pytest.mark.covers("B03")
def test_a_name_is_enough_to_register_somebody(desk):
    answer = desk.post(reverse("patients:new"), {"name": "李雷", "site": desk.site.pk})

    patient = Patient.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("patients:patient", args=[patient.pk])
    assert (patient.name, patient.pinyin, patient.version) == ("李雷", "Li Lei", 1)
    page = desk.get(answer.headers["Location"]).text
    assert "Still to be asked" in page
    assert "consent to data use" in page


@pytest.mark.covers("B04")
def test_consent_ticked_while_registering_is_kept_with_its_version(desk):
    desk.post(reverse("patients:new"), {"name": "李雷", "consent": "on"})

    consent = Consent.objects.get()
    assert (consent.kind, consent.text_version, consent.how) == ("data_use", "2026-01", "spoken")


def test_a_form_with_errors_comes_back_as_typed_and_registers_nobody(desk):
    typed = {"name": "李雷", "phone": "12", "id_type": "resident_id", "id_number": "123"}

    answer = desk.client.post(
        reverse("patients:new"), typed | {"request_key": "k"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "not a telephone number" in answer.text
    assert "18 characters" in answer.text
    assert 'value="李雷"' in answer.text
    assert not Patient.objects.exists()


def test_a_paper_that_is_known_leads_to_its_record(desk):
    known = make_patient(desk.site, id_type="resident_id", id_number=make_id_number())
    typed = {"name": "李雷", "id_type": "resident_id", "id_number": make_id_number()}

    answer = desk.post(reverse("patients:new"), typed)

    assert answer.status_code == 422
    assert f"/patients/{known}/" in answer.text
    assert Patient.objects.count() == 1


@pytest.mark.covers("A02")
def test_a_paper_fills_in_birth_date_and_sex(desk):
    typed = {"id_type": "resident_id", "id_number": make_id_number(), "sex": "unknown"}

    part = desk.post(reverse("patients:identity"), typed)

    assert 'value="1985-03-14"' in part.text
    assert '<option value="male" selected>' in part.text


def test_candidates_are_shown_while_somebody_types(desk):
    make_patient(desk.site, "张小明", phone="12100003482")
    elsewhere = make_patient(make_site(), "欧阳修", phone="12100003482")

    part = desk.post(reverse("patients:duplicates"), {"name": "张", "phone": "121 0000 3482"})

    assert "张小明" in part.text or "Zhang Xiaoming" in part.text
    assert part.text.count("Same phone") == 2
    assert "欧阳修" not in part.text
    assert str(elsewhere) not in part.text


def test_an_edit_that_is_too_old_is_shown_again_and_changes_nothing(desk):
    patient = make_patient(desk.site, phone="12100003482")
    url = reverse("patients:edit", args=[patient])

    assert desk.post(url, {"name": "张大明", "version": "1"}).status_code == 303
    late = desk.post(url, {"name": "张中明", "version": "1"})

    assert late.status_code == 412
    assert Patient.objects.get().name == "张大明"
    # Sent once more it is refused once more; the way on is the form as it is now.
    assert 'name="version" value="1"' in late.content.decode()
    assert f'<a href="{url}"' in late.content.decode()
    assert 'name="version" value="2"' in desk.get(url).content.decode()


def test_consents_are_given_and_taken_back(desk):
    patient = make_patient(desk.site)
    url = reverse("patients:consent", args=[patient, "data_use"])

    desk.post(url, {"how": "signed"})
    desk.post(url, {"withdraw": "1"})

    consent = Consent.objects.get()
    assert consent.how == "signed"
    assert consent.withdrawn_at is not None


def test_a_relative_is_added_and_removed(desk):
    patient = make_patient(desk.site)

    bad = desk.post(reverse("patients:family", args=[patient]), {"kind": "parent"})
    typed = {"kind": "parent", "name": "张父", "phone": "12100009999"}
    desk.post(reverse("patients:family", args=[patient]), typed)
    relation = Relation.objects.get()
    desk.post(reverse("patients:end-family", args=[patient, relation.pk]))

    assert bad.status_code == 422
    relation.refresh_from_db()
    assert relation.ended_at is not None


@pytest.mark.covers("O08")
def test_a_patient_of_another_site_is_registered_here_after_asking(desk):
    patient = make_patient(make_site(), "欧阳修", phone="12100003482")
    part = desk.part(reverse("patients:search"), q="12100003482")
    assert "欧阳修" not in part.text
    assert "Other clinic" in part.text

    answer = desk.post(reverse("patients:register-here", args=[patient]))

    assert answer.status_code == 303
    assert Registration.objects.filter(site=desk.site, patient=patient).exists()
    assert desk.get(answer.headers["Location"]).status_code == 200


def test_somebody_without_the_right_sees_no_patients(sign_in):
    client = sign_in(make_actor(make_site(), grants=()))

    assert client.get(reverse("patients:search") + "?q=a").status_code == 403
    assert client.get(reverse("patients:new")).status_code == 403
