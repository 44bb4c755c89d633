"""Everything that changes a consent to treatment: given to read, signed, refused, withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import (
    ConsentChanged,
    ConsentOver,
    NotSignedByHand,
    SameSigner,
    SignedAlready,
)
from yilu.clinical.events import (
    RecordChanged,
    TreatmentConsentGiven,
    TreatmentConsentPrepared,
    TreatmentConsentRefused,
    TreatmentConsentWithdrawn,
)
from yilu.clinical.models import ConsentPaper, ConsentSignature, TreatmentConsent
from yilu.clinical.operations.traces import change, record, tell
from yilu.clinical.rules import consents as rules
from yilu.clinical.rules import strokes as drawing
from yilu.clinical.rules.texts import clean_words, the_reason
from yilu.clinical.selectors.consent_papers import drawn_paper
from yilu.clinical.selectors.consent_texts import consent_words
from yilu.clinical.selectors.context import practitioner, setting
from yilu.clinical.selectors.notes import diagnoses_of
from yilu.clinical.states import (
    Capacity,
    ConsentState,
    SignerRole,
    SigningWay,
    check_consent_move,
)
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.names import CHINESE, ENGLISH, reader_is_english
from yilu.workforce.selectors.staff import staff_names

LIMITS = {"name": 60, "relation": 40, "witness": 60, "why_proxy": 200}
Told = (
    TreatmentConsentPrepared
    | TreatmentConsentGiven
    | TreatmentConsentRefused
    | TreatmentConsentWithdrawn
)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is filled in before somebody is given a text to read."""

    template: str
    blanks: Mapping[str, str] = field(default_factory=dict)
    capacity: str = Capacity.SELF
    why_proxy: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """How the patient, or who signs for them, said yes or no.

    `strokes` is what a pad sent. Without it, `witness` is who heard them say it; only staff may
    note that. `digest` is the seal of the text that was read.
    """

    digest: str
    strokes: str = ""
    witness: str = ""
    name: str = ""
    relation: str = ""
    where: str = "screen"


