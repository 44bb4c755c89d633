"""A patient's own record in readable form: what the page, the paper and the download hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.clinical.rules.notes import section_titles
from yilu.clinical.selectors.allergies import AllergyCard, allergy_card
from yilu.clinical.selectors.consents import ConsentLine, patient_consents
from yilu.clinical.selectors.history import ProblemLine, problems_of
from yilu.clinical.selectors.measures import Round, vitals_of
from yilu.clinical.selectors.notes import DiagnosisLine, PastNote, past_notes
from yilu.clinical.selectors.plans import PlanLine, patient_plans
from yilu.clinical.selectors.prescriptions import PrescriptionFacts, prescriptions_of_visits
from yilu.clinical.selectors.private import private_visits
from yilu.dental.selectors.own import OwnTeeth, own_teeth
from yilu.diagnostics.selectors.lab_record import LabFacts, lab_facts
from yilu.diagnostics.selectors.study_record import StudyFacts, study_facts
from yilu.facility.selectors.sites import open_sites
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.portal.selectors.mine import MyBill, my_bills
from yilu.records.rules.plain import explained, plain_title
from yilu.records.selectors.styles import Style, style_of
from yilu.visits.selectors.visits import VisitInfo, visits_of

MOST_VISITS = 200
PARTS = (
    "visits", "allergies", "vitals", "medicines", "reports", "teeth", "bills", "consents", "plans",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """One visit as its patient reads it. What is not signed yet is not here."""

    visit: VisitInfo
    site: Localized
    day: date
    doctor: PersonName | None
    sections: tuple[tuple[str, Localized, str], ...]
    diagnoses: tuple[DiagnosisLine, ...]
    vitals: Round | None
    prescriptions: tuple[PrescriptionFacts, ...]
    words: tuple[tuple[str, Localized], ...]

    @property
    def id(self) -> UUID:
        return self.visit.id


@dataclass(frozen=True, slots=True)
class MyRecord:
    """A patient's record, part by part. `hidden`: visits that are the patient's own affair."""

    patient: PatientBrief
    style: Style
    visits: tuple[RecordVisit, ...]
    allergies: AllergyCard
    problems: tuple[ProblemLine, ...]
    reports: tuple[LabFacts, ...]
    studies: tuple[StudyFacts, ...]
    teeth: OwnTeeth
    bills: tuple[MyBill, ...]
    consents: tuple[ConsentLine, ...]
    plans: tuple[PlanLine, ...]
    hidden: int


def my_record(actor: Actor, patient_id: UUID) -> MyRecord:
    """The record of one patient of an account. About thirty queries, however long it is.

    Raises: NotFound: the patient is none of the account's.
    """
    found = patient_briefs(actor, [patient_id], "my.record").get(patient_id)
    if found is None or not actor.is_owner(patient_id):
        raise NotFound
    audit.seen(actor, [patient_id], "my.record")
    style = style_of(patient_id)
    visits = visits_of(actor, patient_id, MOST_VISITS)
    private = private_visits(actor)
    hidden = [one for one in visits if one.id in private]
    shown = [one for one in visits if one.id not in private]
    own = Actor(
        kind="patient", name=actor.name, user_id=actor.user_id, owns=frozenset([patient_id])
    )
    return MyRecord(
        patient=found,
        style=style,
        visits=tuple(_visits(shown, style)),
        allergies=allergy_card(patient_id),
        problems=tuple(problems_of(patient_id)) if not hidden else (),
        reports=tuple(one for one in lab_facts(own) if one.visit_id not in private),
        studies=tuple(one for one in study_facts(own) if one.visit_id not in private),
        teeth=own_teeth(own, patient_id, but_of=private),
        bills=tuple(one for one in my_bills(own) if one.visit.id not in private),
        consents=tuple(
            one for one in patient_consents(own, [patient_id]) if one.visit_id not in private
        ),
        plans=tuple(one for one in patient_plans(own, [patient_id]) if one.visit_id not in private),
        hidden=len(hidden),
    )


def _visits(visits: Sequence[VisitInfo], style: Style) -> Iterable[RecordVisit]:
    ids = [one.id for one in visits]
    if not ids:
        return []
    notes = {one.visit_id: one for one in past_notes(visits[0].patient_id, limit=MOST_VISITS)}
    rounds = vitals_of(ids)
    prescribed: dict[UUID, list[PrescriptionFacts]] = {}
    for one in prescriptions_of_visits(ids):
        if one.is_in_force:
            prescribed.setdefault(one.visit_id, []).append(one)
    sites = {site.id: site.short_name or site.name for site in open_sites()}
    known = [one for one in visits if one.id in notes or one.id in rounds or one.id in prescribed]
    return [
        _visit(
            one, sites.get(one.site_id, Localized()), notes.get(one.id), rounds.get(one.id),
            prescribed.get(one.id, []), style,
        )
        for one in known
    ]  # fmt: skip


def _visit(  # noqa: PLR0917 (the parts of one visit)
    visit: VisitInfo,
    site: Localized,
    note: PastNote | None,
    vitals: Round | None,
    prescribed: list[PrescriptionFacts],
    style: Style,
) -> RecordVisit:
    titles = section_titles()
    texts = note.sections if note else {}
    sections = tuple(
        (code, plain_title(code, titles[code]) if style.plain else titles[code], texts[code])
        for code in titles
        if texts.get(code)
    )
    diagnoses = note.diagnoses if note else ()
    whole = [*texts.values(), *(one.text.get("zh-Hans", "") for one in diagnoses)]
    return RecordVisit(
        visit=visit,
        site=site,
        day=visit.clinic_day,
        doctor=note.signed_by if note else None,
        sections=sections,
        diagnoses=diagnoses,
        vitals=vitals,
        prescriptions=tuple(prescribed),
        words=tuple(explained(whole)) if style.plain else (),
    )
