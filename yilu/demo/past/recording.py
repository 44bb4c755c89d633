"""What nurse and doctor wrote at a visit, told as rows: measured, noted, diagnosed, prescribed."""

from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.drugs import DrugInfo
from yilu.clinical.demo import (
    PastDiagnosis,
    PastItem,
    PastNote,
    PastNoteVersion,
    PastPrescription,
    PastScore,
    PastVitals,
    bounds_version,
    flagged,
    scored,
    seal,
)
from yilu.clinical.rules.scores import About
from yilu.demo.past.telling import Teller, Told, whole_years
from yilu.demo.reference import VITALS
from yilu.pharmacy.demo import PastDispense
from yilu.platform.copying import Json, JsonList

TIMES = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "qn": 1, "prn": 2}
RATIONALE = "按诊断和指南用药"
CHILD_AGE = 14


class Recorder:
    """Tells the record of visits into the teller's batch."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._day, self._batch, self._chance = teller.day, teller.batch, teller.chance

    def record(self, told: Told) -> list[PastItem]:
        """Write down what was measured and written so far; gives back what was prescribed."""
        assessed = told.story.assessed
        measured = self._day.past(assessed[1]) if assessed else None
        if measured is not None and told.case.vitals:
            self._measure(told, measured)
        ended = self._day.past(told.story.ended)
        if ended is None:
            return []
        diagnoses = self._diagnose(told, ended)
        self._note(told, ended, diagnoses)
        if not (told.story.has_drugs and told.case.drugs):
            return []
        return self._prescribe(told, ended, diagnoses)

    def _measure(self, told: Told, at: datetime) -> None:
        age = whole_years(told.patient.person.born_on, self._day.day)
        values = self._values(told)
        nurses = told.site.users.get("nurse", [])
        nurse = self._chance.choice(nurses) if nurses else None
        key = self._day.key(at)
        self._batch.vitals.append(
            PastVitals(
                key,
                told.id,
                told.patient.id,
                told.site_id,
                self._day.day,
                at,
                nurse,
                Json(values),
                flagged(values, age),
                bounds_version(),
            )
        )
        for score in scored(values, About(age=age)):
            self._batch.scores.append(
                PastScore(
                    self._day.key(at),
                    key,
                    told.id,
                    told.patient.id,
                    told.site_id,
                    self._day.day,
                    score.ruleset,
                    score.version,
                    Json(score.inputs),
                    Json(score.points),
                    score.total,
                    score.band,
                    score.single_three,
                    at,
                    nurse,
                )
            )

    def _values(self, told: Told) -> dict[str, str]:
        usual = dict(zip(VITALS, told.case.vitals, strict=True))
        spread = {"temperature": 0.3, "pulse": 8, "respiratory_rate": 2}
        spread |= {"systolic": 9, "diastolic": 6, "spo2": 0.8}
        found = {"consciousness": "A", "oxygen": "no"}
        for name, value in usual.items():
            drawn = self._chance.gauss(value, spread[name] / 2)
            found[name] = f"{drawn:.1f}" if name == "temperature" else str(round(drawn))
        found["spo2"] = str(min(100, int(found["spo2"])))
        return found

    def _diagnose(self, told: Told, at: datetime) -> JsonList:
        texts = self._teller.reference.diagnosis_texts
        said = JsonList()
        for code in told.case.codes:
            text = texts[code]
            said.append({"code": code, "text": text, "is_suspected": False})
            self._batch.diagnoses.append(
                PastDiagnosis(
                    self._day.key(at),
                    told.id,
                    told.patient.id,
                    told.site_id,
                    self._day.day,
                    code,
                    text,
                    told.doctor.user_id,
                    at,
                )
            )
        return said

    def _note(self, told: Told, at: datetime, diagnoses: JsonList) -> None:
        first = told.story.is_first
        content = self._teller.reference.contents[told.case, first]
        key = self._day.key(at)
        noted = JsonList({**one, "is_primary": True, "remark": ""} for one in diagnoses)
        self._batch.notes.append(
            PastNote(
                key,
                told.id,
                told.patient.id,
                told.site_id,
                self._day.day,
                "first" if first else "return",
                "signed",
                told.doctor.user_id,
                content,
                at,
                1,
            )
        )
        sealed = seal(
            str(told.id),
            str(told.patient.id),
            1,
            dict(content),
            list(noted),
            str(told.doctor.id),
            at.isoformat(),
            "",
            "",
        )
        self._batch.versions.append(
            PastNoteVersion(
                self._day.key(at),
                key,
                content,
                noted,
                told.doctor.user_id,
                told.doctor.id,
                at,
                sealed,
            )
        )

    def _prescribe(self, told: Told, at: datetime, diagnoses: JsonList) -> list[PastItem]:
        day, key = self._day.day, self._day.key(at)
        number = self._teller.register.numbers.take(f"prescription:{told.site_id}:{day}")
        age = whole_years(told.patient.person.born_on, day)
        handed = self._day.past(told.story.dispensed[2]) if told.story.dispensed else None
        items = [self._item(key, n, drug, at) for n, drug in enumerate(told.case.drugs, start=1)]
        basis = "、".join(str(one["text"].get("zh-Hans", "")) for one in diagnoses)
        shown = f"R{day:%Y%m%d}-{number:04d}"
        texts = {
            "diagnosis_basis": basis,
            "rationale": RATIONALE,
            "follow_up_plan": told.case.plan[:200],
        }
        orders = [[str(item.drug_id), str(item.dose), item.frequency, item.days] for item in items]
        parts: list[Any] = [str(key), shown, str(told.id), at.isoformat(), list(diagnoses), texts]
        self._batch.prescriptions.append(
            PastPrescription(
                key,
                told.id,
                told.patient.id,
                told.site_id,
                told.doctor.id,
                told.doctor.user_id,
                day,
                shown,
                "paediatric" if age < CHILD_AGE else "ordinary",
                "dispensed" if handed is not None else "signed",
                basis,
                RATIONALE,
                texts["follow_up_plan"],
                diagnoses,
                at,
                at,
                day,
                seal(parts, orders),
            )
        )
        self._batch.items.extend(items)
        self._dispense(told, key, at)
        return items

    def _item(
        self, prescription_id: UUID, position: int, drug: tuple[str, str, str, int], at: datetime
    ) -> PastItem:
        code, dose, frequency, days = drug
        info = self._teller.reference.drugs[code]
        names = self._teller.reference.drug_names[info.id]
        return PastItem(
            id=self._day.key(at),
            prescription_id=prescription_id,
            position=position,
            drug_id=info.id,
            name=names.name,
            brand=names.brand,
            form=names.form,
            strength=info.strength,
            atc=info.atc,
            dose=Decimal(dose),
            dose_unit=info.dose_unit,
            route=info.default_route,
            frequency=frequency,
            days=days,
            quantity=_packs(info, Decimal(dose), frequency, days),
            form_unit=names.form_unit,
            dose_per_unit=info.dose_per_unit,
            dispense_unit=names.dispense_unit,
        )

    def _dispense(self, told: Told, prescription_id: UUID, signed: datetime) -> None:
        story, people = told.story, told.site.users.get("pharmacist", [])
        if not story.dispensed or len(people) < 2:
            return
        begins, checks, ends = story.dispensed
        paid = self._day.past(story.paid)
        reviewed, checked, handed = (self._day.past(m) for m in (begins, checks, ends))
        picked = reviewed
        first, second = self._chance.sample(people, 2)
        state = "waiting_payment" if paid is None else "waiting"
        for moment, name in ((picked, "picked"), (checked, "checked"), (handed, "handed_over")):
            state = name if moment is not None else state
        moved = next(m for m in (handed, checked, picked, paid, signed) if m is not None)
        self._batch.dispenses.append(
            PastDispense(
                id=self._day.key(signed),
                prescription_id=prescription_id,
                visit_id=told.id,
                patient_id=told.patient.id,
                site_id=told.site_id,
                clinic_day=self._day.day,
                state=state,
                created_at=signed,
                released_at=paid,
                reviewed_at=reviewed,
                picked_at=picked,
                checked_at=checked,
                handed_over_at=handed,
                moved_at=moved,
                reviewed_by_id=first if reviewed is not None else None,
                picked_by_id=first if picked is not None else None,
                checked_by_id=second if checked is not None else None,
                handed_over_by_id=second if handed is not None else None,
            )
        )


def _packs(info: DrugInfo, dose: Decimal, frequency: str, days: int) -> Decimal:
    """How many packs such an order takes, rounded up."""
    units = dose / info.dose_per_unit * TIMES[frequency] * days
    return Decimal(ceil(units / info.units_per_pack))
