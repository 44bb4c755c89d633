"""What a picture shows and an assertion can say: overflow, cut words, the other language, axe."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from yilu.platform.running.places import TEST_ASSETS

MEASURES = Path(__file__).with_name("measures.js").read_text(encoding="utf-8").split("\n", 1)[1]
AXE = TEST_ASSETS / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Words of Latin letters that a Chinese page may hold: units, codes, keys, names of systems.
FOREIGN = """
    ctrl enter esc tab shift space alt del home end icd pdf csv xlsx png jpeg svg url http https api
    sms wechat openid alipay news mews avpu mmhg mmol bpm bmi fhir dicom ldl hdl ecg mri tid bid qid
    prn stat otc spf min max sans noto accent canvas surface ink line soft
"""


def untranslated(page: Page, language: str) -> list[str]:
    """Texts of the page that are in the other language. Names are marked `translate=no`."""
    script = f"([language, allowed]) => {MEASURES.strip()}.untranslated(language, allowed)"
    found: list[str] = page.evaluate(script, [language, FOREIGN.split()])
    return found


def overflowing(page: Page) -> list[str]:
    """What pushes the page sideways, is cut without a sign, or does not fit its button."""
    found: list[str] = page.evaluate(f"() => {MEASURES.strip()}.overflowing()")
    return found


def inaccessible(page: Page) -> list[str]:
    """Findings of axe-core at levels A and AA, wherever the page is scrolled to.

    What stays in view and covers a part until one scrolls on is not in the way of that part;
    messages that go by themselves are looked at alone.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    script = f"(tags) => {MEASURES.strip()}.inaccessible(tags)"
    violations: list[dict[str, Any]] = page.evaluate(script, AXE_RULES)
    return [
        f"{finding['id']}: {node['target'][0]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for finding in violations
        for node in finding["nodes"][:3]
    ]


def faults(page: Page, language: str) -> list[str]:
    """Everything wrong with how a page looks to its reader."""
    return [*overflowing(page), *untranslated(page, language), *inaccessible(page)]
