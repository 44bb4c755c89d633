"""What somebody is called whom nobody knows: unconscious, alone, or unable to say.

The name carries sex and minute, so that two such people are never one name, and stays until the
right one takes its place: by a change of the record, or by a merge with the one they have.
"""

import re
from datetime import datetime

from yilu.patients.rules.words import Sex

_WRITTEN = {Sex.MALE.value: "男", Sex.FEMALE.value: "女"}
_SAID = {"男": "male ", "女": "female "}
_NAME = re.compile(r"无名氏(男|女)?(\d{12}(?:-\d+)?)")


def unknown_name(*, sex: str, at: datetime, nth: int) -> str:
    """无名氏男202611231205, and …-2 for the second of that minute. `at` is on the site's wall."""
    second = f"-{nth}" if nth > 1 else ""
    return f"无名氏{_WRITTEN.get(sex, '')}{at:%Y%m%d%H%M}{second}"


def is_unknown(name: str) -> bool:
    """Whether nobody knows yet who it is."""
    return _NAME.fullmatch(name) is not None


def unknown_said(name: str) -> str:
    """As English readers see it, Unknown male 202611231205; empty for the names of the known."""
    found = _NAME.fullmatch(name)
    return f"Unknown {_SAID.get(found[1], '')}{found[2]}" if found else ""
