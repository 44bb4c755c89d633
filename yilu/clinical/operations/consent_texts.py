"""Publishing the clinic's own version of a text that patients are given to read."""

from collections.abc import Mapping
from dataclasses import dataclass

from yilu.clinical import permissions
from yilu.clinical.models import ConsentText
from yilu.clinical.rules.consents import NEEDED, SECTIONS, shipped_words
from yilu.clinical.rules.texts import clean_words, required
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, on_violation, operation
from yilu.platform.errors import Invalid, NotFound, Stale
from yilu.platform.names import CHINESE, ENGLISH

LANGUAGES = (CHINESE, ENGLISH)
LONGEST_SECTION, LONGEST_TITLE = 3000, 80


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as the clinic words it: `sections` by code and language, a paragraph a line."""

    title: Mapping[str, str]
    sections: Mapping[str, Mapping[str, str]]
    high_risk: bool


@operation
def publish_consent_text(*, actor: Actor, key: str, wording: Wording, seen: str) -> int:
    """Use the clinic's own version of a text from now on. What was signed keeps its version.

    `seen` is the version it was made from. Returns the number of the new one.

    Raises:
        NotAllowed, NotFound.
        Stale: somebody else published one meanwhile.
        Invalid: title, purpose, risks, alternatives or refusal is missing in Chinese, or too long.
    """
    actor.require_anywhere(permissions.OVERSEE)
    shipped = shipped_words().get(key)
    if shipped is None:
        raise NotFound
    title, sections = _clean(wording)
    lock_name("clinical.consent_text", key)
    last = ConsentText.objects.filter(key=key).order_by("-n").first()
    if seen != (f"own-{last.n}" if last else shipped.version):
        raise Stale
    text = ConsentText(
        key=key,
        n=last.n + 1 if last else 1,
        title=title,
        high_risk=wording.high_risk,
        sections=sections,
        published_at=clock.now(),
        published_by_id=actor.user_id,
    )
    with on_violation(clinical_consenttext_version=Stale):
        text.save(force_insert=True)
    audit.record(actor, "clinical.consent_text.published", text, key=key, n=text.n)
    return text.n


def _clean(wording: Wording) -> tuple[dict[str, str], dict[str, dict[str, list[str]]]]:
    typed = {f"title-{one}": wording.title.get(one, "") for one in LANGUAGES}
    limits = dict.fromkeys(typed, LONGEST_TITLE)
    for code in SECTIONS:
        for language in LANGUAGES:
            name = f"{code}-{language}"
            typed[name] = wording.sections.get(code, {}).get(language, "")
            limits[name] = LONGEST_SECTION
    words = clean_words(limits, **typed)
    needed = [f"title-{CHINESE}", *(f"{code}-{CHINESE}" for code in NEEDED)]
    errors = required(*needed, **words)
    if errors:
        raise Invalid(*errors)
    title = {one: words[f"title-{one}"] for one in LANGUAGES if words[f"title-{one}"]}
    return title, {code: _lines(code, words) for code in SECTIONS}


def _lines(code: str, words: Mapping[str, str]) -> dict[str, list[str]]:
    found = {language: _paragraphs(words[f"{code}-{language}"]) for language in LANGUAGES}
    return {language: texts for language, texts in found.items() if texts}


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
