import pytest
from django.test import Client

from yilu.facility.tests.factories import make_site
from yilu.platform.models import User
from yilu.workforce.models import Assignment, Practitioner, StaffMember
from yilu.workforce.selectors.administration import post_matrix, staff_detail, staff_list
from yilu.workforce.selectors.practitioners import practitioner_of
from yilu.workforce.selectors.staff import languages_of
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O01")]


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def boss(site):
    return make_staff("administrator", site_id=site, name="王芳")


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_finds_people_by_name_pinyin_and_number(site, boss):
    found = make_doctor(site, name="李雷")
    client = signed_in(boss)
    for typed in ("李雷", "Li Lei", "lei", found.staff_no):
        said = page(client.get("/workforce/", {"q": typed}, headers={"HX-Request": "true"}))
        assert found.staff_no in said
        assert "王芳" not in said


def test_who_may_not_see_staff_sees_none(site, boss):
    nurse = make_staff("nurse", site_id=site)
    for path in ("/workforce/", f"/workforce/{boss.staff_id}/", "/workforce/posts"):
        assert signed_in(nurse).get(path).status_code == 403


def test_the_front_desk_sees_but_changes_nothing(site, boss):
    desk = signed_in(make_staff("front_desk", site_id=site))
    said = page(desk.get(f"/workforce/{boss.staff_id}/"))
    assert "/leave" not in said
    assert desk.post(f"/workforce/{boss.staff_id}/leave").status_code == 403
    said = {"name": "x", "staff_no": "9", "languages": ["en"]}
    assert desk.post("/workforce/hire", said).status_code == 403
    assert StaffMember.objects.filter(is_active=True).count() == 2


def test_somebody_is_hired_given_a_post_and_a_password_and_leaves(site, boss):
    client = signed_in(boss)

    said = {"name": "韩梅", "staff_no": "F1", "title_zh": "前台", "languages": ["zh-Hans"]}
    hired = client.post("/workforce/hire", said)
    assert hired.status_code == 303
    person = StaffMember.objects.get(staff_no="F1")
    base = f"/workforce/{person.pk}"
    said = {"post": "front_desk", "site": site, "from_on": "2026-01-01"}
    assert client.post(f"{base}/assign", said).status_code == 303
    shown = page(client.post(f"{base}/password", headers={"HX-Request": "true"}))
    password = next(word for word in shown.split("<b")[2].split(">")[1].split("<") if word)
    theirs = Client()
    assert theirs.login(username="F1", password=password)
    assert theirs.get("/workforce/").status_code == 200

    assert client.post(f"{base}/leave", {"version": person.version + 7}).status_code == 412
    version = StaffMember.objects.get(pk=person.pk).version
    assert client.post(f"{base}/leave", {"version": version}).status_code == 303

    gone = theirs.get("/workforce/")
    assert gone.status_code in {303, 401}
    assert not Client().login(username="F1", password=password)


def test_a_number_that_is_taken_is_said_in_the_form(boss):
    said = {"name": "甲", "staff_no": boss.staff_no, "languages": ["zh-Hans"]}
    answer = signed_in(boss).post("/workforce/hire", said)
    assert answer.status_code == 422
    assert "signs in with this staff number" in answer.content.decode()
    assert StaffMember.objects.count() == 1


@pytest.mark.covers("B15")
def test_what_somebody_speaks_with_patients_is_said_and_shown(site, boss):
    guide, client = make_staff("guide", site_id=site), signed_in(boss)
    path = f"/workforce/{guide.staff_id}/change"
    said = {"name": "丁引路", "staff_no": guide.staff_no}
    for wrong in ([], ["tlh"], ["en", "\x00"]):
        assert client.post(path, said | {"languages": wrong}).status_code in {400, 422}
    assert languages_of([guide.user_id]) == {guide.user_id: {"zh-Hans"}}
    client.post(path, said | {"languages": ["en", "zh-Hans", "sign"]})
    assert languages_of([guide.user_id]) == {guide.user_id: {"zh-Hans", "en", "sign"}}
    assert "Mandarin · English · Sign language" in page(client.get(f"/workforce/{guide.staff_id}/"))


def test_a_post_is_ended_from_the_page(site, boss):
    guide = make_staff("guide", site_id=site)
    held = Assignment.objects.get(user_id=guide.user_id)
    path = f"/workforce/{guide.staff_id}/posts/{held.pk}/end"
    assert signed_in(boss).post(path, {"version": held.version}).status_code == 303
    assert guide.actor().grants == frozenset()


def test_somebody_becomes_a_practitioner_and_is_changed(site, boss):
    doctor = make_doctor(site)
    known = Practitioner.objects.get(pk=doctor.practitioner_id)
    nurse = make_staff("nurse", site_id=site)
    said = {
        "kind": "nurse",
        "department": known.department_id,
        "specialty_zh": "换药",
        "antibiotic_level": 0,
    }
    assert signed_in(boss).post(f"/workforce/{nurse.staff_id}/practise", said).status_code == 303
    assert practitioner_of(nurse.user_id) is not None
    assert signed_in(boss).get(f"/workforce/{nurse.staff_id}/practise").status_code == 200


def test_the_matrix_says_who_may_what(boss):
    said = page(signed_in(boss).get("/workforce/posts"))
    assert "workforce.manage" in said
    matrix = post_matrix(actor=boss.actor())
    line = next(one for one in matrix.lines if one.permission == "workforce.manage")
    assert sum(line.held) == 1


@pytest.mark.parametrize("many", [1, 12])
def test_the_list_costs_the_same_for_one_and_many(django_assert_num_queries, site, boss, many):
    for _ in range(many - 1):
        make_staff("guide", site_id=site)
    actor = boss.actor()
    with django_assert_num_queries(3):
        assert len(staff_list(actor=actor)) == many
    with django_assert_num_queries(3):
        staff_detail(actor=actor, staff_id=boss.staff_id)