@operation
def prepare_consent(*, actor: Actor, visit_id: UUID, wanted: Preparation) -> UUID:
    """Give a text to one patient: the blanks are filled in and what is told no longer changes.

    Raises:
        NotFound: there is no such text or visit. NotAllowed, NotAPractitioner, VisitOver.
        Invalid: a blank is missing or too long, or who is to sign cannot.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    words = consent_words(wanted.template)
    given = {one.code: wanted.blanks.get(one.code, "") for one in words.blanks}
    limits = {f"b-{code}": rules.LONGEST_BLANK for code in given}
    clean = clean_words(limits, **{f"b-{code}": text for code, text in given.items()})
    filled = {code: clean[f"b-{code}"] for code in given}
    why = clean_words(LIMITS, why_proxy=wanted.why_proxy)["why_proxy"]
    errors = [
        *rules.missing_blanks(words, filled),
        *rules.capacity_errors(wanted.capacity, where.age, why),
    ]
    if errors:
        raise Invalid(*errors)
    found = diagnoses_of([visit_id]).get(visit_id, [])
    named = [{"code": one.code, "text": dict(one.text)} for one in found]
    consent = TreatmentConsent(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        code=rules.new_code(),
        template=words.key,
        template_version=words.version,
        high_risk=words.high_risk,
        content=rules.content_of(words, filled, named),
        capacity=wanted.capacity,
        why_proxy=why if wanted.capacity == Capacity.PROXY else "",
        practitioner_id=by,
        prepared_by_id=actor.user_id,
        prepared_at=clock.now(),
    )
    consent.digest = rules.digest(
        visit=str(where.visit_id),
        template=words.key,
        version=words.version,
        capacity=consent.capacity,
        content=consent.content,
    )
    consent.save(force_insert=True)
    record(actor, consent, "consent.prepared", template=words.key, template_version=words.version)
    _tell(actor, consent, TreatmentConsentPrepared)
    return consent.pk


@operation
def sign_for_patient(*, actor: Actor, consent_id: UUID, hand: Hand) -> None:
    """Note that the patient, or who acts for them, agrees: signed by hand or said to a witness.

    The patient does it in their own pages, or on a screen that staff turned around.

    Raises:
        NotFound, NotAllowed.
        ConsentOver: it is decided. SignedAlready: they have signed. ConsentChanged: another text.
        NotSignedByHand: nothing was drawn. Invalid: name, relation or witness is missing.
    """
    consent = _held(actor, consent_id, permissions.ASSESS)
    _check_open(consent, hand.digest)
    _keep_hand(actor, consent, hand)
    record(actor, consent, "consent.signed", role=SignerRole.PATIENT)
    _settle(actor, consent)


@operation
def sign_as_doctor(*, actor: Actor, consent_id: UUID, digest: str) -> None:
    """Sign as the doctor who explained it, by one's own sign-in.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, ConsentOver, SignedAlready, ConsentChanged.
        SameSigner: the second signature is theirs already.
    """
    _sign_as_staff(actor, consent_id, digest, SignerRole.DOCTOR)


@operation
def sign_as_second(*, actor: Actor, consent_id: UUID, digest: str) -> None:
    """Sign a consent of high risk as a second doctor or nurse, by one's own sign-in.

    Raises:
        NotFound, NotAllowed, ConsentOver, SignedAlready, ConsentChanged.
        SameSigner: the doctor's signature is theirs.
    """
    _sign_as_staff(actor, consent_id, digest, SignerRole.SECOND)


@operation
def refuse_consent(*, actor: Actor, consent_id: UUID, reason: str, hand: Hand) -> None:
    """Note that the patient does not agree, why, and who signed or heard it. It is a paper too.

    Raises: as `sign_for_patient`; ReasonMissing.
    """
    consent = _held(actor, consent_id, permissions.ASSESS)
    check_consent_move(consent.state, ConsentState.REFUSED)
    if consent.digest != hand.digest:
        raise ConsentChanged
    words = the_reason(reason)
    if not consent.signatures.filter(role=SignerRole.PATIENT).exists():
        _keep_hand(actor, consent, hand)
    change(consent, state=ConsentState.REFUSED, reason=words, decided_at=clock.now())
    record(actor, consent, "consent.refused", sha256=_keep_paper(actor, consent))
    _tell(actor, consent, TreatmentConsentRefused)


@operation
def withdraw_consent(
    *, actor: Actor, consent_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take back what was agreed. The paper stays, and says so wherever it is looked up.

    Raises: NotFound, NotAllowed, Stale, MoveRefused, ReasonMissing.
    """
    consent = _held(actor, consent_id, permissions.ASSESS)
    check_version(consent, version)
    check_consent_move(consent.state, ConsentState.WITHDRAWN)
    change(
        consent,
        state=ConsentState.WITHDRAWN,
        reason=the_reason(reason),
        withdrawn_at=clock.now(),
        withdrawn_by_patient=not actor.is_staff,
    )
    record(actor, consent, "consent.withdrawn")
    _tell(actor, consent, TreatmentConsentWithdrawn)


@operation
def discard_consent(
    *, actor: Actor, consent_id: UUID, reason: str, version: int | None = None
) -> None:
    """Put away a text that was prepared in error, before it is decided. It stays readable.

    Raises: NotFound, NotAllowed, Stale, MoveRefused, ReasonMissing.
    """
    consent = _held(actor, consent_id, permissions.WRITE, staff_only=True)
    check_version(consent, version)
    check_consent_move(consent.state, ConsentState.DISCARDED)
    change(consent, state=ConsentState.DISCARDED, reason=the_reason(reason))
    record(actor, consent, "consent.discarded")
    tell(actor, consent, RecordChanged(consent.patient_id, consent.visit_id, "consent"))


def _held(
    actor: Actor, consent_id: UUID, needs: str, *, staff_only: bool = False
) -> TreatmentConsent:
    row = TreatmentConsent.objects.select_for_update().filter(pk=consent_id).first()
    if row is None:
        raise NotFound
    if not staff_only and actor.is_owner(row.patient_id):
        return row
    setting(actor, row.visit_id, needs)
    return row


def _check_open(consent: TreatmentConsent, digest: str) -> None:
    if consent.state != ConsentState.PREPARED:
        raise ConsentOver
    if consent.digest != digest:
        raise ConsentChanged


