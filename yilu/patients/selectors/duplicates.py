"""Who may already be the person that somebody is about to register."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from yilu.patients import permissions
from yilu.patients.rules.index import contact_blind, paper_blind
from yilu.patients.rules.names import name_pinyin
from yilu.patients.rules.papers import BadPaper, read_paper
from yilu.patients.rules.text import tidy
from yilu.patients.selectors import lines
from yilu.patients.selectors.lines import today
from yilu.patients.selectors.search import PatientHit, hit, my_sites, visible
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.phones import BadPhone, normal_phone

_SAME = {
    "paper": "SELECT p.id, 'paper' AS reason FROM patients_patient p WHERE p.id_blind = %(paper)s",
    "phone": """SELECT c.patient_id AS id, 'phone' AS reason FROM patients_contactpoint c
        WHERE c.blind = %(phone)s AND c.ended_at IS NULL""",
    "name": """SELECT p.id, 'name' AS reason FROM patients_patient p
        WHERE p.born_on = %(born_on)s AND p.pinyin = %(pinyin)s""",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person, and why: paper, phone, name (with the birth date)."""

    hit: PatientHit
    reasons: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        return "paper" in self.reasons


def duplicate_candidates(
    actor: Actor,
    *,
    name: str = "",
    born_on: date | None = None,
    phone: str = "",
    id_number: str = "",
    id_type: str = "",
    besides: UUID | None = None,
) -> list[Candidate]:
    """Who in the group has the same paper, the same phone, or the same birth date and name.

    A name is the same when it is said the same. Numbers that cannot be are passed over. Whoever
    the actor may not see appears veiled. At most five, surest first. One query, or none.

    Raises:
        NotAllowed: the actor may register patients nowhere.
    """
    actor.require_anywhere(permissions.REGISTER)
    asked = _asked(name, born_on, phone, id_type, id_number)
    same = [_SAME[what] for what in _SAME if asked.get(what)]
    if not same:
        return []
    found = rows(
        f"""
        WITH same AS ({" UNION ALL ".join(same)}),
        each AS (
            SELECT coalesce(f.merged_into_id, f.id) AS id,
                array_agg(DISTINCT reason ORDER BY reason DESC) AS reasons
            FROM same JOIN patients_patient f ON f.id = same.id GROUP BY 1
        )
        SELECT {lines.COLUMNS}, each.reasons, 'duplicate' AS matched, {visible(actor)} AS is_visible
        FROM each JOIN patients_patient p ON p.id = each.id
        WHERE p.id IS DISTINCT FROM %(besides)s
        ORDER BY 'paper' = ANY(each.reasons) DESC, cardinality(each.reasons) DESC, p.record_no
        LIMIT 5
        """,  # noqa: S608 (only our own text is put in)
        {**asked, "besides": besides, "sites": my_sites(actor), **lines.parameters()},
    )
    candidates = [Candidate(hit(row), tuple(row["reasons"])) for row in found]
    seen = [one.hit.id for one in candidates if not one.hit.is_elsewhere]
    audit.seen(actor, seen, "patients.duplicates")
    return candidates


def _asked(
    name: str, born_on: date | None, phone: str, id_type: str, id_number: str
) -> dict[str, Any]:
    written = tidy(name)
    asked: dict[str, Any] = {"born_on": born_on, "pinyin": name_pinyin(written)}
    asked["name"] = bool(written and born_on)
    try:
        asked["phone"] = contact_blind(normal_phone(phone)) if phone.strip() else None
    except BadPhone:
        asked["phone"] = None
    try:
        number = read_paper(id_type, id_number, today()).number if id_number.strip() else ""
        asked["paper"] = paper_blind(number) if number else None
    except BadPaper:
        asked["paper"] = None
    return asked
