"""A patient's own record as a FHIR R4B bundle, in the parts that they chose."""

from collections.abc import Callable, Collection, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid5

from fhir.resources.R4B.bundle import Bundle

from yilu.dental.states import ItemState
from yilu.platform import clock
from yilu.portal.selectors.record import MyRecord, RecordVisit

Resource = dict[str, Any]
ICD, LOINC = "http://hl7.org/fhir/sid/icd-10", "http://loinc.org"
# Teeth are named by ISO 3950, sections of diagnostics as in HL7 v2.
FDI, SECTIONS = "urn:iso:std:iso:3950", "http://terminology.hl7.org/CodeSystem/v2-0074"
CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
GENDERS = {"male": "male", "female": "female"}


def record_bundle(record: MyRecord, parts: Collection[str]) -> bytes:
    """The chosen parts as a collection that the standard's own model has checked. No query."""
    makers: dict[str, Callable[[MyRecord], Iterable[Resource]]] = {
        "visits": lambda all_: (one for visit in all_.visits for one in _visit(all_, visit)),
        "allergies": _allergies,
        "vitals": lambda all_: (one for visit in all_.visits for one in _vitals(all_, visit)),
        "medicines": lambda all_: (one for visit in all_.visits for one in _medicines(all_, visit)),
        "reports": lambda all_: (one for report in all_.reports for one in _report(all_, report)),
        "studies": lambda all_: (_study(all_, one) for one in all_.studies),
        "teeth": _teeth,
        "bills": lambda all_: (_bill(all_, one) for one in all_.bills),
        "consents": lambda all_: (_consent(all_, one) for one in all_.consents),
        "plans": lambda all_: (_plan(all_, one) for one in all_.plans),
    }
    found = [_patient(record)]
    wanted = {*parts, *(["studies"] if "reports" in parts else [])}
    found += [one for key, make in makers.items() if key in wanted for one in make(record)]
    bundle = Bundle.model_validate({
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": clock.now().isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in found],
    })  # fmt: skip
    return bundle.model_dump_json(exclude_none=True).encode()


def _patient(record: MyRecord) -> Resource:
    who = record.patient
    found: Resource = {
        "resourceType": "Patient",
        "id": str(who.id),
        "identifier": [{"system": "urn:yilu:record-no", "value": who.record_no}],
        "name": [{"text": who.name.written}],
        "gender": GENDERS.get(who.sex, "unknown"),
    }
    return found | ({"birthDate": who.born_on.isoformat()} if who.born_on else {})


def _visit(record: MyRecord, one: RecordVisit) -> Iterable[Resource]:
    yield {
        "resourceType": "Encounter",
        "id": str(one.id),
        "status": "finished" if one.visit.left_at else "in-progress",
        "class": {"system": CLASS, "code": "AMB"},
        "subject": _of(record),
        "identifier": [{"system": "urn:yilu:visit-no", "value": one.visit.number}],
        "period": {"start": one.visit.arrived_at.isoformat()},
        "serviceProvider": {"display": str(one.site)},
    }
    for n, each in enumerate(one.diagnoses):
        coding = {"coding": [{"system": ICD, "code": each.code}]} if each.code else {}
        yield {
            "resourceType": "Condition",
            "id": _id(one.id, f"c{n}"),
            "subject": _of(record),
            "encounter": _at(one),
            "code": {**coding, "text": str(each.text)},
            "recordedDate": one.day.isoformat(),
        }
    if one.sections:
        yield {
            "resourceType": "ClinicalImpression",
            "id": _id(one.id, "note"),
            "status": "completed",
            "subject": _of(record),
            "encounter": _at(one),
            "date": one.day.isoformat(),
            "note": [{"text": f"{title}: {text}"} for _code, title, text in one.sections],
        }


def _allergies(record: MyRecord) -> list[Resource]:
    found = [
        {
            "resourceType": "AllergyIntolerance",
            "id": str(one.id),
            "patient": _of(record),
            "code": {"text": one.substance},
            "note": [{"text": one.text}],
        }
        for one in record.allergies.active
    ]
    found += [
        {
            "resourceType": "Condition",
            "id": str(one.id),
            "subject": _of(record),
            "code": {"text": one.text},
        }
        for one in record.problems
    ]
    return found


def _vitals(record: MyRecord, one: RecordVisit) -> list[Resource]:
    if one.vitals is None:
        return []
    return [
        {
            "resourceType": "Observation",
            "id": _id(one.vitals.id, value.code),
            "status": "final",
            "category": [{"text": "vital-signs"}],
            "code": {"text": value.title},
            "subject": _of(record),
            "effectiveDateTime": one.vitals.taken_at.isoformat(),
            **_value(value.text, value.unit),
        }
        for value in one.vitals.values
    ]


def _medicines(record: MyRecord, one: RecordVisit) -> list[Resource]:
    return [
        {
            "resourceType": "MedicationRequest",
            "id": str(item.id),
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": f"{item.name} {item.strength}".strip()},
            "subject": _of(record),
            "encounter": _at(one),
            "authoredOn": sheet.clinic_day.isoformat(),
            "dosageInstruction": [{"text": item.usage}],
        }
        for sheet in one.prescriptions
        for item in sheet.items
    ]


