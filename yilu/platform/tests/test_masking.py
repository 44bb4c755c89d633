"""What strangers may see of a person."""

from datetime import date

import pytest

from yilu.platform import masking


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("李四", "李*"),
        ("李", "李*"),
        ("张小三", "张*三"),
        ("欧阳明", "欧**明"),
        ("欧阳小明", "欧**明"),
        ("王小明明", "王**明"),
        ("阿不都·克力江", "阿**江"),
        ("阿卜杜拉•买买提•艾力", "阿**力"),
        ("John Smith", "J*** S***"),
        ("Anne-Marie O’Neill", "A*** O***"),
        ("Zoë", "Z***"),
        ("𠮷田明", "𠮷*明"),
        ("", ""),
    ],
)
def test_a_name_shows_no_more_than_a_neighbour_needs(written, shown):
    assert masking.name(written) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800005678", "138****5678"),
        ("+8613800005678", "138****5678"),
        ("+86 138 0000 5678", "138****5678"),
        ("010-12345678", "010****5678"),
        ("12345", "****45"),
        ("", "****"),
    ],
)
def test_a_phone_shows_its_ends(number, shown):
    assert masking.phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("110101199001011234", "110***********1234"),
        ("110101900101123", "110********1123"),
        ("E12345678", "****5678"),
        ("H123", "****23"),
    ],
)
def test_an_identity_document_shows_its_ends(number, shown):
    assert masking.id_number(number) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("北京市海淀区中关村大街1号", "北京市海淀区***"),
        ("广东省深圳市南山区科技园3栋", "广东省深圳市南山区***"),
        ("内蒙古自治区锡林郭勒盟苏尼特左旗1号", "内蒙古自治区锡林郭勒盟苏尼特左旗***"),
        ("10 Downing Street", "***"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_the_district(written, shown):
    assert masking.address(written) == shown


def test_what_else_is_shown_of_a_person():
    assert masking.record_no("P00000912") == "****0912"
    assert masking.card("6222 0212 3456 1234") == "****1234"
    assert masking.id_number_on_screen("110101199001011234") == "****1234"
    assert masking.birth(date(1980, 2, 3)) == "1980"
