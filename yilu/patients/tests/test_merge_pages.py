"""How the desk merges two records: compare, choose, confirm, take back."""

import pytest
from django.urls import reverse

from yilu.patients.models import Merge, Patient
from yilu.patients.operations.merges import merge_patients
from yilu.patients.selectors.comparing import comparison
from yilu.patients.selectors.merges import doubles, merges
from yilu.patients.tests.conftest import Desk
from yilu.patients.tests.factories import (
    MERGER,
    make_actor,
    make_id_number,
    make_patient,
    make_site,
)
from yilu.platform.errors import Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01")]


@pytest.fixture
def desk(sign_in) -> Desk:
    site = make_site()
    actor = make_actor(site, grants=MERGER)
    return Desk(sign_in(actor), site, actor)


@pytest.fixture
def pair(desk):
    """A known patient, and somebody registered in a hurry with the same phone."""
    known = make_patient(
        desk.site, "张小明", phone="12100003482", id_type="resident_id", id_number=make_id_number()
    )
    return known, make_patient(desk.site, "张晓明", phone="12100003482", address="宛平南路 6 号")


def sent(seen, **more) -> dict:
    versions = {f"version_{n}": side.patient.version for n, side in enumerate(seen.sides)}
    return {"survivor": 0, "reason": "重复建档", **versions, **more}


def test_the_page_says_which_other_records_may_be_the_same_person(desk, pair):
    known, hasty = pair

    part = desk.part(reverse("patients:doubles", args=[known]))

    assert "Same phone" in part.text
    assert reverse("patients:compare", args=[known, hasty]) in part.text


def test_the_two_stand_side_by_side_masked_with_a_proposal(desk, pair):
    known, hasty = pair

    seen = comparison(desk.actor, hasty, known)

    assert seen.survivor == 1
    facts = {fact.name: (fact.values, fact.is_same, fact.chosen) for fact in seen.facts}
    assert facts["name"] == (("张晓明", "张小明"), False, 1)
    assert facts["phone"][1] is True
    assert facts["address"][2] == 0
    page = desk.get(reverse("patients:compare", args=[hasty, known])).text
    assert make_id_number() not in page
    assert "宛平" not in page


def test_choosing_and_confirming_makes_one_record(desk, pair):
    known, hasty = pair
    url = reverse("patients:compare", args=[known, hasty])
    seen = comparison(desk.actor, known, hasty)

    answer = desk.post(url, sent(seen, name="1", address="1", sex="0"))

    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("patients:patient", args=[known])
    kept = Patient.objects.get(pk=known)
    assert (kept.name, kept.address, kept.id_number) == (
        "张晓明",
        "宛平南路 6 号",
        make_id_number(),
    )
    assert "重复建档" in desk.part(reverse("patients:doubles", args=[known])).text
    assert "重复建档" in desk.get(reverse("patients:merges")).text


def test_the_page_of_the_merged_record_leads_to_the_survivor(desk, pair):
    known, hasty = pair
    merge_patients(actor=desk.actor, survivor_id=known, merged_id=hasty, reason="重复")

    for url in (
        reverse("patients:patient", args=[hasty]),
        reverse("patients:compare", args=[hasty, known]),
    ):
        answer = desk.get(url)
        assert answer.status_code == 303
        assert answer.headers["Location"] == reverse("patients:patient", args=[known])


@pytest.mark.parametrize(
    ("sent_more", "status"),
    [({"reason": ""}, 422), ({"survivor": "7"}, 422), ({"version_1": 9}, 412)],
)
def test_a_form_that_cannot_be_comes_back_and_merges_nobody(desk, pair, sent_more, status):
    known, hasty = pair
    seen = comparison(desk.actor, known, hasty)

    answer = desk.post(reverse("patients:compare", args=[known, hasty]), sent(seen, **sent_more))

    assert answer.status_code == status
    assert not Merge.objects.exists()


