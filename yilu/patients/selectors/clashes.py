"""What stands between two records that shall be one, and between one and two again."""

from uuid import UUID

from django.utils.translation import gettext as _

from yilu.patients.catalogue import among
from yilu.patients.merging import Rule, moving, some
from yilu.platform.db import rows


def clashes(survivor_id: UUID, merged_id: UUID) -> list[str]:
    """What has to be decided before two records can be merged, one sentence each. One query."""
    asked = [rule for rule in moving() if rule.refuses]
    found = rows(
        " UNION ALL ".join(_clash(n, rule) for n, rule in enumerate(asked)),
        {"survivor": survivor_id, "merged": merged_id},
    )
    return [str(asked[row["n"]].refuses) for row in sorted(found, key=lambda row: row["n"])]


def recorded_since(merge_id: UUID, survivor_id: UUID) -> list[str]:
    """What kinds of rows were made since a merge that hang on rows it moved. Two queries.

    A visit to a booking that would go back, for instance: whose it is nobody can tell.
    """
    of_patient = {rule.table: rule for rule in moving() if rule.column == "patient_id"}
    links = [link for link in among(of_patient) if link.to in of_patient]
    if not links:
        return []
    found = rows(
        " UNION ".join(
            f"""SELECT '{link.table}' AS place FROM patients_mergedrow kept
            JOIN {link.table} child ON child."{link.column}" = kept.row_id
            WHERE kept.merge_id = %(merge)s AND kept.place = '{link.to}'
                AND child.patient_id = %(survivor)s
                AND NOT EXISTS (SELECT FROM patients_mergedrow own WHERE own.merge_id = %(merge)s
                    AND own.place = '{link.table}' AND own.row_id = child.id)"""  # noqa: S608
            for link in links
        ),
        {"merge": merge_id, "survivor": survivor_id},
    )
    said = {str(of_patient[row["place"]].says or _("other records")) for row in found}
    return sorted(said)


def counts(merged_id: UUID) -> list[tuple[str, int]]:
    """How much of each kind a record holds that people count. One query."""
    counted = [rule for rule in moving() if rule.says]
    statement = " UNION ALL ".join(
        f'SELECT {n} AS n, count(*) AS rows FROM {rule.table} WHERE "{rule.column}" = %(merged)s'  # noqa: S608
        for n, rule in enumerate(counted)
    )
    found = {row["n"]: row["rows"] for row in rows(statement, {"merged": merged_id})}
    return [(str(rule.says), found[n]) for n, rule in enumerate(counted) if found[n]]


def _clash(n: int, rule: Rule) -> str:
    return (
        f"SELECT {n} AS n WHERE EXISTS (SELECT FROM {rule.table} mine"  # noqa: S608
        f' WHERE mine."{rule.column}" = %(merged)s AND {some(rule, rule.clash)})'
    )