def _report(record: MyRecord, one: Any) -> Iterable[Resource]:
    ids = [_id(one.id, value.analyte) for value in one.values]
    yield {
        "resourceType": "DiagnosticReport",
        "id": str(one.id),
        "status": "final",
        "code": {"text": " · ".join(map(str, one.tests)) or "-"},
        "subject": _of(record),
        "issued": one.at.isoformat(),
        "result": [{"reference": f"urn:uuid:{key}"} for key in ids],
    }
    for key, value in zip(ids, one.values, strict=True):
        code = one.loinc.get(value.analyte)
        coding = {"coding": [{"system": LOINC, "code": code}]} if code else {}
        yield {
            "resourceType": "Observation",
            "id": key,
            "status": "final",
            "code": {**coding, "text": str(value.name)},
            "subject": _of(record),
            "effectiveDateTime": one.at.isoformat(),
            **_value(value.shown, value.unit),
            **({"referenceRange": [{"text": value.bounds}]} if value.bounds else {}),
        }


def _study(record: MyRecord, one: Any) -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "id": str(one.id),
        "status": "final",
        "category": [{"coding": [{"system": SECTIONS, "code": "RAD"}]}],
        "identifier": [{"system": "urn:yilu:accession", "value": one.accession}],
        "code": {"text": f"{one.service} {one.aim}".strip()},
        "subject": _of(record),
        "encounter": {"reference": f"urn:uuid:{one.visit_id}"},
        "issued": one.at.isoformat(),
        "conclusion": "\n".join(filter(None, (one.findings, one.impression))),
    }


def _teeth(record: MyRecord) -> Iterable[Resource]:
    """Each tooth by its FDI number, what was planned and done, and what the gums add up to."""
    who = record.patient.id
    for one in record.teeth.teeth:
        for what, said in (("found", one.found), ("planned", one.planned)):
            if said:
                yield _tooth(record, one.tooth) | {
                    "resourceType": "Observation",
                    "id": _id(who, f"tooth {one.tooth} {what}"),
                    "status": "final",
                    "code": {"text": f"tooth {what}"},
                    "valueString": said,
                }
    for item in record.teeth.items:
        is_done = item.state == ItemState.DONE
        yield {
            "resourceType": "ServiceRequest",
            "id": str(item.id),
            "status": "completed" if is_done else "active",
            "intent": "plan",
            "code": {"text": str(item.name)},
            "subject": _of(record),
            "authoredOn": item.day.isoformat(),
            **({"bodySite": [_tooth(record, item.tooth)["bodySite"]]} if item.tooth else {}),
        }
    for gums in record.teeth.gums:
        yield {
            "resourceType": "Observation",
            "id": str(gums.id),
            "status": "final",
            "code": {"text": "periodontal chart"},
            "subject": _of(record),
            "effectiveDateTime": gums.day.isoformat(),
            "component": [
                {"code": {"text": str(title)}, **_value(value, unit)}
                for title, value, unit in gums.figures
            ],
        }


def _tooth(record: MyRecord, tooth: str) -> Resource:
    site = {"coding": [{"system": FDI, "code": tooth}], "text": tooth}
    return {"subject": _of(record), "bodySite": site}


def _bill(record: MyRecord, one: Any) -> Resource:
    return {
        "resourceType": "Invoice",
        "id": str(one.bill.bill_id),
        "status": "balanced" if one.bill.is_paid else "issued",
        "identifier": [{"value": one.bill.number}],
        "subject": _of(record),
        "date": one.bill.opened_at.isoformat(),
        "totalGross": {"value": one.bill.total, "currency": "CNY"},
    }


def _consent(record: MyRecord, one: Any) -> Resource:
    states = {"given": "active", "refused": "rejected", "withdrawn": "inactive"}
    return {
        "resourceType": "Consent",
        "id": str(one.id),
        "status": states.get(one.state, "proposed"),
        "scope": {"text": "treatment"},
        "category": [{"text": str(one.title)}],
        "patient": _of(record),
        "dateTime": one.prepared_at.isoformat(),
        "policyRule": {"text": str(one.title)},
    }


def _plan(record: MyRecord, one: Any) -> Resource:
    states = {"accepted": "active", "declined": "revoked", "replaced": "revoked"}
    return {
        "resourceType": "CarePlan",
        "id": str(one.id),
        "status": states.get(one.state, "draft"),
        "intent": "plan",
        "title": one.title,
        "subject": _of(record),
        "created": one.proposed_at.isoformat(),
    }


def _value(shown: str, unit: str) -> Resource:
    try:
        number = Decimal(shown)
    except InvalidOperation:
        return {"valueString": f"{shown} {unit}".strip()}
    return {"valueQuantity": {"value": number, **({"unit": unit} if unit else {})}}


def _of(record: MyRecord) -> Resource:
    return {"reference": f"urn:uuid:{record.patient.id}"}


def _at(one: RecordVisit) -> Resource:
    return {"reference": f"urn:uuid:{one.id}"}


def _id(base: UUID, what: str) -> str:
    """An id that is the same each time: of a part that has none of its own."""
    return str(uuid5(base, what))
