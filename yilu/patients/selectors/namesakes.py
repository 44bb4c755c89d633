"""Who is easily taken for somebody: patients whose names are said the same."""

from uuid import UUID

from yilu.patients.selectors import lines
from yilu.patients.selectors.lines import PatientBrief
from yilu.patients.selectors.search import my_sites, visible
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import rows

SHOWN = 3


def namesakes(actor: Actor, patient_id: UUID) -> list[PatientBrief]:
    """Others at the actor's sites whose name sounds like this patient's, three at most. One query.

    Written the same comes first, then born nearest. Ask the right to see the patient before.
    """
    found = rows(
        f"""
        SELECT {lines.COLUMNS} FROM patients_patient me JOIN patients_patient p
            ON p.tokens @> ARRAY[left(lower(replace(me.pinyin, ' ', '')), 24)]::varchar[]
            AND p.pinyin = me.pinyin AND p.id <> me.id AND p.merged_into_id IS NULL
        WHERE me.id = %(me)s AND {visible(actor)}
        ORDER BY p.name = me.name DESC, abs(p.born_on - me.born_on) NULLS LAST, p.record_no
        LIMIT {SHOWN}
        """,  # noqa: S608 (only our own text is put in)
        {"me": patient_id, "sites": my_sites(actor), **lines.parameters()},
    )
    audit.seen(actor, [row["id"] for row in found], "patients.namesakes")
    return [lines.brief(row) for row in found]
