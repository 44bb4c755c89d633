"""Patients over JSON: find one, register one."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query
from pydantic import StringConstraints

from yilu.patients import permissions
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import LONGEST, LONGEST_CARD, PatientFacts
from yilu.patients.rules.queries import LONGEST as LONGEST_QUERY
from yilu.patients.rules.words import Need
from yilu.patients.selectors.detail import visible_brief
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import PatientHit, search_patients
from yilu.platform import api

router = api.Router(tags=["patients"])
MOST_HITS = 50

_Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_CARD)]


class PatientIn(api.Shape):
    """Somebody to register. Only the name must be known; a paper tells birth date and sex."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST["name"])]
    sex: Literal["male", "female", "unknown"] = "unknown"
    born_on: date | None = None
    birth_estimated: api.Flag = False
    phone: _Short = ""
    email: Annotated[str, StringConstraints(max_length=LONGEST["email"])] = ""
    id_type: _Short = ""
    id_number: _Short = ""
    address: Annotated[str, StringConstraints(max_length=LONGEST["address"])] = ""
    language: Literal["zh-Hans", "en"] = "zh-Hans"
    special_needs: list[Need] = []
    companion: Annotated[str, StringConstraints(max_length=LONGEST["companion"])] = ""
    visit_card: _Short = ""
    insurance_card: _Short = ""

    def facts(self) -> PatientFacts:
        """What was sent, as facts for the operation."""
        return PatientFacts(**self.model_dump() | {"special_needs": tuple(self.special_needs)})


class NewPatientIn(PatientIn):
    """Somebody to register at a site."""

    site: UUID


class PatientOut(api.Shape):
    """A patient in one line. The phone is masked; `missing` names what should still be asked."""

    id: UUID
    name: str
    pinyin: str
    sex: str
    born_on: date | None
    record_no: str
    phone: str
    special_needs: list[str]
    missing: list[str]
    language: str
    version: api.Whole


class HitOut(PatientOut):
    """A patient found, and by what. One of another clinic shows next to nothing."""

    matched: str
    is_elsewhere: api.Flag


@router.get("/patients", response=api.Listed[HitOut])
def patients(
    request: api.ApiRequest,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_HITS)] = 12,
) -> HttpResponse:
    """Patients by name, pinyin, initials, phone, last four, record number, paper or card.

    The best fit first; more words find fewer, so there is no next portion.
    """
    hits = search_patients(request.actor, q, limit)
    return api.answer({"items": [_hit(one) for one in hits], "next": None})


@router.get("/patients/{patient_id}", response=PatientOut)
def patient(request: api.ApiRequest, patient_id: UUID) -> HttpResponse:
    """One patient."""
    found = visible_brief(request.actor, patient_id)
    return api.answer(_patient(found), version=found.version)


@router.post("/patients", response={201: PatientOut})
@api.idempotent
def register(request: api.ApiRequest, body: NewPatientIn) -> HttpResponse:
    """Register somebody at a site. 409 `already_registered` when a record has this paper."""
    request.actor.require(permissions.REGISTER, body.site)
    facts = PatientIn(**body.model_dump(exclude={"site"})).facts()
    patient_id = register_patient(actor=request.actor, site_id=body.site, facts=facts)
    made = patient_briefs(request.actor, [patient_id], "patients.registered")[patient_id]
    return api.answer(
        _patient(made), status=201, version=made.version, location=f"/api/v1/patients/{made.id}"
    )


def _patient(brief: PatientBrief) -> dict[str, object]:
    return {
        "id": brief.id,
        "name": brief.name.written,
        "pinyin": brief.name.pinyin,
        "sex": brief.sex,
        "born_on": brief.born_on,
        "record_no": brief.record_no,
        "phone": brief.phone_masked,
        "special_needs": brief.special_needs,
        "missing": brief.missing,
        "language": brief.language,
        "version": brief.version,
    }


def _hit(hit: PatientHit) -> dict[str, object]:
    return _patient(hit.patient) | {"matched": hit.matched, "is_elsewhere": hit.is_elsewhere}