def _sign_as_staff(actor: Actor, consent_id: UUID, digest: str, role: SignerRole) -> None:
    needs = permissions.SIGN if role == SignerRole.DOCTOR else permissions.ASSESS
    consent = _held(actor, consent_id, needs, staff_only=True)
    if role == SignerRole.DOCTOR:
        practitioner(actor)
    _check_open(consent, digest)
    if role not in rules.roles_needed(high_risk=consent.high_risk):
        raise ConsentOver
    others = consent.signatures.filter(role__in=[SignerRole.DOCTOR, SignerRole.SECOND])
    signers = others.exclude(role=role).values_list("user_id", flat=True)
    if actor.user_id in set(signers):
        raise SameSigner
    name = staff_names([actor.user_id]).get(actor.user_id) if actor.user_id else None
    _keep(
        consent,
        ConsentSignature(
            role=role,
            way=SigningWay.ACCOUNT,
            name=name.written if name else actor.name,
            user_id=actor.user_id,
            where="staff",
        ),
    )
    record(actor, consent, "consent.signed", role=role)
    _settle(actor, consent)


def _keep_hand(actor: Actor, consent: TreatmentConsent, hand: Hand) -> None:
    words = clean_words(LIMITS, name=hand.name, relation=hand.relation, witness=hand.witness)
    errors = _lacking(actor, consent, hand, words)
    if errors:
        raise Invalid(*errors)
    is_drawn = not words["witness"]
    strokes = None
    if is_drawn:
        try:
            strokes = drawing.kept(drawing.read_strokes(hand.strokes))
        except drawing.NotDrawn as error:
            message = str(NotSignedByHand.message)
            raise NotSignedByHand(FieldError("strokes", "required", message)) from error
    _keep(
        consent,
        ConsentSignature(
            role=SignerRole.PATIENT,
            way=SigningWay.DRAWN if is_drawn else SigningWay.SAID,
            name=words["name"],
            relation=words["relation"] if consent.capacity != Capacity.SELF else "",
            strokes=strokes,
            witness=words["witness"] or None,
            user_id=actor.user_id,
            where=hand.where[:10],
        ),
    )


def _lacking(
    actor: Actor, consent: TreatmentConsent, hand: Hand, words: Mapping[str, str]
) -> list[FieldError]:
    needed = str(Invalid.message)
    errors = []
    if consent.capacity != Capacity.SELF:
        errors += [
            FieldError(name, "required", needed) for name in ("name", "relation") if not words[name]
        ]
    if words["witness"] and not actor.is_staff:
        # Nobody witnesses what happens on one's own phone.
        errors.append(FieldError("witness", "not_here", str(NotSignedByHand.message)))
    if words["witness"] and hand.strokes:
        errors.append(FieldError("witness", "both", str(NotSignedByHand.message)))
    return errors


def _keep(consent: TreatmentConsent, signature: ConsentSignature) -> None:
    signature.consent = consent
    signature.language = ENGLISH if reader_is_english() else CHINESE
    signature.digest = consent.digest
    signature.signed_at = clock.now()
    with on_violation(clinical_consentsignature_once=SignedAlready):
        signature.save(force_insert=True)


def _settle(actor: Actor, consent: TreatmentConsent) -> None:
    """With the last signature it counts, and is a paper."""
    signed = set(consent.signatures.values_list("role", flat=True))
    if signed >= set(rules.roles_needed(high_risk=consent.high_risk)):
        change(consent, state=ConsentState.GIVEN, decided_at=clock.now())
        record(actor, consent, "consent.given", sha256=_keep_paper(actor, consent))
        _tell(actor, consent, TreatmentConsentGiven)
        return
    change(consent)
    tell(actor, consent, RecordChanged(consent.patient_id, consent.visit_id, "consent"))


def _keep_paper(actor: Actor, consent: TreatmentConsent) -> str:
    """The paper is kept; its SHA-256, which the record of deeds keeps too."""
    paper = drawn_paper(actor, consent)
    ConsentPaper(
        consent=consent,
        content=paper.content,
        sha256=paper.sha256,
        size=paper.size,
        made_at=clock.now(),
    ).save(force_insert=True)
    return paper.sha256


def _tell(actor: Actor, consent: TreatmentConsent, kind: type[Told]) -> None:
    tell(actor, consent, kind(consent.pk, consent.visit_id, consent.patient_id, consent.template))
