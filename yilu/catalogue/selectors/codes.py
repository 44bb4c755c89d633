"""Diagnosis codes: found by what people type, in any script."""

from dataclasses import dataclass
from typing import Any

from yilu.catalogue.models import CodeSource, DiagnosisCode
from yilu.catalogue.rules import query_tokens
from yilu.platform.db import rows
from yilu.platform.names import CHINESE, ENGLISH, Localized


@dataclass(frozen=True, slots=True)
class DiagnosisHit:
    """A code that fits what was typed. `source` says in words which list it comes from."""

    code: str
    name: Localized
    is_common: bool
    source: str


_HITS = """
SELECT code, zh, en, is_common, source FROM catalogue_diagnosiscode
WHERE tokens @> %(tokens)s::varchar[]
ORDER BY (lower(code) = %(typed)s OR zh = %(typed)s) DESC, is_common DESC,
         (zh <> '') DESC, length(code), code
LIMIT %(limit)s
"""


def search_diagnoses(q: str, limit: int = 20) -> list[DiagnosisHit]:
    """Codes that fit what was typed, the exact and the common ones first. One query.

    Chinese, pinyin, initials, English words and the code itself fit; several words must all fit.
    """
    tokens = query_tokens(q)
    if not tokens:
        return []
    typed = q.strip().lower()
    found = rows(_HITS, {"tokens": tokens, "typed": typed, "limit": limit})
    return [_hit(row) for row in found]


def diagnosis_names(codes: list[str]) -> dict[str, Localized]:
    """What codes mean. One query."""
    found = DiagnosisCode.objects.filter(code__in=codes).values_list("code", "zh", "en")
    return {code: _name(zh, en) for code, zh, en in found}


def _hit(row: dict[str, Any]) -> DiagnosisHit:
    return DiagnosisHit(
        code=row["code"],
        name=_name(row["zh"], row["en"]),
        is_common=row["is_common"],
        source=str(CodeSource(row["source"]).label),
    )


def _name(zh: str, en: str) -> Localized:
    return Localized({CHINESE: zh, ENGLISH: en} if zh else {ENGLISH: en})
