"""What nurses and doctors write, on the pages that they have for it."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from yilu.catalogue.selectors.drugs import DrugInfo, search_drugs
from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.deeds import looks
from yilu.demo.players.pages import Form
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.demo.reference import VITALS, Case, made_up_cases
from yilu.demo.selectors.sight import Person, person_of
from yilu.platform import clock

SPREAD = (0.15, 4.0, 1.0, 4.5, 3.0, 0.4)
PAST_HISTORY = "平素体健，否认慢性病史"
RATIONALE = "按诊断和指南用药"
LONG_SUPPLY = "慢性病病情稳定，适当延长用量"
OVERRULED = "已评估，获益大于风险"
DEFAULT = "general"
AGAIN = "病情变化，需复查"
TESTS = {
    "general": (("cbc", "crp"), ("liver", "renal", "lipid"), ("cbc", "urine"), ("electrolytes",),
                ("glucose", "hba1c")),
    "paediatrics": (("cbc", "crp"), ("cbc", "influenza"), ("urine",)),
}  # fmt: skip
ADULT_AGE = 16


@dataclass(frozen=True, slots=True)
class Told:
    """A visit whose case the players have made up."""

    visit_id: UUID
    person: Person
    case: Case

    @property
    def page(self) -> str:
        return f"/clinical/visit/{self.visit_id}"


def measure(stage: Stage, due: Due) -> None:
    """The nurse takes vital signs, where the case has any."""
    told = _told(due)
    session = stage.crew.session(stage.at_station(due))
    if told.person.is_measured or not told.case.vitals:
        return
    form = stage.wire.form(session, f"{told.page}/vitals/form", "/vitals/form")
    _ask_allergies(stage, session, told, form)
    stage.wire.send(session, form.action, form.fields | _values(told))


def treat(stage: Stage, due: Due) -> None:
    """The doctor writes and signs the note, and a prescription when the case has medicines."""
    told = _told(due)
    session = stage.crew.session(stage.at_station(due))
    if told.person.department == looks.DEPARTMENT:
        looks.consult(stage, session, told.visit_id, told.case.complaint)
    _note(stage, session, told)
    wants = told.case.drugs and not told.person.has_prescription
    if wants and habits.gets_drugs(told.visit_id):
        _prescribe(stage, session, told)
    if told.person.has_laboratory and not told.person.has_tests:
        _order_tests(stage, session, told)


def _told(due: Due) -> Told:
    if due.visit_id is None:
        raise Refused(0, "no visit")
    person = person_of(due.visit_id)
    return Told(due.visit_id, person, case_of(person))


def case_of(person: Person) -> Case:
    """What somebody came for: as booked, or drawn from what people of the department have."""
    known = made_up_cases()
    cases = known.get(person.department or DEFAULT, known[DEFAULT])
    for one in cases:
        if one.complaint == person.reason:
            return one
    dice = habits.chance("case", person.id)
    return dice.choices(cases, [one.weight for one in cases])[0]


def _values(told: Told) -> dict[str, str]:
    dice = habits.chance("vitals", told.visit_id)
    found = {"consciousness": "A", "oxygen": "no"}
    for name, usual, spread in zip(VITALS, told.case.vitals, SPREAD, strict=True):
        drawn = dice.gauss(usual, spread)
        found[name] = f"{drawn:.1f}" if name == "temperature" else str(round(drawn))
    found["spo2"] = str(min(100, int(found["spo2"])))
    return found | {"weight": f"{_weight(told):.1f}"}


def _weight(told: Told) -> float:
    """Kilograms, as people of that age have."""
    born_on, dice = told.person.born_on, habits.chance("weight", told.person.patient_id)
    years = (clock.now().date() - born_on).days / 365.25 if born_on else ADULT_AGE
    usual = 62.0 if years >= ADULT_AGE else 3.5 + 3.2 * years
    return usual * dice.uniform(0.85, 1.2)


def _ask_allergies(stage: Stage, session: str, told: Told, form: Form) -> None:
    """Ask once; what is on record already, by a person, is confirmed as it stands."""
    if told.person.knows_allergies:
        return
    said = {"context": form.fields["context"]}
    try:
        stage.wire.send(session, f"{told.page}/allergies/none", said)
    except Refused:
        stage.wire.send(session, f"{told.page}/allergies/confirm", said)


def _note(stage: Stage, session: str, told: Told) -> None:
    form = _note_form(stage, session, told)
    if form is None:
        return
    for code in told.case.codes:
        added = {"context": form.fields["context"], "code": code}
        stage.wire.send(session, f"{told.page}/diagnoses/add", added)
    stage.wire.send(session, form.action, form.fields | _texts(told, form))


def _note_form(stage: Stage, session: str, told: Told) -> Form | None:
    """The note's form; None when it is signed already."""
    kind = "first" if told.person.is_first else "return"
    for form in stage.wire.forms(session, f"{told.page}/note?kind={kind}"):
        if form.action.endswith("/note/sign"):
            return form
    return None


def _texts(told: Told, form: Form) -> dict[str, str]:
    case = told.case
    words = {
        "chief_complaint": case.complaint,
        "present_illness": case.history,
        "interval_history": case.history,
        "past_history": PAST_HISTORY,
        "examination": case.exam,
        "treatment": case.plan,
    }
    return {f"s-{code}": text for code, text in words.items() if f"s-{code}" in form.fields}


def _prescribe(stage: Stage, session: str, told: Told) -> None:
    path = f"{told.page}/prescription"
    form = _sheet(stage.wire.forms(session, path))
    if form is None:
        return
    _ask_allergies(stage, session, told, form)
    sheet = form.fields | _orders(told)
    kept = _sheet(stage.wire.send(session, path, sheet))
    if kept is None:
        return
    reasons = {name: OVERRULED for name in kept.fields if name.startswith("reason-")}
    stage.wire.send(session, f"{path}/sign", kept.fields | _why(told) | reasons)


def _order_tests(stage: Stage, session: str, told: Told) -> None:
    """Blood and the like, for some of those who have what is looked for in it."""
    tests = TESTS.get(told.person.department or DEFAULT)
    if tests is None or not habits.gets_tests(told.visit_id):
        return
    path = f"/examinations/visits/{told.visit_id}/order"
    form = stage.wire.form(session, path, "/order")
    chosen = habits.chance("which tests", told.visit_id).choice(tests)
    said = {"tests": list(chosen), "reason": told.case.complaint, "again": AGAIN}
    stage.wire.send(session, form.action, form.fields | said)


def _sheet(forms: list[Form]) -> Form | None:
    return next((one for one in forms if one.action.endswith("/prescription")), None)


def _orders(told: Told) -> dict[str, str]:
    fields = _why(told)
    for n, (code, dose, frequency, days) in enumerate(told.case.drugs, start=1):
        drug = _drug(code)
        fields |= {
            f"drug-{n}": str(drug.id),
            f"dose-{n}": dose,
            f"frequency-{n}": frequency,
            f"days-{n}": str(days),
            f"route-{n}": drug.default_route,
            f"instruction-{n}": "",
        }
    return fields


def _why(told: Told) -> dict[str, str]:
    return {
        "diagnosis_basis": told.case.complaint,
        "rationale": RATIONALE,
        "follow_up_plan": told.case.plan[:200],
        "long_supply_reason": LONG_SUPPLY if any(d[3] > 7 for d in told.case.drugs) else "",
    }


@cache
def _drug(code: str) -> DrugInfo:
    return next(drug for drug in search_drugs(code) if drug.code == code)
