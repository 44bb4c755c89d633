"""What strangers may see of a person: on walls, in calls, in lists that others can read.

Pure functions. What they are given is clear text; what they give back can be shown in public.
"""

import re
from datetime import date

COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
        "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
        "段干百里呼延东郭南门羊舌微生梁丘左丘东门西门南荣第五",
    )
)
_MIDDLE_DOTS = re.compile("[·•・‧]")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_DISTRICT = re.compile(
    r"^(?:\w+?(?:省|自治区|特别行政区))?(?:\w+?(?:市|自治州|地区|盟))?(?:\w+?(?:区|县|旗|市))?"
)


def name(written: str) -> str:
    """A name as a waiting room may read it: 李*, 张*三, 欧**明, 阿**江, J*** S***."""
    written = written.strip()
    if not written:
        return ""
    if written.isascii() or not _is_han(written[0]):
        return _WORD.sub(lambda word: f"{word[0][0]}***", written)
    parts = [part for part in _MIDDLE_DOTS.split(written) if part]
    if len(parts) > 1:
        return f"{parts[0][0]}**{parts[-1][-1]}"
    if len(written) <= 2:
        return f"{written[0]}*"
    if len(written) >= 4 or written[:2] in COMPOUND_SURNAMES:
        return f"{written[0]}**{written[-1]}"
    return f"{written[0]}*{written[-1]}"


def phone(number: str) -> str:
    """138****5678. A number of China loses its country code; short ones keep only their end."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+86"):
        digits = digits[2:]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else _end_only(digits)


def id_number(number: str) -> str:
    """110***********1234; of short documents only the end."""
    number = number.strip()
    if len(number) < 15:
        return _end_only(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def id_number_on_screen(number: str) -> str:
    """Only the last four, for a screen that others can see."""
    return _end_only(number.strip())


def address(written: str) -> str:
    """Down to the district: 北京市海淀区***."""
    found = _DISTRICT.match(written.strip())
    return f"{found[0] if found else ''}***" if written.strip() else ""


def record_no(number: str) -> str:
    """****0912."""
    return _end_only(number)


def card(number: str) -> str:
    """A bank card: ****1234."""
    return _end_only(re.sub(r"\s", "", number))


def birth(born_on: date) -> str:
    """The year only."""
    return f"{born_on.year:04}"


def _end_only(text: str) -> str:
    # Never more than half: of four characters two are shown.
    return f"****{text[-min(4, len(text) // 2) :] if len(text) > 1 else ''}"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U000323af"
