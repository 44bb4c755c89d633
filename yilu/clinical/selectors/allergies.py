"""What is known of patients' allergies, and whether anybody asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.clinical.models import Allergy, AllergyStatement
from yilu.clinical.rules.allergens import group_titles
from yilu.clinical.states import AllergyKind, AllergySeverity, AllergyStatus, Certainty
from yilu.platform.db import prepared
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class AllergyLine:
    """One allergy of a patient, in words."""

    id: UUID
    substance: str
    group: str
    group_title: Localized
    kind: str
    reaction: str
    severity: str
    certainty: str
    onset: str
    is_certain: bool
    is_active: bool
    refuted_reason: str
    version: int

    @property
    def text(self) -> str:
        """The line of the red band: “青霉素（皮疹，2014）”, with what is still to be verified."""
        remarks = [part for part in (self.reaction, self.onset) if part]
        if not self.is_certain:
            remarks.append(str(Certainty.SUSPECTED.label))
        words = {"substance": self.substance, "remarks": pgettext("list", ", ").join(remarks)}
        return _("%(substance)s (%(remarks)s)") % words if remarks else self.substance


@dataclass(frozen=True, slots=True)
class AllergyFlag:
    """What every list shows beside a name: has, none, or nobody asked."""

    status: str
    substances: tuple[str, ...] = ()

    @property
    def has_allergy(self) -> bool:
        return self.status == "has"


@dataclass(frozen=True, slots=True)
class AllergyCard:
    """All that is known of one patient's allergies."""

    status: str
    active: tuple[AllergyLine, ...]
    refuted: tuple[AllergyLine, ...]
    asked_at: datetime | None
    asked_this_visit: bool

    @property
    def has_allergy(self) -> bool:
        return self.status == "has"


def allergy_flags(patient_ids: Iterable[UUID]) -> dict[UUID, AllergyFlag]:
    """For many patients at once: `has` with the substances, `none` (stated) or `unknown`.

    Every patient asked for is in the answer. Two queries, none for no patients.
    """
    wanted = set(patient_ids)
    if not wanted:
        return {}
    substances: dict[UUID, list[str]] = {}
    active = Allergy.objects.filter(patient_id__in=wanted, status=AllergyStatus.ACTIVE)
    for patient_id, name in active.order_by("recorded_at").values_list("patient_id", "substance"):
        substances.setdefault(patient_id, []).append(name)
    stated = AllergyStatement.objects.filter(patient_id__in=wanted, none_known=True, ended_at=None)
    none = set(stated.values_list("patient_id", flat=True))
    return {one: _flag(one, substances, none) for one in wanted}


# Only with the state written out does it go by the index of what is active.
_ALLERGIC = """
SELECT DISTINCT patient_id FROM clinical_allergy
WHERE patient_id = ANY(%(ids)s) AND status = 'active'
"""


def with_allergy(patient_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Who of many patients has an allergy. One query, none for no patients."""
    wanted = list(set(patient_ids))
    found = prepared(_ALLERGIC, {"ids": wanted}) if wanted else []
    return frozenset(patient_id for (patient_id,) in found)


def allergy_card(patient_id: UUID, visit_id: UUID | None = None) -> AllergyCard:
    """One patient's allergies, active and refuted, and when somebody asked last. Two queries."""
    rows = [
        _line(row) for row in Allergy.objects.filter(patient_id=patient_id).order_by("recorded_at")
    ]
    asked = list(
        AllergyStatement.objects.filter(patient_id=patient_id, ended_at=None)
        .order_by("-recorded_at")
        .values_list("visit_id", "recorded_at", "none_known")
    )
    active = tuple(row for row in rows if row.is_active)
    none = any(none_known for _visit, _at, none_known in asked)
    return AllergyCard(
        status="has" if active else "none" if none else "unknown",
        active=active,
        refuted=tuple(row for row in rows if not row.is_active),
        asked_at=asked[0][1] if asked else None,
        asked_this_visit=any(one == visit_id for one, _at, _none in asked if visit_id),
    )


def allergy_text(row: Allergy) -> str:
    """An allergy in words, as the red band has it. No query."""
    return _line(row).text


def _flag(one: UUID, substances: dict[UUID, list[str]], none: set[UUID]) -> AllergyFlag:
    if one in substances:
        return AllergyFlag("has", tuple(substances[one]))
    return AllergyFlag("none" if one in none else "unknown")


def _line(row: Allergy) -> AllergyLine:
    return AllergyLine(
        id=row.pk,
        substance=row.substance,
        group=row.group,
        group_title=group_titles().get(row.group, Localized()),
        kind=str(AllergyKind(row.kind).label),
        reaction=row.reaction,
        severity=str(AllergySeverity(row.severity).label),
        certainty=str(Certainty(row.certainty).label),
        onset=row.onset,
        is_certain=row.certainty == Certainty.CONFIRMED,
        is_active=row.status == AllergyStatus.ACTIVE,
        refuted_reason=row.refuted_reason,
        version=row.version,
    )
