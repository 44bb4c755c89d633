"""Consents to treatment as pages, patients and other apps see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from yilu.clinical import permissions
from yilu.clinical.models import ConsentPaper, ConsentSignature, TreatmentConsent
from yilu.clinical.rules.consents import roles_needed, shown_code, spoken
from yilu.clinical.selectors.context import require_patient, setting
from yilu.clinical.selectors.private import private_visits, refuse_family
from yilu.clinical.states import Capacity, ConsentState, SignerRole, SigningWay
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized, PersonName, reader_is_english
from yilu.workforce.selectors.practitioners import practitioner_names

REPORTED = timedelta(days=30)
LOOKS = {
    ConsentState.PREPARED: "soon",
    ConsentState.GIVEN: "done",
    ConsentState.REFUSED: "late",
    ConsentState.WITHDRAWN: "late",
    ConsentState.DISCARDED: "blocked",
}


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Somebody who has signed, or still has to (`at` is None)."""

    role: str
    title: str
    at: datetime | None = None
    name: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent in one line of a list."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    template: str
    title: Localized
    state: str
    high_risk: bool
    prepared_at: datetime
    decided_at: datetime | None
    reason: str
    doctor: PersonName | None
    waits_for: tuple[str, ...]
    version: int

    @property
    def state_label(self) -> str:
        return str(ConsentState(self.state).label)

    @property
    def look(self) -> str:
        """The colour of the state."""
        return LOOKS[ConsentState(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state == ConsentState.PREPARED

    @property
    def has_paper(self) -> bool:
        return self.state in {ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN}

    @property
    def can_be_withdrawn(self) -> bool:
        return self.state == ConsentState.GIVEN

    @property
    def waits_for_labels(self) -> list[str]:
        return [str(SignerRole(role).label) for role in self.waits_for]

    @property
    def waits_for_patient(self) -> bool:
        return self.is_open and SignerRole.PATIENT in self.waits_for


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """A consent as it is read and signed."""

    line: ConsentLine
    patient: PatientBrief
    facts: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, str, list[str]], ...]
    signatures: tuple[SignatureLine, ...]
    capacity: str
    why_proxy: str
    digest: str
    code: str
    sha256: str
    template_version: str
    is_staff: bool
    can_sign_as_doctor: bool = False
    can_sign_as_second: bool = False
    can_prepare: bool = False

    @property
    def capacity_label(self) -> str:
        return str(Capacity(self.capacity).label)

    @property
    def is_own(self) -> bool:
        """Whether the patient signs for themselves."""
        return self.capacity == Capacity.SELF


def visit_consents(actor: Actor, visit_id: UUID) -> list[ConsentLine]:
    """The consents of a visit, the newest first. Six queries.

    Raises: NotFound.
    """
    where = setting(actor, visit_id)
    return _lines(TreatmentConsent.objects.filter(visit_id=where.visit_id))


def patient_consents(actor: Actor, patient_ids: Iterable[UUID]) -> list[ConsentLine]:
    """What these patients were given to sign, the newest first, without what was discarded.

    For staff who may open their records, and for the patients themselves. Four queries, and one
    for each patient for staff.

    Raises: NotFound, OutsideCare.
    """
    rows = TreatmentConsent.objects.exclude(state=ConsentState.DISCARDED)
    if actor.kind == "patient":
        wanted = set(patient_ids) & actor.owns
        rows = rows.filter(patient_id__in=wanted).exclude(visit_id__in=private_visits(actor))
    else:
        wanted = set(patient_ids)
        for patient_id in wanted:
            require_patient(actor, patient_id)
        rows = rows.filter(patient_id__in=wanted)
    found = _lines(rows)
    audit.seen(actor, {one.patient_id for one in found}, "consents")
    return found