def test_a_merge_is_taken_back_with_a_reason(desk, pair):
    known, hasty = pair
    made = merge_patients(actor=desk.actor, survivor_id=known, merged_id=hasty, reason="重复")
    url = reverse("patients:unmerge", args=[made])

    assert "Make two records again?" in desk.part(url).text
    assert desk.post(url, {"reason": ""}).status_code == 422
    assert desk.post(url, {"reason": "两个人"}).status_code == 303
    assert desk.post(url, {"reason": "两个人"}).status_code == 409
    assert Patient.objects.get(pk=hasty).merged_into_id is None
    assert "两个人" in desk.get(reverse("patients:merges")).text


@pytest.mark.parametrize("name", ["merges", "doubles", "merge", "compare", "unmerge"])
def test_who_may_not_merge_finds_none_of_it(sign_in, pair, desk, name):
    known, hasty = pair
    made = merge_patients(actor=desk.actor, survivor_id=known, merged_id=hasty, reason="重复")
    other = make_patient(desk.site)
    client = sign_in(make_actor(desk.site))
    arguments = {"merges": [], "compare": [known, other], "unmerge": [made]}

    answer = client.get(reverse(f"patients:{name}", args=arguments.get(name, [known])))

    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("count", [1, 12])
def test_what_the_pages_of_merges_cost(desk, count, django_assert_num_queries):
    survivor = make_patient(desk.site, "甲一")
    for _ in range(count):
        double = make_patient(desk.site)
        merge_patients(actor=desk.actor, survivor_id=survivor, merged_id=double, reason="重复")
    other = make_patient(desk.site)

    with django_assert_num_queries(2):
        assert len(merges(desk.actor)) == count
    with django_assert_num_queries(6):
        assert len(doubles(desk.actor, survivor).merged) == count
    with django_assert_num_queries(14):
        comparison(desk.actor, survivor, other)


@pytest.fixture
def two_sexes(desk):
    """A woman's record and a man's."""
    names = ("陈静", "陈晋")
    return tuple(
        make_patient(desk.site, name, sex=sex, phone="12100003482")
        for name, sex in zip(names, ("female", "male"), strict=True)
    )


def test_a_womans_and_a_mans_record_are_one_only_with_a_reason_of_its_own(desk, two_sexes):
    url = reverse("patients:compare", args=two_sexes)
    seen = comparison(desk.actor, *two_sexes)
    assert seen.sexes_differ
    assert 'class="is-contrary"' in desk.get(url).text

    for empty in ("", "   "):
        refused = desk.post(url, sent(seen, sexes_reason=empty, name="1", survivor="1"))
        assert refused.status_code == 422
        # What was chosen is still chosen.
        assert 'name="name" value="1" checked' in refused.text
        assert 'name="survivor" value="1" checked' in refused.text
    assert not Merge.objects.exists()

    taken = desk.post(url, sent(seen, sexes_reason="身份证为女性，门诊误录"))
    assert taken.status_code == 303
    assert Merge.objects.get().sexes_reason == "身份证为女性，门诊误录"
    assert "身份证为女性，门诊误录" in desk.get(reverse("patients:merges")).text


def test_no_way_around_the_page_merges_a_woman_with_a_man_without_a_word(desk, two_sexes):
    with pytest.raises(Invalid):
        merge_patients(
            actor=desk.actor, survivor_id=two_sexes[0], merged_id=two_sexes[1], reason="重复"
        )
    assert not Merge.objects.exists()


def test_a_sex_that_nobody_knows_asks_for_nothing(desk, two_sexes):
    unknown = make_patient(desk.site, "无名", sex="unknown")
    seen = comparison(desk.actor, two_sexes[0], unknown)
    url = reverse("patients:compare", args=[two_sexes[0], unknown])

    assert not seen.sexes_differ
    assert "sexes_reason" not in desk.get(url).text
    assert desk.post(url, sent(seen)).status_code == 303
