"""One box finds a patient from whatever the desk knows."""

from datetime import date

import pytest

from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.factories import make_actor, make_id_number, make_patient, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01")]


@pytest.fixture
def desk():
    site = make_site()
    make_patient(
        site, "张小明", phone="12100003482", id_type="resident_id", id_number=make_id_number(),
        visit_card="VC-20417", insurance_card="A123456789",
    )  # fmt: skip
    make_patient(site, "王芳", phone="12177771111", born_on=date(1990, 1, 2))
    return make_actor(site)


@pytest.mark.parametrize(
    "typed",
    [
        "张", "小明", "张小明", "张明", "zhang", "ZHANG", "zhangxiaoming", "zhang xiaoming",
        "xiaoming", "zx", "zxm", "zhangxm", "zhangxiao", "xiaoming zhang", "ｚｈａｎｇ", "zha",
        "12100003482", "121 0000 3482", "121-0000-3482", "+86 12100003482", "１２１0000３４８２",
        "3482", "张3482", "zhang 3482", "999999198503140019", "9999 9919 8503 1400 19",
        "VC20417", "vc-20417", "a123456789", "00000001",
    ],
)  # fmt: skip
def test_the_box_is_forgiving(desk, typed):
    assert [hit.patient.name.written for hit in search_patients(desk, typed)] == ["张小明"]