def consent_page(actor: Actor, consent_id: UUID) -> ConsentPage:
    """A consent to read and sign: for staff of its site and for its patient. Six queries.

    Raises: NotFound.
    """
    row = TreatmentConsent.objects.filter(pk=consent_id).first()
    if row is None:
        raise NotFound
    patient = _patient(actor, row)
    signed = list(ConsentSignature.objects.filter(consent=row))
    roles = {one.role: one for one in signed}
    language = ENGLISH if reader_is_english() else CHINESE
    names = practitioner_names([row.practitioner_id])
    line = _line(row, set(roles), names.get(row.practitioner_id))
    zone = site_zone(row.site_id)
    staff_signed = {one.user_id for one in signed if one.way == SigningWay.ACCOUNT}
    may = line.is_open and actor.is_staff and actor.user_id not in staff_signed
    return ConsentPage(
        line=line,
        patient=patient,
        facts=tuple((str(Localized(one["title"])), one["text"]) for one in row.content["facts"]),
        sections=tuple(one for one in spoken(row.content, language) if one[2]),
        signatures=tuple(
            _signature(role, row, roles.get(role), zone)
            for role in roles_needed(high_risk=row.high_risk)
        ),
        capacity=row.capacity,
        why_proxy=row.why_proxy,
        digest=row.digest,
        code=shown_code(row.code),
        sha256=_sha256(row.pk),
        template_version=row.template_version,
        is_staff=actor.is_staff,
        can_sign_as_doctor=may
        and SignerRole.DOCTOR in line.waits_for
        and actor.practitioner_id is not None
        and actor.may(permissions.SIGN, row.site_id),
        can_sign_as_second=may
        and SignerRole.SECOND in line.waits_for
        and actor.may(permissions.ASSESS, row.site_id),
        can_prepare=actor.may(permissions.WRITE, row.site_id),
    )


def given_consents(visit_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Which texts stand as agreed at these visits, by visit: for apps that treat. One query."""
    rows = TreatmentConsent.objects.filter(visit_id__in=set(visit_ids), state=ConsentState.GIVEN)
    found: dict[UUID, set[str]] = {}
    for visit_id, template in rows.values_list("visit_id", "template"):
        found.setdefault(visit_id, set()).add(template)
    return {visit_id: frozenset(keys) for visit_id, keys in found.items()}


def consent_owner(consent_id: UUID) -> tuple[UUID, UUID]:
    """Whose a consent is, and at which site. One query. Raises: NotFound."""
    found = TreatmentConsent.objects.filter(pk=consent_id).values_list("patient_id", "site_id")
    row = found.first()
    if row is None:
        raise NotFound
    return row


def _sha256(consent_id: UUID) -> str:
    found = ConsentPaper.objects.filter(pk=consent_id).values_list("sha256", flat=True)
    return found.first() or ""


def _patient(actor: Actor, row: TreatmentConsent) -> PatientBrief:
    if actor.kind == "patient":
        found = patient_briefs(actor, [row.patient_id], "consent").get(row.patient_id)
        if found is None or row.state == ConsentState.DISCARDED:
            raise NotFound
        refuse_family(actor, row.visit_id)
        return found
    return setting(actor, row.visit_id).patient


def _lines(rows: Any) -> list[ConsentLine]:
    found = list(rows.order_by("-prepared_at", "-id"))
    signed: dict[UUID, set[str]] = {}
    of_these = ConsentSignature.objects.filter(consent__in=[one.pk for one in found])
    for consent_id, role in of_these.order_by().values_list("consent_id", F("role")):
        signed.setdefault(consent_id, set()).add(role)
    names = practitioner_names([one.practitioner_id for one in found])
    return [_line(one, signed.get(one.pk, set()), names.get(one.practitioner_id)) for one in found]


def _line(row: TreatmentConsent, signed: set[str], doctor: PersonName | None) -> ConsentLine:
    zone = site_zone(row.site_id)
    needed = roles_needed(high_risk=row.high_risk)
    is_open = row.state == ConsentState.PREPARED
    return ConsentLine(
        id=row.pk,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        template=row.template,
        title=Localized(row.content["title"]),
        state=row.state,
        high_risk=row.high_risk,
        prepared_at=row.prepared_at.astimezone(zone),
        decided_at=row.decided_at.astimezone(zone) if row.decided_at else None,
        reason=row.reason,
        doctor=doctor,
        waits_for=tuple(role for role in needed if role not in signed) if is_open else (),
        version=row.version,
    )


def _signature(
    role: str, row: TreatmentConsent, signed: ConsentSignature | None, zone: Any
) -> SignatureLine:
    title = str(SignerRole(role).label)
    if role == SignerRole.PATIENT and row.capacity != Capacity.SELF:
        title = str(Capacity(row.capacity).label)
    if signed is None:
        return SignatureLine(role, title)
    how = str(SigningWay(signed.way).label)
    name = f"{signed.name} ({signed.relation})" if signed.relation else str(signed.name or "")
    return SignatureLine(role, title, signed.signed_at.astimezone(zone), name, how)


def site_consents(actor: Actor, site_id: UUID) -> list[ConsentLine]:
    """What was refused or withdrawn at a site in the last thirty days. Four queries.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.OVERSEE, site_id)
    since = clock.now() - REPORTED
    rows = TreatmentConsent.objects.filter(
        site_id=site_id,
        prepared_at__gte=since,
        state__in=[ConsentState.REFUSED, ConsentState.WITHDRAWN],
    )
    return _lines(rows)
