"""Every check of a prescription, with a case that fires and one that does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from yilu.catalogue.selectors.drugs import DrugInfo
from yilu.clinical.rules.allergens import KnownAllergy, allergen, group_titles
from yilu.clinical.rules.checks import Alert, Chart, Prescriber, Taken, check, stops
from yilu.clinical.rules.dosing import Line, Order, doses_in_course, line, quantity
from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.sentences import SENTENCES, explain
from yilu.platform.ids import new_id
from yilu.platform.names import Localized

DOCTOR = Prescriber(may_prescribe=True, antibiotic_level=2)
ADULT = Chart(age_months=480, sex="male", weight_kg=None, pregnant="no", asked="this_visit")
NO = Localized()


def drug(atc: str = "A02BC01", **fields: Any) -> DrugInfo:
    plain: dict[str, Any] = dict.fromkeys(DrugInfo.__slots__)
    plain |= {
        "id": new_id(), "code": atc,
        "name": Localized({"zh-Hans": f"药{atc}", "en": f"drug {atc}"}),
        "brand": NO, "form": NO, "strength": "", "dose_unit": "mg", "dose_per_unit": Decimal(500),
        "form_unit": NO, "units_per_pack": Decimal(10), "dispense_unit": NO, "atc": atc,
        "allergy_groups": (), "antibiotic_level": 0, "usual_frequency": "", "default_route": "po",
        "needs_skin_test": False, "is_high_alert": False, "is_clinic_use": False, "storage": NO,
        "warnings": NO, "is_active": True,
    }  # fmt: skip
    return DrugInfo(**plain | fields)


def ordered(what: DrugInfo | str = "A02BC01", **fields: Any) -> Line:
    info = drug(what) if isinstance(what, str) else what
    wanted = {"dose": Decimal(500), "route": "po", "frequency": "tid", "days": 5} | fields
    return line(Order(drug_id=info.id, **wanted), info)


def found(
    *lines: Line, chart: Chart = ADULT, doctor: Prescriber = DOCTOR
) -> list[tuple[str, str, str]]:
    return [(one.rule, one.grade, one.needs) for one in check(list(lines), chart, doctor)]


def about_allergies(one: Line, chart: Chart) -> list[tuple[str, str, str]]:
    return [alert for alert in found(one, chart=chart) if alert[0].startswith("allergy")]


def allergic(substance: str, severity: str = "moderate") -> Chart:
    known = allergen(substance)
    return replace(ADULT, allergies=(KnownAllergy(substance, known.group, known.atc, severity),))


NEVER, REASON = ("block", "never"), ("block", "reason")
WARN, INFO = ("warn", "reason"), ("info", "nothing")


def test_an_ordinary_prescription_raises_nothing():
    assert found(ordered()) == []


def test_without_the_right_to_prescribe_nothing_goes():
    assert found(ordered(), doctor=replace(DOCTOR, may_prescribe=False)) == [("no_right", *NEVER)]


@pytest.mark.parametrize(
    ("level", "authority", "alerts"),
    [
        (1, 1, []),
        (1, 0, [("antibiotic_level", *NEVER)]),
        (2, 1, [("antibiotic_level", *NEVER)]),
        (2, 2, []),
        (3, 3, [("special_antibiotic", *NEVER)]),
    ],
)
def test_antibiotics_need_the_authority_of_their_level(level, authority, alerts):
    one = ordered(drug("J01FA10", antibiotic_level=level))

    assert found(one, doctor=replace(DOCTOR, antibiotic_level=authority)) == alerts


@pytest.mark.parametrize(
    ("asked", "alerts"),
    [
        ("never", [("allergies_unasked", *NEVER)]),
        ("earlier", [("allergies_not_reconfirmed", *INFO)]),
        ("this_visit", []),
    ],
)
def test_nothing_is_signed_before_somebody_asked_about_allergies(asked, alerts):
    assert found(ordered(), chart=replace(ADULT, asked=asked)) == alerts


@pytest.mark.covers("C03")
@pytest.mark.parametrize(
    ("substance", "atc", "alert"),
    [
        # Penicillins: all of them, never.
        ("青霉素", "J01CA04", ("allergy_same_class", *NEVER)),
        ("penicillin", "J01CE01", ("allergy_same_class", *NEVER)),
        ("青霉素", "J01CR02", ("allergy_same_class", *NEVER)),
        ("阿莫西林", "J01CA04", ("allergy_same_substance", *NEVER)),
        ("阿莫西林", "J01CA01", ("allergy_same_class", *NEVER)),
        # Aminopenicillin side chain, both ways.
        *[("阿莫西林", atc, ("allergy_side_chain", *REASON))
          for atc in ("J01DB01", "J01DB05", "J01DB09", "J01DC04", "J01DC10", "J01DB07")],
        *[("头孢氨苄", atc, ("allergy_side_chain", *REASON))
          for atc in ("J01CA04", "J01CA01", "J01CR02")],
        ("头孢氨苄", "J01DB09", ("allergy_same_chain", *NEVER)),
        ("青霉素", "J01DB01", ("allergy_side_chain_unknown", *REASON)),
        ("青霉素G", "J01DC01", ("allergy_side_chain", *REASON)),
        ("青霉素V", "J01DB03", ("allergy_side_chain", *REASON)),
        # Penicillin and dissimilar cephalosporins of the third and fourth generation.
        *[("青霉素", atc, ("allergy_dissimilar", *WARN))
          for atc in ("J01DD04", "J01DD08", "J01DE01")],
        ("青霉素", "J01DB04", ("allergy_dissimilar", *WARN)),
        ("青霉素", "J01DH02", ("allergy_carbapenem", *WARN)),
        # Methoxyimino group, ceftazidime and aztreonam, cefazolin alone.
        ("头孢曲松", "J01DC02", ("allergy_side_chain", *REASON)),
        ("头孢呋辛", "J01DE01", ("allergy_side_chain", *REASON)),
        ("头孢曲松", "J01DB01", ("allergy_dissimilar", *WARN)),
        ("头孢他啶", "J01DF01", ("allergy_side_chain", *REASON)),
        ("氨曲南", "J01DD02", ("allergy_side_chain", *REASON)),
        ("头孢唑林", "J01DB01", ("allergy_dissimilar", *WARN)),
        ("头孢", "J01DD04", ("allergy_same_class", *NEVER)),
        # Other groups.
        ("磺胺", "J01EE01", ("allergy_same_class", *NEVER)),
        ("磺胺", "A07EC01", ("allergy_same_class", *NEVER)),
        ("磺胺", "C03CA01", ("allergy_sulfonamide_other", *WARN)),
        ("阿司匹林", "M01AE01", ("allergy_same_class", *NEVER)),
        ("布洛芬", "N02BA01", ("allergy_same_class", *NEVER)),
        ("阿司匹林", "M01AH01", ("allergy_cox2", *WARN)),
        ("利多卡因", "N01BB08", ("allergy_same_class", *REASON)),
        ("普鲁卡因", "N01BA02", ("allergy_same_substance", *NEVER)),
        ("可待因", "N02AA01", ("allergy_same_class", *WARN)),
        ("红霉素", "J01FA10", ("allergy_same_class", *REASON)),
        ("左氧氟沙星", "J01MA06", ("allergy_same_class", *REASON)),
        ("多西环素", "J01AA08", ("allergy_same_class", *REASON)),
        ("庆大霉素", "J01GB06", ("allergy_same_class", *REASON)),
    ],
)  # fmt: skip
def test_an_allergy_speaks_against_its_group_and_what_crosses_with_it(substance, atc, alert):
    assert about_allergies(ordered(atc), allergic(substance)) == [alert]


@pytest.mark.parametrize(
    ("substance", "atc"),
    [
        ("青霉素", "J01FA10"),
        ("利多卡因", "N01BA02"),
        ("普鲁卡因", "N01BB08"),
        ("可待因", "N02AB02"),
        ("磺胺", "M01AE01"),
        ("乳胶", "J01CA04"),
        ("某种不知名草药", "J01CA04"),
    ],
)
def test_an_allergy_says_nothing_about_other_drugs(substance, atc):
    assert about_allergies(ordered(atc), allergic(substance)) == []


def test_a_severe_skin_reaction_rules_out_every_beta_lactam():
    chart = allergic("青霉素", severity="severe_skin")

    assert found(ordered("J01DD04"), chart=chart) == [("allergy_severe_betalactam", *NEVER)]
    assert found(ordered("J01FA10"), chart=chart) == []


@pytest.mark.parametrize(("dose", "fires"), [(1000, False), (1500, True)])
def test_paracetamol_after_a_reaction_to_aspirin_stays_below_a_gram(dose, fires):
    one = ordered("N02BE01", dose=Decimal(dose), frequency="qd")

    rules = [rule for rule, *_rest in found(one, chart=allergic("阿司匹林"))]

    assert ("allergy_paracetamol_high" in rules) is fires


def test_a_substance_without_a_group_is_recognised_by_its_name():
    plain = drug("R05CB01", name=Localized({"zh-Hans": "氨溴索", "en": "Ambroxol"}))

    assert found(ordered(plain), chart=allergic("ambroxol")) == [("allergy_same_substance", *NEVER)]


def test_the_catalogue_may_put_a_drug_into_a_group_itself():
    mixture = drug("", allergy_groups=("sulfonamides",))

    assert found(ordered(mixture), chart=allergic("磺胺")) == [("allergy_same_class", *NEVER)]


@pytest.mark.parametrize(("needs", "alerts"), [(True, [("skin_test", *WARN)]), (False, [])])
def test_a_drug_with_a_skin_test_asks_for_it(needs, alerts):
    assert found(ordered(drug("J01XX99", needs_skin_test=needs))) == alerts


@pytest.mark.parametrize(
    ("atc", "months", "alert"),
    [
        ("J01MA12", 215, [("age", *NEVER)]),
        ("J01MA12", 216, []),
        ("J01AA02", 95, [("age", *NEVER)]),
        ("J01AA02", 96, []),
        ("J01GB03", 71, [("age", *REASON)]),
        ("J01GB03", 72, []),
        ("N02BA01", 191, [("age", *NEVER)]),
        ("N02BA01", 192, []),
        ("M01AX17", 143, [("age", *NEVER)]),
        ("R05DA04", 143, [("age", *NEVER)]),
        ("N02AX02", 143, [("age", *REASON)]),
        ("R06AD02", 23, [("age", *NEVER)]),
        ("A07DA03", 59, [("age", *NEVER)]),
        ("A07DA03", 60, []),
        ("A03FA01", 11, [("age", *NEVER)]),
        ("N05BA01", 779, []),
        ("N05BA01", 780, [("age", *WARN)]),
    ],
)
def test_age_limits_hold_at_the_month(atc, months, alert):
    chart = replace(ADULT, age_months=months, weight_kg=Decimal(70))

    assert [a for a in found(ordered(atc, dose=Decimal(1)), chart=chart) if "age" in a[0]] == alert


def test_the_label_of_a_drug_may_say_from_which_age():
    labelled = drug("R05CB06", min_age_months=24)
    chart = replace(ADULT, weight_kg=Decimal(12))

    assert found(ordered(labelled), chart=replace(chart, age_months=23)) == [("age_label", *REASON)]
    assert found(ordered(labelled), chart=replace(chart, age_months=24)) == []


def test_an_unknown_birth_date_is_said():
    assert found(ordered(), chart=replace(ADULT, age_months=None)) == [("age_unknown", *WARN)]


@pytest.mark.parametrize(
    ("pregnant", "sex", "months", "alerts"),
    [
        ("yes", "female", 360, [("pregnancy", *NEVER)]),
        ("no", "female", 360, []),
        ("unknown", "female", 360, [("pregnancy_unknown", *WARN)]),
        ("unknown", "female", 144, [("pregnancy_unknown", *WARN)]),
        ("unknown", "female", 600, [("pregnancy_unknown", *WARN)]),
        ("unknown", "female", 601, []),
        ("unknown", "male", 360, []),
    ],
)
def test_pregnancy_is_asked_about_where_it_matters(pregnant, sex, months, alerts):
    chart = replace(ADULT, pregnant=pregnant, sex=sex, age_months=months, weight_kg=Decimal(50))

    assert found(ordered("C10AA05", dose=Decimal(20), frequency="qd"), chart=chart) == alerts


@pytest.mark.parametrize(
    ("fields", "wanted", "alerts"),
    [
        ({"max_daily_dose": Decimal(1500)}, {}, []),
        ({"max_daily_dose": Decimal(1499)}, {}, [("dose_daily", *REASON)]),
        ({"max_single_dose": Decimal(500)}, {}, []),
        ({"max_single_dose": Decimal(499)}, {}, [("dose_single", *REASON)]),
    ],
)
def test_the_most_of_a_drug_in_a_dose_and_a_day(fields, wanted, alerts):
    assert found(ordered(drug("A02BC01", **fields), **wanted)) == alerts


@pytest.mark.parametrize(
    ("atc", "dose", "frequency", "alerts"),
    [
        ("N02BE01", 1000, "qid", []),
        ("N02BE01", 1000, "q4h", [("dose_daily", *REASON)]),
        ("M01AE01", 400, "tid", []),
        ("M01AE01", 400, "qid", [("dose_daily", *REASON)]),
    ],
)
def test_common_painkillers_have_a_most_for_adults(atc, dose, frequency, alerts):
    assert found(ordered(atc, dose=Decimal(dose), frequency=frequency)) == alerts


@pytest.mark.parametrize(
    ("weight", "dose", "alerts"),
    [
        (None, 100, [("weight_missing", *REASON)]),
        (Decimal(20), 375, []),
        (Decimal(20), 376, [("dose_by_weight", *REASON)]),
    ],
)
def test_a_child_is_dosed_by_weight(weight, dose, alerts):
    chart = replace(ADULT, age_months=72, weight_kg=weight)

    assert found(ordered("N02BE01", dose=Decimal(dose), frequency="qid"), chart=chart) == alerts


@pytest.mark.parametrize(
    ("frequency", "alerts"),
    [("qw", [("high_alert", *INFO)]), ("qd", [("weekly_only", *NEVER)])],
)
def test_methotrexate_is_never_daily(frequency, alerts):
    one = ordered("L04AX03", dose=Decimal(10), frequency=frequency, days=7)

    assert found(one) == alerts


@pytest.mark.parametrize(
    ("days", "level", "alerts"),
    [
        (7, 1, []),
        (8, 1, [("days_antibiotic", *WARN)]),
        (28, 0, []),
        (29, 0, [("days_long", *REASON)]),
        (84, 0, [("days_long", *REASON)]),
        (85, 0, [("days_most", *NEVER)]),
    ],
)
def test_how_long_may_be_prescribed(days, level, alerts):
    assert found(ordered(drug("R03AC02", antibiotic_level=level), days=days)) == alerts


@pytest.mark.parametrize(
    ("first", "second", "alerts"),
    [
        ("M01AE01", "M01AE01", [("duplicate_substance", *REASON)]),
        ("M01AE01", "M01AE02", [("duplicate_class", *WARN)]),
        ("M01AE01", "M01AB05", [("interaction", *REASON)]),
        ("M01AE", "M01AE", [("duplicate_class", *WARN)]),
        ("", "", []),
    ],
)
def test_two_drugs_of_one_prescription_may_be_one_too_many(first, second, alerts):
    lines = [ordered(first, dose=Decimal(100)), ordered(second, dose=Decimal(100))]

    assert found(*lines) == alerts


@pytest.mark.parametrize(
    ("atc", "alerts"),
    [
        ("A02BC01", [("taken_substance", *WARN)]),
        ("A02BC02", [("taken_class", *WARN)]),
        ("A02BA01", []),
    ],
)
def test_what_the_patient_takes_already_is_counted(atc, alerts):
    other = Taken(
        new_id(), {"zh-Hans": "奥美拉唑", "en": "Omeprazole"}, "A02BC01", date(2031, 3, 3)
    )

    assert found(ordered(atc), chart=replace(ADULT, taken=(other,))) == alerts


def test_only_reasons_for_what_asks_for_one_open_the_way():
    never = Alert("special_antibiotic", *NEVER)
    reason = Alert("dose_daily", *REASON)
    info = Alert("high_alert", *INFO)

    assert stops([never, reason, info], {}) == [never, reason]
    assert stops([never, reason, info], {reason.key: "已告知", never.key: "x"}) == [never]
    assert stops([reason], {reason.key: "  "}) == [reason]


@pytest.mark.parametrize(
    ("dose", "frequency", "days", "packs"),
    [
        (500, "tid", 3, 1),
        (500, "tid", 4, 2),
        (1000, "tid", 5, 3),
        (250, "bid", 10, 1),
        (500, "q8h", 7, 3),
        (500, "prn", 3, 1),
        (500, "qod", 7, 1),
        (500, "qw", 28, 1),
        (5500, "st", 1, 2),
    ],
)
def test_the_quantity_is_whole_packs_rounded_up(dose, frequency, days, packs):
    order = Order(new_id(), Decimal(dose), "po", frequency, days)

    assert quantity(order, Decimal(500), Decimal(10)) == packs


def test_a_weekly_drug_counts_weeks_begun():
    assert [doses_in_course("qw", days) for days in (1, 7, 8, 28)] == [1, 1, 2, 4]


def test_every_alert_has_a_sentence_and_every_group_a_title():
    chart = replace(allergic("青霉素"), age_months=None, asked="never")
    alerts = check([ordered("J01CA04", days=99), ordered("J01CA04")], chart, DOCTOR)

    assert all(explain(one.rule, one.facts) for one in alerts)
    crosses = ruleset("allergy_groups").body["groups"].values()
    whys = {rule["why"] for group in crosses for rule in group["rules"]}
    assert {f"allergy_{why}" for why in whys} <= set(SENTENCES)
    known = {one["group"] for one in ruleset("allergy_groups").body["allergens"]}
    assert known <= set(group_titles())
