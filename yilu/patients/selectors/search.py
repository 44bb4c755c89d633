"""Finding a patient from whatever somebody at a desk types into one box."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from yilu.patients import permissions
from yilu.patients.rules.highlights import Parts, highlighted
from yilu.patients.rules.queries import Query, read_query
from yilu.patients.selectors import lines
from yilu.patients.selectors.lines import PatientBrief, today
from yilu.platform import audit, masking
from yilu.platform.actors import Actor
from yilu.platform.db import prepared_rows
from yilu.platform.names import PersonName

# A single common character has thousands of bearers: the first of them are sorted, not all.
CANDIDATES = 100

_BY_TAIL = """
SELECT c.patient_id AS id, 'phone' AS matched FROM patients_contactpoint c
    WHERE c.tail_blind = %(tail)s AND c.ended_at IS NULL
UNION ALL SELECT p.id, 'id_number' FROM patients_patient p WHERE p.id_tail_blind = %(tail)s
"""
_BY_NUMBER = """
SELECT c.patient_id AS id, c.kind AS matched FROM patients_contactpoint c
    WHERE c.blind = ANY(%(contacts)s) AND c.ended_at IS NULL
UNION ALL SELECT p.id, 'id_number' FROM patients_patient p WHERE p.id_blind = ANY(%(papers)s)
UNION ALL SELECT p.id, 'record_no' FROM patients_patient p WHERE p.record_no = %(number)s
UNION ALL SELECT c.patient_id, 'card' FROM patients_card c
    WHERE c.blind = %(card)s AND c.ended_at IS NULL
"""
_AT_MY_SITES = """EXISTS (SELECT FROM patients_registration r
    WHERE r.patient_id = p.id AND r.site_id = ANY(%(sites)s))"""
_SHARED = """EXISTS (SELECT FROM patients_registration r
    WHERE r.patient_id = p.id AND r.sharing_consent)"""
_BEST_FIRST = """
(p.name = %(written)s) DESC, (lower(replace(p.pinyin, ' ', '')) = %(written)s) DESC,
starts_with(p.name, %(written)s) DESC, (strpos(p.name, %(written)s) > 0) DESC,
length(p.name), p.pinyin, p.record_no
"""


@dataclass(frozen=True, slots=True)
class PatientHit:
    """Somebody found: who they are, and by what.

    `is_elsewhere`: known only to other sites, which do not share the record, and found by an
    exact number. Then most is left out until the patient agrees to be registered here.
    """

    patient: PatientBrief
    matched: str
    name_parts: Parts
    is_elsewhere: bool = False

    @property
    def id(self) -> UUID:
        return self.patient.id


def search_patients(actor: Actor, q: str, limit: int = 12) -> list[PatientHit]:
    """Patients by name, pinyin, initials, phone, last four, record number, paper or card.

    By a name or the last four: those registered where the actor may see patients. By a whole
    number: anybody in the group. The best fit first. One query, none for an empty box.

    Raises:
        NotAllowed: the actor may see patients nowhere.
    """
    actor.require_anywhere(permissions.SEE)
    query = read_query(q, today())
    if query.is_empty:
        return []
    found = prepared_rows(_statement(actor, query), _parameters(actor, query, limit))
    hits = [hit(row, names=query.names) for row in found]
    audit.seen(actor, [one.id for one in hits if not one.is_elsewhere], "patients.search")
    return hits


def sees_everybody(actor: Actor) -> bool:
    """Whether the actor's right to see patients ends at no site. No query."""
    return actor.sites(permissions.SEE) is None or actor.may_anywhere(permissions.SEE_ALL)


def visible(actor: Actor) -> str:
    """SQL that is true of a patient `p` whom the actor may see in full; takes `sites`. No query."""
    return "true" if sees_everybody(actor) else f"({_AT_MY_SITES} OR {_SHARED})"


def my_sites(actor: Actor) -> list[UUID]:
    """The value of `sites` for `visible`. No query."""
    return sorted(actor.sites(permissions.SEE) or ())


def hit(row: dict[str, Any], *, names: tuple[str, ...] = ()) -> PatientHit:
    """One row of `lines.COLUMNS` with `matched` and `is_visible`. No query."""
    patient = lines.brief(row)
    if row["is_visible"]:
        return PatientHit(patient, row["matched"], highlighted(patient.name.written, names))
    veiled = _veiled(patient)
    return PatientHit(veiled, row["matched"], ((veiled.name.written, False),), is_elsewhere=True)


def _veiled(patient: PatientBrief) -> PatientBrief:
    """What may be known of somebody of another site: enough to ask them, no more."""
    return replace(
        patient,
        name=PersonName(masking.name(patient.name.written)),
        born_on=None,
        record_no="",
        special_needs=(),
        missing=(),
    )


def _statement(actor: Actor, query: Query) -> str:
    return _by_number(actor, query) if query.number else _by_name(actor)


def _by_name(actor: Actor) -> str:
    """By words of a name alone: at the actor's sites, so whoever is found is seen in full."""
    return f"""
    SELECT {lines.COLUMNS}, 'name' AS matched, true AS is_visible
    FROM (
        SELECT p.* FROM patients_patient f
        JOIN patients_patient p ON p.id = coalesce(f.merged_into_id, f.id)
        WHERE f.tokens @> %(names)s AND {_in_reach(actor)}
            AND (f.merged_into_id IS NULL OR NOT p.tokens @> %(names)s)
        LIMIT {CANDIDATES}
    ) p
    ORDER BY {_BEST_FIRST} LIMIT %(limit)s
    """  # noqa: S608 (only our own text is put in)


def _by_number(actor: Actor, query: Query) -> str:
    """By a number or its last four, and by words of the name that were typed with it."""
    return f"""
    WITH found AS ({_BY_TAIL if query.tail else _BY_NUMBER}),
    each AS (
        SELECT coalesce(f.merged_into_id, f.id) AS id, min(matched) AS matched
        FROM found JOIN patients_patient f ON f.id = found.id
        WHERE {"f.tokens @> %(names)s" if query.names else "true"} GROUP BY 1
    )
    SELECT {lines.COLUMNS}, each.matched, {visible(actor)} AS is_visible
    FROM each JOIN patients_patient p ON p.id = each.id
    WHERE {"true" if query.is_exact else _in_reach(actor)}
    ORDER BY {_BEST_FIRST} LIMIT %(limit)s
    """  # noqa: S608 (only our own text is put in)


def _in_reach(actor: Actor) -> str:
    return "true" if sees_everybody(actor) else _AT_MY_SITES


def _parameters(actor: Actor, query: Query, limit: int) -> dict[str, Any]:
    return {
        "names": list(query.names),
        "written": query.written.replace(" ", ""),
        "number": query.number,
        "tail": query.tail,
        "contacts": list(query.contacts),
        "papers": list(query.papers),
        "card": query.card,
        "sites": my_sites(actor),
        "limit": limit,
        **lines.parameters(),
    }
