"""The columns of a patient's one line, and how a row of them becomes a brief."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.patients.rules.ages import age_text
from yilu.patients.rules.consents import current_text
from yilu.patients.rules.unknown import is_unknown
from yilu.patients.states import ConsentKind, Sex
from yilu.platform import clock, crypto, masking
from yilu.platform.names import PersonName

# Birth dates are dates of the mainland's calendar, so ages are told by it everywhere.
CALENDAR = ZoneInfo("Asia/Shanghai")
CONTACT_COLUMN = "patients.contact"

# Plain SQL and not the ORM: every board and every search runs it, and building it costs more
# than running it. `p` is the patient.
COLUMNS = """
p.id, p.name, p.pinyin, p.sex, p.born_on, p.birth_estimated, p.record_no, p.special_needs,
p.language, p.version, p.id_blind IS NOT NULL AS has_paper,
(SELECT c.value FROM patients_contactpoint c WHERE c.patient_id = p.id AND c.kind = 'phone'
    AND c.is_primary AND c.ended_at IS NULL) AS phone,
EXISTS (SELECT FROM patients_consent g WHERE g.patient_id = p.id AND g.kind = 'data_use'
    AND g.text_version = %(consent_version)s AND g.withdrawn_at IS NULL) AS has_consent
"""


@dataclass(frozen=True, slots=True)
class PatientBrief:
    """A patient in one line: two identifiers, what to mind, and what is still to be asked.

    `missing` holds the names of facts, in the order of asking: name, phone, id_number, born_on,
    sex, consent.
    """

    id: UUID
    name: PersonName
    sex: str
    born_on: date | None
    age_text: str
    record_no: str
    phone_masked: str
    special_needs: tuple[str, ...]
    missing: tuple[str, ...]
    language: str
    version: int

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows yet who this is."""
        return "name" in self.missing

    @property
    def sex_label(self) -> str:
        return str(Sex(self.sex).label)


def today() -> date:
    """The date of clinic time by which ages are told."""
    return clock.now().astimezone(CALENDAR).date()


def parameters() -> dict[str, Any]:
    """What `COLUMNS` asks for."""
    return {"consent_version": current_text(ConsentKind.DATA_USE).version}


def brief(row: dict[str, Any], on: date | None = None) -> PatientBrief:
    """One row of `COLUMNS` as a brief, its age told `on` a date: `today` unless said."""
    phone = crypto.unseal(bytes(row["phone"]), CONTACT_COLUMN) if row["phone"] else ""
    return PatientBrief(
        id=row["id"],
        name=PersonName(row["name"], row["pinyin"]),
        sex=row["sex"],
        born_on=row["born_on"],
        age_text=age_text(row["born_on"], on or today(), is_estimated=row["birth_estimated"]),
        record_no=row["record_no"],
        phone_masked=masking.phone(phone) if phone else "",
        special_needs=tuple(row["special_needs"]),
        missing=_missing(row, phone),
        language=row["language"],
        version=row["version"],
    )


def _missing(row: dict[str, Any], phone: str) -> tuple[str, ...]:
    there = {
        "name": not is_unknown(row["name"]),
        "phone": bool(phone),
        "id_number": row["has_paper"],
        "born_on": row["born_on"] is not None and not row["birth_estimated"],
        "sex": row["sex"] != Sex.UNKNOWN,
        "consent": row["has_consent"],
    }
    return tuple(name for name, is_there in there.items() if not is_there)
