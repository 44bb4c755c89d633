"""The paper of a treatment consent: what was told, who signed, and a code to look it up by."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yilu.clinical.models import ConsentSignature, TreatmentConsent
from yilu.clinical.rules.consents import shown_code, spoken
from yilu.clinical.rules.strokes import svg
from yilu.clinical.selectors.context import months_between
from yilu.clinical.states import Capacity, ConsentState, SignerRole, SigningWay
from yilu.facility.selectors.sites import group_name, site_info, site_zone
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import pdf, qr
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.workforce.selectors.practitioners import practitioner_names

DJANGO = {CHINESE: "zh-hans", ENGLISH: "en"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper as it is kept: its bytes as text, how many they are, and their SHA-256."""

    content: str
    sha256: str
    size: int


def drawn_paper(actor: Actor, consent: TreatmentConsent) -> Drawn:
    """The paper of a consent that has just been decided, in the language it was read in.

    Six queries.
    """
    signatures = {one.role: one for one in consent.signatures.all()}
    own = signatures.get(SignerRole.PATIENT)
    with translation.override(DJANGO[own.language if own else CHINESE]):
        made = pdf.render("clinical/consent", _data(actor, consent, signatures))
    return Drawn(base64.b64encode(made).decode(), hashlib.sha256(made).hexdigest(), len(made))


def verify_address(code: str) -> str:
    """Where anybody may see whether a paper is what was signed."""
    return settings.VERIFY_LINK.format(code=shown_code(code))


def _data(
    actor: Actor, consent: TreatmentConsent, signatures: dict[str, ConsentSignature]
) -> dict[str, Any]:
    reader = actor if actor.kind == "patient" else actor.lent(patients.SEE)
    patient = patient_briefs(reader, [consent.patient_id], "consent paper").get(consent.patient_id)
    if patient is None:
        raise NotFound
    site = site_info(consent.site_id)
    doctor = practitioner_names([consent.practitioner_id]).get(consent.practitioner_id)
    language = ENGLISH if translation.get_language() == "en" else CHINESE
    content = consent.content
    return {
        "lang": "en" if language == ENGLISH else "zh",
        "title": str(Localized(content["title"])),
        "clinic": f"{group_name()} {site.name}".strip(),
        "facts": [
            *_who(consent, patient),
            [_("Doctor"), str(doctor or "")],
            [_("Diagnosis"), _("; ").join(_diagnosis(one) for one in content["diagnoses"]) or "—"],
            *([str(Localized(one["title"])), one["text"]] for one in content["facts"]),
        ],
        "sections": [
            {"code": code, "title": title, "lines": lines}
            for code, title, lines in spoken(content, language)
            if lines
        ],
        "decision": _decision(consent),
        "is_refused": consent.state == ConsentState.REFUSED,
        "signatures": [
            _signature(consent, one, patient)
            for role in SignerRole.values
            if (one := signatures.get(role))
        ],
        "qr": qr.picture(qr.svg(verify_address(consent.code))).decode(),
        "verify": [
            _("Paper no."),
            shown_code(consent.code),
            verify_address(consent.code),
            _("Text %(template)s, version %(version)s · seal of the text %(seal)s")
            % {
                "template": consent.template,
                "version": consent.template_version,
                "seal": consent.digest[:16],
            },
        ],
    }


def _who(consent: TreatmentConsent, patient: PatientBrief) -> list[list[str]]:
    months = months_between(patient.born_on, consent.clinic_day)
    age = "" if months is None else _("%(years)s years") % {"years": months // 12}
    return [
        [_("Name"), str(patient.name)],
        [_("Sex"), patient.sex_label],
        [_("Age"), age],
        [_("Record no."), patient.record_no],
        [_("Date"), f"{consent.clinic_day:%Y-%m-%d}"],
    ]


def _diagnosis(one: dict[str, Any]) -> str:
    return f"{Localized(one['text'])} ({one['code']})"


def _decision(consent: TreatmentConsent) -> str:
    if consent.state == ConsentState.REFUSED:
        said = _("After this was explained I do not agree. I know what may follow. Reason:")
        return f"{said} {consent.reason}"
    if consent.capacity == Capacity.SELF:
        return _(
            "This was explained to me in words I understand, my questions were answered, and I"
            " agree. I may withdraw before it begins."
        )
    return _(
        "This was explained to me in words I understand, my questions were answered, and I agree"
        " for the patient. This may be withdrawn before it begins."
    )


def _signature(
    consent: TreatmentConsent, one: ConsentSignature, patient: PatientBrief
) -> dict[str, str]:
    at = one.signed_at.astimezone(site_zone(consent.site_id))
    title = str(SignerRole(one.role).label)
    if one.role == SignerRole.PATIENT and consent.capacity != Capacity.SELF:
        title = str(Capacity(consent.capacity).label)
    name = f"{one.name} ({one.relation})" if one.relation else one.name
    if one.role == SignerRole.PATIENT and consent.capacity == Capacity.SELF:
        name = str(patient.name)
    how = str(SigningWay(one.way).label)
    if one.witness:
        how = _("Said before the witness %(name)s") % {"name": one.witness}
    return {
        "title": title,
        "name": name or "",
        "how": how,
        "at": f"{at:%Y-%m-%d %H:%M:%S}",
        "drawing": svg(json.loads(one.strokes)) if one.strokes else "",
    }
