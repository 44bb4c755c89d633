import pytest

from yilu.catalogue.models import DiagnosisCode, Drug
from yilu.catalogue.operations.codes import load_diagnosis_codes
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.rules import query_tokens, search_tokens
from yilu.catalogue.selectors.codes import search_diagnoses
from yilu.catalogue.selectors.defaults import default_diagnoses, default_drugs
from yilu.catalogue.selectors.drugs import search_drugs
from yilu.catalogue.selectors.prices import price_list
from yilu.catalogue.tests.factories import CURATOR, SINCE
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed

CHINESE = ["阿莫", "莫西林", "阿", "阿莫 amo"]
LATIN = ["amoxilin", "amo", "moxilin", "amxl", "mx", "Amoxic", "AMOX-250"]


@pytest.mark.parametrize("typed", CHINESE + LATIN)
def test_a_name_is_found_however_it_is_typed(typed):
    tokens = search_tokens("AMOX-250C", "阿莫西林", "Amoxicillin")
    assert query_tokens(typed)
    assert set(query_tokens(typed)) <= set(tokens)


@pytest.mark.parametrize("typed", ["头孢", "amb", "林莫", "cillin"])
def test_what_does_not_fit_is_not_found(typed):
    assert not set(query_tokens(typed)) <= set(search_tokens("阿莫西林", "Amoxicillin"))


@pytest.mark.parametrize("typed", ["", "  ", "，。", "%", "😀"])
def test_nothing_to_look_for_finds_nothing(typed):
    assert query_tokens(typed) == []


def test_every_reading_of_a_character_finds_it():
    tokens = set(search_tokens("重楼"))
    assert {"chonglou", "zhonglou", "cl", "zl"} <= tokens


@pytest.mark.django_db
@pytest.mark.covers("F01")
def test_the_delivered_catalogue_is_loaded_once():
    first = load_catalogue(actor=CURATOR, specialties=["general", "dental"], from_on=SINCE)
    again = load_catalogue(actor=CURATOR, specialties=["general", "dental"], from_on=SINCE)

    assert (first.drugs, again.drugs) == (len(default_drugs()), 0)
    assert (again.items, again.services) == (0, 0)
    assert first.services >= 18
    assert search_drugs("阿莫西林")[0].allergy_groups == ("penicillins", "aminopenicillins")
    for typed in ("amoxilin", "amxl", "amoxicillin"):
        assert {drug.atc for drug in search_drugs(typed)} == {"J01CA04", "J01CR02"}
    assert {line.code for line in price_list(SINCE, q="洁治")} == {"TRT-SCALE"}
    assert {line.category for line in price_list(SINCE, category="11")} == {"11"}


def test_there_are_enough_drugs_and_each_is_whole():
    drugs = default_drugs()
    assert len(drugs) >= 60
    assert len({drug["code"] for drug in drugs}) == len(drugs)
    columns = {field.name for field in Drug._meta.get_fields()}
    for drug in drugs:
        assert set(drug) - {"price", "category"} <= columns
        assert drug["dose_per_unit"] > 0
        if drug["max_daily_dose"] is not None:
            assert drug["max_single_dose"] <= drug["max_daily_dose"]
            assert drug["usual_dose"] <= drug["max_single_dose"]


@pytest.mark.django_db
@pytest.mark.covers("C02")
def test_diagnoses_are_found_by_chinese_pinyin_initials_english_and_code(django_assert_num_queries):
    total = load_diagnosis_codes(actor=CURATOR)
    assert total > 11_000
    assert DiagnosisCode.objects.filter(is_common=True).count() == len(default_diagnoses()) >= 150

    for typed in ("牙本质龋", "蛀牙", "ybzq", "yabenzhiqu", "caries dentine", "K02.1", "k021"):
        with django_assert_num_queries(1):
            hits = search_diagnoses(typed)
        assert "K02.1" in [hit.code for hit in hits], typed
    assert search_diagnoses("高血压")[0].code == "I10"
    assert search_diagnoses("gxy")[0].code == "I10"
    assert search_diagnoses("K02.1")[0].code == "K02.1"
    cholera = search_diagnoses("cholera")[0]
    assert (cholera.code, cholera.is_common) == ("A00", False)
    assert cholera.source != search_diagnoses("高血压")[0].source


@pytest.mark.django_db
def test_who_does_not_manage_the_catalogue_loads_nothing():
    with pytest.raises(NotAllowed):
        load_catalogue(actor=Actor.nobody(), specialties=["general"])
    with pytest.raises(NotAllowed):
        load_diagnosis_codes(actor=Actor.nobody())
    assert Drug.objects.count() == DiagnosisCode.objects.count() == 0
