"""A made-up past of patients, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.patients.rules.index import contact_blind, paper_blind, phone_tail_blind, tail_blind
from yilu.patients.rules.names import name_pinyin, name_tokens
from yilu.platform.copying import copy_rows
from yilu.platform.crypto import seal
from yilu.platform.names import CHINESE

RESIDENT_ID = "resident_id"


@dataclass(slots=True)
class PastPatient:
    """Somebody who became known on a day, with a phone and a paper."""

    id: UUID
    contact_id: UUID
    consent_id: UUID
    record_no: str
    name: str
    sex: str
    born_on: date
    id_number: str
    phone: str
    address: str
    needs: list[str]
    known_at: datetime


@dataclass(slots=True)
class PastRegistration:
    """That a site knows a patient since then."""

    id: UUID
    patient_id: UUID
    site_id: UUID
    registered_at: datetime


@dataclass(slots=True)
class _Patient:
    id: UUID
    record_no: str
    name: str
    pinyin: str
    tokens: list[str]
    sex: str
    born_on: date
    id_number: bytes
    id_blind: bytes
    id_tail_blind: bytes
    address: bytes
    special_needs: list[str]
    created_at: datetime


@dataclass(slots=True)
class _Contact:
    id: UUID
    patient_id: UUID
    value: bytes
    blind: bytes
    tail_blind: bytes
    created_at: datetime


@dataclass(slots=True)
class _Consent:
    id: UUID
    patient_id: UUID
    given_at: datetime


def write_patients(people: list[PastPatient], *, consent_version: str) -> None:
    """Write people with their phones and their consent to the use of data. Three statements."""
    nothing = seal("", "patients.companion")
    copy_rows(
        "patients_patient",
        map(_patient, people),
        _Patient,
        birth_estimated=False,
        id_type=RESIDENT_ID,
        language=CHINESE,
        companion=nothing,
        merged_into_id=None,
        version=1,
    )
    copy_rows(
        "patients_contactpoint",
        map(_contact, people),
        _Contact,
        kind="phone",
        is_primary=True,
        ended_at=None,
    )
    copy_rows(
        "patients_consent",
        (_Consent(one.consent_id, one.id, one.known_at) for one in people),
        _Consent,
        kind="data_use",
        text_version=consent_version,
        how="signed",
        withdrawn_at=None,
    )


def write_registrations(lines: Iterable[PastRegistration]) -> None:
    """Write where people are known. One statement."""
    copy_rows("patients_registration", lines, PastRegistration, record_no="", sharing_consent=False)


def _patient(one: PastPatient) -> _Patient:
    return _Patient(
        id=one.id,
        record_no=one.record_no,
        name=one.name,
        pinyin=name_pinyin(one.name),
        tokens=name_tokens(one.name),
        sex=one.sex,
        born_on=one.born_on,
        id_number=seal(one.id_number, "patients.id_number"),
        id_blind=paper_blind(one.id_number),
        id_tail_blind=tail_blind(one.id_number[-4:]),
        address=seal(one.address, "patients.address"),
        special_needs=one.needs,
        created_at=one.known_at,
    )


def _contact(one: PastPatient) -> _Contact:
    return _Contact(
        id=one.contact_id,
        patient_id=one.id,
        value=seal(one.phone, "patients.contact"),
        blind=contact_blind(one.phone),
        tail_blind=phone_tail_blind(one.phone),
        created_at=one.known_at,
    )
