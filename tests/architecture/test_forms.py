"""What every form keeps to."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "yilu"


def test_a_day_is_given_to_the_browser_as_browsers_read_it():
    # In the reader's own form, as Django writes it, the browser shows no day at all.
    fields = [
        f"{path.relative_to(ROOT)}: {field}"
        for path in sorted(ROOT.glob("**/*.py"))
        for field in re.findall(r"DateInput\((?:[^()]|\([^()]*\))*\)", path.read_text())
    ]
    assert fields
    assert [field for field in fields if "format=" not in field] == []
