"""One patient's page: everything known, with numbers masked, and what was agreed and by whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from yilu.facility.selectors.sites import open_sites
from yilu.patients import permissions
from yilu.patients.errors import MergedAway, UnknownPatient
from yilu.patients.models import Account, Consent, Patient, Registration, Relation
from yilu.patients.rules.consents import ConsentText, current_text
from yilu.patients.rules.papers import Paper
from yilu.patients.selectors import lines
from yilu.patients.selectors.facts import as_facts, held_parts, may_see
from yilu.patients.selectors.lines import PatientBrief
from yilu.patients.selectors.patients import brief_rows
from yilu.patients.states import ConsentHow, ConsentKind, Kinship, Need
from yilu.platform import audit, masking
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.platform.phones import shown_phone

SECRETS = ("phone", "email", "wechat", "id_number", "address", "visit_card", "insurance_card")


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One kind of consent: today's words, and whether they were agreed to."""

    text: ConsentText
    held_version: str = ""
    given_on: date | None = None
    how: str = ""

    @property
    def kind(self) -> str:
        return self.text.kind

    @property
    def is_current(self) -> bool:
        return self.held_version == self.text.version

    @property
    def is_old(self) -> bool:
        return bool(self.held_version) and not self.is_current


@dataclass(frozen=True, slots=True)
class RelativeLine:
    """One relative, as seen from the patient."""

    id: UUID
    patient_id: UUID | None
    name: PersonName
    kind: str
    phone_masked: str
    may_act: bool
    is_ward: bool


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site that knows the patient."""

    name: Localized
    since: date
    sharing_consent: bool


@dataclass(frozen=True, slots=True)
class PatientDetail:
    """A patient's page. `masked` holds what can be shown in full on demand, by name of the fact."""

    brief: PatientBrief
    paper: str
    masked: dict[str, str]
    companion: str
    needs: tuple[str, ...]
    consents: list[ConsentLine]
    relatives: list[RelativeLine]
    sites: list[SiteLine]
    accounts: int
    can_change: bool

    @property
    def id(self) -> UUID:
        return self.brief.id


def patient_detail(actor: Actor, patient_id: UUID) -> PatientDetail:
    """Everything on a patient's page. Ten queries.

    Raises:
        UnknownPatient: there is none, or the actor may not see them.
        MergedAway: it was merged, and into whom.
    """
    found = brief_rows([patient_id])
    if not found or not may_see(actor, found[0]["id"]):
        raise UnknownPatient
    patient = Patient.objects.get(pk=patient_id)
    if patient.merged_into_id is not None:
        raise MergedAway(patient_id=patient.merged_into_id)
    audit.seen(actor, [patient_id], "patients.page")
    known = list(Registration.objects.filter(patient=patient_id))
    return PatientDetail(
        brief=lines.brief(found[0]),
        paper=str(Paper(patient.id_type).label) if patient.id_type else "",
        masked=_masked(patient),
        companion=patient.companion,
        needs=tuple(str(Need(need).label) for need in patient.special_needs),
        consents=_consents(patient_id),
        relatives=_relatives(patient_id),
        sites=_sites(known),
        accounts=Account.objects.filter(patient=patient_id, ended_at=None).count(),
        can_change=_can_change(actor, known),
    )


def visible_brief(actor: Actor, patient_id: UUID) -> PatientBrief:
    """One patient in one line, if the actor may see them. Two queries.

    Raises:
        UnknownPatient: there is none, or the actor may not see them.
    """
    found = brief_rows([patient_id])
    if not found or not may_see(actor, patient_id):
        raise UnknownPatient
    audit.seen(actor, [patient_id], "patients.one")
    return lines.brief(found[0])


def revealed(actor: Actor, patient_id: UUID, what: str) -> str:
    """One fact of `SECRETS` in full, to somebody who asked for it: this is recorded. Four queries.

    Raises:
        UnknownPatient: there is none, the actor may not see them, or there is no such fact.
    """
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None or what not in SECRETS or not may_see(actor, patient_id):
        raise UnknownPatient
    audit.seen(actor, [patient_id], f"patients.reveal.{what}")
    value = str(getattr(as_facts(patient, held_parts(patient_id)), what))
    return shown_phone(value) if what == "phone" else value


def _can_change(actor: Actor, known: list[Registration]) -> bool:
    return any(actor.may(permissions.CHANGE, one.site_id) for one in known)


def _masked(patient: Patient) -> dict[str, str]:
    facts = as_facts(patient, held_parts(patient.pk))
    masks: dict[str, Any] = {
        "phone": masking.phone,
        "id_number": masking.id_number,
        "address": masking.address,
        "email": _masked_email,
    }
    values = {name: getattr(facts, name) for name in SECRETS}
    return {
        name: masks.get(name, masking.record_no)(value) for name, value in values.items() if value
    }


def _masked_email(address: str) -> str:
    name, _, place = address.partition("@")
    return f"{name[:1]}***@{place}"


def _consents(patient_id: UUID) -> list[ConsentLine]:
    held = {c.kind: c for c in Consent.objects.filter(patient=patient_id, withdrawn_at=None)}
    return [_consent(current_text(kind), held.get(kind)) for kind in ConsentKind.values]


def _consent(text: ConsentText, held: Consent | None) -> ConsentLine:
    if held is None:
        return ConsentLine(text)
    on = held.given_at.astimezone(lines.CALENDAR).date()
    return ConsentLine(text, held.text_version, on, str(ConsentHow(held.how).label))


def _relatives(patient_id: UUID) -> list[RelativeLine]:
    """The patient's relatives, and those whose relative the patient is."""
    both = Relation.objects.filter(
        Q(patient=patient_id) | Q(relative=patient_id), ended_at=None
    ).select_related("patient", "relative")
    return [_relative(relation, patient_id) for relation in both.order_by("created_at")]


def _relative(relation: Relation, patient_id: UUID) -> RelativeLine:
    is_ward = relation.patient_id != patient_id
    other = relation.patient if is_ward else relation.relative
    name = PersonName(other.name, other.pinyin) if other else PersonName(relation.relative_name)
    phone = relation.relative_phone
    return RelativeLine(
        id=relation.pk,
        patient_id=other.pk if other else None,
        name=name,
        kind=str(Kinship(relation.kind).label),
        phone_masked=masking.phone(phone) if phone else "",
        may_act=relation.may_act,
        is_ward=is_ward,
    )


def _sites(known: list[Registration]) -> list[SiteLine]:
    names = {site.id: (site.short_name, site.zone) for site in open_sites()}
    lines_ = []
    for one in sorted(known, key=lambda registration: registration.registered_at):
        name, zone = names.get(one.site_id, (Localized(), ZoneInfo("UTC")))
        since = one.registered_at.astimezone(zone).date()
        lines_.append(SiteLine(name, since, one.sharing_consent))
    return lines_
