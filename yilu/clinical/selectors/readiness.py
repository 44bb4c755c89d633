"""Examine first, treat after: whether a treatment may begin at a visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical import permissions
from yilu.clinical.errors import NotExamined
from yilu.clinical.models import Exemption, NoteVersion
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.workforce.selectors.staff import staff_names

EXAMINATION, DIAGNOSIS, CONSENT = "examination", "diagnosis", "consent"
REPORTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is missing before a treatment, and whether somebody has excused it."""

    missing: tuple[str, ...]
    is_excused: bool
    is_emergency: bool
    reason: str

    @property
    def may_begin(self) -> bool:
        return self.is_excused or not self.missing

    @property
    def missing_labels(self) -> list[str]:
        return labels(self.missing)


@dataclass(frozen=True, slots=True)
class ExemptionLine:
    """A treatment that began without what ought to come first, as a manager reads it."""

    visit_id: UUID
    patient: PatientBrief | None
    missing: tuple[str, ...]
    reason: str
    is_emergency: bool
    by: PersonName | None
    at: datetime


def labels(codes: Iterable[str]) -> list[str]:
    """What is missing, in words."""
    words = {
        EXAMINATION: _("a signed examination"),
        DIAGNOSIS: _("a signed diagnosis"),
        CONSENT: _("a signed consent"),
    }
    return [words[code] for code in codes]


def readiness(visit_id: UUID, *, examined: bool = False, diagnosed: bool = False) -> Readiness:
    """Whether a treatment may begin at a visit. Two queries. Ask the right to know before.

    The signed note counts. An app with findings of its own, such as a tooth chart, says with
    `examined` and `diagnosed` what it holds signed.
    """
    last = NoteVersion.objects.filter(note__visit_id=visit_id).order_by("-n").first()
    has_examined = examined or bool(last and last.content.get("examination", "").strip())
    has_diagnosed = diagnosed or bool(last and last.diagnoses)
    excuse = Exemption.objects.filter(visit_id=visit_id).first()
    missing = [EXAMINATION] * (not has_examined) + [DIAGNOSIS] * (not has_diagnosed)
    return Readiness(
        tuple(missing),
        excuse is not None,
        bool(excuse and excuse.is_emergency),
        excuse.reason if excuse else "",
    )


def require_examined(visit_id: UUID, *, examined: bool = False, diagnosed: bool = False) -> None:
    """For the operations of apps that treat: refuse to begin before the examination. Two queries.

    Raises: NotExamined, naming what is missing, unless somebody has excused it.
    """
    found = readiness(visit_id, examined=examined, diagnosed=diagnosed)
    if not found.may_begin:
        raise NotExamined(missing=_(" and ").join(found.missing_labels))


def exemptions(actor: Actor, site_id: UUID) -> list[ExemptionLine]:
    """What began without examination at a site in the last thirty days, the newest first.

    Three queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.OVERSEE, site_id)
    since = clock.now() - REPORTED
    rows = list(Exemption.objects.filter(site_id=site_id, made_at__gte=since).order_by("-made_at"))
    people = patient_briefs(actor, [one.patient_id for one in rows], "exemptions")
    names = staff_names([one.made_by_id for one in rows])
    zone = site_zone(site_id)
    return [
        ExemptionLine(
            one.visit_id,
            people.get(one.patient_id),
            tuple(labels(one.missing)),
            one.reason,
            one.is_emergency,
            names.get(one.made_by_id) if one.made_by_id else None,
            one.made_at.astimezone(zone),
        )
        for one in rows
    ]
